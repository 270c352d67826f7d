/**
 * How far back each base stream must be read: the widest rolling window over all its uses, so that
 * a product scope with a 7-day window reads 7 days of facts and not all of them.
 */

import {
  type AggregateValue,
  type Plan,
  type Truth,
  type Value,
  visitTruth,
  visitValue,
} from "../plan/index.js";
import { SESSION_GAP_MS } from "../vocabulary.js";
import { streamId } from "./scan.js";
import { atMost } from "./time.js";
import { isDirect } from "./values.js";

export function collectBounds(plan: Plan): Map<string, number> {
  const bounds = new Map<string, number>();
  const see = (value: Value) => {
    if (value.kind === "aggregate") addBound(value, bounds);
  };
  const ask = (truth: Truth) => visitTruth(truth, see);
  for (const s of plan.segments) ask(s.truth);
  for (const f of plan.families) {
    ask(f.truth);
    if (f.top !== undefined) visitValue(f.top.by, see);
  }
  for (const a of plan.attributes) {
    if (a.value.kind === "truth") ask(a.value.truth);
    else visitValue(a.value, see, (t) => ask(t));
  }
  return bounds;
}

function addBound(value: AggregateValue, bounds: Map<string, number>): void {
  if (isDirect(value)) return; // it reads by itself, and makes no other reach farther
  const { steps, level } = value.stream;
  const reach = (
    source: string,
    where: (typeof steps)[number]["where"],
    of: typeof value.value,
    back: number,
  ) => {
    const id = streamId(level, source, where, of);
    bounds.set(id, Math.max(bounds.get(id) ?? 0, back));
  };
  const [only] = steps;
  if (only === undefined || only.source === "gap") {
    const of = only?.of ?? { source: "order" };
    reach(of.source, of.where, undefined, Number.POSITIVE_INFINITY);
    return;
  }
  let back = Number.POSITIVE_INFINITY;
  for (const w of value.windows) {
    if (w.kind === "last") back = Math.min(back, atMost(w.length));
    if (w.kind === "ago") back = Math.min(back, atMost(w.to));
  }
  if (steps.length > 1) {
    // The windows are about the last step; each one before may lie farther back by its limit.
    for (const [i, step] of [...steps.entries()].reverse()) {
      reach(step.source, step.where, i === steps.length - 1 ? value.value : undefined, back);
      if (i > 0) back += step.within === undefined ? Number.POSITIVE_INFINITY : atMost(step.within);
      if (step.without) reach(step.without.source, step.without.where, undefined, back);
    }
    return;
  }
  // A session that starts in the window shows by the gap before it.
  if (only.source === "session") reach("site", undefined, undefined, back + SESSION_GAP_MS);
  else reach(only.source, only.where, value.value, back);
}
