/**
 * What the store counts as activity, written out: the source `activity`, the days between which
 * `gap` is taken, and the people over whom percentiles are taken are orders, or the events that the
 * settings name. The plan has no such word any more, so nothing below it knows of the setting.
 */

import type { StoreSettings } from "../settings.js";
import { SOURCES, type SourceDefinition } from "../vocabulary.js";
import type { RowExpression, Step } from "./types.js";

/** A source as the store means it. */
export function sourceFor(name: string, settings: StoreSettings): SourceDefinition | undefined {
  const source = SOURCES.get(name);
  if (source?.name !== "activity" || settings.activity.kind === "orders") return source;
  const { flag: _, ...events } = source;
  return { ...events, kinds: [] };
}

/** `activity.amount`: the order's net, or the property that the settings name. */
export function activityAmount({ activity }: StoreSettings): RowExpression {
  if (activity.kind === "events")
    return { kind: "property", path: activity.amount, type: "number" };
  return { kind: "column", column: "net", type: "number", nullable: false, decimal: true };
}

/** A step in the words that the plan has. */
export function writtenOut(step: Step, settings: StoreSettings): Step {
  const { activity } = settings;
  const written = without(step, settings);
  if (step.source === "activity") {
    if (activity.kind === "orders") return { ...written, source: "placed" };
    const { where } = step;
    const named = isNamed(activity.names);
    const operands = where === undefined ? [named] : [named, where];
    return { ...written, source: "event", where: { kind: "and", operands } };
  }
  const counted = countedStep(settings);
  return step.source === "gap" && counted !== undefined ? { ...written, of: counted } : written;
}

function without(step: Step, settings: StoreSettings): Step {
  if (step.without === undefined) return step;
  const { source, where } = writtenOut(step.without, settings);
  return { ...step, without: { source, ...(where === undefined ? {} : { where }) } };
}

/** The events that stand for kept orders; undefined where orders count themselves. */
export function countedStep({ activity }: StoreSettings): Step | undefined {
  if (activity.kind === "orders") return undefined;
  return { source: "event", where: isNamed(activity.names) };
}

function isNamed(names: readonly string[]): RowExpression {
  const operands = names.map(
    (value): RowExpression => ({
      kind: "compare",
      op: "=",
      left: { kind: "column", column: "name", type: "text", nullable: false, decimal: false },
      right: { kind: "literal", value, type: "text" },
    }),
  );
  const [only] = operands;
  return operands.length === 1 && only !== undefined ? only : { kind: "or", operands };
}
