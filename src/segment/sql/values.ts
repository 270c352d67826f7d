/**
 * Values of a group (a person, or one of its keys) in SQL, at any time: the same expression is
 * written with the bound `now`, and with a lambda's variable where the evaluator asks what it will
 * be later (`signed-due.ts`). Missing = NULL; numbers are Float64, moments and durations Int64 ms.
 */

import { assert } from "../../base/index.js";
import type { AggregateValue, PlanWindow, Value } from "../plan/index.js";
import { constant, list, type Sql, sql } from "./layers.js";
import { NOW, type ParameterBag, TODAY } from "./parameters.js";
import { functionSql, isDecimal, isMoved, rowValueSql } from "./rows.js";
import type { Scan } from "./scan.js";
import { dayOf, inside, periodOf, shift } from "./time.js";

/** What "now" is: an instant, and its local day. */
export interface At {
  readonly now: Sql;
  readonly day: Sql;
  /** Aggregates whose value at this time is already at hand, by `aggregateId`. */
  readonly given?: ReadonlyMap<string, Sql>;
}

export const aggregateId = (value: AggregateValue): string => JSON.stringify(value);

export const AT_NOW: At = { now: constant(NOW), day: constant(TODAY) };

/** What values need of the group they belong to. */
export interface Group {
  readonly bag: ParameterBag;
  readonly scan: (aggregate: AggregateValue) => { readonly scan: Scan; readonly own: boolean };
  readonly column: (expression: Sql) => Sql;
  /** The text of the person's id. */
  readonly label: (value: Extract<Value, { kind: "label" }>) => Sql;
}

/**
 * A lambda's variable. Names say the role and repeat, so that equal expressions are equal texts and
 * share a column; where a lambda stands inside another of the same role, the inner name hides the
 * outer one, which the inner text never means.
 */
export const variable = (role: string): Sql => constant(role);

const STATIC = new Set<PlanWindow["kind"]>(["range", "season", "days"]);

/** Nothing rolls and the facts are rows: one aggregate function does. */
export function isDirect(value: AggregateValue): boolean {
  const [step] = value.stream.steps;
  const derived = step?.source === "session" || step?.source === "gap";
  return (
    value.stream.steps.length === 1 && !derived && value.windows.every((w) => STATIC.has(w.kind))
  );
}

export function valueSql(value: Value, group: Group, at: At): Sql {
  switch (value.kind) {
    case "literal":
      if (value.type === "moment" || value.type === "duration")
        return constant(`toInt64(${Math.round(Number(value.value))})`);
      return constant(group.bag.bind(value.value));
    case "aggregate":
      return (
        (at.given?.size ? at.given.get(aggregateId(value)) : undefined) ??
        aggregateSql(value, group, at)
      );
    case "statistic":
      return constant(`{stat_${value.key}:Nullable(Float64)}`);
    case "bucket":
      return sql`toFloat64(halfMD5(concat(${group.bag.bind(value.salt)}, ':', toString(${{ text: "person", layer: 1 }}))) % ${value.count})`;
    case "since": {
      const moment = valueSql(value.moment, group, at);
      return value.measure === "days"
        ? sql`toFloat64(${at.day} - ${dayOf(moment)})`
        : sql`(${at.now} - ${moment})`;
    }
    case "arithmetic":
      return arithmeticSql(value, group, at);
    case "function": {
      const args = value.args.map((a) => valueSql(a, group, at));
      return {
        text: functionSql(
          value.name,
          args.map((a) => (value.type === "duration" ? `toFloat64(${a.text})` : a.text)),
        ),
        layer: list(args).layer,
      };
    }
    case "label":
      return group.label(value);
  }
}

function arithmeticSql(value: Extract<Value, { kind: "arithmetic" }>, group: Group, at: At): Sql {
  const left = valueSql(value.left, group, at);
  const right = valueSql(value.right, group, at);
  if (value.type === "number") {
    const [l, r] = [double(value.left, left), double(value.right, right)];
    return value.op === "/" ? sql`(${l} / nullIf(${r}, 0))` : sql`(${l} ${value.op} ${r})`;
  }
  if (isMoved(value)) return sql`toInt64(floor(${left} ${value.op} ${right}))`;
  if (value.op === "+" || value.op === "-") return sql`(${left} ${value.op} ${right})`;
  const product =
    value.op === "*"
      ? sql`toFloat64(${left}) * toFloat64(${right})`
      : sql`toFloat64(${left}) / nullIf(toFloat64(${right}), 0)`;
  return sql`(${product})`;
}

/** Numbers are doubles already; durations are not. */
const double = (value: Value, text: Sql): Sql =>
  value.type === "number" ? text : sql`toFloat64(${text})`;

function aggregateSql(value: AggregateValue, group: Group, at: At): Sql {
  const { scan, own } = group.scan(value);
  const outside = (expression: Sql): Sql =>
    own ? expression : { text: expression.text, layer: 1 };
  if (isDirect(value)) return outside(directSql(value, scan, group.bag));
  const inside = at === AT_NOW ? leavingFacts(value, group) : undefined;
  if (inside !== undefined) return fromLeaving(value, inside, group);
  const made = fromFacts(value, factsOf(value, group), group, at);
  return at === AT_NOW ? group.column(made) : made;
}

function fromLeaving(value: AggregateValue, facts: Sql, group: Group): Sql {
  if (value.fn === "count") return sql`toFloat64(length(${facts}))`;
  const sum = sql`toFloat64(${group.column(sql`arraySum(p -> p.2, ${facts})`)})`;
  return value.fn === "sum" ? sum : sql`(${sum} / nullIf(toFloat64(length(${facts})), 0))`;
}

/** The facts of an aggregate, newest first, as `Scan.facts` gives them. */
export function factsOf(value: AggregateValue, group: Group): Sql {
  const { scan, own } = group.scan(value);
  const facts = scan.facts(value.stream, value.value);
  return own ? facts : { text: facts.text, layer: 1 };
}

function directSql(value: AggregateValue, scan: Scan, bag: ParameterBag): Sql {
  const [step] = value.stream.steps;
  assert(step !== undefined, "a stream has a step");
  const extra = value.windows
    .map((w) => inside(w, constant("t"), constant(NOW), () => constant("NULL")).text)
    .join(" AND ");
  const direct = (of: (p: string) => string) => scan.direct(step, extra, of);
  const instants = (of: (p: string) => string) => scan.directInstants(step, extra, of);
  const v = value.value && scan.row(rowValueSql(value.value, bag));
  // Doubles are added in order of size, so that the order in which facts lie does not show.
  const sum = (p: string) =>
    value.value !== undefined && isDecimal(value.value)
      ? `sumIf(${v}, ${p})`
      : `arraySum(arraySort(groupArrayIf(assumeNotNull(${v}), ${p} AND ${v} IS NOT NULL)))`;
  switch (value.fn) {
    case "count":
      if (value.per !== undefined) {
        const period = scan.row(periodOf(constant("t"), value.per).text);
        return sql`toFloat64(${direct((p) => `uniqExactIf(${period}, ${p})`)})`;
      }
      if (value.distinct) return sql`toFloat64(${direct((p) => `uniqExactIf(${v}, ${p})`)})`;
      return sql`toFloat64(${instants((p) => `countIf(${p})`)})`;
    case "sum":
      return sql`toFloat64(ifNull(${direct(sum)}, 0))`;
    case "average": {
      const n = direct((p) => `countIf(${p} AND ${v} IS NOT NULL)`);
      return sql`(toFloat64(${direct(sum)}) / nullIf(toFloat64(${n}), 0))`;
    }
    case "median":
      return direct((p) => `quantileExactInclusiveOrNullIf(0.5)(toFloat64(${v}), ${p})`);
    case "min":
    case "max":
      return numberOf(
        value,
        direct((p) => `${value.fn}If(toNullable(${v}), ${p})`),
      );
    case "first":
    case "last": {
      const first = value.fn === "first";
      if (v === undefined) return instants((p) => `${first ? "min" : "max"}OrNullIf(t, ${p})`);
      return numberOf(
        value,
        direct(
          (p) =>
            `${first ? "argMin" : "argMax"}If(toNullable(${v}), (t, fact_id), ${p} AND ${v} IS NOT NULL)`,
        ),
      );
    }
  }
}

const numberOf = (value: AggregateValue, expression: Sql): Sql =>
  value.type === "number" ? sql`toFloat64(${expression})` : expression;

/** An aggregate over the array of facts, newest first, with windows applied as of `at`. */
function fromFacts(value: AggregateValue, facts: Sql, group: Group, at: At): Sql {
  const x = variable("x");
  const instant = value.value === undefined ? x : sql`${x}.1`;
  const conditions = value.windows.map((w) =>
    inside(w, instant, at.now, (r) => momentSql(r, group, at)),
  );
  const condition = list(conditions, " AND ");
  const chosen = conditions.length === 0 ? facts : sql`arrayFilter(${x} -> ${condition}, ${facts})`;
  if (value.value === undefined) {
    if (value.fn === "first" || value.fn === "last")
      return sql`nullIf(${chosen}[${value.fn === "last" ? 1 : -1}], 0)`;
    if (value.per !== undefined) {
      const y = variable("y");
      return sql`toFloat64(length(arrayDistinct(arrayMap(${y} -> ${periodOf(y, value.per)}, ${chosen}))))`;
    }
    if (conditions.length === 0) return sql`toFloat64(length(${facts}))`;
    return sql`toFloat64(arrayCount(${x} -> ${condition}, ${facts}))`;
  }
  return fromValues(value, chosen);
}

function fromValues(value: AggregateValue, chosen: Sql): Sql {
  const y = variable("y");
  const present = sql`arrayFilter(${y} -> ${y}.3 IS NOT NULL, ${chosen})`;
  const z = variable("z");
  const values = sql`arrayMap(${z} -> ${z}.3, ${present})`;
  const exact = value.value !== undefined && isDecimal(value.value);
  const zero = exact ? "toDecimal64(0, 4)" : "toFloat64(0)";
  const sum = sql`toFloat64(arraySum(${z} -> ifNull(${z}.3, ${zero}), ${chosen}))`;
  switch (value.fn) {
    case "count":
      return sql`toFloat64(length(arrayDistinct(${values})))`;
    case "sum":
      return sum;
    case "average":
      return sql`(${sum} / nullIf(toFloat64(length(${present})), 0))`;
    case "median":
      return sql`arrayReduce('quantileExactInclusiveOrNull(0.5)', arrayMap(${z} -> toFloat64(assumeNotNull(${z}.3)), ${present}))`;
    case "min":
    case "max": {
      const plain = sql`arrayMap(${z} -> assumeNotNull(${z}.3), ${present})`;
      return numberOf(
        value,
        sql`if(empty(${present}), NULL, ${value.fn === "min" ? "arrayMin" : "arrayMax"}(${plain}))`,
      );
    }
    case "first":
    case "last":
      return numberOf(value, sql`${present}[${value.fn === "last" ? 1 : -1}].3`);
  }
}

/** A relative window's moment; as of now it is a column of its own, not written into each lambda. */
export function momentSql(
  window: Extract<PlanWindow, { kind: "relative" }>,
  group: Group,
  at: At,
): Sql {
  const moment = valueSql(window.moment, group, at);
  return at === AT_NOW ? group.column(moment) : moment;
}

/**
 * Of a count, exact sum or average over one rolling window: (leaving instant, amount) of the facts
 * inside, in order of leaving; undefined for any other aggregate.
 */
export function leavingFacts(value: AggregateValue, group: Group): Sql | undefined {
  const [window, ...more] = value.windows;
  if (window?.kind !== "last" || more.length > 0 || value.distinct || value.per !== undefined)
    return undefined;
  const exact = value.value !== undefined && isDecimal(value.value);
  if (!(value.fn === "count" || ((value.fn === "sum" || value.fn === "average") && exact)))
    return undefined;
  const facts = factsOf(value, group);
  const x = variable("x");
  const present =
    value.fn === "average" ? sql`arrayFilter(${x} -> ${x}.3 IS NOT NULL, ${facts})` : facts;
  const leaves = shift(value.value === undefined ? x : sql`${x}.1`, window.length);
  const amount = value.value === undefined ? "1" : `ifNull(${x.text}.3, toDecimal64(0, 4))`;
  return group.column(
    sql`arraySort(p -> p.1, arrayFilter(p -> p.1 > ${NOW}, arrayMap(${x} -> (${leaves}, ${amount}), ${present})))`,
  );
}
