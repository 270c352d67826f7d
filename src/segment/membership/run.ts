/**
 * Runs compiled statements. Their stages are temporary tables of a session, made once and then
 * filled and emptied by every run, because the engine analyses a CREATE ... AS SELECT twice.
 */

import { randomUUID } from "node:crypto";
import { availableParallelism } from "node:os";
import type {
  Parameters,
  QueryOptions,
  QueryResult,
  Warehouse,
  WrittenFile,
} from "../../store/index.js";
import { PERSON_AT, PERSON_NOW, type Statement } from "../sql/index.js";
import { boundParameters, type EvaluationTime } from "./inputs.js";
import type { PeopleRange } from "./ranges.js";
import type { Statistics } from "./statistics.js";

export interface Job {
  readonly statement: Statement;
  readonly at: EvaluationTime;
  readonly statistics: Statistics;
  /** The values that the compiler bound. */
  readonly parameters: Parameters;
  /** Inputs of this run besides the time and the statistics. */
  readonly extra?: Parameters;
}

/** Lazy branches cost planning time and save nothing: nothing throws in a branch not taken. */
const SETTINGS = "SETTINGS short_circuit_function_evaluation = 'disable'";

/** Opens a session for the length of `work`. */
export async function evaluating<T>(
  warehouse: Warehouse,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = new Session(warehouse);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/**
 * Everyone, range by range, two at a time: a query's later stages work on few rows and keep one
 * thread busy. All work ends before this returns or throws what went wrong first.
 */
export async function evaluatingRanges(
  warehouse: Warehouse,
  ranges: readonly PeopleRange[],
  work: (session: Session, range: PeopleRange) => Promise<void>,
): Promise<void> {
  const waiting = [...ranges].reverse();
  const threads =
    warehouse.engine === "chdb" ? Math.ceil(availableParallelism() / LANES.length) : undefined;
  const workers = LANES.slice(0, Math.max(1, ranges.length)).map(async (lane) => {
    const session = new Session(warehouse, lane, ranges.length > 1 ? threads : undefined);
    try {
      for (let range = waiting.pop(); range !== undefined; range = waiting.pop()) {
        await work(session, range);
      }
    } catch (error) {
      waiting.length = 0;
      throw error;
    } finally {
      await session.close();
    }
  });
  const ended = await Promise.allSettled(workers);
  const failed = ended.find((end) => end.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

const LANES = ["evaluate", "evaluate beside"] as const;

/** One run at a time. */
export class Session {
  readonly #id = randomUUID().replaceAll("-", "");
  readonly #options: QueryOptions;
  readonly #settings: string;
  /** Name of the table, by the text that fills it. */
  readonly #stages = new Map<string, string>();
  readonly #tables = new Set<string>();

  /** `threads`: at most so many for a query; without it as many as the engine likes. */
  constructor(
    private readonly warehouse: Warehouse,
    lane: QueryOptions["lane"] = "evaluate",
    threads?: number,
  ) {
    this.#options = { lane, session: this.#id };
    this.#settings = threads === undefined ? SETTINGS : `${SETTINGS}, max_threads = ${threads}`;
  }

  /** Creates a temporary table, whose name it gives back. */
  async table(definition: string, parameters: Parameters = {}): Promise<string> {
    const name = `tessera_${this.#id}_${this.#tables.size}`;
    const sql = `CREATE TEMPORARY TABLE ${name} ${definition}`;
    await this.warehouse.command(sql, parameters, this.#options);
    this.#tables.add(name);
    return name;
  }

  /** Of what it holds, to be filled anew. */
  async empty(table: string): Promise<void> {
    await this.warehouse.command(`TRUNCATE TABLE ${table}`, {}, this.#options);
  }

  async query<Row>(job: Job): Promise<QueryResult<Row>> {
    return this.#run(job, (text, parameters) =>
      this.warehouse.query<Row>(text, parameters, this.#options),
    );
  }

  async command(job: Job): Promise<void> {
    await this.#run(job, (text, parameters) =>
      this.warehouse.command(text, parameters, this.#options),
    );
  }

  /** A plain statement, which may name the session's tables. */
  ask<Row>(sql: string, parameters: Parameters = {}): Promise<QueryResult<Row>> {
    return this.warehouse.query<Row>(sql, parameters, this.#options);
  }

  /** The same into a file. */
  writeFile(file: WrittenFile, sql: string, parameters: Parameters = {}): Promise<void> {
    return this.warehouse.writeFile(file, sql, parameters, this.#options);
  }

  async close(): Promise<void> {
    for (const name of this.#tables)
      await this.warehouse.command(`DROP TABLE ${name}`, {}, this.#options);
    this.#tables.clear();
    this.#stages.clear();
  }

  async #run<T>(job: Job, last: (text: string, parameters: Parameters) => Promise<T>): Promise<T> {
    const { stages } = job.statement;
    const texts = [...stages, job.statement].map(({ text }) => text);
    const links = texts.some((text) => text.includes(PERSON_AT));
    const latest = links && (await this.#knowsAllLinks(job.at));
    const tables: Record<string, string> = {};
    const inlined = new Map<string, string>();
    const bound = (stage: string) => {
      let text = latest ? stage.replaceAll(PERSON_AT, PERSON_NOW) : stage;
      for (const [name, query] of inlined) text = text.replaceAll(name, query);
      const extra = { ...job.extra, ...tables };
      return {
        text: `${text}\n${this.#settings}`,
        parameters: boundParameters(text, job.parameters, job.at, job.statistics, extra),
      };
    };
    const empty = (name: string) =>
      this.warehouse.command(`TRUNCATE TABLE ${name}`, {}, this.#options);
    try {
      for (const [i, stage] of stages.entries()) {
        if (stage.ofFacts && this.warehouse.shards.length > 0) {
          inlined.set(`{${stage.name}:Identifier}`, `(\n${stage.text}\n)`);
          continue;
        }
        const { text, parameters } = bound(stage.text);
        const known = this.#stages.get(text);
        tables[stage.name] = known ?? (await this.table(`ENGINE = Memory AS ${text}`, parameters));
        this.#stages.set(text, tables[stage.name] as string);
        if (known !== undefined)
          await this.warehouse.command(`INSERT INTO ${known} ${text}`, parameters, this.#options);
        // What nobody reads any more makes room: all stages together are many times the largest.
        for (const [name, table] of Object.entries(tables)) {
          if (texts.slice(i + 1).some((later) => later.includes(`{${name}:Identifier}`))) continue;
          delete tables[name];
          await empty(table);
        }
      }
      const { text, parameters } = bound(job.statement.text);
      return await last(text, parameters);
    } finally {
      for (const table of Object.values(tables)) await empty(table);
    }
  }

  /** From the last identity link on, the quick dictionary says the same as the dated one. */
  async #knowsAllLinks(at: EvaluationTime): Promise<boolean> {
    const { rows } = await this.warehouse.query<{ ms: string }>(
      "SELECT max(toUnixTimestamp64Milli(known_at)) AS ms FROM identity",
      {},
      this.#options,
    );
    return Number(rows[0]?.ms ?? 0) <= (at.knownAt ?? at.now);
  }
}
