/**
 * When a comparison's answer turns by the clock, in the general case. Its windowed facts leave at
 * known instants; the comparison is asked at each of them in turn until the answer is another one:
 *
 *   candidates   t1 < t2 < t3 ...        the instants at which a fact enters or leaves (at most 64)
 *   values       v1   v2   v3            each aggregate at those instants, one array for each
 *   turn         the first ti whose comparison differs from now's
 *
 * Counts and exact sums over one rolling window get their values from one merge of the facts'
 * leaving instants with the candidates, linear after sorting; other aggregates are made anew at
 * each candidate. A comparison that moves along the clock is solved for its crossing besides.
 */

import {
  type AggregateValue,
  joinDegrees,
  type Leaf,
  nowDegree,
  type PlanWindow,
  type Value,
  visitValue,
} from "../plan/index.js";
import { list, type Sql, sql } from "./layers.js";
import { NOW } from "./parameters.js";
import { comparisonSql } from "./rows.js";
import { calendarTurn, dayOf, FOREVER, inside, startOfDay, turns } from "./time.js";
import {
  AT_NOW,
  type At,
  aggregateId,
  factsOf,
  type Group,
  leavingFacts,
  momentSql,
  valueSql,
  variable,
} from "./values.js";

/** Candidate instants that one comparison is asked at; beyond, it is evaluated anew. */
const MOST_CANDIDATES = 64;
/** Crossings farther away than this many days (some 200 years) are never. */
const FARTHEST_DAYS = 73_000;
const DAY_MS = 86_400_000;

/** The comparison as UInt8 at a time. */
export function leafAt(leaf: Leaf, group: Group, at: At): Sql {
  if (leaf.kind === "set") return sql`isNotNull(${valueSql(leaf.operand, group, at)})`;
  if (leaf.kind === "compare") {
    const left = valueSql(leaf.left, group, at);
    const right = valueSql(leaf.right, group, at);
    return {
      text: comparisonSql(leaf.op, left.text, right.text),
      layer: Math.max(left.layer, right.layer),
    };
  }
  const moment = valueSql(leaf.moment, group, at);
  const conditions = leaf.windows.map((w) =>
    inside(w, moment, at.now, (r) => momentSql(r, group, at)),
  );
  if (leaf.windows.some((w) => w.kind === "last")) conditions.push(sql`${moment} <= ${at.now}`); // it may lie ahead
  return sql`ifNull(${list(conditions, " AND ")}, 0)`;
}

/** What can make a value another one while nothing happens. */
interface Turning {
  /** Arrays of instants (past ones included) at which a fact enters or leaves a window. */
  readonly instants: Sql[];
  /** Beyond these, nothing is known: the end of the calendar period after the next turn. */
  readonly ends: Sql[];
  /** The aggregates that turn. */
  readonly aggregates: Map<string, AggregateValue>;
}

/** Instants at which a value may become another one; past ones may be among them. */
export function turningInstants(value: Value, group: Group): readonly Sql[] {
  const turning: Turning = { instants: [], ends: [], aggregates: new Map() };
  collectTurns(value, group, turning);
  return [...turning.instants, ...turning.ends.map((e) => sql`[${e}]`)];
}

function collectTurns(value: Value, group: Group, into: Turning): void {
  visitValue(value, (v) => {
    if (v.kind !== "aggregate") return;
    const rolling = v.windows.filter((w) => w.kind === "last" || w.kind === "ago");
    if (v.windows.some((w) => !["range", "season", "days"].includes(w.kind)))
      into.aggregates.set(aggregateId(v), v);
    const merged = leavingFacts(v, group);
    if (merged !== undefined) {
      into.instants.push(sql`arrayMap(p -> p.1, ${merged})`);
    } else if (rolling.length > 0) {
      const x = variable("x");
      const instant = v.value === undefined ? x : sql`${x}.1`;
      for (const w of rolling) {
        for (const turn of turns(w, instant))
          into.instants.push(sql`arrayMap(${x} -> ${turn}, ${factsOf(v, group)})`);
      }
    }
    collectCalendar(v.windows, into);
  });
}

function collectCalendar(windows: readonly PlanWindow[], into: Turning): void {
  for (const window of windows) {
    const calendar = calendarTurn(window);
    if (calendar === undefined) continue;
    into.instants.push(sql`[${calendar.next}]`);
    into.ends.push(calendar.end);
  }
}

function collectLeafTurns(leaf: Leaf, group: Group): Turning {
  const into: Turning = { instants: [], ends: [], aggregates: new Map() };
  if (leaf.kind === "set") collectTurns(leaf.operand, group, into);
  if (leaf.kind === "compare") {
    collectTurns(leaf.left, group, into);
    collectTurns(leaf.right, group, into);
  }
  if (leaf.kind === "in window") {
    collectTurns(leaf.moment, group, into);
    const moment = group.column(valueSql(leaf.moment, group, AT_NOW));
    const add = (instant: Sql) => into.instants.push(sql`if(isNull(${moment}), [], [${instant}])`);
    const set = sql`assumeNotNull(${moment})`;
    if (leaf.windows.some((w) => w.kind === "last")) add(set);
    for (const w of leaf.windows) {
      for (const turn of turns(w, set)) add(turn);
      if (w.kind === "relative") collectTurns(w.moment, group, into);
    }
    collectCalendar(leaf.windows, into);
  }
  return into;
}

/** Whether the clock alone can never change a value. */
export function isStill(value: Value): boolean {
  let still = nowDegree(value).degree === 0;
  visitValue(value, (v) => {
    if (
      v.kind === "aggregate" &&
      v.windows.some((w) => w.kind === "last" || w.kind === "ago" || w.kind === "calendar")
    )
      still = false;
  });
  return still;
}

/** The signed due of any comparison. */
export function turningLeaf(leaf: Leaf, group: Group): Sql {
  const turning = collectLeafTurns(leaf, group);
  const now = group.column(leafAt(leaf, group, AT_NOW));
  const moves =
    leaf.kind === "compare" &&
    joinDegrees(nowDegree(leaf.left), nowDegree(leaf.right)).degree === 1;
  if (turning.instants.length === 0 && !moves)
    return group.column(sql`if(${now}, ${FOREVER}, -${FOREVER})`);
  const ends = list(
    turning.ends.length === 0 ? [{ text: String(FOREVER), layer: 0 }] : turning.ends,
  );
  const end = turning.ends.length > 1 ? sql`least(${ends})` : ends;
  if (!moves) {
    const alone = turnOfOne(leaf, group, now, turning);
    if (alone !== undefined) return alone;
    const candidates = group.column(
      sql`arraySlice(${ahead(turning.instants)}, 1, ${MOST_CANDIDATES})`,
    );
    return turnAmong(leaf, group, { now, candidates, end, turning });
  }
  const crossings = crossingsSql(leaf, group, turning);
  if (turning.instants.length === 0)
    return turnAmong(leaf, group, {
      now,
      candidates: group.column(ahead([crossings])),
      end,
      turning,
    });
  // A change of the facts bends the line: nothing is known beyond the first one.
  const bend = group.column(sql`${ahead(turning.instants)}[1]`);
  const c = variable("c");
  const before = sql`arrayFilter(${c} -> ${bend} = 0 OR ${c} <= ${bend}, ${ahead([crossings, sql`[${bend}]`])})`;
  return turnAmong(leaf, group, {
    now,
    candidates: group.column(before),
    end: sql`if(${bend} > 0, ${bend}, ${end})`,
    turning,
  });
}

/**
 * One count or exact sum alone decides: its values to come are the total less what has left, fact
 * by fact, and no candidates need to be made. (Of facts that leave together the first may wake.)
 */
function turnOfOne(leaf: Leaf, group: Group, now: Sql, turning: Turning): Sql | undefined {
  const [[id, value] = ["", undefined], ...more] = [...turning.aggregates];
  if (value === undefined || more.length > 0 || (value.fn !== "count" && value.fn !== "sum"))
    return undefined;
  const merged = leavingFacts(value, group);
  if (merged === undefined || turning.instants.length !== 1) return undefined;
  const gone =
    value.fn === "count" ? sql`arrayEnumerate(${merged})` : sql`arrayCumSum(p -> p.2, ${merged})`;
  const total =
    value.fn === "count"
      ? sql`toInt64(length(${merged}))`
      : group.column(sql`arraySum(p -> p.2, ${merged})`);
  const then = leafAt(leaf, group, {
    ...AT_NOW,
    given: new Map([[id, sql`toFloat64(${total} - gone)`]]),
  });
  const turn = group.column(sql`arrayFirst((p, gone) -> ${then} != ${now}, ${merged}, ${gone}).1`);
  return group.column(
    sql`multiIf(${turn} = 0, if(${now}, ${FOREVER}, -${FOREVER}), ${now}, ${turn}, negate(${turn}))`,
  );
}

/** Future instants, ascending, each once. */
function ahead(instants: readonly Sql[]): Sql {
  const c = variable("c");
  return sql`arraySort(arrayDistinct(arrayFilter(${c} -> ${c} > ${NOW}, arrayConcat(${list(instants)}))))`;
}

interface Search {
  readonly now: Sql;
  readonly candidates: Sql;
  /** Where the search must begin anew if nothing turned. */
  readonly end: Sql;
  readonly turning: Turning;
}

function turnAmong(leaf: Leaf, group: Group, { now, candidates, end, turning }: Search): Sql {
  const t = variable("t");
  const given = new Map<string, Sql>();
  const values: Sql[] = [];
  for (const [id, aggregate] of turning.aggregates) {
    const v = variable(`v${given.size}`);
    given.set(id, v);
    values.push(valuesAt(aggregate, candidates, group));
  }
  const names = list([t, ...given.values()]);
  const then = leafAt(leaf, group, { now: t, day: dayOf(t), given });
  const arrays = list([candidates, ...values]);
  const turn = group.column(sql`arrayFirst((${names}) -> ${then} != ${now}, ${arrays})`);
  const until = group.column(
    sql`multiIf(${turn} > 0, ${turn}, length(${candidates}) = ${MOST_CANDIDATES}, ${candidates}[${MOST_CANDIDATES}], ${end})`,
  );
  return group.column(sql`if(${now}, ${until}, negate(${until}))`);
}

/** An aggregate at each candidate instant, as a column of its own. */
function valuesAt(value: AggregateValue, candidates: Sql, group: Group): Sql {
  const merged = leavingFacts(value, group);
  if (merged === undefined) {
    const t = variable("t");
    return group.column(
      sql`arrayMap(${t} -> ${valueSql(value, group, { now: t, day: dayOf(t) })}, ${candidates})`,
    );
  }
  const counts = value.fn === "count";
  const at = (of: "sum" | "count"): Sql => {
    const amounts =
      of === "count" ? sql`arrayMap(p -> 1, ${merged})` : sql`arrayMap(p -> p.2, ${merged})`;
    const total = group.column(
      of === "count" ? sql`length(${merged})` : sql`arraySum(p -> p.2, ${merged})`,
    );
    const left = sql`arrayMap((p, gone, i) -> (p.1, toUInt8(0), i, toFloat64(${total} - gone)), ${merged}, arrayCumSum(${amounts}), arrayEnumerate(${merged}))`;
    const asked = sql`arrayMap(c -> (c, toUInt8(1), toUInt32(0), toFloat64(0)), ${candidates})`;
    const all = group.column(
      sql`arraySort(m -> (m.1, m.2, m.3), arrayConcat([(toInt64(0), toUInt8(0), toUInt32(0), toFloat64(${total}))], ${left}, ${asked}))`,
    );
    return group.column(
      sql`arrayMap(f -> f.4, arrayFilter((f, m) -> m.2 = 1, arrayFill(m -> m.2 = 0, ${all}), ${all}))`,
    );
  };
  if (counts) return at("count");
  if (value.fn === "sum") return at("sum");
  return group.column(sql`arrayMap((s, n) -> s / nullIf(n, 0), ${at("sum")}, ${at("count")})`);
}

/**
 * Where left - right, a straight line along the clock, crosses zero: the instants around it. What
 * leaves a window on the way bends the line; up to there its aggregates stay what they are now.
 */
function crossingsSql(
  leaf: Extract<Leaf, { kind: "compare" }>,
  group: Group,
  { aggregates }: Turning,
): Sql {
  const days = joinDegrees(nowDegree(leaf.left), nowDegree(leaf.right)).clock === "days";
  const difference = (at: At) =>
    sql`(toFloat64(${valueSql(leaf.left, group, at)}) - toFloat64(${valueSql(leaf.right, group, at)}))`;
  const given = new Map([...aggregates].map(([id, a]) => [id, valueSql(a, group, AT_NOW)]));
  const later: At = days
    ? { now: AT_NOW.now, day: sql`(${AT_NOW.day} + 1)`, given }
    : { now: sql`(${AT_NOW.now} + ${DAY_MS})`, day: AT_NOW.day, given };
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
