/**
 * Values of one row: what is summed, averaged, counted, and the sides of the comparisons in `where`.
 * A row has moments besides numbers and texts (`at`, `launched`), so the arithmetic is the person's.
 */

import type { Call, Expression, Field, Name } from "../syntax/index.js";
import { FIELDS } from "../vocabulary.js";
import { activityAmount } from "./activity.js";
import { resultType } from "./arithmetic.js";
import { hintFor, type RowContext, report } from "./context.js";
import { isOfText, mixedTypes, notOneText, textResult } from "./functions.js";
import type { RowExpression, ValueType } from "./types.js";
import { exactMs, instantMs } from "./windows.js";

const NUMERIC_FUNCTIONS = new Set(["ln", "exp", "abs", "round", "floor", "least", "greatest"]);

export function rowType(row: RowExpression): ValueType | "any" {
  switch (row.kind) {
    case "column":
    case "literal":
    case "property":
    case "arithmetic":
    case "function":
      return row.type;
    case "at":
      return "moment";
    case "occasion":
      return "text";
    case "gap days":
    case "usual":
      return "number";
    case "period":
      return "text";
    default:
      return "boolean";
  }
}

/** A value of the row. `expected` gives a property the type that its use asks for. */
export function rowValue(
  expression: Expression,
  row: RowContext,
  expected?: ValueType | "any",
): RowExpression | undefined {
  switch (expression.kind) {
    case "literal":
      return { kind: "literal", value: expression.value, type: literalType(expression.value) };
    case "instant": {
      const ms = instantMs(expression.text, row.context, expression);
      return ms === undefined ? undefined : { kind: "literal", value: ms, type: "moment" };
    }
    case "duration": {
      const ms = exactMs(expression.duration, row.context, expression);
      return ms === undefined ? undefined : { kind: "literal", value: ms, type: "duration" };
    }
    case "name":
      return nameInRow(expression, row);
    case "field":
      return fieldInRow(expression, row, expected);
    case "arithmetic":
    case "negate":
      return rowArithmetic(expression, row);
    case "call":
      return expression.name === "coalesce"
        ? rowCoalesce(expression, row, expected)
        : rowCall(expression, row);
    case "usual":
      return row.context.workspace.resolvers.usual(expression, row);
    default:
      return report(row.context, expression, {
        code: "not-in-row",
        message: "only fields, literals and arithmetic can stand here",
        hint: `a field of ${row.source.name}: ${row.source.fields.join(", ")}, props.NAME`,
      });
  }
}

/** As of values of the person: numbers, moments and durations; a property in it is a number. */
function rowArithmetic(
  node: Extract<Expression, { kind: "arithmetic" | "negate" }>,
  row: RowContext,
): RowExpression | undefined {
  const op = node.kind === "negate" ? "-" : node.op;
  const right = rowValue(node.kind === "negate" ? node.operand : node.right, row, "number");
  if (right === undefined) return undefined;
  const rightType = rowType(right);
  const left: RowExpression | undefined =
    node.kind !== "negate"
      ? rowValue(node.left, row, "number")
      : { kind: "literal", value: 0, type: rightType === "duration" ? "duration" : "number" };
  if (left === undefined) return undefined;
  const leftType = rowType(left);
  const type =
    leftType === "any" || rightType === "any" ? undefined : resultType(leftType, op, rightType);
  if (type !== undefined) return { kind: "arithmetic", type, op, left, right };
  return report(row.context, node, {
    code: "type-clash",
    message:
      node.kind === "negate"
        ? `a ${rightType} has no negative`
        : `${leftType} ${op} ${rightType} means nothing`,
    hint: "arithmetic works on numbers, moments and durations: at - launched <= 30 days",
  });
}

function rowCall(call: Call, row: RowContext): RowExpression | undefined {
  const { name, args } = call;
  if (isOfText(call)) {
    const [text, ...more] = args.map((arg) => rowValue(arg, row, "text"));
    if (text === undefined) return undefined;
    if (rowType(text) !== "text" || more.length > 0) return notOneText(call, row.context);
    return { kind: "function", type: textResult(call), name, args: [text] };
  }
  if (!NUMERIC_FUNCTIONS.has(name)) {
    return report(row.context, call, {
      code: "not-in-row",
      message: `${name}(...) cannot stand inside an aggregate`,
      hint: hintFor(name, [...NUMERIC_FUNCTIONS, "coalesce", "lower", "length"]),
    });
  }
  const many = name === "least" || name === "greatest";
  if (many ? args.length < 1 : args.length !== 1) {
    return report(row.context, call, {
      code: "wrong-arguments",
      message: `${name} takes ${many ? "at least one number" : "one number"}`,
    });
  }
  const numbers = args.map((a) => numeric(a, row));
  return numbers.every((a) => a !== undefined)
    ? { kind: "function", type: "number", name, args: numbers }
    : undefined;
}

/** The first that is not missing, as of values of the person. */
function rowCoalesce(
  call: Call,
  row: RowContext,
  expected?: ValueType | "any",
): RowExpression | undefined {
  const values = new Map<number, RowExpression>();
  let type = expected;
  for (const pending of [false, true]) {
    for (const [i, arg] of call.args.entries()) {
      if (isProperty(arg) !== pending) continue;
      const value = rowValue(arg, row, type);
      if (value === undefined) return undefined;
      if (values.size > 0 && rowType(value) !== type)
        return mixedTypes(call, row.context, type, rowType(value));
      type = rowType(value);
      values.set(i, value);
    }
  }
  const args = call.args.flatMap((_, i) => values.get(i) ?? []);
  return {
    kind: "function",
    type: type === "any" ? "boolean" : (type ?? "number"),
    name: call.name,
    args,
  };
}

/** Whether the type is what the use asks for. */
export function isProperty(expression: Expression): boolean {
  if (expression.kind === "call" && expression.name === "coalesce")
    return expression.args.every(isProperty);
  return expression.kind === "field" && expression.path[0] === "props";
}

function numeric(expression: Expression, row: RowContext): RowExpression | undefined {
  const value = rowValue(expression, row, "number");
  if (value === undefined || rowType(value) === "number") return value;
  return report(row.context, expression, {
    code: "type-clash",
    message: `a number is needed here, and this is a ${rowType(value)}`,
    hint: "for durations, divide by one: (at - launched) / 1 days",
  });
}

export function literalType(value: number | string | boolean): ValueType {
  return typeof value === "number" ? "number" : typeof value === "string" ? "text" : "boolean";
}

function nameInRow(name: Name, row: RowContext): RowExpression | undefined {
  const binding = row.context.bindings.get(name.name);
  if (row.bare && row.source.derived === "gap" && name.name === "days") return { kind: "gap days" };
  if (row.bare && row.source.fields.includes(name.name)) return column(name.name, row);
  if (binding?.kind === "literal") {
    return { kind: "literal", value: binding.value, type: literalType(binding.value) };
  }
  if (binding?.kind === "family") {
    return report(row.context, name, {
      code: "family-parameter",
      message: `the family's parameter ${name.name} can only be compared with = to a product dimension, joined to the rest by and`,
      hint: `write where category = ${name.name} and ...`,
    });
  }
  const known = row.bare
    ? row.source.fields
    : row.source.fields.map((f) => `${row.source.name}.${f}`);
  return report(row.context, name, {
    code: "unknown-field",
    message: `${row.source.name} has no field ${name.name}`,
    hint: hintFor(name.name, [...known, row.bare ? "props.NAME" : `${row.source.name}.props.NAME`]),
  });
}

function fieldInRow(
  field: Field,
  row: RowContext,
  expected?: ValueType | "any",
): RowExpression | undefined {
  if (field.source !== undefined && field.source !== row.source.name) {
    return report(row.context, field, {
      code: "other-source",
      message: `${field.source}.${field.path.join(".")} is a field of ${field.source}, and this aggregate reads ${row.source.name}`,
      hint: `write ${row.source.name}.FIELD; one aggregate reads one source`,
    });
  }
  const [first, ...rest] = field.path;
  if (first === "props" && rest.length > 0 && row.source.derived === undefined) {
    return { kind: "property", path: rest, type: expected ?? "text" };
  }
  if (first !== undefined && rest.length === 0) {
    if (row.source.derived === "gap" && first === "days") return { kind: "gap days" };
    if (row.source.fields.includes(first)) return column(first, row);
  }
  return report(row.context, field, {
    code: "unknown-field",
    message: `${row.source.name} has no field ${field.path.join(".")}`,
    hint: hintFor(field.path.join("."), [...row.source.fields, "props.NAME"]),
  });
}

/** A field of the vocabulary as a row has it. */
export function column(name: string, row: RowContext): RowExpression | undefined {
  const { settings } = row.context.workspace;
  if (name === "amount") return activityAmount(settings);
  if (name === "occasion") return { kind: "occasion", calendar: settings.gifts };
  if (name === "at") return { kind: "at" };
  const field = FIELDS[name];
  return (
    field && {
      kind: "column",
      column: field.column,
      type: field.type,
      nullable: field.nullable,
      decimal: field.type === "number",
    }
  );
}
