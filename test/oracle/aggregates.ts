/** Section 4: one number, value or moment made from a person's facts. */

import type { Aggregate, Expression, Step } from "../../src/segment/syntax/tree.js";
import { periodName } from "./calendar.js";
import { factsSeen } from "./keys.js";
import type { Row, Run, Scope } from "./run.js";
import { sourceDefinition, stream } from "./sources.js";
import { typeOf } from "./types.js";
import {
  type Asked,
  asNumber,
  comparable,
  exact,
  exactToNumber,
  isExact,
  isLength,
  isMoment,
  leaveRow,
  length,
  moment,
  quantile,
  type Value,
} from "./values.js";
import { insideAll } from "./windows.js";

export function aggregate(run: Run, e: Aggregate, scope: Scope, asked: Asked): Value {
  if (scope.source !== undefined) throw new Error("ill-typed: an aggregate inside an aggregate");
  const rows = rowsInside(run, e, scope);
  const last = e.source.steps.at(-1) as Step;
  if (e.fn === "count" && e.distinct !== true) {
    if (e.per === undefined) return rows.length;
    const { per } = e;
    return new Set(rows.map((row) => periodName(row.ts, per, run.zone))).size;
  }
  if (e.value === undefined) {
    if (e.fn !== "first" && e.fn !== "last") throw new Error(`ill-typed: ${e.fn} of nothing`);
    const row = rows.at(e.fn === "first" ? 0 : -1);
    return row === undefined ? undefined : moment(row.ts);
  }
  const { value } = e;
  const rowScope = { ...scope, source: last.source };
  const type = typeOf(run, value, rowScope) ?? askedOf(e, asked);
  const valuesOf = (rows: readonly Row[]) =>
    rows.map((row) => run.value(value, { ...rowScope, row }, type)).filter((v) => v !== undefined);
  if (e.fn === "share") {
    const whole = {
      ...e,
      source: { ...e.source, steps: [...e.source.steps.slice(0, -1), withoutWhere(last)] },
    };
    const denominator = sum(valuesOf(rowsInside(run, whole, scope)));
    return denominator === 0 ? undefined : sum(valuesOf(rows)) / denominator;
  }
  return ofValues(e, valuesOf(rows));
}

/** The rows of the stream, in order of time, for which all windows hold. */
function rowsInside(run: Run, e: Aggregate, scope: Scope): Row[] {
  const { of, steps } = e.source;
  const isDerived = steps.some((step) => sourceDefinition(step.source).derived !== undefined);
  if (isDerived && scope.key !== undefined && of !== "person") {
    throw new Error("ill-typed: sessions and gaps are of the person");
  }
  const facts = factsSeen(scope, of);
  const isInside = insideAll(run, e.windows, scope);
  return stream(run, e.source, facts, scope).filter((row) => isInside(row.ts));
}

function withoutWhere(step: Step): Step {
  const { where: _where, ...rest } = step;
  return rest;
}

/** What an aggregate asks of a property: the ends of a stream pass on what they are asked. */
function askedOf(e: Aggregate, asked: Asked): Asked {
  if (e.fn === "first" || e.fn === "last") return asked;
  return e.fn === "count" ? "text" : "number";
}

/** `values` are not missing and in order of time. */
function ofValues(e: Aggregate, values: readonly Exclude<Value, undefined>[]): Value {
  switch (e.fn) {
    case "count":
      return new Set(values.map(comparable)).size;
    case "sum":
      return sum(values);
    case "average":
      return values.length === 0 ? undefined : sum(values) / values.length;
    case "median":
      return quantile(
        values.map((value) => asNumber(value) as number),
        0.5,
      );
    case "min":
    case "max": {
      if (values.length === 0) return undefined;
      const best = (e.fn === "min" ? Math.min : Math.max)(
        ...values.map((value) => comparable(value) as number),
      );
      if (isMoment(values[0])) return moment(best);
      return isLength(values[0]) ? length(best) : best;
    }
    case "first":
      return leaveRow(values.at(0));
    case "last":
      return leaveRow(values.at(-1));
    case "share":
      throw new Error("a share is made of two sums");
  }
}

/** Stored amounts are added exactly, doubles in order of time. */
export function sum(values: readonly Value[]): number {
  if (values.every(isExact))
    return exactToNumber(exact(values.reduce((total, v) => total + v.units, 0n)));
  return values.reduce((total: number, value) => total + (asNumber(value) as number), 0);
}

/** The values of a row expression over the rows of one source, for `store p50(...)`. */
export function rowValues(run: Run, value: Expression, source: string, scope: Scope): number[] {
  const rows = stream(run, { steps: [{ source }] }, scope.facts, scope);
  return rows
    .map((row) => asNumber(run.value(value, { ...scope, source, row }, "number")))
    .filter((number) => number !== undefined);
}
