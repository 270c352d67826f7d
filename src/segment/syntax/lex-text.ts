/**
 * Quoted text: one escape table for the lexer and the formatter. A text may hold any well-formed
 * Unicode but NUL, which PostgreSQL cannot store; control characters are written as escapes.
 */

import type { Report } from "./diagnostics.js";

/** Opening quotes, with their closing one; the curly ones are understood and reported. */
export const QUOTES: ReadonlyMap<string, string> = new Map([
  ["'", "'"],
  ['"', '"'],
  ["‘", "’"],
  ["’", "’"],
  ["“", "”"],
  ["”", "”"],
  ["„", "“"],
]);

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["\\", "\\"],
  ["'", "'"],
  ['"', '"'],
  ["n", "\n"],
  ["t", "\t"],
]);

/** Reads the text whose opening quote is at `start`; `end` is behind the closing quote. */
export function lexText(
  text: string,
  start: number,
  report: Report,
): { value: string; end: number } {
  const quote = QUOTES.get(text[start]!)!;
  let value = "";
  let at = start + 1;
  while (at < text.length && text[at] !== quote && !/[\n\r]/u.test(text[at]!)) {
    if (text[at] === "\\") {
      const escaped = readEscape(text, at, report);
      value += escaped.value;
      at = escaped.end;
    } else {
      value += text[at];
      at += 1;
    }
  }
  const closed = text[at] === quote;
  const end = closed ? at + 1 : at;
  if (!closed) {
    const hint = `Close it with ${quote} on the same line; a line break inside is written \\n.`;
    report("unclosed-text", { start, end }, "this text is not closed", hint);
  } else if (text[start] !== "'" && text[start] !== '"') {
    report("unknown-character", { start, end }, "curly quotes are not used", "Write ' or \".");
  }
  const fault = textFault(value) ?? rawFault(text.slice(start, end));
  if (fault !== undefined) report("bad-text", { start, end }, fault.message, fault.hint);
  return { value, end };
}

/** The text in quotes, as `lexText` reads it back. */
export function quoteText(value: string, quote: "'" | '"'): string {
  const inner = value.replace(UNPRINTABLE, escapeCharacter).replaceAll(quote, `\\${quote}`);
  return `${quote}${inner}${quote}`;
}

/** Why a text cannot be a value of the language. */
export function textFault(value: string): { message: string; hint?: string } | undefined {
  if (/\p{Cs}/u.test(value)) {
    return { message: "this text has half of a surrogate pair", hint: "Both halves are needed." };
  }
  return value.includes("\0") ? { message: "a text cannot hold the character NUL" } : undefined;
}

/** The backslash, controls, line separators, and what would turn the direction of a line. */
const UNPRINTABLE = /[\\\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/gu;

function escapeCharacter(character: string): string {
  for (const [letter, meaning] of ESCAPES) if (meaning === character) return `\\${letter}`;
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function readEscape(text: string, at: number, report: Report): { value: string; end: number } {
  const letter = text[at + 1] ?? "";
  const plain = ESCAPES.get(letter);
  if (plain !== undefined) return { value: plain, end: at + 2 };
  const hex = /^[0-9a-fA-F]{4}$/u.exec(text.slice(at + 2, at + 6))?.[0];
  if (letter === "u" && hex !== undefined) {
    return { value: String.fromCharCode(Number.parseInt(hex, 16)), end: at + 6 };
  }
  const hint = "Escapes are \\\\ \\' \\\" \\n \\t and \\uXXXX (four hexadecimal digits).";
  const end = Math.min(at + 2, text.length);
  report("bad-text", { start: at, end }, "this is not an escape", hint);
  // A backslash before a line break is left for `unclosed-text`.
  return { value: "", end: /[\n\r]/u.test(letter) ? at + 1 : end };
}

function rawFault(written: string): { message: string; hint: string } | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
  return /[\u0000-\u0008\u000b-\u001f\u007f]/u.test(written)
    ? { message: "this text has a control character", hint: "Write it as \\uXXXX." }
    : undefined;
}
