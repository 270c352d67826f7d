/**
 * The signed due of one comparison. Most are of a few plain forms whose turning instant can be
 * written down; the rest goes the general way (`turning.ts`).
 *
 *   count(S in last W) >= k       until the k-th newest fact leaves
 *   days since M >= c             from the start of day(M) + ceil(c) on
 *   time since M >= d             from M + d on
 *   M in last W                   from M until M + W
 */

import type { AggregateValue, CompareOperator, Leaf, PlanWindow, Value } from "../plan/index.js";
import { constant, type Sql, sql } from "./layers.js";
import { NOW } from "./parameters.js";
import type { TruthGroup } from "./signed-due.js";
import { dayOf, FOREVER, shift, startOfDay } from "./time.js";
import { isStill, turningLeaf } from "./turning.js";
import { AT_NOW, factsOf, valueSql, variable } from "./values.js";

const TRUE = constant(String(FOREVER));
const FALSE = constant(`-${FOREVER}`);
/** More days than that are for ever: the engine's dates end in 2299. */
const MOST_DAYS = 100_000;

export function leafSql(leaf: Leaf, group: TruthGroup): Sql {
  return (
    countLeaf(leaf, group) ??
    clockLeaf(leaf, group) ??
    momentLeaf(leaf, group) ??
    turningLeaf(leaf, group)
  );
}

/** `count(S in last W) op literal`: the k-th newest fact decides, and its leaving is the due. */
function countLeaf(leaf: Leaf, group: TruthGroup): Sql | undefined {
  if (leaf.kind !== "compare" || leaf.right.kind !== "literal" || leaf.left.kind !== "aggregate")
    return undefined;
  const { left } = leaf;
  const [window, ...more] = left.windows;
  if (left.fn !== "count" || left.distinct || left.per !== undefined || more.length > 0)
    return undefined;
  if (window?.kind !== "last" || typeof leaf.right.value !== "number") return undefined;
  const limit = leaf.right.value;
  const atLeast = (k: number): Sql => (k <= 0 ? TRUE : kth(left, k, window, group));
  const equal = () =>
    Number.isInteger(limit) && limit >= 0
      ? sql`least(${atLeast(limit)}, negate(${atLeast(limit + 1)}))`
      : FALSE;
  switch (leaf.op) {
    case ">=":
      return atLeast(Math.ceil(limit));
    case ">":
      return atLeast(Math.floor(limit) + 1);
    case "<":
      return sql`negate(${atLeast(Math.ceil(limit))})`;
    case "<=":
      return sql`negate(${atLeast(Math.floor(limit) + 1)})`;
    case "=":
      return equal();
    case "!=":
      return sql`negate(${equal()})`;
    default:
      return undefined;
  }
}

function kth(
  value: AggregateValue,
  k: number,
  window: Extract<PlanWindow, { kind: "last" }>,
  group: TruthGroup,
): Sql {
  if ("ms" in window.length) return group.kthNewest(value, k, window.length.ms);
  // By the calendar, a later fact may leave earlier (31 January + 1 month): order by leaving.
  const x = variable("x");
  const leaving = group.column(
    sql`arrayReverseSort(arrayMap(${x} -> ${shift(x, window.length)}, ${factsOf(value, group)}))`,
  );
  const at = group.column(sql`${leaving}[${k}]`);
  return group.column(sql`if(${at} > ${NOW}, ${at}, ${FALSE})`);
}

const FLIPPED: Partial<Record<CompareOperator, CompareOperator>> = {
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

/** `days since M op c` and `time since M op d`, both sides otherwise still. */
function clockLeaf(leaf: Leaf, group: TruthGroup): Sql | undefined {
  if (leaf.kind !== "compare") return undefined;
  const flipped = FLIPPED[leaf.op];
  if (leaf.left.kind === "since") return sinceLeaf(leaf.left, leaf.op, leaf.right, group);
  if (leaf.right.kind === "since" && flipped !== undefined)
    return sinceLeaf(leaf.right, flipped, leaf.left, group);
  return undefined;
}

function sinceLeaf(
  since: Extract<Value, { kind: "since" }>,
  op: CompareOperator,
  limit: Value,
  group: TruthGroup,
): Sql | undefined {
  if (!isStill(since.moment) || !isStill(limit) || FLIPPED[op] === undefined) return undefined;
  const moment = valueSql(since.moment, group, AT_NOW);
  const beyond = op === ">" || op === "<="; // turns one step after the limit
  const steps = wholeSteps(
    limit,
    { beyond, most: since.measure === "days" ? MOST_DAYS : FOREVER },
    group,
  );
  const from =
    since.measure === "days"
      ? startOfDay(sql`${dayOf(moment)} + ${steps}`)
      : sql`(${moment} + ${steps})`;
  const turn = group.column(sql`if(${from} > ${FOREVER}, ${FOREVER}, ${from})`); // NULL stays NULL
  const reached = sql`if(${turn} <= ${NOW}, ${TRUE}, negate(${turn}))`;
  const asked = op === ">=" || op === ">" ? reached : sql`negate(${reached})`;
  return group.column(sql`ifNull(${asked}, ${FALSE})`);
}

/** The whole number of days (or ms) at which a limit is reached, or passed. */
function wholeSteps(
  limit: Value,
  { beyond, most }: { readonly beyond: boolean; readonly most: number },
  group: TruthGroup,
): Sql {
  if (limit.kind === "literal") {
    const steps = beyond ? Math.floor(Number(limit.value)) + 1 : Math.ceil(Number(limit.value));
    return constant(String(Math.max(-most, Math.min(most, steps))));
  }
  const value = sql`toFloat64(${valueSql(limit, group, AT_NOW)})`;
  const steps = beyond ? sql`floor(${value}) + 1` : sql`ceil(${value})`;
  return group.column(
    sql`if(isNull(${value}) OR isNaN(${value}), NULL, toInt64(greatest(-${most}., least(${most}., ifNull(${steps}, 0)))))`,
  );
}

/** `M in last W` of a still moment: it may lie ahead. */
function momentLeaf(leaf: Leaf, group: TruthGroup): Sql | undefined {
  if (leaf.kind !== "in window") return undefined;
  const [window, ...more] = leaf.windows;
  if (window?.kind !== "last" || more.length > 0 || !isStill(leaf.moment)) return undefined;
  const moment = group.column(valueSql(leaf.moment, group, AT_NOW));
  const end = group.column(shift(moment, window.length));
  return group.column(
    sql`ifNull(multiIf(${moment} > ${NOW}, negate(${moment}), ${end} > ${NOW}, ${end}, ${FALSE}), ${FALSE})`,
  );
}
