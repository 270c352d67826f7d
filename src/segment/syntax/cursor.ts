/**
 * The state of one parse: a position in the tokens, what is allowed there, and the faults so far.
 *
 * A rule that cannot go on reports its fault and throws `Unwind`, which never leaves the parser:
 * it is caught at the bracket that holds the fault (the rest of the bracket is skipped), else at
 * the declaration. So several faults of one text are found in one pass.
 */

import type { Report } from "./diagnostics.js";
import { suggest } from "./diagnostics.js";
import type { Token, TokenKind } from "./lexer.js";
import type { Expression, Span } from "./tree.js";
import { MAX_TREE_DEPTH } from "./walk-tree.js";
import { isName, isReserved, PERCENTILE } from "./words.js";

/**
 * Levels of brackets, `not` and signs in a text: what the parser recurses on. Twice the depth of a
 * tree, since the formatter may put a bracket around every node.
 */
export const MAX_NESTING = 2 * MAX_TREE_DEPTH;

/** Beyond so many faults the rest is noise, and a hostile text cannot make us write more. */
export const MAX_FAULTS = 50;

export const DEPTH_HINT = "Give parts of it a name: attribute part = ...";

/** What the grammar allows at a place; brackets set it anew. */
export interface Mode {
  /** False where a window would belong to the aggregate outside: in `where`, values, moments. */
  readonly windows: boolean;
  /** How `a.b` is read: not at all, as source and field, or as a field of the row. */
  readonly fields: "none" | "source" | "row";
}

/** The rules that recur, so that the files of the grammar need not import each other in a ring. */
export interface Rules {
  readonly expression: (p: Parser) => Expression;
  readonly sum: (p: Parser) => Expression;
  readonly primary: (p: Parser) => Expression;
}

/** A place in a text. */
export interface Cursor {
  readonly tokens: readonly Token[];
  readonly index: number;
}

export interface Parser extends Cursor {
  readonly report: Report;
  readonly rules: Rules;
  index: number;
  mode: Mode;
  depth: number;
  /** After `MAX_FAULTS` of them the parser stops. */
  faults: number;
}

export class Unwind extends Error {
  constructor(readonly whole: boolean) {
    super("a fault of the text, already reported");
  }
}

export function peek(p: Cursor, ahead = 0): Token {
  return p.tokens[Math.min(p.index + ahead, p.tokens.length - 1)]!;
}

export function advance(p: Parser): Token {
  const token = peek(p);
  if (token.kind !== "end") p.index += 1;
  return token;
}

/** Whether the words or symbols follow here. */
export function at(p: Parser, ...texts: readonly string[]): boolean {
  return texts.every((text, i) => isMark(peek(p, i), text));
}

export function isMark(token: Token, text: string): boolean {
  return (token.kind === "word" || token.kind === "symbol") && token.text === text;
}

/** Passes the words or symbols if they follow here. */
export function take(p: Parser, ...texts: readonly string[]): boolean {
  const found = at(p, ...texts);
  if (found) p.index += texts.length;
  return found;
}

export function need(p: Parser, text: string, hint?: string): Token {
  return at(p, text) ? advance(p) : expected(p, `\`${text}\``, hint);
}

export function needKind(p: Parser, kind: TokenKind, what: string, hint?: string): Token {
  return peek(p).kind === kind ? advance(p) : expected(p, what, hint);
}

/** A name; `what` says of what, for the message. */
export function needName(p: Parser, what: string): Token {
  const token = peek(p);
  if (token.kind === "word" && isName(token.text)) return advance(p);
  const spelled =
    token.kind === "percentile" || (token.kind === "word" && PERCENTILE.test(token.text));
  if (
    spelled ||
    (token.kind === "word" && isReserved(token.text) && !startsDeclaration(p, p.index))
  ) {
    const why = spelled ? "a percentile" : "a word of the language";
    return fault(p, "reserved-name", token, `\`${token.text}\` is ${why}, not ${what}`,
      `Choose another name, like \`${token.text}_1\`.`); // biome-ignore format: fits
  }
  return expected(p, what);
}

/** One of a closed list of words. */
export function needWord<T extends string>(p: Parser, words: readonly T[], what: string): T {
  const token = peek(p);
  const word = token.kind === "word" ? words.find((w) => w === token.text) : undefined;
  if (word === undefined) return expected(p, what, hintFor(token, words));
  p.index += 1;
  return word;
}

/** `Did you mean ...` or the list of what is possible. */
export function hintFor(token: Token, words: readonly string[]): string | undefined {
  const near = token.kind === "word" ? suggest(token.text, words) : undefined;
  return near === undefined ? `One of: ${words.join(", ")}.` : `Did you mean \`${near}\`?`;
}

export function expected(p: Parser, what: string, hint?: string): never {
  const token = peek(p);
  return fault(p, "expected", token, `expected ${what}, found ${shown(token)}`, hint);
}

/** Reports and gives up the rule. At a `bad` token the fault is already known. */
export function fault(p: Parser, ...[code, span, message, hint]: Parameters<Report>): never {
  if (peek(p).kind !== "bad") p.report(code, span, message, hint);
  p.faults += 1;
  throw new Unwind(code === "too-deep" || p.faults > MAX_FAULTS);
}

export function shown(token: Token): string {
  if (token.kind === "end") return "the end";
  if (token.kind === "text") return "a text";
  return `\`${token.text}\``;
}

/** Runs a rule one level deeper. */
export function deeper<T>(p: Parser, rule: () => T): T {
  if (p.depth >= MAX_NESTING) {
    fault(p, "too-deep", peek(p), `nested more than ${MAX_NESTING} levels deep`, DEPTH_HINT);
  }
  p.depth += 1;
  try {
    return rule();
  } finally {
    p.depth -= 1;
  }
}

/** Runs a rule in another mode. */
export function inMode<T>(p: Parser, mode: Partial<Mode>, rule: () => T): T {
  const outer = p.mode;
  p.mode = { ...outer, ...mode };
  try {
    return rule();
  } finally {
    p.mode = outer;
  }
}

/** From a token to the last one passed. */
export function spanFrom(p: Parser, start: number): Span {
  return { start, end: Math.max(start, p.tokens[p.index - 1]?.end ?? start) };
}

/** `attribute` and `segment` begin a declaration wherever they stand, except after a dot. */
export function startsDeclaration(p: Parser, index: number): boolean {
  const token = p.tokens[index]!;
  const isKeyword = isMark(token, "attribute") || isMark(token, "segment");
  return isKeyword && !(index > 0 && isMark(p.tokens[index - 1]!, "."));
}

/** Passes `)`; without it, says which bracket is open. */
export function closeBracket(p: Parser, open: Token, comparisonHint?: string): void {
  if (take(p, ")")) return;
  if (peek(p).kind === "end" || startsDeclaration(p, p.index)) {
    fault(p, "unclosed-bracket", open, "this bracket is not closed", "Add `)`.");
  }
  if (comparisonHint !== undefined && isComparison(peek(p))) expected(p, "`)`", comparisonHint);
  unexpected(p, "`)`");
}

/**
 * Runs a rule that passes the bracket at `open`; if a fault is inside, goes on behind the bracket
 * with a stand-in (the declaration is dropped in the end).
 */
export function recoverAfterBracket(p: Parser, open: number, rule: () => Expression): Expression {
  try {
    return rule();
  } catch (error) {
    if (!(error instanceof Unwind) || error.whole) throw error;
    const close = closingBracket(p, open);
    // A bracket around one that is never closed is not closed either: no need to look again.
    if (close === undefined) throw new Unwind(true);
    if (close < p.index) throw error;
    p.index = close + 1;
    return { kind: "name", name: "?" };
  }
}

function closingBracket(p: Parser, open: number): number | undefined {
  let level = 0;
  for (let i = open; i < p.tokens.length && !startsDeclaration(p, i); i += 1) {
    if (isMark(p.tokens[i]!, "(")) level += 1;
    else if (isMark(p.tokens[i]!, ")")) level -= 1;
    if (level === 0) return i;
  }
  return undefined;
}

/** Words that can follow a value, to guess what a misspelled one was meant to be. */
const INFIX_WORDS = [
  "and", "or", "is", "in", "between", "contains", "where", "within", "without", "then", "after",
  "before", "from", "top", "among", "when", "otherwise", "days", "weeks", "months", "yesterday",
]; // biome-ignore format: a list of words

/** Something stands where only `what` could. */
export function unexpected(p: Parser, what: string): never {
  const token = peek(p);
  if (isComparison(token)) {
    const hint = "Join comparisons with `and`, or put one in brackets.";
    return fault(p, "chained-comparison", token, "a comparison cannot be compared again", hint);
  }
  const message = `expected ${what}, found ${shown(token)}`;
  return fault(p, "unexpected", token, message, unexpectedHint(p));
}

/** A sign between two values. */
export function isOperator(token: Token | undefined): boolean {
  return token?.kind === "symbol" && /^[=<>!+*/-]/u.test(token.text);
}

function isComparison(token: Token): boolean {
  return ["=", "!=", "<", "<=", ">", ">=", "is"].some((op) => isMark(token, op));
}

function unexpectedHint(p: Parser): string | undefined {
  const token = peek(p);
  if (at(p, ")")) return "No bracket is open here.";
  if (at(p, "starts")) return "Write `starts with`.";
  if (token.kind === "number" && p.tokens[p.index - 1]?.kind === "number") {
    return "Digits may be parted by `_`: 1_000.";
  }
  const near = token.kind === "word" ? suggest(token.text, INFIX_WORDS) : undefined;
  return near && `Did you mean \`${near}\`?`;
}
