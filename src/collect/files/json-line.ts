/**
 * Reads one JSON object, a row of a file, into texts: one for each wanted column. A column is a key
 * of the object or a path of keys (`properties.order_id`).
 *
 * `JSON.parse` alone would hide three faults: of a repeated key it keeps the last, `1e999` becomes
 * Infinity, and a long number loses its last digits. A repeated key shows in the number of quotes,
 * which is then higher than what was parsed accounts for, and the others in the values; only a text
 * in which one of them is possible is read again, token by token (`json-tokens.ts`).
 */

import { EXACT_CHARACTERS, JsonFault, LongNumber, readTokens } from "./json-tokens.js";

export interface WantedColumn {
  readonly column: string;
  /** An object or list is taken too, as JSON. */
  readonly nested: boolean;
}

/** Texts in the order of the wanted columns, '' for null, undefined where there is no such key. */
export type JsonLine =
  | { readonly ok: true; readonly texts: readonly (string | undefined)[] }
  | { readonly ok: false; readonly reason: string; readonly column: string };

export type JsonLineReader = (text: string) => JsonLine;

/** `decimal`: the mark that numbers are written with in the texts. */
export function jsonLineReader(
  wanted: readonly WantedColumn[],
  { decimal = "." }: { readonly decimal?: "." | "," } = {},
): JsonLineReader {
  const columns = wanted.map(({ column, nested }) => ({ column, nested, path: column.split(".") }));

  return (text) => {
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch (error) {
      return failed(`not JSON: ${error instanceof Error ? error.message : String(error)}`);
    }
    if (!isObject(parsed)) return failed("not an object");
    try {
      const root = isPlain(text, parsed) ? parsed : readTokens(text);
      const texts: (string | undefined)[] = [];
      for (const { column, nested, path } of columns) {
        const value = find(root, column, path);
        if (!nested && isNested(value)) {
          return failed("a nested value where one value is needed", column);
        }
        const number = typeof value === "number" || value instanceof LongNumber;
        const plain = value === undefined ? undefined : textOf(value);
        texts.push(number && decimal === "," ? plain!.replace(".", ",") : plain);
      }
      return { ok: true, texts };
    } catch (error) {
      if (error instanceof JsonFault) return failed(error.reason, error.column);
      throw error;
    }
  };
}

/** The paths of an object's values, those in lists excepted, as columns of a table. */
export function columnPaths(value: unknown, prefix = "", depth = 0): string[] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const path = prefix + key;
    return depth < SHOWN_DEPTH ? [path, ...columnPaths(inner, `${path}.`, depth + 1)] : [path];
  });
}

const SHOWN_DEPTH = 4;
const MAX_DEPTH = 100;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Whether what was parsed is all that was written. */
function isPlain(text: string, parsed: object): boolean {
  const quotes = quotesOf(parsed, 0);
  if (quotes < 0) return false;
  if (text.includes("\\")) return quotesIn(text) === quotes && !HALF_CHARACTER.test(text);
  let left = quotes;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) left -= 1;
  return left === 0;
}

/** Those that are not escaped; slower than a search, so only where something is escaped. */
function quotesIn(text: string): number {
  let found = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) found += 1;
    else if (code === BACKSLASH) i += 1;
  }
  return found;
}

/** An escape for half a surrogate pair, which may lack its other half. */
const HALF_CHARACTER = /\\u[dD][89a-fA-F]/;

/** The quotes that a value is written with; -1 where a number may have lost something. */
function quotesOf(value: unknown, depth: number): number {
  if (typeof value === "string") return 2;
  if (typeof value === "number") return isExact(value) ? 0 : -1;
  if (typeof value !== "object" || value === null) return 0;
  if (depth > MAX_DEPTH) throw new JsonFault(`nested deeper than ${MAX_DEPTH} levels`);
  let quotes = 0;
  if (Array.isArray(value)) {
    for (const element of value) {
      const inner = quotesOf(element, depth + 1);
      if (inner < 0) return -1;
      quotes += inner;
    }
    return quotes;
  }
  for (const key in value) {
    const inner = quotesOf((value as Record<string, unknown>)[key], depth + 1);
    if (inner < 0) return -1;
    quotes += inner + 2;
  }
  return quotes;
}

/** A whole number is told without writing it, which takes long. */
function isExact(value: number): boolean {
  if (Number.isInteger(value)) return Math.abs(value) < 10 ** EXACT_CHARACTERS;
  return Number.isFinite(value) && String(value).length <= EXACT_CHARACTERS;
}

function find(root: object, column: string, path: readonly string[]): unknown {
  if (Object.hasOwn(root, column)) return (root as Record<string, unknown>)[column];
  let value: unknown = root;
  for (const key of path) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === null) return "";
  if (value instanceof LongNumber || typeof value !== "object") return String(value);
  return JSON.stringify(value);
}

function isNested(value: unknown): boolean {
  return typeof value === "object" && value !== null && !(value instanceof LongNumber);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function failed(reason: string, column = ""): JsonLine {
  return { ok: false, reason, column };
}
