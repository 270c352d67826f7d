/** Expressions over one row: what stands in `where`, and what is summed, averaged, counted. */

import type { Comparison, Expression, Field, InWindow, Name } from "../syntax/index.js";
import { FIELDS, type SourceDefinition } from "../vocabulary.js";
import { type Context, hintFor, report } from "./context.js";
import type { CompareOperator, RowExpression, ValueType } from "./types.js";
import { instantMs, planWindows } from "./windows.js";

export interface RowContext {
  readonly source: SourceDefinition;
  readonly context: Context;
  /** Whether fields are bare (inside `where`) or carry their source (`line.net`). */
  readonly bare: boolean;
}

const NUMERIC_FUNCTIONS = new Set(["ln", "exp", "abs", "round", "floor", "least", "greatest"]);

export function rowType(row: RowExpression): ValueType | "any" {
  switch (row.kind) {
    case "column":
    case "literal":
    case "property":
      return row.type;
    case "gap days":
    case "arithmetic":
    case "function":
      return "number";
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
    case "name":
      return nameInRow(expression, row);
    case "field":
      return fieldInRow(expression, row, expected);
    case "negate": {
      const operand = numeric(expression.operand, row);
      return (
        operand && {
          kind: "arithmetic",
          op: "-",
          left: { kind: "literal", value: 0, type: "number" },
          right: operand,
        }
      );
    }
    case "arithmetic": {
      const left = numeric(expression.left, row);
      const right = numeric(expression.right, row);
      return left && right && { kind: "arithmetic", op: expression.op, left, right };
    }
    case "call": {
      if (!NUMERIC_FUNCTIONS.has(expression.name)) {
        return report(row.context, expression, {
          code: "not-in-row",
          message: `${expression.name}(...) cannot stand inside an aggregate`,
          hint: hintFor(expression.name, NUMERIC_FUNCTIONS),
        });
      }
      const many = expression.name === "least" || expression.name === "greatest";
      if (many ? expression.args.length < 1 : expression.args.length !== 1) {
        return report(row.context, expression, {
          code: "wrong-arguments",
          message: `${expression.name} takes ${many ? "at least one number" : "one number"}`,
        });
      }
      const args = expression.args.map((a) => numeric(a, row));
      return args.every((a) => a !== undefined)
        ? { kind: "function", name: expression.name, args }
        : undefined;
    }
    default:
      return report(row.context, expression, {
        code: "not-in-row",
        message: "only fields, literals and arithmetic can stand here",
        hint: `a field of ${row.source.name}: ${row.source.fields.join(", ")}, props.NAME`,
      });
  }
}

function numeric(expression: Expression, row: RowContext): RowExpression | undefined {
  const value = rowValue(expression, row, "number");
  if (value === undefined || rowType(value) === "number") return value;
  return report(row.context, expression, {
    code: "type-clash",
    message: `a number is needed here, and this is a ${rowType(value)}`,
    hint: "arithmetic works on numbers only",
  });
}

export function literalType(value: number | string | boolean): ValueType {
  return typeof value === "number" ? "number" : typeof value === "string" ? "text" : "boolean";
}

function nameInRow(name: Name, row: RowContext): RowExpression | undefined {
  const binding = row.context.bindings.get(name.name);
  if (row.bare && row.source.derived === "gap" && name.name === "days") return { kind: "gap days" };
  if (row.bare && row.source.fields.includes(name.name)) return column(name.name);
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
    if (row.source.fields.includes(first)) return column(first);
  }
  return report(row.context, field, {
    code: "unknown-field",
    message: `${row.source.name} has no field ${field.path.join(".")}`,
    hint: hintFor(field.path.join("."), [...row.source.fields, "props.NAME"]),
  });
}

function column(name: string): RowExpression | undefined {
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

/** A condition on the row. */
export function rowCondition(expression: Expression, row: RowContext): RowExpression | undefined {
  switch (expression.kind) {
    case "and":
    case "or": {
      const operands = expression.operands.map((o) => rowCondition(o, row));
      return operands.every((o) => o !== undefined)
        ? { kind: expression.kind, operands }
        : undefined;
    }
    case "not": {
      const operand = rowCondition(expression.operand, row);
      return operand && { kind: "not", operand };
    }
    case "comparison":
      return rowComparison(expression, row);
    case "between": {
      const { operand, low, high } = expression;
      const above = rowComparison(
        { kind: "comparison", op: ">=", left: operand, right: low, span: expression.span },
        row,
      );
      const below = rowComparison(
        { kind: "comparison", op: "<=", left: operand, right: high, span: expression.span },
        row,
      );
      return above && below && { kind: "and", operands: [above, below] };
    }
    case "is": {
      const compared = expression.values.map((right) =>
        rowComparison(
          {
            kind: "comparison",
            op: expression.negated ? "!=" : "=",
            left: expression.operand,
            right,
            span: expression.span,
          },
          row,
        ),
      );
      if (!compared.every((c) => c !== undefined)) return undefined;
      return { kind: expression.negated ? "and" : "or", operands: compared };
    }
    case "is set": {
      const operand = rowValue(expression.operand, row, "any");
      if (operand === undefined) return undefined;
      const set: RowExpression = { kind: "set", operand };
      return expression.negated ? { kind: "not", operand: set } : set;
    }
    case "in window":
      return rowWindow(expression, row);
    default: {
      const value = rowValue(expression, row, "boolean");
      if (value === undefined) return undefined;
      if (value.kind === "literal" && typeof value.value === "boolean") return value;
      if (rowType(value) === "boolean") {
        return {
          kind: "compare",
          op: "=",
          left: value,
          right: { kind: "literal", value: true, type: "boolean" },
        };
      }
      return report(row.context, expression, {
        code: "not-a-condition",
        message: "a condition is needed here",
        hint: "compare it with something, for instance price > 50",
      });
    }
  }
}

/** `launched from 2024-01-01 to 2024-02-01`: a window that moves with the clock is refused. */
function rowWindow(node: InWindow, row: RowContext): RowExpression | undefined {
  const operand = rowValue(node.moment, row, "moment");
  const windows = planWindows(node.windows, row.context);
  if (operand === undefined || windows === undefined) return undefined;
  if (
    rowType(operand) !== "moment" ||
    !windows.every((w) => w.kind === "range" || w.kind === "season")
  ) {
    return report(row.context, node, {
      code: "window-in-where",
      message: "a condition on one fact cannot move with the clock",
      hint: "from D to D and seasons can stand here; give any other window to the aggregate",
    });
  }
  return { kind: "inside", operand, windows };
}

function rowComparison(comparison: Comparison, row: RowContext): RowExpression | undefined {
  const { op } = comparison;
  const text = op === "contains" || op === "starts with";
  const pending = (e: Expression) => e.kind === "field" && e.path[0] === "props";
  let left: RowExpression | undefined;
  let right: RowExpression | undefined;
  if (pending(comparison.left) && !pending(comparison.right)) {
    right = rowValue(comparison.right, row);
    left = rowValue(comparison.left, row, text ? "text" : right && rowType(right));
  } else {
    left = rowValue(comparison.left, row, text ? "text" : undefined);
    right = rowValue(comparison.right, row, text ? "text" : left && rowType(left));
  }
  if (left === undefined || right === undefined) return undefined;
  return checkTypes(op, rowType(left), rowType(right), comparison, row.context)
    ? { kind: "compare", op, left, right }
    : undefined;
}

/** Types never mix; order comparisons work on numbers, moments and durations. */
export function checkTypes(
  op: CompareOperator,
  left: ValueType | "any",
  right: ValueType | "any",
  node: Expression,
  context: Context,
): boolean {
  const textual = op === "contains" || op === "starts with";
  if (left !== right || (textual && left !== "text")) {
    report(context, node, {
      code: "type-clash",
      message: textual
        ? `"${op}" compares texts, not ${left} with ${right}`
        : `a ${left} cannot be compared with a ${right}`,
      hint:
        left === "number" && right === "text"
          ? "leave out the quotes: 5, not '5'"
          : left === "text" && right === "number"
            ? "put the value into quotes: '5'"
            : "both sides must be of one type",
    });
    return false;
  }
  if (op !== "=" && op !== "!=" && !textual && (left === "text" || left === "boolean")) {
    report(context, node, {
      code: "no-order",
      message: `${left === "text" ? "texts" : "truths"} have no order, so ${op} cannot compare them`,
      hint: "use = or is",
    });
    return false;
  }
  return true;
}
