/** Calls of the language's own functions on values of the person. */

import type { Call } from "../syntax/index.js";
import { asValue, isPending } from "./as-value.js";
import { type Context, type Resolved, report } from "./context.js";
import type { Value, ValueType } from "./types.js";

export function resolveFunction(
  call: Call,
  context: Context,
  expected?: ValueType | "any",
): Resolved | undefined {
  if (call.name === "bucket") return resolveBucket(call, context);
  if (call.name === "coalesce") return resolveCoalesce(call, context, expected);
  if (isOfText(call)) {
    const [text, ...more] = call.args.map((arg) => asValue(arg, context, "text"));
    if (text === undefined) return undefined;
    if (text.type !== "text" || more.length > 0) return notOneText(call, context);
    return { value: { kind: "function", type: textResult(call), name: call.name, args: [text] } };
  }
  const many = call.name === "least" || call.name === "greatest";
  if (many ? call.args.length < 1 : call.args.length !== 1) {
    return report(context, call, {
      code: "wrong-arguments",
      message: `${call.name} takes ${many ? "at least one number" : "one number"}`,
    });
  }
  const args: Value[] = [];
  for (const arg of call.args) {
    const resolved = context.workspace.resolvers.resolve(arg, context, "number");
    if (resolved === undefined) return undefined;
    if (!("value" in resolved) || resolved.value.type !== "number") {
      return report(context, arg, { code: "type-clash", message: `${call.name} works on numbers` });
    }
    args.push(resolved.value);
  }
  return { value: { kind: "function", type: "number", name: call.name, args } };
}

/** `lower(t)` and `length(t)`. */
export const isOfText = ({ name }: Call): boolean => name === "lower" || name === "length";

export const textResult = ({ name }: Call): ValueType => (name === "lower" ? "text" : "number");

export const notOneText = (call: Call, context: Context): undefined =>
  report(context, call, {
    code: "wrong-arguments",
    message: `${call.name} takes one text`,
    hint: "for instance length(query) >= 3",
  });

/** The first argument that is not missing. All have one type, which properties take from the others. */
function resolveCoalesce(
  call: Call,
  context: Context,
  expected?: ValueType | "any",
): Resolved | undefined {
  const values = new Map<number, Value>();
  let type = expected;
  for (const pending of [false, true]) {
    for (const [i, arg] of call.args.entries()) {
      if (isPending(arg, context) !== pending) continue;
      const value = asValue(arg, context, type);
      if (value === undefined) return undefined;
      if (values.size > 0 && value.type !== type)
        return mixedTypes(call, context, type, value.type);
      ({ type } = value);
      values.set(i, value);
    }
  }
  const args = call.args.flatMap((_, i) => values.get(i) ?? []);
  return { value: { kind: "function", type: args[0]?.type ?? "number", name: call.name, args } };
}

export function mixedTypes(
  call: Call,
  context: Context,
  one: ValueType | "any" | undefined,
  other: ValueType | "any",
): undefined {
  return report(context, call, {
    code: "type-clash",
    message: `${call.name} takes values of one type, and here are a ${one} and a ${other}`,
    hint: "for instance coalesce(last(order), 2020-01-01)",
  });
}

function resolveBucket(call: Call, context: Context): Resolved | undefined {
  const [count, salt] = call.args;
  if (call.args.length === 2 && count?.kind === "literal" && salt?.kind === "literal") {
    if (
      typeof count.value === "number" &&
      Number.isInteger(count.value) &&
      count.value >= 1 &&
      count.value <= 1_000_000 &&
      typeof salt.value === "string"
    ) {
      return { value: { kind: "bucket", type: "number", count: count.value, salt: salt.value } };
    }
  }
  return report(context, call, {
    code: "wrong-arguments",
    message: "bucket takes a number of buckets and a salt",
    hint: "for instance bucket(100, 'november') < 10",
  });
}
