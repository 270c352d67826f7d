/**
 * `store share(line.net where discount > 0 by category and month)`: a statistic of the store that is
 * looked up by the row at hand. Its dimensions are texts of both, the facts that it is taken of and
 * the row that asks, so a price seen can be compared with the prices paid.
 */

import type { Aggregate, Step as TreeStep, Usual } from "../syntax/index.js";
import { formatExpression } from "../syntax/index.js";
import { FIELDS, type SourceDefinition } from "../vocabulary.js";
import { sourceFor, writtenOut } from "./activity.js";
import { hintFor, type RowContext, report } from "./context.js";
import { column, rowType, rowValue } from "./row-values.js";
import { rowCondition } from "./rows.js";
import { depthBeyond, keep, statisticKey } from "./statistics.js";
import type { Period, PlanWindow, RowExpression, UsualStatistic } from "./types.js";
import { statisticsInRow } from "./walk.js";
import { planWindows } from "./windows.js";

const PERIODS: readonly Period[] = ["day", "week", "month"];
const FUNCTIONS: readonly UsualStatistic["of"]["fn"][] = ["share", "average", "median"];

export function planUsual(node: Usual, row: RowContext): RowExpression | undefined {
  const { context } = row;
  const [step, ...more] = node.of.source.steps;
  const source = step && sourceFor(step.source, context.workspace.settings);
  if (step === undefined || source === undefined) {
    return report(context, node, {
      code: "unknown-source",
      message: `there are no facts called ${step?.source}`,
      hint: "for instance store median(line.price by category)",
    });
  }
  if (more.length > 0 || node.of.source.of !== undefined || source.derived !== undefined) {
    return report(context, node, {
      code: "usual-of-what",
      message: "what is usual is taken of facts as they are, not of sequences, sessions or gaps",
      hint: "for instance store median(line.price by category)",
    });
  }
  const by = node.by.map((name) => dimension(name, node, source, row));
  const of = planOf(node.of, step, source, row);
  if (of === undefined || !by.every((d) => d !== undefined)) return undefined;
  const asked = { kind: "usual", ...of, by } as const;
  const key = statisticKey([asked]);
  const rows = [of.value, ...(of.step.where === undefined ? [] : [of.step.where])];
  keep(context, {
    key,
    text: formatExpression(node),
    of: asked,
    depth: depthBeyond(rows.flatMap(statisticsInRow), context),
  });
  return { kind: "usual", key, by };
}

/** A text that both kinds of fact have, or the period that a fact lies in. */
function dimension(
  name: string,
  node: Usual,
  source: SourceDefinition,
  row: RowContext,
): RowExpression | undefined {
  const per = PERIODS.find((p) => p === name);
  if (per !== undefined) return { kind: "period", per };
  const texts = (of: SourceDefinition) => of.fields.filter((f) => FIELDS[f]?.type === "text");
  const lacking = [source, row.source].find((of) => !texts(of).includes(name));
  if (lacking === undefined) return column(name, row);
  return report(row.context, node, {
    code: "bad-dimension",
    message: `${lacking.name} has no text ${name} to tell facts apart by`,
    hint: hintFor(name, [
      ...texts(source).filter((f) => texts(row.source).includes(f)),
      ...PERIODS,
    ]),
  });
}

function planOf(
  aggregate: Aggregate,
  step: TreeStep,
  source: SourceDefinition,
  { context }: RowContext,
): Omit<UsualStatistic["of"], "kind" | "by"> | undefined {
  const fn = FUNCTIONS.find((f) => f === aggregate.fn);
  if (fn === undefined || aggregate.value === undefined) {
    return report(context, aggregate, {
      code: "usual-function",
      message: `${aggregate.fn} does not say what is usual`,
      hint: "one of share, average, median",
    });
  }
  const value = rowValue(aggregate.value, { source, context, bare: false }, "number");
  const where = step.where && rowCondition(step.where, { source, context, bare: true });
  const windows = planWindows(aggregate.windows, context);
  if (value === undefined || windows === undefined || (step.where && !where)) return undefined;
  if (rowType(value) !== "number") {
    return report(context, aggregate, {
      code: "type-clash",
      message: `${fn} works on numbers, and this is a ${rowType(value)}`,
    });
  }
  if (windows.some((w: PlanWindow) => w.kind === "relative")) {
    return report(context, aggregate, {
      code: "usual-window",
      message: "the store has no moment that a window could be after or before",
      hint: "use in last, from and to, or a season",
    });
  }
  const planned = { source: source.name, ...(where === undefined ? {} : { where }) };
  return { fn, step: writtenOut(planned, context.workspace.settings), value, windows };
}
