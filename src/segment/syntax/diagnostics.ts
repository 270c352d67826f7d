/**
 * What is wrong with a person's text, as data: a code for programs, a position, a sentence, and
 * where possible what to write instead. Nothing here is ever thrown; one text can have many.
 */

import type { Span } from "./tree.js";

export interface Diagnostic {
  readonly severity: "error" | "warning";
  readonly code: string;
  readonly message: string;
  /** What to do about it, as a sentence. */
  readonly hint?: string;
  readonly span: Span;
  readonly file?: string;
}

/** Every code that the lexer, the parser and `parseTreeJson` can give. */
export const SYNTAX_CODES = [
  "bad-date",
  "bad-number",
  "bad-text",
  "bad-tree",
  "chained-comparison",
  "duplicate-parameter",
  "expected",
  "missing-condition",
  "missing-otherwise",
  "mixed-sources",
  "not-expressible",
  "percentile-range",
  "reserved-name",
  "stray-field",
  "too-deep",
  "too-long",
  "too-many",
  "unclosed-bracket",
  "unclosed-text",
  "unexpected",
  "unknown-character",
  "wrong-aggregate",
] as const;
export type SyntaxCode = (typeof SYNTAX_CODES)[number];

/** Takes one fault of a text. */
export type Report = (code: SyntaxCode, span: Span, message: string, hint?: string) => void;

/** A report that collects, up to `limit`; then one `too-many`, and silence. */
export function collect(diagnostics: Diagnostic[], limit: number, file?: string): Report {
  return (code, { start, end }, message, hint) => {
    if (diagnostics.length > limit) return;
    const full = diagnostics.length === limit;
    diagnostics.push({
      severity: "error",
      code: full ? "too-many" : code,
      message: full ? `more than ${limit} faults; the rest is not reported` : message,
      ...(hint !== undefined && !full && { hint }),
      span: { start, end },
      ...(file !== undefined && { file }),
    });
  };
}

export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1, in code points. */
  readonly column: number;
}

/** Line and column of a UTF-16 offset. Lines end with LF, CR LF or CR. */
export function position(text: string, offset: number): Position {
  const { line, start } = lineAt(text, offset);
  return { line, column: columnOf(text, start, offset) };
}

const MAX_RENDERED_COLUMNS = 120;

/**
 * The diagnostic for a terminal: where and what, the line of source with the place underlined,
 * and the hint. Control and direction-changing characters of the source are shown as U+FFFD.
 */
export function renderDiagnostic(text: string, diagnostic: Diagnostic): string {
  const { span, file, severity, message, code, hint } = diagnostic;
  const { line, start, end } = lineAt(text, span.start);
  const column = columnOf(text, start, span.start);
  const source = [...text.slice(start, end)];
  // A long line is cut around the place, with a quarter of the width as context before it.
  const cut = source.length > MAX_RENDERED_COLUMNS ? Math.max(0, column - 1 - 30) : 0;
  const shown = source.slice(cut, cut + MAX_RENDERED_COLUMNS).map(printable);
  const before = shown.slice(0, column - 1 - cut).map((c) => (c === "\t" ? "\t" : " "));
  const length = [...text.slice(span.start, Math.min(span.end, end))].length;
  const carets = "^".repeat(Math.max(1, Math.min(length, shown.length - before.length)));
  const margin = String(line);
  const rows = [
    `${file ?? "text"}:${line}:${column}: ${severity}: ${message} [${code}]`,
    `  ${margin} | ${shown.join("")}`,
    `  ${" ".repeat(margin.length)} | ${before.join("")}${carets}`,
  ];
  if (hint !== undefined) rows.push(`  ${" ".repeat(margin.length)} = ${hint}`);
  return rows.join("\n");
}

/** The candidate that was probably meant by `name`: few edits away, the nearest and first of them. */
export function suggest(name: string, candidates: Iterable<string>): string | undefined {
  const limit = name.length < 3 ? 0 : name.length < 5 ? 1 : 2;
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    if (candidate === name || Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

function columnOf(text: string, lineStart: number, offset: number): number {
  return [...text.slice(lineStart, offset)].length + 1;
}

/** The line that holds `offset`: its number from 1, where it starts, and where its text ends. */
function lineAt(text: string, offset: number): { line: number; start: number; end: number } {
  let line = 1;
  let start = 0;
  for (let i = 0; i < offset; i += 1) {
    if (text[i] !== "\n" && (text[i] !== "\r" || text[i + 1] === "\n")) continue;
    line += 1;
    start = i + 1;
  }
  const length = text.slice(start).search(/[\n\r]/u);
  return { line, start, end: length < 0 ? text.length : start + length };
}

function printable(character: string): string {
  return character !== "\t" &&
    /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(character)
    ? "\ufffd"
    : character;
}

/** Damerau-Levenshtein (optimal string alignment): a swap of neighbours is one edit. */
function editDistance(a: string, b: string): number {
  let previous: number[] = [];
  let current = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = current[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min(substitution, current[j]! + 1, next[j - 1]! + 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) next[j] = Math.min(next[j]!, previous[j - 2]! + 1);
    }
    previous = current;
    current = next;
  }
  return current[b.length]!;
}
