/**
 * The two questions that need more than the next token. The formatter asks them too, of the text
 * that it is about to write, and so puts brackets exactly where the parser needs them.
 */

import { type Cursor, isMark, peek } from "./cursor.js";
import { isAggregateFunction, isName, unitOf } from "./words.js";

/**
 * Whether a window begins `ahead` tokens from here. `between` does only as `between 30 and 90 days
 * ago`, `within` only as `within 7 days after`: else they are a comparison and a step's limit.
 */
export function startsWindow(p: Cursor, ahead = 0): boolean {
  const token = peek(p, ahead);
  if (token.kind !== "word") return false;
  switch (token.text) {
    case "in":
    case "today":
    case "yesterday":
    case "after":
    case "before":
    case "from":
    case "to":
      return true;
    case "between":
      return (
        peek(p, ahead + 1).kind === "number" &&
        isMark(peek(p, ahead + 2), "and") &&
        peek(p, ahead + 3).kind === "number" &&
        peek(p, ahead + 4).kind === "word" &&
        isMark(peek(p, ahead + 5), "ago")
      );
    case "within":
      return isMark(peek(p, ahead + 3), "after") || isMark(peek(p, ahead + 3), "before");
    default:
      return false;
  }
}

/**
 * Whether the token `ahead` of here is one more value of `x is a or b`, rather than the beginning
 * of the next operand of `or`: a literal or a name, with nothing behind it that makes it an
 * operand. Where windows belong to the aggregate outside, they do not make it one.
 */
export function isListed(p: Cursor, ahead: number, windows: boolean): boolean {
  const item = peek(p, ahead);
  const next = peek(p, ahead + 1);
  if (startsWindow(p, ahead + 1)) return isValue(p, ahead) && !windows;
  if (next.kind === "symbol") {
    return isValue(p, ahead) && !["(", ".", "+", "-", "*", "/", ...COMPARISONS].includes(next.text);
  }
  if (next.kind === "percentile") return isValue(p, ahead) && item.text !== "store";
  if (next.kind !== "word") return isValue(p, ahead);
  const follows = ["is", "between", "contains"].includes(next.text);
  const startsWith = next.text === "starts" && isMark(peek(p, ahead + 2), "with");
  const usual =
    item.text === "store" && isAggregateFunction(next.text) && isMark(peek(p, ahead + 2), "(");
  const since = next.text === "since" || (item.text === "at" && next.text === "least");
  const duration = item.kind === "number" && unitOf(next.text) !== undefined;
  return isValue(p, ahead) && !follows && !startsWith && !usual && !since && !duration;
}

const COMPARISONS: readonly string[] = ["=", "!=", "<", "<=", ">", ">="];

function isValue(p: Cursor, ahead: number): boolean {
  const { kind, text } = peek(p, ahead);
  if (kind !== "word") return kind === "number" || kind === "text";
  return isName(text) || text === "true" || text === "false";
}
