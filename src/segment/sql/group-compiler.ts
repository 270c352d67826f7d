/**
 * One group level of a statement, the person or one kind of key: its own scan, the coarser scans
 * that it looks up to, the layers of expressions over them, and the aggregates that a key gives
 * back to its person.
 */

import type { AggregateValue, Level, Truth, Value } from "../plan/index.js";
import { heldSql, type Known } from "./known.js";
import { constant, list, type Sql, sql } from "./layers.js";
import { NOW, type ParameterBag } from "./parameters.js";
import { type Bounds, Scan } from "./scan.js";
import { FALSE, TRUE, type TruthGroup, truthSql } from "./signed-due.js";
import type { Stages } from "./stages.js";
import { FOREVER } from "./time.js";
import { type Filter, PRESENCE, PROFILE, presence, profiled } from "./visible-facts.js";

/** A subquery with one row per person, and its columns. */
export type Join = (
  reading: Reading,
  stages: Stages,
) => {
  readonly text: string;
  readonly columns: readonly string[];
};

/** Whose facts a statement reads, and from where (what stands behind FROM). */
export interface Reading {
  readonly filter: Filter;
  readonly facts: string;
}

export type Outer = (truth: Extract<Truth, { kind: "quantifier" | "member" }>) => Sql;

const DIMENSION_LEVELS = new Set<Level>(["category", "department", "brand"]);

export class GroupCompiler implements TruthGroup {
  readonly own: Scan;
  readonly #coarse = new Map<Level, Scan>();
  readonly #leaves = new Map<string, Sql>();
  readonly #named = new Map<string, Sql>();
  readonly #kth: { readonly newest: Sql; readonly windowMs: number }[] = [];
  readonly #joins: Join[] = [];

  constructor(
    readonly level: Level,
    private readonly prefix: string,
    readonly bag: ParameterBag,
    private readonly bounds: Bounds,
    private readonly askOuter: Outer,
    private readonly known?: Known,
  ) {
    const seenWhole = level === "person" && known === undefined;
    this.own = new Scan(level, prefix, bag, bounds, seenWhole);
  }

  column = (expression: Sql): Sql => this.own.layers.column(expression);

  scan = (aggregate: AggregateValue): { readonly scan: Scan; readonly own: boolean } => {
    const { level } = aggregate.stream;
    if (level === this.level) return { scan: this.own, own: true };
    let scan = this.#coarse.get(level);
    if (scan === undefined) {
      scan = new Scan(level, `${this.prefix}${level}_`, this.bag, this.bounds);
      this.#coarse.set(level, scan);
      if (isDimension(level)) {
        this.own.sameDimension(level);
        this.own.readEveryKind(); // the latest of all the product's facts says its category
      }
    }
    return { scan, own: false };
  };

  kthNewest = (value: AggregateValue, k: number, windowMs: number): Sql => {
    const { scan, own } = this.scan(value);
    const [step] = value.stream.steps;
    const plain =
      value.stream.steps.length === 1 &&
      step !== undefined &&
      step.source !== "session" &&
      step.source !== "gap";
    const found =
      plain && k === 1 ? scan.newest(step) : sql`${scan.facts(value.stream, undefined)}[${k}]`;
    const newest = own ? found : { text: found.text, layer: 1 };
    if (newest.layer > 1)
      return this.column(
        sql`if(${newest} > ${NOW} - ${windowMs}, ${newest} + ${windowMs}, ${FALSE})`,
      );
    let index = this.#kth.findIndex(
      (e) => e.newest.text === newest.text && e.windowMs === windowMs,
    );
    if (index < 0) index = this.#kth.push({ newest, windowMs }) - 1;
    const newestName = this.own.layers.late(
      `${this.prefix}newest`,
      2,
      () => `[${list(this.#kth.map((e) => e.newest)).text}]`,
    );
    const dueName = this.own.layers.late(
      `${this.prefix}due`,
      3,
      () =>
        `arrayMap((x, w) -> if(x > ${NOW} - w, x + w, -${FOREVER}), ${newestName.text}, [${this.#kth.map((e) => `toInt64(${e.windowMs})`).join(", ")}])`,
    );
    return sql`${dueName}[${index + 1}]`;
  };

  outer: Outer = (truth) => this.askOuter(truth);

  named = (truth: Extract<Truth, { kind: "named" }>, make: () => Sql): Sql => {
    if (this.level !== "person") return make();
    const made = this.#named.get(truth.name);
    if (made !== undefined) return made;
    const found = this.known?.condition(truth.name, truth.truth);
    const column =
      found === undefined
        ? this.column(make())
        : { text: `if(${heldSql(found)}, ${TRUE.text}, ${FALSE.text})`, layer: 1 };
    this.#named.set(truth.name, column);
    return column;
  };

  /** `multiIf` over the cases of a classification. */
  label = (value: Extract<Value, { kind: "label" }>): Sql => {
    const { cases, otherwise } = value.classification;
    const parts = cases.map((c) => sql`${this.truth(c.when)} > 0, ${this.bag.bind(c.value)}`);
    return parts.length === 0
      ? constant(this.bag.bind(otherwise))
      : sql`multiIf(${list(parts)}, ${this.bag.bind(otherwise)})`;
  };

  /** The signed due of a truth, equal truths once. */
  truth(truth: Truth): Sql {
    const id = JSON.stringify(truth);
    let found = this.#leaves.get(id);
    if (found === undefined) {
      found = truthSql(truth, this);
      this.#leaves.set(id, found);
    }
    return found;
  }

  /** Whether the person's own facts are read, or coarser ones. */
  get readsFacts(): boolean {
    return !this.own.isEmpty || this.#coarse.size > 0;
  }

  /** The scans that `text` reads facts with. */
  get scans(): readonly Scan[] {
    const own = this.level === "person" && this.own.isEmpty ? [] : [this.own];
    return [...own, ...this.#coarse.values()];
  }

  /** Joins a subquery that has one row per person; its columns then belong to layer 1. */
  join(join: Join): void {
    this.#joins.push(join);
  }

  /** The group as a query with the columns that `outputs` (a text over them) needs. */
  text(reading: Reading, outputs: string, stages: Stages): string {
    const { filter, facts } = reading;
    let base = this.own.layerOne(facts);
    const names = [...this.own.names];
    const join = (left: string, right: string, using: string) =>
      `SELECT * FROM ${stages.from(left)} AS ${this.prefix}l LEFT JOIN ${stages.from(right)} AS ${this.prefix}r USING (${using})`;
    if (this.level === "person") {
      const more = this.own.everywhere;
      const everyone = this.known === undefined ? presence(filter, more) : profiled(filter);
      names.push(...PRESENCE, ...more.values(), ...(this.known === undefined ? [] : PROFILE));
      base = this.own.isEmpty ? everyone : join(everyone, base, "person");
    }
    const dimensions = [...this.#coarse.keys()].filter(isDimension);
    if (dimensions.length > 0) {
      const same = dimensions.map((d) => `${this.own.sameDimension(d).text} AS same_${d}`);
      base = `SELECT *, ${same.join(", ")} FROM ${stages.from(base)}`;
    }
    for (const [level, scan] of this.#coarse) {
      const needed = `person key ${this.own.layers.texts} ${outputs}`;
      const inner = scan.layers.wrap(scan.layerOne(facts), scan.names, needed, stages);
      const text = isDimension(level)
        ? `SELECT * EXCEPT (key), key AS same_${level} FROM ${stages.from(inner)}`
        : inner;
      base = join(base, text, isDimension(level) ? `person, same_${level}` : "person");
      names.push(...scan.names, ...scan.layers.names);
    }
    for (const key of this.#joins) {
      const { text, columns } = key(reading, stages);
      base = join(base, text, "person");
      names.push(...columns);
    }
    return this.own.layers.wrap(base, names, `person ${outputs}`, stages);
  }
}

function isDimension(level: Level): level is "category" | "department" | "brand" {
  return DIMENSION_LEVELS.has(level);
}
