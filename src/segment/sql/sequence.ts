/** Sequences of facts: A then B [within W] [without C], as arrays of the last step's facts. */

import { assert } from "../../base/index.js";
import type { RowExpression, Step } from "../plan/index.js";
import { type Layers, type Sql, sql } from "./layers.js";
import { shift } from "./time.js";

interface Sequence {
  readonly steps: readonly Step[];
  /** Of the last step's facts. */
  readonly value: RowExpression | undefined;
}

/** All facts of a step, newest first, with a value or without. */
type FactsOf = (step: Pick<Step, "source" | "where">, value: RowExpression | undefined) => Sql;

/**
 * All are merged in order of time, B before A and C at equal instants (equal is neither before nor
 * after). For each B only the latest A before it matters: an earlier one is farther away and has at
 * least as much between. So one fill-forward pass over the merged facts decides, linear in their
 * number.
 */
export function sequenceSql({ steps, value }: Sequence, layers: Layers, factsOf: FactsOf): Sql {
  let done: Sql | undefined;
  for (const [i, step] of steps.entries()) {
    const last = i === steps.length - 1;
    const own = factsOf(step, last ? value : undefined);
    const between = step.without && factsOf(step.without, undefined);
    const then: Then = { own, step, between, valued: last && value !== undefined };
    if (done === undefined) done = own;
    else if (step.within !== undefined && "months" in step.within) {
      done = thenByCalendar(done, then, layers);
    } else done = thenMerged(done, then, layers);
  }
  assert(done !== undefined, "a sequence has steps");
  return done;
}

interface Then {
  readonly own: Sql;
  readonly step: Step;
  /** Facts that must not lie between. */
  readonly between: Sql | undefined;
  readonly valued: boolean;
}

function thenMerged(before: Sql, { own, step, between, valued }: Then, layers: Layers): Sql {
  const b = valued
    ? sql`arrayMap(x -> (x.1, toUInt8(0), x.2, x.3), ${own})`
    : sql`arrayMap(x -> (x, toUInt8(0), toUInt64(0), NULL), ${own})`;
  const mark = (facts: Sql, type: number) =>
    sql`arrayMap(x -> (x, toUInt8(${type}), toUInt64(0), NULL), ${facts})`;
  const more = between === undefined ? sql`` : sql`, ${mark(between, 2)}`;
  const merged = layers.column(
    sql`arraySort(x -> (x.1, x.2, x.3), arrayConcat(${b}, ${mark(before, 1)}${more}))`,
  );
  const latest = (type: number) =>
    layers.column(
      sql`arrayFill((v, k) -> k, arrayMap(x -> if(x.2 = ${type}, x.1, toInt64(0)), ${merged}), arrayMap(x -> x.2 = ${type}, ${merged}))`,
    );
  const a = latest(1);
  const conditions = ["m.2 = 0", "a > 0"];
  if (step.within !== undefined)
    conditions.push(`m.1 <= ${shift({ text: "a", layer: 0 }, step.within).text}`);
  if (between !== undefined) conditions.push("c <= a");
  const c = between === undefined ? a : latest(2);
  const kept = sql`arrayFilter((m, a, c) -> ${conditions.join(" AND ")}, ${merged}, ${a}, ${c})`;
  return layers.column(
    valued
      ? sql`arrayReverseSort(x -> (x.1, x.2), arrayMap(m -> (m.1, m.3, m.4), ${kept}))`
      : sql`arrayReverseSort(arrayMap(m -> m.1, ${kept}))`,
  );
}

/** By the calendar an earlier A may reach farther (30 January + 1 month): every A is asked. */
function thenByCalendar(before: Sql, { own, step, between, valued }: Then, layers: Layers): Sql {
  assert(step.within !== undefined, "a step within a length");
  const instant = valued ? "b.1" : "b";
  const reach = shift({ text: "a", layer: 0 }, step.within).text;
  const none =
    between === undefined
      ? sql``
      : sql` AND NOT arrayExists(c -> c > a AND c < ${instant}, ${between})`;
  return layers.column(
    sql`arrayFilter(b -> arrayExists(a -> a < ${instant} AND ${instant} <= ${reach}${none}, ${before}), ${own})`,
  );
}
