/** Expressions -> typed values and truths; every name is written out on the way. */

import { periodsBetween } from "../calendar/index.js";
import type { Expression, InWindow, IsSet, Quantifier } from "../syntax/index.js";
import { formatExpression } from "../syntax/index.js";
import { resolveArithmetic, resolveSince } from "./arithmetic.js";
import { asValue, isPending } from "./as-value.js";
import { resolveComparison, resolveIs } from "./comparisons.js";
import { type Context, type Resolved, report } from "./context.js";
import { resolveCall, resolveName } from "./names.js";
import { nowDegree } from "./now-degree.js";
import { quantify } from "./quantify.js";
import { literalType } from "./row-values.js";
import type { Truth, ValueType } from "./types.js";
import { exactMs, instantMs, planWindows, seasonAsked } from "./windows.js";

export function resolve(
  expression: Expression,
  context: Context,
  expected?: ValueType | "any",
): Resolved | undefined {
  const { budget } = context.workspace;
  budget.left--;
  if (budget.left === 0) {
    report(context, expression, {
      code: "too-large",
      message: "written out, this definition is too large to be evaluated",
      hint: "use fewer names of names; give intermediate conditions as segments",
    });
  }
  if (budget.left <= 0) return undefined;
  switch (expression.kind) {
    case "literal":
      return {
        value: { kind: "literal", type: literalType(expression.value), value: expression.value },
      };
    case "duration": {
      const ms = exactMs(expression.duration, context, expression);
      return ms === undefined
        ? undefined
        : { value: { kind: "literal", type: "duration", value: ms } };
    }
    case "instant": {
      const ms = instantMs(expression.text, context, expression);
      return ms === undefined
        ? undefined
        : { value: { kind: "literal", type: "moment", value: ms } };
    }
    case "name":
      return resolveName(expression, context, expected);
    case "call":
      return resolveCall(expression, context, expected);
    case "trait":
      return context.workspace.resolvers.aggregate(
        {
          kind: "aggregate",
          fn: "last",
          source: {
            steps: [{ source: "identified" }],
            ...(context.key === undefined ? {} : { of: "person" as const }),
          },
          value: { kind: "field", source: "identified", path: ["props", ...expression.path] },
          windows: [],
          span: expression.span,
        },
        context,
        expected,
      );
    case "field":
      return report(context, expression, {
        code: "field-outside",
        message: `${expression.source ?? ""}.${expression.path.join(".")} has many values; say which`,
        hint: `for instance last(${expression.source ?? "order"}.${expression.path.join(".")})`,
      });
    case "aggregate":
      return context.workspace.resolvers.aggregate(expression, context, expected);
    case "percentile": {
      const value = context.workspace.resolvers.percentile(expression, undefined, context);
      return value && { value };
    }
    case "usual":
      return report(context, expression, {
        code: "usual-outside",
        message: "what is usual for a fact is asked of facts, inside an aggregate",
        hint: "for instance sum(line.net * store share(line.net where discount > 0 by category))",
      });
    case "arithmetic":
    case "negate": {
      const value = resolveArithmetic(expression, context);
      return value && { value };
    }
    case "since":
      return resolveSince(expression, context);
    default: {
      const truth = resolveTruth(expression, context);
      return truth && { truth };
    }
  }
}

/** A condition: a truth, or a true-or-false value. */
export function truthOf(expression: Expression, context: Context): Truth | undefined {
  const resolved = resolve(expression, context, "boolean");
  if (resolved === undefined) return undefined;
  if ("truth" in resolved) return resolved.truth;
  const { value } = resolved;
  if (value.kind === "literal" && typeof value.value === "boolean")
    return { kind: "constant", value: value.value };
  if (value.type === "boolean") {
    return {
      kind: "compare",
      op: "=",
      left: value,
      right: { kind: "literal", type: "boolean", value: true },
      text: formatExpression(expression),
    };
  }
  return report(context, expression, {
    code: "not-a-condition",
    message: `a condition is needed here, and this is a ${value.type}`,
    hint: "compare it with something, for instance count(order) >= 2",
  });
}

type Conditional = Exclude<
  Expression,
  {
    kind:
      | "literal"
      | "duration"
      | "instant"
      | "name"
      | "call"
      | "trait"
      | "field"
      | "aggregate"
      | "percentile"
      | "usual"
      | "arithmetic"
      | "negate"
      | "since";
  }
>;

function resolveTruth(expression: Conditional, context: Context): Truth | undefined {
  switch (expression.kind) {
    case "and":
    case "or": {
      const operands = expression.operands.map((o) => truthOf(o, context));
      return operands.every((o) => o !== undefined)
        ? { kind: expression.kind, operands }
        : undefined;
    }
    case "not": {
      const operand = truthOf(expression.operand, context);
      return operand && { kind: "not", operand };
    }
    case "comparison":
      return resolveComparison(expression, context);
    case "between": {
      const { operand, low, high, span } = expression;
      const above = resolveComparison(
        { kind: "comparison", op: ">=", left: operand, right: low, span },
        context,
      );
      const below = resolveComparison(
        { kind: "comparison", op: "<=", left: operand, right: high, span },
        context,
      );
      return above && below && { kind: "and", operands: [above, below] };
    }
    case "is":
      return resolveIs(expression, context);
    case "is set":
      return resolveIsSet(expression, context);
    case "in window":
      return resolveInWindow(expression, context);
    case "in season": {
      const part = seasonAsked(expression, context);
      if (part === undefined) return undefined;
      const periods = periodsBetween(part, context.workspace.settings.gifts);
      return { kind: "in days", periods, text: formatExpression(expression) };
    }
    case "quantifier":
      return resolveQuantifier(expression, context);
  }
}

function resolveIsSet(isSet: IsSet, context: Context): Truth | undefined {
  const value = asValue(
    isSet.operand,
    context,
    isPending(isSet.operand, context) ? "any" : undefined,
  );
  if (value === undefined) return undefined;
  if (nowDegree(value).degree === 2) {
    return report(context, isSet, {
      code: "not-linear",
      message: "the clock may enter only linearly",
    });
  }
  const set: Truth = {
    kind: "set",
    operand: value,
    text: formatExpression({ ...isSet, negated: false }),
  };
  return isSet.negated ? { kind: "not", operand: set } : set;
}

function resolveInWindow(node: InWindow, context: Context): Truth | undefined {
  const moment = asValue(node.moment, context, "moment");
  const windows = planWindows(node.windows, context);
  if (moment === undefined || windows === undefined) return undefined;
  if (moment.type !== "moment" || nowDegree(moment).degree !== 0) {
    return report(context, node.moment, {
      code: "not-a-moment",
      message: `a window can hold a moment, and this is ${moment.type === "moment" ? "one that moves with the clock" : `a ${moment.type}`}`,
      hint: "for instance first(order) in last 30 days",
    });
  }
  return { kind: "in window", moment, windows, text: formatExpression(node) };
}

function resolveQuantifier(node: Quantifier, context: Context): Truth | undefined {
  if (context.key !== undefined) {
    return report(context, node, {
      code: "nested-key",
      message: "keys cannot be nested",
      hint: "name the inner condition as a segment of its own",
    });
  }
  // Keys are the person's, in a family too: its parameter means nothing inside.
  const bindings = new Map([...context.bindings].filter(([, b]) => b.kind === "literal"));
  const { family: _, ...outside } = context;
  const body = truthOf(node.body, { ...outside, bindings, key: node.key });
  if (body === undefined) return undefined;
  const text = formatExpression(node);
  if (node.quantity === "no")
    return { kind: "not", operand: quantify("some", node.key, body, text) };
  return quantify(node.quantity, node.key, body, text);
}
