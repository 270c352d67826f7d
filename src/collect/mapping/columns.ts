/** Which column of the file each field of the mapping is. */

import { AppError } from "../../base/index.js";
import { refused } from "../rejects/refused.js";
import type { CommonMapping } from "./mapping-schema.js";
import { nearest } from "./nearest.js";

export interface Header {
  readonly present: readonly string[];
  /** The file has no other column. */
  readonly complete: boolean;
}

export type FieldColumns = ReadonlyMap<string, string>;

/** Field -> column, as a mapping says it that was fitted to the file. */
export function fieldColumns(mapping: CommonMapping): FieldColumns {
  const entries = Object.entries(mapping.columns);
  return new Map(
    entries.flatMap(([field, name]) =>
      name === undefined ? [] : [[field, typeof name === "string" ? name : name[0]!] as const],
    ),
  );
}

/**
 * The mapping for a file with these columns: of several names for a field the first that the file
 * has. Where `recognise` says what must be there, fields whose columns are absent are left out;
 * without it they are kept, and `resolveColumns` refuses the file. They are kept too where
 * `present` is not yet complete.
 */
export function fitToColumns(mapping: CommonMapping, { present, complete }: Header): CommonMapping {
  const names = new Set(present.map(plain));
  const columns: Record<string, string> = {};
  for (const [field, wanted] of Object.entries(mapping.columns)) {
    if (wanted === undefined) continue;
    const candidates = typeof wanted === "string" ? [wanted] : wanted;
    const found = candidates.find((name) => names.has(plain(name)));
    if (found !== undefined) columns[field] = found;
    else if (!mapping.recognise || !complete) columns[field] = candidates[0]!;
  }
  return { ...mapping, columns };
}

/**
 * Field -> the column's name as the file writes it: the exact name, else the one that differs only
 * in case and surrounding blanks. Refuses the file when one is ambiguous, or missing unless lenient.
 */
export function resolveColumns(
  path: string,
  wanted: FieldColumns,
  present: readonly string[],
  { lenient = false }: { readonly lenient?: boolean } = {},
): FieldColumns {
  const missing: string[] = [];
  const found = new Map<string, string>();
  for (const [field, name] of wanted) {
    const exact = present.filter((column) => column === name);
    const matches = exact.length > 0 ? exact : present.filter((c) => plain(c) === plain(name));
    if (matches.length > 1) {
      const times = `the column "${name}" (${field}) occurs ${matches.length} times`;
      throw refused(path, times, "Rename all but one of them in the file.");
    }
    if (matches[0] !== undefined) found.set(field, matches[0]);
    else if (!lenient) missing.push(describeMissing(field, name, present));
  }
  if (missing.length === 0) return found;
  throw new AppError("input.invalid", `${path}: ${missing.join("; ")}.`, {
    hint: `The file's columns: ${present.slice(0, 50).join(", ")}.${titleHint(present)}`,
  });
}

const FEW_COLUMNS = 2;

/** Where the first line is likely a report's title, and not the one that names the columns. */
export function titleHint(present: readonly string[]): string {
  const named = present.filter((name) => name.trim() !== "");
  if (named.length > FEW_COLUMNS) return "";
  return " If other lines stand above the one that names the columns, delete them.";
}

function describeMissing(field: string, name: string, present: readonly string[]): string {
  const near = nearest(name, present);
  return `no column "${name}" (${field})${near ? `, did you mean "${near}"?` : ""}`;
}

/** A column's name as a person compares it. */
export const plain = (name: string): string => name.trim().toLowerCase();
