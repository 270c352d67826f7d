/** Percentiles: the frozen inputs of a text, and the population that each is taken over. */

import { createHash } from "node:crypto";
import type { Expression, Percentile } from "../syntax/index.js";
import { formatExpression } from "../syntax/index.js";
import { countedStep, sourceFor, writtenOut } from "./activity.js";
import { type Context, person, report } from "./context.js";
import { rowType, rowValue } from "./row-values.js";
import type {
  AggregateValue,
  Length,
  PercentileStatistic,
  Statistic,
  Stream,
  Truth,
  Value,
} from "./types.js";
import { statisticsIn, statisticsInRow, visitValue } from "./walk.js";

/** Hexadecimal digits of a statistic's name. */
export const STATISTIC_KEY_LENGTH = 16;

export function planPercentile(
  percentile: Percentile,
  left: Expression | undefined,
  context: Context,
): Value | undefined {
  const { percent } = percentile;
  if (!(percent >= 0 && percent <= 100)) {
    return report(context, percentile, {
      code: "bad-percent",
      message: `p${percent} is no percentile`,
      hint: "p0 to p100",
    });
  }
  if (percentile.store) return planStorePercentile(percentile, context);
  const of = percentile.of ?? left;
  if (of === undefined) {
    return report(context, percentile, {
      code: "percentile-of-what",
      message: `p${percent} stands on the right of a comparison, or names what it is of`,
      hint: `write p${percent}(sum(order.net))`,
    });
  }
  if (percentile.of === undefined && (context.key !== undefined || context.family !== undefined)) {
    return report(context, percentile, {
      code: "percentile-in-key",
      message: "percentiles are over people, not over a person's keys or a family's arguments",
      hint: `name a figure of the person: p${percent}(...)`,
    });
  }
  const over = person(context);
  const scope = {
    ...over,
    bindings: context.family === undefined ? context.bindings : over.bindings,
  };
  const resolved = context.workspace.resolvers.resolve(of, scope, "number");
  if (resolved === undefined) return undefined;
  if (!("value" in resolved) || resolved.value.type !== "number") {
    return report(context, of, {
      code: "type-clash",
      message: "a percentile is taken of a number",
      hint: "for durations, divide by one: time since x / 1 days",
    });
  }
  const among = amongWhom(percentile, scope);
  if (among === "faulty") return undefined;
  const window = among === undefined ? commonWindow(resolved.value) : undefined;
  const buyers = countedStep(context.workspace.settings);
  return register(context, {
    percent,
    text: formatExpression({ ...percentile, of }),
    of: {
      kind: "people",
      value: resolved.value,
      ...(among === undefined ? {} : { among }),
      ...(window === undefined ? {} : { window }),
      ...(buyers === undefined ? {} : { buyers }),
    },
    depth: depthOf([resolved.value], among, context),
  });
}

/** The condition behind `among`, if there is one. */
function amongWhom({ among }: Percentile, scope: Context): Truth | undefined | "faulty" {
  if (among === undefined) return undefined;
  const resolved = scope.workspace.resolvers.resolve(among, scope, "boolean");
  if (resolved === undefined) return "faulty";
  if ("truth" in resolved) return resolved.truth;
  report(scope, among, { code: "not-a-condition", message: "among needs a condition" });
  return "faulty";
}

function planStorePercentile(percentile: Percentile, context: Context): Value | undefined {
  const of = percentile.of;
  const name = of && firstSource(of);
  const source = name === undefined ? undefined : sourceFor(name, context.workspace.settings);
  if (of === undefined || source === undefined) {
    return report(context, percentile, {
      code: "percentile-of-what",
      message: "a store percentile is taken of a field of facts",
      hint: `write store p${percentile.percent}(gap.days)`,
    });
  }
  const value = rowValue(of, { source, context, bare: false }, "number");
  if (value === undefined) return undefined;
  if (rowType(value) !== "number") {
    return report(context, of, {
      code: "type-clash",
      message: `a percentile is taken of numbers, and this is a ${rowType(value)}`,
    });
  }
  const among = amongWhom(percentile, person(context));
  if (among === "faulty") return undefined;
  const step = writtenOut({ source: source.name }, context.workspace.settings);
  const stream: Stream = { level: "person", steps: [step] };
  return register(context, {
    percent: percentile.percent,
    text: formatExpression(percentile),
    of: { kind: "facts", stream, value, ...(among === undefined ? {} : { among }) },
    depth: Math.max(depthOf([], among, context), depthBeyond(statisticsInRow(value), context)),
  });
}

function firstSource(expression: Expression): string | undefined {
  switch (expression.kind) {
    case "field":
      return expression.source;
    case "arithmetic":
      return firstSource(expression.left) ?? firstSource(expression.right);
    case "negate":
      return firstSource(expression.operand);
    case "call":
      return expression.args.map(firstSource).find((s) => s !== undefined);
    default:
      return undefined;
  }
}

function register(context: Context, statistic: Omit<PercentileStatistic, "key">): Value {
  const key = statisticKey([statistic.percent, statistic.of]);
  keep(context, { ...statistic, key });
  return { kind: "statistic", type: "number", key };
}

/** Statistics are named by what they mean, so that equal ones are one and versions compare. */
export const statisticKey = (meaning: readonly unknown[]): string =>
  createHash("sha256").update(JSON.stringify(meaning)).digest("hex").slice(0, STATISTIC_KEY_LENGTH);

export function keep({ workspace }: Context, statistic: Statistic): void {
  if (!workspace.statistics.has(statistic.key)) workspace.statistics.set(statistic.key, statistic);
}

/** The one rolling window that all windowed aggregates of a value share, if there is one. */
function commonWindow(value: Value): Length | undefined {
  const lengths = new Map<string, Length>();
  visitValue(value, (v: Value) => {
    if (v.kind !== "aggregate") return;
    for (const w of (v as AggregateValue).windows)
      if (w.kind === "last") lengths.set(JSON.stringify(w.length), w.length);
  });
  return lengths.size === 1 ? [...lengths.values()][0] : undefined;
}

function depthOf(values: readonly Value[], among: Truth | undefined, context: Context): number {
  return depthBeyond(statisticsIn(values, among === undefined ? [] : [among]), context);
}

/** The depth of what needs these statistics. */
export function depthBeyond(keys: Iterable<string>, { workspace }: Context): number {
  return Math.max(0, ...[...keys].map((k) => 1 + (workspace.statistics.get(k)?.depth ?? 0)));
}
