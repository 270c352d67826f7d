/** Arithmetic of numbers, moments and durations, and what is counted since a moment. */

import type { Expression, Since } from "../syntax/index.js";
import { asValue, isPending } from "./as-value.js";
import { type Context, type Resolved, report, typeOf } from "./context.js";
import type { Value, ValueType } from "./types.js";

export function resolveSince(node: Since, context: Context): Resolved | undefined {
  const moment = context.workspace.resolvers.resolve(node.moment, context, "moment");
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

/** What two types make, of values of the person and of fields of a row alike. */
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

export const resultType = (
  left: ValueType,
  op: "+" | "-" | "*" | "/",
  right: ValueType,
): ValueType | undefined => RESULT[`${left} ${op} ${right}`];

export function resolveArithmetic(
  node: Extract<Expression, { kind: "arithmetic" | "negate" }>,
  context: Context,
): Value | undefined {
  if (node.kind === "negate") {
    const operand = asValue(node.operand, context, "number");
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
  const left = asValue(node.left, context, isPending(node.left, context) ? "number" : undefined);
  const right = asValue(node.right, context, isPending(node.right, context) ? "number" : undefined);
  if (left === undefined || right === undefined) return undefined;
  const type = resultType(left.type, node.op, right.type);
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
