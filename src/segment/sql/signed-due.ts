/**
 * Truth with its expiry, in one Int64: +t = true, at least until t; -t = false, at least until t
 * (ms; +-FOREVER when the clock cannot change it). Ordered as numbers:
 *
 *   false for long < false for short < true for short < true for long
 *
 * so `a and b` is least(a, b): if one is false, the false one that lasts longest; if both are true,
 * the one that ends first. `or` is greatest, `not` the negation, "some key" the maximum over keys,
 * "every key" the minimum, "at least k keys" the k-th largest. No case distinctions, and the due
 * instant of any combination is as tight as those of its comparisons.
 *
 * A comparison's own due: `count(...) >= k in last W` ends when the k-th newest fact leaves. Any
 * other comparison is asked again at the instants at which its facts leave their windows, in order,
 * until the answer turns; one that moves along the clock is solved for its crossing.
 */

import { joinDegrees, nowDegree, type Leaf, type PlanWindow, type Truth, type Value } from "../plan/index.js";
import { constant, fold, list, type Sql, sql } from "./layers.js";
import { NOW } from "./parameters.js";
import { comparisonSql } from "./rows.js";
import { FOREVER, inside, shift, startOfDay, turns } from "./time.js";
import { type At, AT_NOW, collectTurns, collectWindowTurns, type Group, momentSql, type Turning, valueSql, variable } from "./values.js";
import { dayOf } from "./time.js";

/** Candidate instants that one comparison is asked at; beyond, it is evaluated anew. */
const MOST_CANDIDATES = 64;
/** Crossings farther away than this many days (some 200 years) are never. */
const FARTHEST_DAYS = 73_000;
const DAY_MS = 86_400_000;

export const TRUE = constant(String(FOREVER));
export const FALSE = constant(`-${FOREVER}`);

export const not = (s: Sql): Sql => (s.text === TRUE.text ? FALSE : s.text === FALSE.text ? TRUE : sql`negate(${s})`);
export const all = (parts: readonly Sql[]): Sql => (parts.length === 0 ? TRUE : fold("least", parts));
export const any = (parts: readonly Sql[]): Sql => (parts.length === 0 ? FALSE : fold("greatest", parts));

/** What truths need beyond values. */
export interface TruthGroup extends Group {
  /** True while the k-th newest fact of a plain stream is inside the last W ms; planned in bulk. */
  readonly kthNewest: (value: Extract<Value, { kind: "aggregate" }>, k: number, windowMs: number) => Sql;
  readonly outer: (truth: Extract<Truth, { kind: "quantifier" | "member" }>) => Sql;
  readonly named: (truth: Extract<Truth, { kind: "named" }>, make: () => Sql) => Sql;
}

export function truthSql(truth: Truth, group: TruthGroup): Sql {
  switch (truth.kind) {
    case "constant":
      return truth.value ? TRUE : FALSE;
    case "and":
      return all(truth.operands.map((o) => truthSql(o, group)));
    case "or":
      return any(truth.operands.map((o) => truthSql(o, group)));
    case "not":
      return not(truthSql(truth.operand, group));
    case "named":
      return group.named(truth, () => truthSql(truth.truth, group));
    case "quantifier":
    case "member":
      return group.outer(truth);
    case "compare":
    case "set":
    case "in window":
      return leafSql(truth, group);
  }
}

export function leafSql(leaf: Leaf, group: TruthGroup): Sql {
  const counted = countLeaf(leaf, group);
  if (counted !== undefined) return counted;
  const turning: Turning = { instants: [], ends: [] };
  collectLeafTurns(leaf, group, turning);
  const clock = leaf.kind === "compare" ? joinDegrees(nowDegree(leaf.left), nowDegree(leaf.right)) : { degree: 0 };
  const now = group.column(leafAt(leaf, group, AT_NOW));
  if (turning.instants.length === 0 && clock.degree === 0) {
    return group.column(sql`if(${now}, ${TRUE}, ${FALSE})`);
  }
  const crossings = leaf.kind === "compare" && clock.degree === 1 ? crossingsSql(leaf, group) : undefined;
  return firstTurn(leaf, group, { now, turning, crossings });
}

/** The comparison as UInt8 at a time. */
function leafAt(leaf: Leaf, group: Group, at: At): Sql {
  if (leaf.kind === "set") return sql`isNotNull(${valueSql(leaf.operand, group, at)})`;
  if (leaf.kind === "compare") {
    const left = valueSql(leaf.left, group, at);
    const right = valueSql(leaf.right, group, at);
    return { text: comparisonSql(leaf.op, left.text, right.text), layer: Math.max(left.layer, right.layer) };
  }
  const moment = valueSql(leaf.moment, group, at);
  const conditions = leaf.windows.map((w) => inside(w, moment, at.now, (r) => momentSql(r, group, at)));
  if (leaf.windows.some((w) => w.kind === "last")) conditions.push(sql`${moment} <= ${at.now}`); // it may lie ahead
  return sql`ifNull(${list(conditions, " AND ")}, 0)`;
}

function collectLeafTurns(leaf: Leaf, group: Group, into: Turning): void {
  if (leaf.kind === "set") return collectTurns(leaf.operand, group, into);
  if (leaf.kind === "compare") {
    collectTurns(leaf.left, group, into);
    collectTurns(leaf.right, group, into);
    return;
  }
  collectTurns(leaf.moment, group, into);
  const moment = group.column(valueSql(leaf.moment, group, AT_NOW));
  if (leaf.windows.some((w) => w.kind === "last")) into.instants.push(sql`if(isNull(${moment}), [], [assumeNotNull(${moment})])`);
  for (const w of leaf.windows) {
    for (const turn of turns(w, sql`assumeNotNull(${moment})`)) into.instants.push(sql`if(isNull(${moment}), [], [${turn}])`);
  }
  collectWindowTurns(leaf.windows, group, into);
}

interface Candidates {
  readonly now: Sql;
  readonly turning: Turning;
  readonly crossings: Sql | undefined;
}

/** Asks at each candidate instant in turn whether the answer is another one. */
function firstTurn(leaf: Leaf, group: TruthGroup, { now, turning, crossings }: Candidates): Sql {
  const c = variable("c");
  const ahead = (instants: readonly Sql[]) =>
    sql`arraySort(arrayDistinct(arrayFilter(${c} -> ${c} > ${NOW}, arrayConcat(${list(instants)}))))`;
  let candidates: Sql;
  let horizon: Sql = list(turning.ends.length === 0 ? [TRUE] : turning.ends);
  if (turning.ends.length > 1) horizon = sql`least(${horizon})`;
  if (crossings === undefined) {
    candidates = group.column(sql`arraySlice(${ahead(turning.instants)}, 1, ${MOST_CANDIDATES})`);
  } else if (turning.instants.length === 0) {
    candidates = group.column(ahead([crossings]));
  } else {
    // A change of the facts bends the line: nothing is known beyond the first one.
    const bend = group.column(sql`${ahead(turning.instants)}[1]`);
    const before = sql`arrayFilter(${c} -> ${bend} = 0 OR ${c} <= ${bend}, ${ahead([crossings, sql`[${bend}]`])})`;
    candidates = group.column(before);
    horizon = sql`if(${bend} > 0, ${bend}, ${horizon})`;
  }
  const t = variable("t");
  const then = leafAt(leaf, group, { now: t, day: dayOf(t) });
  const turn = group.column(sql`arrayFirst(${t} -> ${then} != ${now}, ${candidates})`);
  const until = sql`multiIf(${turn} > 0, ${turn}, length(${candidates}) = ${MOST_CANDIDATES}, ${candidates}[${MOST_CANDIDATES}], ${horizon})`;
  return group.column(sql`if(${now}, ${until}, negate(${until}))`);
}

/** Where left - right, a straight line along the clock, crosses zero: the instants around it. */
function crossingsSql(leaf: Extract<Leaf, { kind: "compare" }>, group: Group): Sql {
  const days = joinDegrees(nowDegree(leaf.left), nowDegree(leaf.right)).clock === "days";
  const difference = (at: At) =>
    sql`(toFloat64(${valueSql(leaf.left, group, at)}) - toFloat64(${valueSql(leaf.right, group, at)}))`;
  const later: At = days
    ? { now: AT_NOW.now, day: sql`(${AT_NOW.day} + 1)` }
    : { now: sql`(${AT_NOW.now} + ${DAY_MS})`, day: AT_NOW.day };
  const here = group.column(difference(AT_NOW));
  const slope = group.column(sql`(${difference(later)} - ${here})`);
  const distance = group.column(sql`(negate(${here}) / nullIf(${slope}, 0))`); // in days
  const near = group.column(sql`ifNull(abs(${distance}) < ${FARTHEST_DAYS}, 0)`);
  const steps = group.column(sql`if(${near}, assumeNotNull(${distance}), 0)`);
  const i = variable("i");
  const around = days
    ? sql`arrayMap(${i} -> ${startOfDay(sql`${AT_NOW.day} + toInt64(floor(${steps})) + ${i}`)}, [-1, 0, 1, 2])`
    : sql`arrayMap(${i} -> ${NOW} + toInt64(floor(${steps} * ${DAY_MS})) + ${i}, [-1, 0, 1, 2])`;
  return sql`if(${near}, ${around}, [])`;
}

/** `count(S in last W) op literal`: the k-th newest fact decides, and its leaving is the due. */
function countLeaf(leaf: Leaf, group: TruthGroup): Sql | undefined {
  if (leaf.kind !== "compare" || leaf.right.kind !== "literal" || leaf.left.kind !== "aggregate") return undefined;
  const { left } = leaf;
  const [window, ...more] = left.windows;
  if (left.fn !== "count" || left.distinct || left.per !== undefined || more.length > 0) return undefined;
  if (window?.kind !== "last" || typeof leaf.right.value !== "number") return undefined;
  const limit = leaf.right.value;
  const atLeast = (k: number): Sql => (k <= 0 ? TRUE : kth(left, k, window, group));
  const exact = Number.isInteger(limit) && limit >= 0;
  const equal = exact ? all([atLeast(limit), not(atLeast(limit + 1))]) : FALSE;
  switch (leaf.op) {
    case ">=":
      return atLeast(Math.ceil(limit));
    case ">":
      return atLeast(Math.floor(limit) + 1);
    case "<":
      return not(atLeast(Math.ceil(limit)));
    case "<=":
      return not(atLeast(Math.floor(limit) + 1));
    case "=":
      return equal;
    case "!=":
      return not(equal);
    default:
      return undefined;
  }
}

function kth(value: Extract<Value, { kind: "aggregate" }>, k: number, window: Extract<PlanWindow, { kind: "last" }>, group: TruthGroup): Sql {
  if ("ms" in window.length) return group.kthNewest(value, k, window.length.ms);
  // By the calendar, a later fact may leave earlier (31 January + 1 month): order by leaving.
  const { scan, own } = group.scan(value);
  const found = scan.facts(value.stream, undefined);
  const x = variable("x");
  const leaving = group.column(
    sql`arrayReverseSort(arrayMap(${x} -> ${shift(x, window.length)}, ${own ? found : { text: found.text, layer: 1 }}))`,
  );
  const at = group.column(sql`${leaving}[${k}]`);
  return group.column(sql`if(${at} > ${NOW}, ${at}, ${FALSE})`);
}
