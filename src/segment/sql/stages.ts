/**
 * A statement in stages. The engine's analyser hashes, for every function of a query, the whole
 * query below its FROM, so planning time grows with (functions) x (functions below): the playbook
 * as one statement takes three times as long to plan as layer upon layer over temporary tables. A
 * query of more function calls than a stage may have therefore becomes a stage of its own, and
 * what stands above it reads a table.
 */

/** A query whose result becomes the temporary table that later stages name `{name:Identifier}`. */
export interface Stage {
  readonly name: string;
  readonly text: string;
  /** Rows of facts, not groups: better not gathered where they lie on several shards. */
  readonly ofFacts: boolean;
}

/** The last query, and the stages that must run before it, in this order. */
export interface Statement {
  readonly stages: readonly Stage[];
  readonly text: string;
}

/** Measured on the playbook: fewer calls cost more round trips, more calls longer planning. */
export const MOST_CALLS_PER_STAGE = 100;

const bracketed = (query: string) => `(\n${query}\n)`;

export class Stages {
  readonly list: Stage[] = [];

  constructor(private readonly mostCalls: number) {}

  /** What stands behind FROM for a query: itself in brackets, or the name of its stage. */
  from(query: string): string {
    if ((query.match(/\(/g)?.length ?? 0) <= this.mostCalls) return bracketed(query);
    return this.#stage(query, false);
  }

  /** The same for the facts, from which `readers` queries read. */
  facts(query: string, readers: number): string {
    const once = readers > 1 && this.mostCalls !== Number.POSITIVE_INFINITY;
    return once ? this.#stage(query, true) : bracketed(query);
  }

  #stage(text: string, ofFacts: boolean): string {
    const name = `stage_${this.list.length}`;
    this.list.push({ name, text, ofFacts });
    return `{${name}:Identifier}`;
  }
}
