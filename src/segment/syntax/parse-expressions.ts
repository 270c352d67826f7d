/**
 * Expressions by binding strength: or, and, not and quantifiers, comparisons, + -, * /, sign.
 * Numbers and truths share one grammar; the planner tells them apart.
 */

import {
  advance,
  at,
  deeper,
  expected,
  fault,
  need,
  needKind,
  needName,
  needWord,
  type Parser,
  peek,
  spanFrom,
  take,
} from "./cursor.js";
import { isListed, startsWindow } from "./look-ahead.js";
import { parseLiteral, parsePrimary } from "./parse-primaries.js";
import { parseWindows } from "./parse-windows.js";
import {
  type ComparisonOperator,
  type Expression,
  type Literal,
  type Name,
  type Quantifier,
  SCOPE_KEYS,
} from "./tree.js";

const SYMBOL_OPERATORS: readonly string[] = ["=", "!=", "<", "<=", ">", ">="];

export function parseExpression(p: Parser): Expression {
  return parseLogic(p, "or", () => parseLogic(p, "and", () => parseNot(p)));
}

function parseLogic(p: Parser, kind: "and" | "or", operand: () => Expression): Expression {
  const { start } = peek(p);
  const first = operand();
  if (!at(p, kind)) return first;
  const operands = [first];
  while (take(p, kind)) operands.push(operand());
  return { kind, operands, span: spanFrom(p, start) };
}

function parseNot(p: Parser): Expression {
  const { start } = peek(p);
  if (take(p, "not")) {
    const operand = deeper(p, () => parseNot(p));
    return { kind: "not", operand, span: spanFrom(p, start) };
  }
  return parseQuantifier(p) ?? parseComparison(p);
}

/** `some product: C`; C extends as far as it can. */
function parseQuantifier(p: Parser): Expression | undefined {
  const { start } = peek(p);
  const quantity = parseQuantity(p);
  if (quantity === undefined) return undefined;
  const key = needWord(p, SCOPE_KEYS, "a key");
  need(p, ":", "A condition follows: some product: count(viewed) >= 2.");
  const body = deeper(p, () => parseExpression(p));
  return { kind: "quantifier", quantity, key, body, span: spanFrom(p, start) };
}

function parseQuantity(p: Parser): Quantifier["quantity"] | undefined {
  if (take(p, "some")) return "some";
  if (take(p, "every")) return "every";
  if (take(p, "no")) return "no";
  return take(p, "at", "least") ? { atLeast: parseCount(p) } : undefined;
}

/** A whole number from 1. */
export function parseCount(p: Parser): number {
  const number = needKind(p, "number", "a whole number");
  if (!Number.isSafeInteger(number.value) || number.value < 1) {
    fault(p, "bad-number", number, "a whole number of at least 1 is needed here");
  }
  return number.value;
}

function parseComparison(p: Parser): Expression {
  const { start } = peek(p);
  const left = parseSum(p);
  const op = parseOperator(p);
  if (op !== undefined) {
    const right = parseSum(p);
    return { kind: "comparison", op, left, right, span: spanFrom(p, start) };
  }
  if (take(p, "is")) return parseIs(p, left, start);
  if (startsWindow(p)) {
    if (!p.mode.windows) return left;
    const windows = parseWindows(p);
    return { kind: "in window", moment: left, windows, span: spanFrom(p, start) };
  }
  if (!take(p, "between")) return left;
  const low = parseSum(p);
  need(p, "and", "Both ends are given: between 2 and 5.");
  const high = parseSum(p);
  return { kind: "between", operand: left, low, high, span: spanFrom(p, start) };
}

function parseOperator(p: Parser): ComparisonOperator | undefined {
  if (take(p, "contains")) return "contains";
  if (take(p, "starts", "with")) return "starts with";
  if (!SYMBOL_OPERATORS.some((op) => at(p, op))) return undefined;
  return advance(p).text as ComparisonOperator;
}

function parseIs(p: Parser, operand: Expression, start: number): Expression {
  const negated = take(p, "not") ? { negated: true } : {};
  if (take(p, "set")) return { kind: "is set", ...negated, operand, span: spanFrom(p, start) };
  const values = [parseIsValue(p)];
  while (at(p, "or") && isListed(p, 1, p.mode.windows)) {
    advance(p);
    values.push(parseIsValue(p));
  }
  return { kind: "is", ...negated, operand, values, span: spanFrom(p, start) };
}

function parseIsValue(p: Parser): Literal | Name {
  const token = peek(p);
  const literal = parseLiteral(p);
  if (literal !== undefined) return literal;
  if (token.kind !== "word" && token.kind !== "percentile") {
    expected(p, "a value", "After `is` stand texts, numbers or names; compare others with `=`.");
  }
  needName(p, "a value");
  return { kind: "name", name: token.text, span: spanFrom(p, token.start) };
}

export function parseSum(p: Parser): Expression {
  return parseChain(p, ["+", "-"], () => parseChain(p, ["*", "/"], () => parseSigned(p)));
}

function parseChain(
  p: Parser,
  ops: readonly ("+" | "-" | "*" | "/")[],
  operand: () => Expression,
): Expression {
  const { start } = peek(p);
  let left = operand();
  for (let op = ops.find((o) => at(p, o)); op !== undefined; op = ops.find((o) => at(p, o))) {
    advance(p);
    const right = operand();
    left = { kind: "arithmetic", op, left, right, span: spanFrom(p, start) };
  }
  return left;
}

function parseSigned(p: Parser): Expression {
  const { start } = peek(p);
  if (!take(p, "-")) return parsePrimary(p);
  const operand = deeper(p, () => parseSigned(p));
  return { kind: "negate", operand, span: spanFrom(p, start) };
}
