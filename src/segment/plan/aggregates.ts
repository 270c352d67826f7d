/** Aggregates: which facts, at which level, in which windows, and what is made of them. */

import type { Aggregate, Expression, ScopeKey, Step as TreeStep } from "../syntax/index.js";
import { SITE_KINDS, SOURCES, type SourceDefinition } from "../vocabulary.js";
import { sourceFor, writtenOut } from "./activity.js";
import { type Context, hintFor, type Resolved, report } from "./context.js";
import { rowType, rowValue } from "./row-values.js";
import { rowCondition } from "./rows.js";
import type { AggregateValue, Level, RowExpression, Step, Value, ValueType } from "./types.js";
import { planLength, planWindows } from "./windows.js";

/** Product dimensions: what a family's parameter can be, and what `of same` can look to. */
const DIMENSIONS: readonly ScopeKey[] = ["product", "category", "department", "brand"];

export function planAggregate(
  aggregate: Aggregate,
  context: Context,
  expected?: ValueType | "any",
): Resolved | undefined {
  if (aggregate.fn === "share") return planShare(aggregate, context);
  const found = familyLevel(aggregate, context);
  if (found === undefined) return undefined;
  const value = planOne(found.aggregate, found.level, context, expected);
  return value && { value };
}

/** `share(v where C) windows` = sum(v where C) / sum(v), in the same windows. */
function planShare(aggregate: Aggregate, context: Context): Resolved | undefined {
  const step = aggregate.source.steps[0];
  if (
    aggregate.source.steps.length !== 1 ||
    step?.where === undefined ||
    aggregate.value === undefined
  ) {
    return report(context, aggregate, {
      code: "bad-share",
      message: "share needs a value and a condition",
      hint: "write share(line.net where discount > 0)",
    });
  }
  const { where: _, ...plain } = step;
  const part = planAggregate({ ...aggregate, fn: "sum" }, context);
  const whole = planAggregate(
    { ...aggregate, fn: "sum", source: { ...aggregate.source, steps: [plain] } },
    context,
  );
  if (part === undefined || whole === undefined || !("value" in part) || !("value" in whole))
    return undefined;
  return {
    value: { kind: "arithmetic", type: "number", op: "/", left: part.value, right: whole.value },
  };
}

/**
 * In a family, `where category = c and ...` with the family's parameter c groups by category: the
 * conjunct goes away and the level becomes the key. Aggregates without it are the person's.
 */
function familyLevel(
  aggregate: Aggregate,
  context: Context,
): { readonly aggregate: Aggregate; readonly level: Level } | undefined {
  const { of } = aggregate.source;
  const level: Level = of === undefined ? (context.key ?? "person") : of;
  if (
    of !== undefined &&
    of !== "person" &&
    (context.key !== "product" || !["category", "department", "brand"].includes(of))
  ) {
    return report(context, aggregate, {
      code: "bad-same",
      message: `"of same ${of}" can only look from a product to its category, department or brand`,
      hint: "it stands inside some product: ...",
    });
  }
  const where = aggregate.source.steps[0]?.where;
  if (aggregate.source.steps.length !== 1 || where === undefined) return { aggregate, level };
  const conjuncts = where.kind === "and" ? where.operands : [where];
  const own = conjuncts.find((c) => dimensionOfFamily(c, context) !== undefined);
  if (own === undefined) return { aggregate, level };
  const dimension = dimensionOfFamily(own, context);
  const binding =
    own.kind === "comparison" &&
    (parameterOf(own.right, context) ?? parameterOf(own.left, context));
  if (dimension === undefined || !binding) return undefined;
  if (binding.key !== undefined && binding.key !== dimension) {
    return report(context, own, {
      code: "family-two-keys",
      message: `the family's parameter is compared with ${binding.key} and with ${dimension}`,
      hint: "a family has one dimension",
    });
  }
  binding.key = dimension;
  const rest = conjuncts.filter((c) => c !== own);
  const step = aggregate.source.steps[0] as TreeStep;
  const { where: _, ...bare } = step;
  const [first] = rest;
  const left: TreeStep =
    first === undefined
      ? bare
      : { ...bare, where: rest.length === 1 ? first : { kind: "and", operands: rest } };
  return {
    aggregate: { ...aggregate, source: { ...aggregate.source, steps: [left] } },
    level: dimension,
  };
}

function parameterOf(expression: Expression, context: Context) {
  const binding = expression.kind === "name" ? context.bindings.get(expression.name) : undefined;
  return binding?.kind === "family" ? binding.family : undefined;
}

function dimensionOfFamily(conjunct: Expression, context: Context): ScopeKey | undefined {
  if (conjunct.kind !== "comparison" || conjunct.op !== "=") return undefined;
  const { left, right } = conjunct;
  const field = parameterOf(right, context) ? left : parameterOf(left, context) ? right : undefined;
  return field?.kind === "name" ? DIMENSIONS.find((d) => d === field.name) : undefined;
}

function planOne(
  aggregate: Aggregate,
  level: Level,
  context: Context,
  expected?: ValueType | "any",
): AggregateValue | undefined {
  const steps = planSteps(aggregate, level, context);
  const windows = planWindows(aggregate.windows, context);
  const { settings } = context.workspace;
  const last = sourceFor(aggregate.source.steps.at(-1)?.source ?? "", settings);
  if (steps === undefined || last === undefined) return undefined;
  const value = planValue(aggregate, last, context, expected);
  if (windows === undefined || value === undefined) return undefined;
  return {
    kind: "aggregate",
    type: value.type,
    fn: aggregate.fn as AggregateValue["fn"],
    stream: { level, steps },
    distinct: aggregate.distinct === true,
    ...(aggregate.per === undefined ? {} : { per: aggregate.per }),
    ...(value.row === undefined ? {} : { value: value.row }),
    windows,
  };
}

function planSteps(
  aggregate: Aggregate,
  level: Level,
  context: Context,
): readonly Step[] | undefined {
  const planned: Step[] = [];
  const many = aggregate.source.steps.length > 1;
  for (const step of aggregate.source.steps) {
    const source = planSource(step.source, level, { many, node: step }, context);
    if (source === undefined) return undefined;
    if (step.where !== undefined && source.derived === "session") {
      return report(context, step, {
        code: "bad-where",
        message: "sessions have no fields to ask",
        hint: "use some session: ...",
      });
    }
    const where = step.where && rowCondition(step.where, { source, context, bare: true });
    const within = step.within && planLength(step.within, context, step);
    if ((step.where && !where) || (step.within && !within)) return undefined;
    let without: Step["without"];
    if (step.without !== undefined) {
      const other = planSource(step.without.source, level, { many: true, node: step }, context);
      const condition =
        other &&
        step.without.where &&
        rowCondition(step.without.where, { source: other, context, bare: true });
      if (other === undefined || (step.without.where && !condition)) return undefined;
      without = { source: other.name, ...(condition === undefined ? {} : { where: condition }) };
    }
    const made: Step = {
      source: source.name,
      ...(where === undefined ? {} : { where }),
      ...(within === undefined ? {} : { within }),
      ...(without === undefined ? {} : { without }),
    };
    planned.push(writtenOut(made, context.workspace.settings));
  }
  return planned;
}

function planSource(
  name: string,
  level: Level,
  at: { readonly many: boolean; readonly node: TreeStep },
  context: Context,
): SourceDefinition | undefined {
  const source = sourceFor(name, context.workspace.settings);
  if (source === undefined) {
    return report(context, at.node, {
      code: "unknown-source",
      message: `there are no facts called ${name}`,
      hint: hintFor(name, SOURCES.keys()),
    });
  }
  if (source.derived !== undefined && (at.many || level !== "person")) {
    return report(context, at.node, {
      code: "derived-source",
      message: at.many
        ? `${name} cannot be a step of a sequence`
        : `${name} belongs to the person, not to one ${level}`,
      hint: at.many ? "use the facts themselves" : `write ${name} of person`,
    });
  }
  if (level !== "person" && !hasKey(source, level)) {
    return report(context, at.node, {
      code: "no-key",
      message: `${name} facts have no ${level}`,
      hint: `write ${name} of person to see all of the person's`,
    });
  }
  return source;
}

/** Whether facts of a source carry the key of a scope. */
export function hasKey(source: SourceDefinition, key: ScopeKey): boolean {
  if (key === "session")
    return (
      source.kinds.length > 0 &&
      source.kinds.every((k) => (SITE_KINDS as readonly string[]).includes(k))
    );
  return source.fields.includes(key);
}

function planValue(
  aggregate: Aggregate,
  source: SourceDefinition,
  context: Context,
  expected?: ValueType | "any",
): { readonly type: ValueType; readonly row?: RowExpression } | undefined {
  const { fn, value } = aggregate;
  if (value === undefined) {
    if (fn === "count" && !aggregate.distinct) return { type: "number" };
    if (fn === "first" || fn === "last") return { type: "moment" };
    return report(context, aggregate, {
      code: "no-value",
      message: `${aggregate.distinct ? "count(distinct ...)" : fn} needs a field`,
      hint: `for instance ${fn}(${aggregate.distinct ? "distinct " : ""}${source.name}.${source.fields.at(-1) ?? "props.NAME"})`,
    });
  }
  if (fn === "count" && !aggregate.distinct) {
    return report(context, aggregate, {
      code: "count-of-field",
      message: "count counts facts, not a field's values",
      hint: `write count(${source.name}) or count(distinct ${source.name}.FIELD)`,
    });
  }
  const wanted =
    fn === "sum" || fn === "average" || fn === "median"
      ? "number"
      : fn === "min" || fn === "max"
        ? (expected ?? "number")
        : fn === "count"
          ? undefined
          : expected;
  const row = rowValue(value, { source, context, bare: false }, wanted);
  if (row === undefined) return undefined;
  const type = rowType(row);
  const numeric = fn === "sum" || fn === "average" || fn === "median";
  if (
    (numeric && type !== "number") ||
    ((fn === "min" || fn === "max") && (type === "text" || type === "boolean"))
  ) {
    return report(context, value, {
      code: "type-clash",
      message: `${fn} works on numbers${numeric ? "" : ", moments and durations"}, and this is a ${type}`,
      hint:
        type === "duration"
          ? "divide it by one: (line.at - line.launched) / 1 days"
          : "use first(...), last(...) or count(distinct ...)",
    });
  }
  return { type: fn === "count" ? "number" : type === "any" ? "boolean" : type, row };
}

export const isValue = (resolved: Resolved): resolved is { readonly value: Value } =>
  "value" in resolved;
