/**
 * The mapping: a YAML text that says what the columns of a file of order lines mean. Everything
 * that differs between exporting systems is said here, so that no code knows a system's name; a
 * preset is such a text that ships with the program. `docs/import.md` is its reference.
 */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseDocument } from "yaml";
import { z } from "zod";
import { AppError } from "../base/index.js";
import { nearest } from "./nearest.js";

const column = z.string().min(1);
const word = z.string().regex(/^[a-z][a-z0-9_]{0,31}$/, "small letters, digits and _ only");

/** Fields whose value goes into the fact as it stands. */
export const TEXT_FIELDS = [
  "country",
  "department",
  "category",
  "brand",
  "collection",
  "coupon",
  "channel",
] as const;
export type TextField = (typeof TEXT_FIELDS)[number];

const textColumns = z.strictObject(
  Object.fromEntries(TEXT_FIELDS.map((f) => [f, column.optional()])) as Record<
    TextField,
    z.ZodOptional<typeof column>
  >,
);

const timeZone = z.string().refine(isTimeZone, "no such time zone; write it as Europe/Istanbul");
const pattern = z.string().min(1).refine(isPattern, "not a regular expression");

const schema = z.strictObject({
  source: z.string().min(1).max(64),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, "three capital letters, as in EUR")
    .optional(),
  columns: textColumns.extend({
    order: column,
    time: column,
    product: column.optional(),
    name: column.optional(),
    quantity: column.optional(),
    price: column.optional(),
    amount: column.optional(),
    discount: column.optional(),
    customer: column.optional(),
    status: column.optional(),
  }),
  constants: textColumns.prefault({}),
  csv: z
    .strictObject({
      delimiter: z.enum([",", ";", "\t", "|"]).optional(),
      encoding: z.string().refine(isEncoding, "no such encoding").default("utf-8"),
    })
    .prefault({}),
  time: z
    .strictObject({
      zone: timeZone.default("UTC"),
      formats: z.array(z.string().min(1)).min(1).max(8).default(["iso"]),
    })
    .prefault({}),
  numbers: z.strictObject({ decimal: z.enum([".", ","]).default(".") }).prefault({}),
  customer: z
    .strictObject({
      kind: word.default("user_id"),
      missing: z.enum(["keep", "reject"]).default("keep"),
      nobody: z.array(z.string()).default([]),
    })
    .prefault({}),
  orders: z
    .strictObject({
      cancelled: z.array(z.string()).default([]),
      free: z.enum(["placed", "not_placed"]).default("placed"),
    })
    .prefault({}),
  refunds: z
    .strictObject({
      order_prefix: z.string().min(1).optional(),
      order_pattern: pattern.optional(),
      amounts: z.enum(["signed", "positive"]).default("signed"),
      negative_quantity: z.enum(["refund", "line"]).default("refund"),
    })
    .prefault({}),
  discounts: z.strictObject({ products: z.array(z.string()).default([]) }).prefault({}),
});

export type Mapping = z.infer<typeof schema>;
export type MappedField = keyof Mapping["columns"];

/** Every field that a column can be mapped to. */
export const FIELDS: readonly MappedField[] = [
  ...(["order", "product", "name", "quantity", "price", "amount", "discount"] as const),
  ...(["time", "customer", "status"] as const),
  ...TEXT_FIELDS,
];

/** Reads a mapping from its YAML text. All faults are named at once, each with its key. */
export function readMapping(text: string, origin: string): Mapping {
  const document = parseDocument(text, { prettyErrors: true, uniqueKeys: true });
  const syntax = document.errors[0];
  if (syntax) throw new AppError("input.invalid", `${origin}: not YAML: ${syntax.message.trim()}`);
  const result = schema.safeParse(document.toJS());
  const faults = result.success ? contradictions(result.data) : result.error.issues.flatMap(fault);
  if (faults.length > 0) {
    throw new AppError("input.invalid", `${origin}: ${faults.join("; ")}`, {
      hint: "docs/import.md describes every key of a mapping.",
    });
  }
  return result.data as Mapping;
}

/** A mapping that ships with the program, by its name. */
export function readPreset(name: string): Mapping {
  if (!PRESETS.includes(name)) {
    const near = nearest(name, PRESETS);
    throw new AppError("input.missing", `There is no preset "${name}".`, {
      hint: near ? `Did you mean "${near}"?` : `Presets: ${PRESETS.join(", ")}.`,
    });
  }
  const path = fileURLToPath(new URL(`./presets/${name}.yaml`, import.meta.url));
  return readMapping(readFileSync(path, "utf8"), `preset ${name}`);
}

export const PRESETS: readonly string[] = ["online-retail"];

/** What the types cannot say. */
function contradictions(mapping: Mapping): string[] {
  const { columns, constants } = mapping;
  const faults = TEXT_FIELDS.filter((f) => columns[f] && constants[f]).map(
    (f) => `constants.${f}: there is also a column for it`,
  );
  if (!columns.price && !columns.amount) {
    faults.push("columns: either price (of one unit) or amount (of the line) is needed");
  }
  if (columns.price && columns.amount)
    faults.push("columns.amount: price already gives the amount");
  if (mapping.orders.cancelled.length > 0 && !columns.status) {
    faults.push("orders.cancelled: needs columns.status");
  }
  if (mapping.customer.missing === "reject" && !columns.customer) {
    faults.push("customer.missing: needs columns.customer");
  }
  if (mapping.discounts.products.length > 0 && !columns.product) {
    faults.push("discounts.products: needs columns.product");
  }
  return faults;
}

function fault(issue: z.core.$ZodIssue): string[] {
  const key = issue.path.join(".");
  if (issue.code !== "unrecognized_keys") return [`${key || "the mapping"}: ${issue.message}`];
  return issue.keys.map((name) => {
    const near = nearest(name, keysAt(issue.path));
    const path = [...issue.path, name].join(".");
    return `${path}: no such key${near ? `; did you mean "${near}"?` : ""}`;
  });
}

/** The keys that may stand at a path of the mapping. */
function keysAt(path: readonly PropertyKey[]): string[] {
  if (path.length === 0) return Object.keys(schema.shape);
  const part: unknown = schema.shape[path[0] as keyof Mapping];
  const object = part instanceof z.ZodPrefault ? part.unwrap() : part;
  return object instanceof z.ZodObject ? Object.keys(object.shape) : [];
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
