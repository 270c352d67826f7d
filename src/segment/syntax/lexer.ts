/**
 * Text to tokens. A fault does not stop the lexer: it is reported and the token is repaired where
 * the meaning is plain (`==`, `&&`, curly quotes), else it becomes a `bad` token, at which the
 * parser gives up quietly, since the fault is already reported.
 *
 * Comments, blanks and a byte order mark are dropped. A text ends with its line: an unclosed quote
 * spoils one line, not the rest of the file.
 */

import { isInstant } from "./dates.js";
import type { Report } from "./diagnostics.js";
import { lexText, QUOTES } from "./lex-text.js";
import { unitOf } from "./words.js";

export type TokenKind =
  | "word"
  | "number"
  | "text"
  | "instant"
  | "percentile"
  | "symbol"
  | "bad"
  | "end";

export interface Token {
  readonly kind: TokenKind;
  /** As written; of a text, its content. A repaired token has the text that it should have had. */
  readonly text: string;
  /** Of numbers and percentiles. */
  readonly value: number;
  readonly start: number;
  readonly end: number;
}

const BLANK = /\s+|#[^\n\r]*/uy;
const WORD = /\p{L}[\p{L}\p{M}\p{Nd}_]*/uy;
const INSTANT = /\d{4}-\d{2}-\d{2}(?:T[\d:.]*(?:Z|[+-]\d{2}:?\d{2})?)?(?![\p{L}\p{Nd}_-])/uy;
const NUMBER = /\d[\d_]*(?:\.\d[\d_]*)?/uy;
const GOOD_NUMBER = /^\d+(?:_\d+)*(?:\.\d+(?:_\d+)*)?$/u;
const SYMBOL = /<=|>=|!=|[=<>]/uy;
/** Those that begin nothing longer. */
const PLAIN_SYMBOLS = "()+-*/,:.";
/** A run of what means nothing is one fault. */
const UNKNOWN = /[^\s\p{L}\p{Nd}'"‘’“”„#()=<>!+\-*/,:.&|≠≤≥−–—×÷]+/uy;
const GLUED = /[\p{L}\p{M}\p{Nd}_]+/uy;
const DECIMALS = /\.\d+(?![\p{L}\p{M}\p{Nd}_])/uy;

/** What people write instead, and the token that they mean. */
const REPAIRS: readonly (readonly [RegExp, "symbol" | "word", string])[] = [
  [/==+/uy, "symbol", "="],
  [/<>|≠|!==/uy, "symbol", "!="],
  [/≤|=</uy, "symbol", "<="],
  [/≥|=>/uy, "symbol", ">="],
  [/&&?/uy, "word", "and"],
  [/\|\|?/uy, "word", "or"],
  [/!(?!=)/uy, "word", "not"],
  [/[−–—]/uy, "symbol", "-"],
  [/×/uy, "symbol", "*"],
  [/÷/uy, "symbol", "/"],
];

const UNKNOWN_HINTS: readonly (readonly [RegExp, string])[] = [
  [/[;{}[\]]/u, "Declarations need no mark between them; brackets are round."],
  [/%/u, "A percentage is written without a blank: 40%."],
  [/_/u, "Names begin with a letter."],
  [/./u, "Text is written in quotes, like 'shoes'."],
];

/** The tokens of `text`, the last of kind `end`. */
export function lex(text: string, report: Report): Token[] {
  const tokens: Token[] = [];
  let at = skipBlank(text, 0);
  while (at < text.length) {
    const afterDot = tokens.at(-1)?.text === "." && tokens.at(-1)?.kind === "symbol";
    const token = lexToken(text, at, afterDot, report);
    tokens.push(token);
    at = skipBlank(text, token.end);
  }
  tokens.push({ kind: "end", text: "", value: 0, start: text.length, end: text.length });
  return tokens;
}

function lexToken(text: string, start: number, afterDot: boolean, report: Report): Token {
  const token = (kind: TokenKind, end: number, value = 0, as = text.slice(start, end)): Token => ({
    kind, text: as, value, start, end,
  }); // biome-ignore format: one line reads best
  if (PLAIN_SYMBOLS.includes(text[start]!)) return token("symbol", start + 1);
  const word = match(WORD, text, start);
  if (word !== undefined) {
    if (afterDot || !/^p\d+$/u.test(word)) return token("word", start + word.length);
    const end = start + word.length + (match(DECIMALS, text, start + word.length)?.length ?? 0);
    return token("percentile", end, Number(text.slice(start + 1, end)));
  }
  if (QUOTES.has(text[start]!)) {
    const { value, end } = lexText(text, start, report);
    return token("text", end, 0, value);
  }
  const instant = match(INSTANT, text, start);
  if (instant !== undefined) return token("instant", checkInstant(instant, start, report));
  if (/[0-9]/u.test(text[start]!)) return lexNumber(text, start, report);
  for (const [pattern, kind, as] of REPAIRS) {
    const found = match(pattern, text, start);
    if (found === undefined) continue;
    const end = start + found.length;
    report("unknown-character", { start, end }, `\`${found}\` is not used`, `Write \`${as}\`.`);
    return token(kind, end, 0, as);
  }
  const symbol = match(SYMBOL, text, start);
  if (symbol !== undefined) return token("symbol", start + symbol.length);
  const end = start + (match(UNKNOWN, text, start)?.length ?? 1);
  reportUnknown(text.slice(start, end), start, report);
  return token("bad", end);
}

function lexNumber(text: string, start: number, report: Report): Token {
  const written = match(NUMBER, text, start)!;
  const percent = text[start + written.length] === "%";
  const end = start + written.length + (percent ? 1 : 0);
  // The decimal point moves in the decimal text, so that 7% is the double nearest to 0.07.
  const value = Number(written.replaceAll("_", "") + (percent ? "e-2" : ""));
  const span = { start, end };
  if (!GOOD_NUMBER.test(written)) {
    report(
      "bad-number",
      span,
      `\`${written}\` is not a number`,
      "`_` may only part digits: 1_000.",
    );
  } else if (!Number.isFinite(value)) {
    report("bad-number", span, "this number is too large");
  } else {
    const glued = match(GLUED, text, end);
    if (glued !== undefined) return gluedNumber(text, { start, end, value }, glued, report);
  }
  const kept = Number.isFinite(value) ? value : 0;
  return { kind: "number", text: text.slice(start, end), value: kept, start, end };
}

/** `7days` is plainly 7 days; `3rd` or `1e5` is one thing of which no sense can be made. */
function gluedNumber(
  text: string,
  number: { start: number; end: number; value: number },
  word: string,
  report: Report,
): Token {
  const { start, value } = number;
  const isUnit = unitOf(word) !== undefined;
  const hint = isUnit
    ? "Put a blank before the unit: 7 days."
    : "Names begin with a letter; exponents are written out: 100_000.";
  const end = isUnit ? number.end : number.end + word.length;
  report("bad-number", { start, end }, "a number runs into a word", hint);
  return { kind: isUnit ? "number" : "bad", text: text.slice(start, end), value, start, end };
}

function checkInstant(written: string, start: number, report: Report): number {
  const end = start + written.length;
  if (!isInstant(written)) {
    const hint = "Write a date as 2011-12-10, an instant as 2011-12-10T10:30:00Z (UTC).";
    report("bad-date", { start, end }, `\`${written}\` is not a date or an instant`, hint);
  }
  return end;
}

function reportUnknown(written: string, start: number, report: Report): void {
  const first = String.fromCodePoint(written.codePointAt(0)!);
  const code = first.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
  const shown = /\p{C}|^\p{M}/u.test(written) ? `U+${code}` : `\`${written.slice(0, 40)}\``;
  const hint = UNKNOWN_HINTS.find(([pattern]) => pattern.test(first))?.[1];
  const span = { start, end: start + written.length };
  report("unknown-character", span, `${shown} has no meaning here`, hint);
}

function skipBlank(text: string, at: number): number {
  let end = at;
  for (let blank = match(BLANK, text, end); blank !== undefined; blank = match(BLANK, text, end)) {
    end += blank.length;
  }
  return end;
}

function match(sticky: RegExp, text: string, at: number): string | undefined {
  sticky.lastIndex = at;
  return sticky.exec(text)?.[0];
}
