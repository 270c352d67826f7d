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

import type { AggregateValue, Truth } from "../plan/index.js";
import { constant, fold, type Sql, sql } from "./layers.js";
import { leafSql } from "./leaf.js";
import { TODAY } from "./parameters.js";
import { FOREVER, startOfDay } from "./time.js";
import type { Group } from "./values.js";

export const TRUE = constant(String(FOREVER));
export const FALSE = constant(`-${FOREVER}`);

export const not = (s: Sql): Sql =>
  s.text === TRUE.text ? FALSE : s.text === FALSE.text ? TRUE : sql`negate(${s})`;
export const all = (parts: readonly Sql[]): Sql =>
  parts.length === 0 ? TRUE : fold("least", parts);
export const any = (parts: readonly Sql[]): Sql =>
  parts.length === 0 ? FALSE : fold("greatest", parts);

/** What truths need beyond values. */
export interface TruthGroup extends Group {
  /** True while the k-th newest fact of a plain stream is inside the last W ms; planned in bulk. */
  readonly kthNewest: (value: AggregateValue, k: number, windowMs: number) => Sql;
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
    case "in days":
      return daysSql(truth.periods);
    case "quantifier":
    case "member":
      return group.outer(truth);
    case "compare":
    case "set":
    case "in window":
      return leafSql(truth, group);
  }
}

/** True until the period ends, false until the next begins: the first end or beginning after today. */
function daysSql(periods: readonly (readonly [from: number, to: number])[]): Sql {
  const turns = constant(`[${periods.flat().join(", ")}]`);
  const passed = sql`arrayCount(d -> d <= ${TODAY}, ${turns})`;
  const next = sql`arrayFirst(d -> d > ${TODAY}, ${turns})`;
  return sql`if(${next} = 0, ${FALSE}, if(${passed} % 2 = 1, 1, -1) * ${startOfDay(next)})`;
}
