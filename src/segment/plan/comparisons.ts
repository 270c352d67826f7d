/** Comparisons: both sides as values of one type, or as truths; lists, and classes by name. */

import type { Comparison, Expression, IsValue } from "../syntax/index.js";
import { formatExpression, formatValues } from "../syntax/index.js";
import { asValue, isPending } from "./as-value.js";
import { type Context, report } from "./context.js";
import { join, nowDegree } from "./now-degree.js";
import { simplify } from "./quantify.js";
import { literalType } from "./row-values.js";
import { checkTypes } from "./rows.js";
import type { Truth, Value } from "./types.js";

export function resolveComparison(comparison: Comparison, context: Context): Truth | undefined {
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
  "in season",
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
  const left = context.workspace.resolvers.truth(comparison.left, context);
  const right = context.workspace.resolvers.truth(comparison.right, context);
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
    const value = asValue(left, context, "number");
    const percentile = context.workspace.resolvers.percentile(right, left, context);
    return value && percentile && [value, percentile];
  }
  if (isPending(left, context) && !isPending(right, context)) {
    const known = asValue(right, context);
    const asked = asValue(left, context, textual ? "text" : known?.type);
    return known && asked && [asked, known];
  }
  const known = asValue(left, context, textual ? "text" : undefined);
  const asked = asValue(right, context, textual ? "text" : known?.type);
  return known && asked && [known, asked];
}

function classificationIn(expression: Expression, context: Context): boolean {
  if (expression.kind !== "name") return false;
  const found = context.workspace.definitions.get(expression.name)?.declaration;
  return found?.kind === "attribute" && found.body.kind === "classification";
}

export function resolveIs(is: IsValue, context: Context): Truth | undefined {
  const operand = context.workspace.resolvers.resolve(
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
  // Of one key, or with arguments, the label has no value by its name alone.
  const named = cases.every(({ when }) => when.kind === "named");
  const asked = named ? { label: { name, values: formatValues(is) } } : {};
  const any: Truth = { kind: "or", operands: matches, ...asked };
  return is.negated ? { kind: "not", operand: any } : any;
}
