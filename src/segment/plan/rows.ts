/** Conditions on one row: what stands in `where`. */

import type { Comparison, Expression, InWindow } from "../syntax/index.js";
import { type Context, type RowContext, report } from "./context.js";
import { isProperty, rowType, rowValue } from "./row-values.js";
import type { CompareOperator, RowExpression, ValueType } from "./types.js";
import { planWindows } from "./windows.js";

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
    !windows.every((w) => ["range", "season", "days"].includes(w.kind))
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
  let left: RowExpression | undefined;
  let right: RowExpression | undefined;
  if (isProperty(comparison.left) && !isProperty(comparison.right)) {
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
