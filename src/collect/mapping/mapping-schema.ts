/**
 * The parts that every mapping has, whatever records its file holds, and the pieces from which each
 * kind of record makes its own schema.
 */

import { z } from "zod";

export const word = z.string().regex(/^[a-z][a-z0-9_]{0,31}$/, "small letters, digits and _ only");

export const pattern = z.string().min(1).refine(isPattern, "not a regular expression");

const name = z.string().min(1);

/** One name, or several of which the first that the file has is taken. */
const column = z.union([name, z.array(name).min(1)]);
export type ColumnName = z.infer<typeof column>;

const timeZone = z.string().refine(isTimeZone, "no such time zone; write it as Europe/Istanbul");

/** Keys of every mapping but `record`, `columns` and `constants`, which depend on the kind. */
export const commonShape = {
  source: z.string().min(1).max(64),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, "three capital letters, as in EUR")
    .optional(),
  recognise: z
    .strictObject({ columns: z.array(name).min(1), without: z.array(name).default([]) })
    .optional(),
  csv: z
    .strictObject({
      delimiter: z
        .string()
        .regex(/^[^"\r\n]$/, "one character, and no quote")
        .optional(),
      encoding: z.string().refine(isEncoding, "no such encoding").optional(),
    })
    .prefault({}),
  time: z
    .strictObject({
      zone: timeZone.default("UTC"),
      formats: z.array(name).min(1).max(8).default(["iso"]),
    })
    .prefault({}),
  numbers: z.strictObject({ decimal: z.enum([".", ","]).default(".") }).prefault({}),
};

/** What code that does not know the kind sees of a mapping. */
export interface CommonMapping {
  readonly record: string;
  readonly source: string;
  readonly currency?: string | undefined;
  /** Without it the file must have every column that the mapping names. */
  readonly recognise?:
    | { readonly columns: readonly string[]; readonly without: readonly string[] }
    | undefined;
  readonly columns: Readonly<Record<string, ColumnName | undefined>>;
  readonly constants: Readonly<Record<string, string | undefined>>;
  readonly csv: { readonly delimiter?: string | undefined; readonly encoding?: string | undefined };
  readonly time: { readonly zone: string; readonly formats: readonly string[] };
  readonly numbers: { readonly decimal: "." | "," };
}

/** `columns` and `constants` of a kind with these fields. */
export function fieldShape<F extends object>(fields: F) {
  type Of<T> = { [K in keyof F]: z.ZodOptional<T & z.ZodType> };
  const each = <T>(make: () => T) =>
    Object.fromEntries(Object.keys(fields).map((key) => [key, make()]));
  return {
    columns: z.strictObject(each(() => column.optional()) as Of<typeof column>),
    constants: z
      .strictObject(each(() => z.string().min(1).optional()) as Of<z.ZodString>)
      .prefault({} as never),
  };
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}

function isEncoding(label: string): boolean {
  try {
    new TextDecoder(label);
    return true;
  } catch {
    return false;
  }
}
