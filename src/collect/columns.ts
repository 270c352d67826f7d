/** Which column of the file each field of the mapping is. */

import { AppError } from "../base/index.js";
import type { MappedField, Mapping } from "./mapping.js";
import { nearest } from "./nearest.js";
import { refused } from "./source-file.js";

export type FieldColumns = ReadonlyMap<MappedField, string>;

export function fieldColumns(mapping: Mapping): FieldColumns {
  const entries = Object.entries(mapping.columns) as [MappedField, string | undefined][];
  return new Map(entries.filter((entry): entry is [MappedField, string] => entry[1] !== undefined));
}

/**
 * Field -> the column's name as the file writes it: the exact name, else the one that differs only
 * in case and surrounding blanks. Refuses the file when one is missing or ambiguous.
 */
export function resolveColumns(
  path: string,
  wanted: FieldColumns,
  present: readonly string[],
): FieldColumns {
  const missing: string[] = [];
  const found = new Map<MappedField, string>();
  for (const [field, name] of wanted) {
    const exact = present.filter((column) => column === name);
    const matches = exact.length > 0 ? exact : present.filter((c) => plain(c) === plain(name));
    if (matches.length > 1) {
      throw refused(path, `the column "${name}" (${field}) occurs ${matches.length} times`);
    }
    if (matches[0] !== undefined) found.set(field, matches[0]);
    else missing.push(describeMissing(field, name, present));
  }
  if (missing.length === 0) return found;
  throw new AppError("input.invalid", `${path}: ${missing.join("; ")}.`, {
    hint: `The file's columns: ${present.slice(0, 50).join(", ")}.`,
  });
}

function describeMissing(field: string, name: string, present: readonly string[]): string {
  const near = nearest(name, present);
  return `no column "${name}" (${field})${near ? `, did you mean "${near}"?` : ""}`;
}

const plain = (name: string): string => name.trim().toLowerCase();
