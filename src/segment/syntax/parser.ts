/**
 * Text to tree, by recursive descent. The grammar is in `parse-*.ts`, one file per part of
 * `docs/language.md`; this file is the way in.
 */

import { MAX_FAULTS, type Parser, peek, Unwind, unexpected } from "./cursor.js";
import { collect, type Diagnostic } from "./diagnostics.js";
import { lex } from "./lexer.js";
import { limitDepth, parseDeclarations } from "./parse-declarations.js";
import { parseExpression as parseAnyExpression, parseSum } from "./parse-expressions.js";
import { parsePrimary } from "./parse-primaries.js";
import type { Declaration, Document, Expression } from "./tree.js";

/** A text longer than this is no text of a person; UTF-16 units. */
export const MAX_TEXT_LENGTH = 1024 * 1024;

/**
 * The declarations of a text that have no fault, and all faults in the order of the text. A caller
 * that goes on in spite of errors works with a part of what the person wrote.
 */
export function parseDocument(
  text: string,
  options: { readonly file?: string } = {},
): { document: Document; diagnostics: Diagnostic[] } {
  const { value, diagnostics } = parse(text, parseDeclarations, options.file);
  const span = { start: 0, end: text.length };
  const declarations = diagnostics.length > MAX_FAULTS ? [] : (value ?? []);
  const sound = declarations.filter((node) => !diagnostics.some((d) => contains(node, d)));
  return { document: { kind: "document", declarations: sound, span }, diagnostics };
}

/** One expression, as in a condition that is asked once; absent if it has a fault. */
export function parseExpression(text: string): {
  expression?: Expression;
  diagnostics: Diagnostic[];
} {
  const { value, diagnostics } = parse(text, (p) => {
    const expression = parseAnyExpression(p);
    if (peek(p).kind !== "end") unexpected(p, "`and`, `or` or the end");
    limitDepth(p, [expression]);
    return expression;
  });
  return value === undefined || diagnostics.length > 0
    ? { diagnostics }
    : { expression: value, diagnostics };
}

function parse<T>(
  text: string,
  rule: (p: Parser) => T,
  file?: string,
): { value?: T; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const report = collect(diagnostics, MAX_FAULTS, file);
  if (text.length > MAX_TEXT_LENGTH) {
    const message = `the text is longer than ${MAX_TEXT_LENGTH} characters`;
    report("too-long", { start: MAX_TEXT_LENGTH, end: text.length }, message, "Split the file.");
    return { diagnostics };
  }
  const p: Parser = {
    tokens: lex(text, report),
    report,
    rules: { expression: parseAnyExpression, sum: parseSum, primary: parsePrimary },
    index: 0,
    mode: { windows: true, fields: "none" },
    depth: 0,
    faults: 0,
  };
  let value: T | undefined;
  try {
    value = rule(p);
  } catch (error) {
    if (!(error instanceof Unwind)) throw error;
  }
  diagnostics.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  return { ...(value !== undefined && { value }), diagnostics };
}

function contains({ span }: Declaration, { span: { start } }: Diagnostic): boolean {
  return span !== undefined && span.start <= start && start < span.end;
}
