/** An expression as a value, and the question whether its use decides its type. */

import type { Expression } from "../syntax/index.js";
import { type Context, report } from "./context.js";
import type { Value, ValueType } from "./types.js";

export function asValue(
  expression: Expression,
  context: Context,
  expected?: ValueType | "any",
): Value | undefined {
  const resolved = context.workspace.resolvers.resolve(expression, context, expected);
  if (resolved === undefined) return undefined;
  if ("value" in resolved) return resolved.value;
  return report(context, expression, {
    code: "condition-as-value",
    message: "this is a condition; it cannot be compared",
    hint: "use it by itself, or with not",
  });
}

/** Whether an expression's type is decided by its use: a property. */
export function isPending(expression: Expression, context: Context): boolean {
  if (expression.kind === "trait") return true;
  if (expression.kind === "aggregate") {
    return (
      expression.fn !== "count" &&
      expression.value?.kind === "field" &&
      expression.value.path[0] === "props"
    );
  }
  if (expression.kind === "call" && expression.name === "coalesce")
    return expression.args.every((arg) => isPending(arg, context));
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
