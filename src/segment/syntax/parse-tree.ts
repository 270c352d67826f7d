/** JSON to tree, with diagnostics like those of a text. */

import type { z } from "zod";
import type { Diagnostic } from "./diagnostics.js";
import { formatDocument, formatExpression } from "./format.js";
import { MAX_TEXT_LENGTH, parseDocument, parseExpression } from "./parser.js";
import { stripSpans } from "./spans.js";
import type { Document, Expression } from "./tree.js";
import { documentSchema, expressionSchema } from "./tree-schema.js";
import { MAX_TREE_DEPTH } from "./walk-tree.js";

/** A node is at most four levels of JSON deep (`windows`, its item, `within`, `unit`). */
const MAX_JSON_DEPTH = 4 * MAX_TREE_DEPTH + 20;
const NOWHERE = { start: 0, end: 0 };

/**
 * A document of JSON. Faults name the place in the JSON; for those that only the language knows
 * (a `sum` without a value), `span` is in the text that the tree would be, not in the JSON.
 */
export function parseTreeJson(json: unknown): { document?: Document; diagnostics: Diagnostic[] } {
  const { value, diagnostics } = check(json, documentSchema, (document) => {
    const text = formatDocument(document);
    const read = parseDocument(text);
    return { text, again: read.document, diagnostics: read.diagnostics };
  });
  return value === undefined ? { diagnostics } : { document: value, diagnostics };
}

/** An expression of JSON, likewise. */
export function parseExpressionJson(json: unknown): {
  expression?: Expression;
  diagnostics: Diagnostic[];
} {
  const { value, diagnostics } = check(json, expressionSchema, (expression) => {
    const text = formatExpression(expression);
    const read = parseExpression(text);
    return { text, again: read.expression, diagnostics: read.diagnostics };
  });
  return value === undefined ? { diagnostics } : { expression: value, diagnostics };
}

type Reread<T> = (tree: T) => { text: string; again: T | undefined; diagnostics: Diagnostic[] };

function check<T>(
  json: unknown,
  schema: z.ZodType<T>,
  reread: Reread<T>,
): { value?: T; diagnostics: Diagnostic[] } {
  const sizeFault = measure(json);
  if (sizeFault !== undefined) return { diagnostics: [sizeFault] };
  const result = schema.safeParse(json);
  if (!result.success) return { diagnostics: result.error.issues.slice(0, 50).map(diagnose) };
  const { text, again, diagnostics } = reread(result.data);
  if (diagnostics.length > 0) {
    return {
      diagnostics: diagnostics.map((d) => ({ ...d, message: `${d.message}: ${quote(text, d)}` })),
    };
  }
  if (equal(stripSpans(again), stripSpans(result.data))) return { value: result.data, diagnostics };
  const message = "this tree says something that no text says";
  return {
    diagnostics: [error("not-expressible", message, `It would read: ${text.slice(0, 200)}`)],
  };
}

/** Before anything recurses over it. */
function measure(json: unknown): Diagnostic | undefined {
  const open: { value: unknown; depth: number }[] = [{ value: json, depth: 0 }];
  let size = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, depth } = next;
    if (depth > MAX_JSON_DEPTH) return error("too-deep", "this tree is nested too deep");
    size += typeof value === "string" ? value.length : 1;
    if (size > MAX_TEXT_LENGTH) return error("too-long", "this tree is too large");
    if (typeof value !== "object" || value === null) continue;
    for (const inner of Object.values(value)) open.push({ value: inner, depth: depth + 1 });
  }
  return undefined;
}

function diagnose(issue: z.core.$ZodIssue): Diagnostic {
  const place = issue.path.map(String).join(".");
  return error("bad-tree", `${place === "" ? "the tree" : place}: ${issue.message}`);
}

function error(code: string, message: string, hint?: string): Diagnostic {
  return { severity: "error", code, message, ...(hint !== undefined && { hint }), span: NOWHERE };
}

function quote(text: string, { span }: Diagnostic): string {
  return `\`${text
    .slice(Math.max(0, span.start - 20), span.end + 20)
    .replace(/\s+/gu, " ")
    .trim()}\``;
}

/** Of plain JSON; the order of keys does not matter. */
function equal(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    Array.isArray(a) === Array.isArray(b) &&
    keys.every((key) => Object.hasOwn(b, key) && equal(value(a, key), value(b, key)))
  );
}

function value(of: object, key: string): unknown {
  return (of as Record<string, unknown>)[key];
}
