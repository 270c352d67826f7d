/** Expressions -> typed values and truths; every name is written out on the way. */

import type {
  Comparison,
  Expression,
  InWindow,
  IsSet,
  IsValue,
  Quantifier,
  Since,
} from "../syntax/index.js";
import { formatExpression } from "../syntax/index.js";
import { type Context, type Resolved, report, typeOf } from "./context.js";
import { resolveCall, resolveName } from "./names.js";
import { join, nowDegree } from "./now-degree.js";
import { quantify, simplify } from "./quantify.js";
import { checkTypes, literalType } from "./rows.js";
import type { Truth, Value, ValueType } from "./types.js";
import { exactMs, instantMs, planWindows } from "./windows.js";

export function resolve(
  expression: Expression,
  context: Context,
  expected?: ValueType | "any",
): Resolved | undefined {
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
    case "quantifier":
      return resolveQuantifier(expression, context);
  }
}

function resolveComparison(comparison: Comparison, context: Context): Truth | undefined {
  const { op } = comparison;
  const labels = classificationIn(comparison.left, context);
  if (labels && (op === "=" || op === "!=") && comparison.right.kind === "literal") {
    return resolveIs(
      {
        kind: "is",
        operand: comparison.left,
        values: [comparison.right],
        negated: op === "!=",
        span: comparison.span,
      },
      context,
    );
  }
  if (
    (op === "=" || op === "!=") &&
    (isCondition(comparison.left, context) || isCondition(comparison.right, context))
  ) {
    return comparedTruths(comparison, context);
  }
  const sides = comparedValues(comparison, context);
  if (sides === undefined) return undefined;
  const [left, right] = sides;
  if (!checkTypes(op, left.type, right.type, comparison, context)) return undefined;
  const clock = join(nowDegree(left), nowDegree(right));
  if (clock.degree === 2 || clock.clock === "mixed") {
    return report(context, comparison, {
      code: "not-linear",
      message: "the clock may enter a comparison only linearly, as days or as time but not both",
      hint: "do not multiply, divide by, or round what is counted since a moment",
    });
  }
  return { kind: "compare", op, left, right, text: formatExpression(comparison) };
}

const CONDITIONS: ReadonlySet<Expression["kind"]> = new Set([
  "and",
  "or",
  "not",
  "comparison",
  "is",
  "is set",
  "between",
  "in window",
  "quantifier",
]);

/** Whether an expression is a truth rather than a value: a condition, or the name of one. */
function isCondition(expression: Expression, context: Context): boolean {
  if (CONDITIONS.has(expression.kind)) return true;
  if (expression.kind !== "name" && expression.kind !== "call") return false;
  const found = context.workspace.definitions.get(expression.name)?.declaration;
  if (found === undefined || context.bindings.has(expression.name)) return false;
  if (found.kind === "segment") return true;
  const { body } = found;
  return (
    body.kind !== "classification" &&
    body !== expression &&
    !context.workspace.open.includes(found.name) &&
    isCondition(body, context)
  );
}

/** Two truths are equal if both hold or neither does. */
function comparedTruths(comparison: Comparison, context: Context): Truth | undefined {
  const left = truthOf(comparison.left, context);
  const right = truthOf(comparison.right, context);
  if (left === undefined || right === undefined) return undefined;
  const not = (operand: Truth): Truth => ({ kind: "not", operand });
  const same = simplify({
    kind: "or",
    operands: [
      { kind: "and", operands: [left, right] },
      { kind: "and", operands: [not(left), not(right)] },
    ],
  });
  return comparison.op === "=" ? same : not(same);
}

/** Both sides as values, a property taking the type of the other side, a bare p90 the other side itself. */
function comparedValues(
  comparison: Pick<Comparison, "left" | "right" | "op">,
  context: Context,
): readonly [Value, Value] | undefined {
  const { left, right, op } = comparison;
  const textual = op === "contains" || op === "starts with";
  if (right.kind === "percentile" && right.of === undefined) {
    const value = valueOf(left, context, "number");
    const percentile = context.workspace.resolvers.percentile(right, left, context);
    return value && percentile && [value, percentile];
  }
  if (isPending(left, context) && !isPending(right, context)) {
    const known = valueOf(right, context);
    const asked = valueOf(left, context, textual ? "text" : known?.type);
    return known && asked && [asked, known];
  }
  const known = valueOf(left, context, textual ? "text" : undefined);
  const asked = valueOf(right, context, textual ? "text" : known?.type);
  return known && asked && [known, asked];
}

function valueOf(
  expression: Expression,
  context: Context,
  expected?: ValueType | "any",
): Value | undefined {
  const resolved = resolve(expression, context, expected);
  if (resolved === undefined) return undefined;
  if ("value" in resolved) return resolved.value;
  return report(context, expression, {
    code: "condition-as-value",
    message: "this is a condition; it cannot be compared",
    hint: "use it by itself, or with not",
  });
}

/** Whether an expression's type is decided by its use: a property. */
function isPending(expression: Expression, context: Context): boolean {
  if (expression.kind === "trait") return true;
  if (expression.kind === "aggregate") {
    return (
      expression.fn !== "count" &&
      expression.value?.kind === "field" &&
      expression.value.path[0] === "props"
    );
  }
  if (expression.kind !== "name" && expression.kind !== "call") return false;
  const body = context.workspace.definitions.get(expression.name)?.declaration;
  return (
    body?.kind === "attribute" &&
    body.body.kind !== "classification" &&
    body.body.kind !== "name" &&
    body.body.kind !== "call" &&
    isPending(body.body, context)
  );
}

function classificationIn(expression: Expression, context: Context): boolean {
  if (expression.kind !== "name") return false;
  const found = context.workspace.definitions.get(expression.name)?.declaration;
  return found?.kind === "attribute" && found.body.kind === "classification";
}

function resolveIs(is: IsValue, context: Context): Truth | undefined {
  const operand = resolve(
    is.operand,
    context,
    is.values[0]?.kind === "literal" ? literalType(is.values[0].value) : "text",
  );
  if (operand === undefined) return undefined;
  if ("value" in operand && operand.value.kind === "label") {
    return labelIs(operand.value, is, context);
  }
  const truths: Truth[] = [];
  for (const value of is.values) {
    const truth = resolveComparison(
      {
        kind: "comparison",
        op: is.negated ? "!=" : "=",
        left: is.operand,
        right: value,
        span: is.span,
      },
      context,
    );
    if (truth === undefined) return undefined;
    truths.push(truth);
  }
  const [only] = truths;
  return truths.length === 1 && only !== undefined
    ? only
    : { kind: is.negated ? "and" : "or", operands: truths };
}

/** `stage is new`: its case holds and none before it does. */
function labelIs(
  label: Extract<Value, { kind: "label" }>,
  is: IsValue,
  context: Context,
): Truth | undefined {
  const { cases, otherwise, name } = label.classification;
  const values = [...new Set([...cases.map((c) => c.value), otherwise])];
  const matches: Truth[] = [];
  for (const asked of is.values) {
    const value = asked.kind === "name" ? asked.name : String(asked.value);
    if (!values.includes(value)) {
      return report(context, asked, {
        code: "unknown-value",
        message: `${name} is never ${value}`,
        hint: `it is one of ${values.join(", ")}; use brackets if "or" begins another condition`,
      });
    }
    cases.forEach((c, i) => {
      if (c.value === value)
        matches.push({
          kind: "and",
          operands: [
            ...cases.slice(0, i).map((e): Truth => ({ kind: "not", operand: e.when })),
            c.when,
          ],
        });
    });
    if (otherwise === value)
      matches.push({
        kind: "and",
        operands: cases.map((e): Truth => ({ kind: "not", operand: e.when })),
      });
  }
  const any: Truth = { kind: "or", operands: matches };
  return is.negated ? { kind: "not", operand: any } : any;
}

function resolveIsSet(isSet: IsSet, context: Context): Truth | undefined {
  const value = valueOf(
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
  const moment = valueOf(node.moment, context, "moment");
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

function resolveSince(node: Since, context: Context): Resolved | undefined {
  const moment = resolve(node.moment, context, "moment");
  if (moment === undefined) return undefined;
  if (typeOf(moment) !== "moment" || !("value" in moment)) {
    return report(context, node.moment, {
      code: "not-a-moment",
      message: `${node.measure} since needs a moment, and this is a ${typeOf(moment)}`,
      hint: "for instance days since last(order)",
    });
  }
  return {
    value: {
      kind: "since",
      type: node.measure === "days" ? "number" : "duration",
      measure: node.measure,
      moment: moment.value,
    },
  };
}

const RESULT: Readonly<Record<string, ValueType>> = {
  "number + number": "number",
  "number - number": "number",
  "number * number": "number",
  "number / number": "number",
  "duration + duration": "duration",
  "duration - duration": "duration",
  "duration / duration": "number",
  "duration * number": "duration",
  "number * duration": "duration",
  "duration / number": "duration",
  "moment + duration": "moment",
  "duration + moment": "moment",
  "moment - duration": "moment",
  "moment - moment": "duration",
};

function resolveArithmetic(
  node: Extract<Expression, { kind: "arithmetic" | "negate" }>,
  context: Context,
): Value | undefined {
  if (node.kind === "negate") {
    const operand = valueOf(node.operand, context, "number");
    if (operand === undefined) return undefined;
    if (operand.type === "number" || operand.type === "duration") {
      if (operand.kind === "literal" && typeof operand.value === "number")
        return { ...operand, value: -operand.value };
      return {
        kind: "arithmetic",
        type: operand.type,
        op: "-",
        left: { kind: "literal", type: operand.type, value: 0 },
        right: operand,
      };
    }
    return report(context, node, {
      code: "type-clash",
      message: `a ${operand.type} has no negative`,
    });
  }
  const left = valueOf(node.left, context, isPending(node.left, context) ? "number" : undefined);
  const right = valueOf(node.right, context, isPending(node.right, context) ? "number" : undefined);
  if (left === undefined || right === undefined) return undefined;
  const type = RESULT[`${left.type} ${node.op} ${right.type}`];
  if (type !== undefined) return { kind: "arithmetic", type, op: node.op, left, right };
  return report(context, node, {
    code: "type-clash",
    message: `${left.type} ${node.op} ${right.type} means nothing`,
    hint:
      left.type === "moment" || right.type === "moment"
        ? "use days since M or time since M"
        : "both sides must be numbers",
  });
}
