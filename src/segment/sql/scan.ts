/**
 * One scan of the facts, grouped by person or by (person, key). All streams, conditions and
 * aggregates that anything needs at this level are columns of the same scan, so the facts are read
 * once however many segments ask.
 *
 * A stream becomes either direct aggregates (nothing rolls: countIf, sumIf, ...) or one array per
 * person of its facts' instants, newest first, cut at the widest window in use. From that array
 * come counts in any window, and with them the instant at which the k-th newest leaves.
 */

import { assert } from "../../base/index.js";
import type { RowExpression, Step, Stream } from "../plan/index.js";
import type { Level } from "../plan/types.js";
import {
  RECORD_KINDS,
  SESSION_GAP_MS,
  SITE_KINDS,
  SOURCES,
  type SourceDefinition,
} from "../vocabulary.js";
import type { KindsRead } from "./kinds-read.js";
import { Layers, type Sql, sql } from "./layers.js";
import { NOW, type ParameterBag } from "./parameters.js";
import { Reach } from "./reach.js";
import { type RowPlace, rowConditionSql, rowValueSql } from "./rows.js";
import { sequenceSql } from "./sequence.js";
import { dayOf } from "./time.js";

/** How far back each base stream must reach, by `streamId`; absent = all of history. */
export type Bounds = ReadonlyMap<string, number>;

export const streamId = (
  level: Level,
  source: string,
  where: RowExpression | undefined,
  value: RowExpression | undefined,
): string => JSON.stringify([level, source, where ?? null, value ?? null]);

const COLUMN_OF_KEY: Readonly<Record<Exclude<Level, "person" | "session">, string>> = {
  product: "product",
  category: "category",
  department: "department",
  brand: "brand",
  order: "order_id",
  cart: "cart_id",
};

export class Scan {
  readonly layers: Layers;
  readonly #rows = new Map<string, string>();
  readonly #aggregates = new Map<string, string>();
  readonly #everywhere = new Map<string, string>();
  readonly #reach = new Reach();
  readonly #prefix: string;
  constructor(
    readonly level: Level,
    prefix: string,
    private readonly bag: ParameterBag,
    private readonly bounds: Bounds,
    /** Whether another query sees every fact of the person anyway: `everywhere` are its columns. */
    private readonly seenWhole = false,
  ) {
    this.#prefix = prefix;
    this.layers = new Layers(`${prefix}c`);
  }

  /** A column of the row, by its SQL. */
  row(text: string): string {
    let name = this.#rows.get(text);
    if (name === undefined) {
      name = `${this.#prefix}r${this.#rows.size}`;
      this.#rows.set(text, name);
    }
    return name;
  }

  /** A column of the group, by its SQL over row columns. */
  aggregate(text: string): Sql {
    let name = this.#aggregates.get(text);
    if (name === undefined) {
      name = `${this.#prefix}a${this.#aggregates.size}`;
      this.#aggregates.set(text, name);
    }
    return { text: name, layer: 1 };
  }

  /** Row column: does the row belong to the source and satisfy the condition (and is in the past)? */
  predicate(source: SourceDefinition, where: RowExpression | undefined, extra = ""): string {
    const parts = belonging(source);
    if (where !== undefined) parts.push(rowConditionSql(where, this.bag));
    if (extra !== "") parts.push(extra);
    if (this.level === "person") parts.push(`t <= ${NOW}`);
    return this.row(parts.join(" AND "));
  }

  /**
   * The facts of a source are read `back` ms into the past (Infinity = all). Events that are asked
   * for by their name are read as far as they have it: all kinds together are most of the facts.
   */
  #reachBack(source: SourceDefinition, where: RowExpression | undefined, back: number): void {
    const name = source.kinds.length === 0 ? nameAsked(where) : undefined;
    const asked =
      kindSql(source) + (name === undefined ? "" : ` AND name = ${this.bag.bind(name)}`);
    this.#reach.add(asked, back);
  }

  /** Direct aggregate of a one-step stream without rolling windows; `of` gets the predicate. */
  direct(step: Step, extra: string, of: (predicate: string) => string): Sql {
    const source = sourceOf(step);
    this.#reachBack(source, step.where, Number.POSITIVE_INFINITY);
    return this.aggregate(of(this.predicate(source, step.where, extra)));
  }

  /**
   * The same of instants alone. Activity on the site is most of the facts: what asks of all of it
   * and needs no other column is left to the query that sees every fact.
   */
  directInstants(step: Step, extra: string, of: (predicate: string) => string): Sql {
    const source = sourceOf(step);
    const frequent = source.kinds.every((kind) => SITE_KINDS.some((k) => k === kind));
    if (!this.seenWhole || !frequent || step.where !== undefined || extra !== "")
      return this.direct(step, extra, of);
    const text = of(`${kindSql(source)} AND t <= ${NOW}`);
    const name = this.#everywhere.get(text) ?? `${this.#prefix}e${this.#everywhere.size}`;
    this.#everywhere.set(text, name);
    return { text: name, layer: 1 };
  }

  /** Columns for the query that sees every fact, over `t` and `kind`. */
  get everywhere(): ReadonlyMap<string, string> {
    return this.#everywhere;
  }

  /** The newest instant of a base stream, 0 if there is none. */
  newest(step: Step): Sql {
    const source = sourceOf(step);
    const back = this.#bound(step, undefined);
    this.#reachBack(source, step.where, back);
    return this.aggregate(`maxIf(t, ${this.predicate(source, step.where, within(back))})`);
  }

  /** The first fact yet to come, of these kinds; 0 if there is none. */
  nextFact({ any, events, kinds, names }: KindsRead): Sql {
    this.#reach.addFuture();
    const named = [...kinds].sort().map((k) => `'${k}'`);
    const asked = [
      ...(events || names.size > 0 ? [recordsSql()] : []),
      ...(named.length > 0 ? [`kind IN (${named.join(", ")})`] : []),
    ].join(" OR ");
    const condition = any ? `t > ${NOW}` : asked === "" ? "0" : `t > ${NOW} AND (${asked})`;
    return this.aggregate(`minIf(t, ${this.row(condition)})`);
  }

  /**
   * The facts of a stream, newest first: Int64 instants, or with a value tuples
   * (instant, fact_id, value) ordered by (instant, fact_id).
   */
  facts(stream: Stream, value: RowExpression | undefined): Sql {
    const [step] = stream.steps;
    assert(step !== undefined, "a stream has a step");
    if (stream.steps.length > 1) {
      return sequenceSql({ steps: stream.steps, value }, this.layers, (of, v) =>
        this.#base(sourceOf(of), of.where, v, this.#bound(of, v)),
      );
    }
    const source = sourceOf(step);
    if (source.derived === "session") return this.#sessions();
    if (source.derived === "gap") return this.#gaps(step, value);
    return this.#base(source, step.where, value, this.#bound(step, value));
  }

  #bound({ source, where }: Pick<Step, "source" | "where">, value: RowExpression | undefined) {
    const id = streamId(this.level, source, where, value);
    return this.bounds.get(id) ?? Number.POSITIVE_INFINITY;
  }

  #base(
    source: SourceDefinition,
    where: RowExpression | undefined,
    value: RowExpression | undefined,
    back: number,
  ): Sql {
    this.#reachBack(source, where, back);
    const predicate = this.predicate(source, where, within(back));
    if (value === undefined)
      return this.aggregate(`arrayReverseSort(groupArrayIf(t, ${predicate}))`);
    const v = this.row(rowValueSql(value, this.bag));
    return this.aggregate(
      `arrayReverseSort(x -> (x.1, x.2), groupArrayIf((t, fact_id, ${v}), ${predicate}))`,
    );
  }

  #sessions(): Sql {
    const site = sourceNamed("site");
    const back = this.bounds.get(streamId(this.level, "site", undefined, undefined));
    const instants = this.layers.column(
      sql`arrayReverse(${this.#base(site, undefined, undefined, back ?? Number.POSITIVE_INFINITY)})`,
    );
    return this.layers.column(
      sql`arrayReverse(arrayConcat(arraySlice(${instants}, 1, 1), arrayFilter((t, d) -> d >= ${SESSION_GAP_MS}, ${instants}, arrayDifference(${instants}))))`,
    );
  }

  /** Successive days of orders (or of other facts): the first of the later day, and the days between. */
  #gaps(step: Step, value: RowExpression | undefined): Sql {
    const of = step.of ?? { source: "order" };
    const instants = this.layers.column(
      sql`arrayReverse(${this.#base(sourceOf(of), of.where, undefined, Number.POSITIVE_INFINITY)})`,
    );
    const days = sql`arrayDifference(arrayMap(t -> ${dayOf({ text: "t", layer: 0 })}, ${instants}))`;
    const gaps = this.layers.column(
      sql`arrayReverse(arrayFilter(g -> g.2 != 0, arrayZip(${instants}, ${days})))`,
    );
    const asked =
      step.where === undefined
        ? gaps
        : sql`arrayFilter(g -> ${rowConditionSql(step.where, this.bag, GAP)}, ${gaps})`;
    if (value === undefined) return this.layers.column(sql`arrayMap(g -> g.1, ${asked})`);
    return this.layers.column(
      sql`arrayMap(g -> (g.1, toUInt64(0), toNullable(${rowValueSql(value, this.bag, GAP)})), ${asked})`,
    );
  }

  /** The latest value of a dimension among the facts read: what `of same category` looks up. */
  sameDimension(dimension: "category" | "department" | "brand"): Sql {
    return this.aggregate(
      `argMaxIf(toString(${this.row(dimension)}), (t, fact_id), ${this.row(dimension)} != '')`,
    );
  }

  /** Whether anything is read at all. */
  get isEmpty(): boolean {
    return this.#aggregates.size === 0;
  }

  /** Columns of layer 1. */
  get names(): readonly string[] {
    return ["person", ...(this.level === "person" ? [] : ["key"]), ...this.#aggregates.values()];
  }

  /** Layer 1: rows -> groups. `facts` is what stands behind FROM: all that the statement reads. */
  layerOne(facts: string): string {
    const keyed = this.level !== "person";
    const aggregates = [...this.#aggregates].map(([text, name]) => `${text} AS ${name}`);
    const select = ["person", ...(keyed ? ["key"] : []), ...aggregates].join(",\n  ");
    const rows = this.level === "session" ? this.#sessionRows(facts) : this.#plainRows(facts);
    return `SELECT ${select}\nFROM (\n${rows}\n)\nGROUP BY person${keyed ? ", key" : ""}`;
  }

  #plainRows(facts: string): string {
    const key = this.#key === undefined ? [] : [`${this.#key} AS key`];
    const columns = [
      "person",
      "t",
      "fact_id",
      ...key,
      ...[...this.#rows].map(([text, name]) => `${text} AS ${name}`),
    ];
    const conditions = [
      ...(key.length > 0 ? ["key != ''"] : []),
      ...(this.level === "person" ? [] : [`t <= ${NOW}`]),
    ];
    const reach = this.#reach.sql("t");
    if (reach !== "") conditions.push(reach);
    const where = conditions.length === 0 ? "" : `\nWHERE ${conditions.join(" AND ")}`;
    return `SELECT ${columns.join(",\n    ")}\nFROM ${facts}${where}`;
  }

  get #key(): string | undefined {
    return this.level === "person" || this.level === "session"
      ? undefined
      : COLUMN_OF_KEY[this.level];
  }

  /** What layer 1 reads of the facts: which, and a text that names the columns. */
  get reading(): { readonly reach: Reach; readonly columns: string } {
    const reach = this.level === "session" ? this.#reach.with(everySite()) : this.#reach;
    const columns = ["fact_id", "kind", this.#key ?? "", ...this.#rows.keys(), reach.sql("t")];
    return { reach, columns: columns.join(" ") };
  }

  /** Rows of every kind must be seen, so that keys without the needed facts exist. */
  readEveryKind(): void {
    this.#reach.addAll();
  }

  /** Sessions are cut from the person's whole activity, then each fact gets its session as key. */
  #sessionRows(facts: string): string {
    const names = [...this.#rows.values()];
    const columns = [
      "person",
      "t",
      "fact_id",
      ...[...this.#rows].map(([text, name]) => `${text} AS ${name}`),
    ];
    const rows = `SELECT ${columns.join(", ")} FROM ${facts} WHERE t <= ${NOW} AND ${everySite().sql("t")}`;
    const grouped = `SELECT person, arraySort(x -> (x.1, x.2), groupArray((t, fact_id${names.map((n) => `, ${n}`).join("")}))) AS facts FROM (${rows}) GROUP BY person`;
    const cut = `SELECT person, facts, arrayCumSum(arrayMap(d -> d >= ${SESSION_GAP_MS}, arrayDifference(arrayMap(x -> x.1, facts)))) AS sessions FROM (${grouped})`;
    const back = names.map((n, i) => `, fact.${i + 3} AS ${n}`).join("");
    return `SELECT person, key, fact.1 AS t, fact.2 AS fact_id${back} FROM (${cut}) ARRAY JOIN facts AS fact, sessions AS key`;
  }

  /** Whether this scan reads a key's facts only back to some instant. */
  get bounded(): boolean {
    return this.#reach.isBounded;
  }
}

/** The conditions on a row that it is one of the source's. */
export function belonging(source: SourceDefinition): string[] {
  return [kindSql(source), ...(source.flag === undefined ? [] : [`${source.flag} = 1`])];
}

export const sourceOf = (step: Step): SourceDefinition => sourceNamed(step.source);

function sourceNamed(name: string): SourceDefinition {
  const source = SOURCES.get(name);
  assert(source !== undefined, `the vocabulary has ${name}`);
  return source;
}

/** Sessions are cut from the whole of the activity. */
function everySite(): Reach {
  const reach = new Reach();
  reach.add(kindSql(sourceNamed("site")), Number.POSITIVE_INFINITY);
  return reach;
}

/** A gap is the pair (first order of the later day, days between). */
const GAP: RowPlace = { at: "g.1", gapDays: "toFloat64(g.2)" };

const within = (back: number): string =>
  back === Number.POSITIVE_INFINITY ? "" : `t > ${NOW} - ${back}`;

const recordsSql = (): string => `kind NOT IN (${RECORD_KINDS.map((k) => `'${k}'`).join(", ")})`;

/** The name that every row of a condition has, if it says so. */
export function nameAsked(where: RowExpression | undefined): string | undefined {
  if (where?.kind === "and") {
    for (const operand of where.operands) {
      const name = nameAsked(operand);
      if (name !== undefined) return name;
    }
  }
  if (where?.kind !== "compare" || where.op !== "=") return undefined;
  const { left, right } = where;
  const isName = left.kind === "column" && left.column === "name" && right.kind === "literal";
  return isName ? String(right.value) : undefined;
}

function kindSql(source: SourceDefinition): string {
  const [only] = source.kinds;
  if (only === undefined) return recordsSql();
  return source.kinds.length === 1
    ? `kind = '${only}'`
    : `kind IN (${source.kinds.map((k) => `'${k}'`).join(", ")})`;
}
