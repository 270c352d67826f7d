/**
 * The mapping: a YAML text that says what the columns of a file mean. Everything that differs
 * between exporting systems is said here, so that no code knows a system's name; a preset is such a
 * text that ships with the program. What a mapping may say depends on the kind of record that the
 * file's rows are (`record: orders`); each kind has its schema. `docs/import.md` is its reference.
 */

import { parseDocument } from "yaml";
import { z } from "zod";
import { AppError } from "../../base/index.js";
import type { CommonMapping } from "../mapping/mapping-schema.js";
import { nearest } from "../mapping/nearest.js";
import { kindOf, RECORD_KINDS } from "../records/index.js";

export type Mapping = CommonMapping;

/** A mapping and its name: empty where the text holds only one. */
export interface Part {
  readonly name: string;
  readonly mapping: Mapping;
}

/** Reads a mapping from its YAML text. All faults are named at once, each with its key. */
export function readMapping(text: string, origin: string): Mapping {
  const parts = readParts(text, origin);
  if (parts.length === 1) return parts[0]!.mapping;
  throw new AppError("input.invalid", `${origin}: several parts where one mapping is expected.`);
}

/**
 * The mappings in a text: one, or several under `parts`, each with a name. What stands beside
 * `parts` holds for every part that does not say otherwise.
 */
export function readParts(text: string, origin: string): readonly Part[] {
  const document = parseDocument(text, { prettyErrors: true, uniqueKeys: true });
  const syntax = document.errors[0];
  if (syntax) throw new AppError("input.invalid", `${origin}: not YAML: ${syntax.message.trim()}`);
  const faults: string[] = [];
  const parts = rawParts(document.toJS()).map(({ name, raw }) => {
    const { mapping, faults: found } = check(raw);
    faults.push(...found.map((fault) => (name ? `parts.${name}.${fault}` : fault)));
    return { name, mapping: mapping! };
  });
  if (faults.length > 0) {
    throw new AppError("input.invalid", `${origin}: ${faults.join("; ")}`, {
      hint: "docs/import.md describes every key of a mapping.",
    });
  }
  return parts;
}

function rawParts(value: unknown): { name: string; raw: unknown }[] {
  if (!isObject(value) || !isObject(value.parts)) return [{ name: "", raw: value }];
  const { parts, ...shared } = value;
  return Object.entries(parts as object).map(([name, own]) => ({
    name,
    raw: isObject(own) ? { ...shared, ...own } : own,
  }));
}

function check(raw: unknown): { mapping?: Mapping; faults: string[] } {
  const given = isObject(raw) ? { record: "orders", ...raw } : raw;
  const names = RECORD_KINDS.map(({ record }) => record);
  const record = isObject(given) ? given.record : "orders";
  if (typeof record !== "string" || !names.includes(record)) {
    return { faults: [`record: one of ${names.join(", ")}`] };
  }
  const kind = kindOf({ record });
  const result = kind.schema.safeParse(given);
  if (!result.success) {
    return { faults: result.error.issues.flatMap((issue) => fault(issue, kind.schema)) };
  }
  const mapping = result.data as unknown as Mapping;
  return { mapping, faults: contradictions(mapping) };
}

/** What the schema cannot say. */
export function contradictions(mapping: Mapping): string[] {
  const { columns, constants } = mapping;
  const kind = kindOf(mapping);
  const faults = Object.keys(kind.fields)
    .filter((field) => columns[field] && constants[field])
    .map((field) => `constants.${field}: there is also a column for it`);
  for (const [field, { required }] of Object.entries(kind.fields)) {
    if (required && !columns[field] && !constants[field]) faults.push(`columns.${field}: needed`);
  }
  return [...faults, ...kind.contradictions(mapping)];
}

function fault(issue: z.core.$ZodIssue, schema: z.ZodObject): string[] {
  const key = issue.path.join(".");
  if (issue.code !== "unrecognized_keys") return [`${key || "the mapping"}: ${issue.message}`];
  return issue.keys.map((name) => {
    const near = nearest(name, keysAt(issue.path, schema));
    const path = [...issue.path, name].join(".");
    return `${path}: no such key${near ? `; did you mean "${near}"?` : ""}`;
  });
}

/** The keys that may stand at a path of the mapping. */
function keysAt(path: readonly PropertyKey[], schema: z.ZodObject): string[] {
  if (path.length === 0) return Object.keys(schema.shape);
  const part: unknown = schema.shape[String(path[0])];
  const object = part instanceof z.ZodPrefault ? part.unwrap() : part;
  return object instanceof z.ZodObject ? Object.keys(object.shape) : [];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
