/**
 * Expressions as text, with brackets exactly where the parser needs them: around an operand that
 * binds more weakly than its place, and around the greedy ends (a quantifier's body, a list of
 * values, an aggregate before a window) where they would take what stands behind. An `and` directly
 * in an `and` was written in brackets, and stays so.
 */

import { formatAggregate, formatUsual } from "./format-aggregates.js";
import {
  formatNumber,
  INSIDE_BRACKETS,
  type Place,
  STRENGTHS,
  type Strength,
} from "./format-place.js";
import { formatDuration, formatSeason, formatWindow } from "./format-windows.js";
import { blank, flatten, group, indent, type Layout, seam } from "./layout.js";
import { quoteText } from "./lex-text.js";
import { lex } from "./lexer.js";
import { isListed } from "./look-ahead.js";
import type { Expression, IsValue, Literal, Logic, Name, Percentile, Quantifier } from "./tree.js";
import { isMoment } from "./walk-tree.js";

export function writeExpression(node: Expression, atLeast: Strength, place: Place): Layout {
  const weak = STRENGTHS.indexOf(strengthOf(node)) < STRENGTHS.indexOf(atLeast);
  if (!weak && !isTaken(node, place)) return body(node, place);
  return group(["(", indent([seam, body(node, INSIDE_BRACKETS)]), seam, ")"]);
}

function strengthOf(node: Expression): Strength {
  switch (node.kind) {
    case "or":
    case "and":
    case "not":
    case "comparison":
      return node.kind;
    case "quantifier":
      return "not";
    case "is":
    case "is set":
    case "between":
    case "in window":
      return "comparison";
    case "arithmetic":
      return node.op === "+" || node.op === "-" ? "sum" : "product";
    case "negate":
      return "sign";
    default:
      return "primary";
  }
}

/** Whether the node, without brackets, would take what stands behind it, or leave its window. */
function isTaken(node: Expression, place: Place): boolean {
  switch (node.kind) {
    case "quantifier":
      return place.joined === true;
    case "is":
      return place.nextOperand !== undefined && continuesList(place.nextOperand, place.windows);
    case "in window":
      return !place.windows;
    case "aggregate":
      return place.windowFollows === true && place.windows && !isMoment(node);
    default:
      return false;
  }
}

function continuesList(next: string, windows: boolean): boolean {
  return isListed({ tokens: lex(next, () => {}), index: 0 }, 0, windows);
}

function body(node: Expression, place: Place): Layout {
  switch (node.kind) {
    case "literal":
      return formatLiteral(node);
    case "duration":
      return formatDuration(node.duration);
    case "instant":
      return node.text;
    case "name":
      return node.name;
    case "call":
      return [node.name, formatList(node.args)];
    case "trait":
      return ["person", ...node.path].join(".");
    case "field":
      return [...(node.source === undefined ? [] : [node.source]), ...node.path].join(".");
    case "aggregate":
      return formatAggregate(node, writeExpression);
    case "percentile":
      return formatPercentile(node);
    case "in season":
      return `now ${formatSeason(node)}`;
    case "usual":
      return formatUsual(node, writeExpression);
    case "since":
      return [`${node.measure} since `, writeExpression(node.moment, "primary", place)];
    case "negate":
      return ["-", writeExpression(node.operand, "sign", place)];
    case "not":
      return ["not ", writeExpression(node.operand, "not", place)];
    case "and":
    case "or":
      return formatLogic(node, place);
    case "quantifier":
      return group([
        formatQuantity(node),
        indent([blank, writeExpression(node.body, "or", place)]),
      ]);
    default:
      return formatRelation(node, place);
  }
}

type Relation = Extract<
  Expression,
  { kind: "arithmetic" | "comparison" | "is" | "is set" | "between" | "in window" }
>;

/** Operands of a relation are numbers, texts, moments: only their right end meets what follows. */
function formatRelation(node: Relation, place: Place): Layout {
  const left: Place = { windows: place.windows };
  switch (node.kind) {
    case "arithmetic": {
      const isSum = node.op === "+" || node.op === "-";
      const [first, second] = isSum
        ? (["sum", "product"] as const)
        : (["product", "sign"] as const);
      const right = writeExpression(node.right, second, place);
      return [writeExpression(node.left, first, left), ` ${node.op} `, right];
    }
    case "comparison": {
      const right = writeExpression(node.right, "sum", left);
      return [writeExpression(node.left, "sum", left), ` ${node.op} `, right];
    }
    case "is": {
      const operand = writeExpression(node.operand, "sum", left);
      return [operand, node.negated ? " is not " : " is ", formatValues(node)];
    }
    case "is set": {
      const operand = writeExpression(node.operand, "sum", left);
      return [operand, node.negated ? " is not set" : " is set"];
    }
    case "between": {
      const ends = [node.low, node.high].map((end) => writeExpression(end, "sum", left));
      return [writeExpression(node.operand, "sum", left), " between ", ends[0]!, " and ", ends[1]!];
    }
    case "in window": {
      const moment = writeExpression(node.moment, "sum", { ...left, windowFollows: true });
      const windows = node.windows.map((window) => [" ", formatWindow(window, writeExpression)]);
      return [moment, windows];
    }
  }
}

/** From the last operand to the first, since a list of values must know what follows. */
function formatLogic(node: Logic, place: Place): Layout {
  const parts: Layout[] = node.operands.map(() => "");
  let next: string | undefined;
  for (const [i, operand] of [...node.operands.entries()].reverse()) {
    const isLast = i === node.operands.length - 1;
    const inner: Place = isLast
      ? place
      : {
          windows: place.windows,
          joined: true,
          ...(node.kind === "or" && next !== undefined && { nextOperand: next }),
        };
    const part = writeExpression(operand, node.kind === "or" ? "and" : "not", inner);
    const isOpen = node.kind === "or" && operand.kind === "and";
    const set = isOpen ? indent(part) : part;
    parts[i] = i === 0 ? set : [blank, `${node.kind} `, set];
    next = node.kind === "or" ? flatten(part) : undefined;
  }
  return group(parts);
}

function formatQuantity({ quantity, key }: Quantifier): string {
  const words =
    typeof quantity === "string" ? quantity : `at least ${formatNumber(quantity.atLeast)}`;
  return `${words} ${key}:`;
}

function formatPercentile(node: Percentile): Layout {
  const name = `${node.store ? "store " : ""}p${formatNumber(node.percent)}`;
  if (node.of === undefined) return name;
  const of = writeExpression(node.of, "or", INSIDE_BRACKETS);
  if (node.among === undefined) return [name, "(", of, ")"];
  return [name, "(", of, " among ", writeExpression(node.among, "or", INSIDE_BRACKETS), ")"];
}

function formatList(nodes: readonly Expression[]): Layout {
  const parts = nodes.map((node) => writeExpression(node, "or", INSIDE_BRACKETS));
  return ["(", parts.map((part, i) => (i === 0 ? part : [", ", part])), ")"];
}

/** `new or active`, of `stage is new or active`. */
export function formatValues({ values }: IsValue): string {
  return values
    .map((value: Literal | Name) => (value.kind === "name" ? value.name : formatLiteral(value)))
    .join(" or ");
}

function formatLiteral({ value }: Literal): string {
  if (typeof value === "string") return quoteText(value, "'");
  return typeof value === "number" ? formatNumber(value) : String(value);
}
