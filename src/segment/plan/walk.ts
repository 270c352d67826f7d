/** Walks over plans: every value, every truth, every statistic that something needs. */

import type { AggregateValue, Plan, PlanWindow, RowExpression, Truth, Value } from "./types.js";

export function visitValue(
  value: Value,
  see: (value: Value) => void,
  seeTruth?: (truth: Truth) => void,
): void {
  see(value);
  switch (value.kind) {
    case "aggregate":
      visitWindows(value.windows, see, seeTruth);
      return;
    case "arithmetic":
      visitValue(value.left, see, seeTruth);
      visitValue(value.right, see, seeTruth);
      return;
    case "function":
      for (const a of value.args) visitValue(a, see, seeTruth);
      return;
    case "since":
      visitValue(value.moment, see, seeTruth);
      return;
    case "label":
      for (const c of value.classification.cases) visitTruth(c.when, see, seeTruth);
      return;
    case "literal":
    case "statistic":
    case "bucket":
      return;
  }
}

function visitWindows(
  windows: readonly PlanWindow[],
  see: (value: Value) => void,
  seeTruth?: (truth: Truth) => void,
): void {
  for (const w of windows) if (w.kind === "relative") visitValue(w.moment, see, seeTruth);
}

export function visitTruth(
  truth: Truth,
  see: (value: Value) => void,
  seeTruth?: (truth: Truth) => void,
): void {
  seeTruth?.(truth);
  switch (truth.kind) {
    case "and":
    case "or":
      for (const o of truth.operands) visitTruth(o, see, seeTruth);
      return;
    case "not":
      visitTruth(truth.operand, see, seeTruth);
      return;
    case "named":
      visitTruth(truth.truth, see, seeTruth);
      return;
    case "quantifier":
      visitTruth(truth.body, see, seeTruth);
      return;
    case "compare":
      visitValue(truth.left, see, seeTruth);
      visitValue(truth.right, see, seeTruth);
      return;
    case "set":
      visitValue(truth.operand, see, seeTruth);
      return;
    case "in window":
      visitValue(truth.moment, see, seeTruth);
      visitWindows(truth.windows, see, seeTruth);
      return;
    case "constant":
    case "in days":
    case "member":
      return;
  }
}

/** The expressions over rows that an aggregate is made of. */
function rowsOf({ stream, value }: AggregateValue): readonly RowExpression[] {
  const wheres = stream.steps.flatMap((s) => [s.where, s.of?.where, s.without?.where]);
  return [value, ...wheres].filter((row) => row !== undefined);
}

/** Keys of the statistics that a row's expression looks up. */
export function statisticsInRow(row: RowExpression): readonly string[] {
  switch (row.kind) {
    case "usual":
      return [row.key];
    case "arithmetic":
    case "compare":
      return [row.left, row.right].flatMap(statisticsInRow);
    case "function":
      return row.args.flatMap(statisticsInRow);
    case "and":
    case "or":
      return row.operands.flatMap(statisticsInRow);
    case "not":
    case "set":
    case "inside":
      return statisticsInRow(row.operand);
    case "column":
    case "property":
    case "at":
    case "occasion":
    case "gap days":
    case "period":
    case "literal":
      return [];
  }
}

/** Keys of all statistics that these depend on directly. */
export function statisticsIn(values: readonly Value[], truths: readonly Truth[]): Set<string> {
  const keys = new Set<string>();
  const see = (v: Value) => {
    if (v.kind === "statistic") keys.add(v.key);
    if (v.kind === "aggregate") for (const key of rowsOf(v).flatMap(statisticsInRow)) keys.add(key);
  };
  for (const v of values) visitValue(v, see);
  for (const t of truths) visitTruth(t, see);
  return keys;
}

/** Names of the families whose members these ask for. */
export function familiesIn(truth: Truth): Set<string> {
  const names = new Set<string>();
  visitTruth(
    truth,
    () => undefined,
    (t) => {
      if (t.kind === "member") names.add(t.family);
    },
  );
  return names;
}

/** Everything with a name that a plan asks of a person: segments, cases of labels, conditions. */
export function namedTruths(plan: Plan): Map<string, Truth> {
  const found = new Map<string, Truth>();
  const seeTruth = (truth: Truth) => {
    if (truth.kind === "named") found.set(truth.name, truth.truth);
  };
  const see = () => undefined;
  for (const { truth } of [...plan.segments, ...plan.families]) visitTruth(truth, see, seeTruth);
  for (const { value } of plan.attributes) {
    if (value.kind === "truth") visitTruth(value.truth, see, seeTruth);
    else visitValue(value, see, seeTruth);
  }
  return found;
}
