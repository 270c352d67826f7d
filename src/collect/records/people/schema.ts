/** What a mapping of people may say. `docs/import.md` is its reference. */

import { z } from "zod";
import { commonShape, fieldShape, pattern, word } from "../../mapping-schema.js";
import type { Fields } from "../fields.js";

/** Texts that become traits of the same name as they stand. */
export const TEXT_TRAITS = [
  "first_name",
  "last_name",
  "company",
  "payment_terms",
  "postcode",
  "city",
  "country",
  "gender",
  "birthday",
] as const;

export const CHANNELS = ["email", "sms", "push", "whatsapp"] as const;

export const fields = {
  customer: { type: "key" },
  email: { type: "key" },
  phone: { type: "key" },
  time: { type: "instant" },
  name: { type: "text" },
  first_name: { type: "text" },
  last_name: { type: "text" },
  company: { type: "text" },
  payment_terms: { type: "text" },
  postcode: { type: "key" },
  city: { type: "text" },
  country: { type: "text" },
  gender: { type: "text" },
  birthday: { type: "text" },
  tax_exempt: { type: "boolean" },
  tags: { type: "list" },
  accepts_email: { type: "text" },
  accepts_email_at: { type: "instant" },
  accepts_sms: { type: "text" },
  accepts_sms_at: { type: "instant" },
  accepts_push: { type: "text" },
  accepts_push_at: { type: "instant" },
  accepts_whatsapp: { type: "text" },
  accepts_whatsapp_at: { type: "instant" },
  total_spent: { type: "number" },
  total_orders: { type: "number" },
  balance: { type: "number" },
  points: { type: "number" },
} as const satisfies Fields;

const columnName = z.string().min(1);
const types = z.enum(["text", "number", "boolean"]);
const words = z.array(z.string().toLowerCase()).default([]);

export const schema = z.strictObject({
  record: z.literal("people"),
  ...commonShape,
  ...fieldShape(fields),
  customer: z
    .strictObject({
      kind: word.default("user_id"),
      nobody: z.array(z.string()).default([]),
      by: z
        .array(z.enum(["customer", "email", "phone"]))
        .min(1)
        .default(["customer", "email", "phone"]),
      identifying: z.array(z.enum(["email", "phone"])).default(["email", "phone"]),
    })
    .prefault({}),
  consents: z.strictObject({ yes: words, no: words }).prefault({}),
  balance: z
    .strictObject({ kind: z.enum(["credit", "gift_card", "account"]).default("credit") })
    .prefault({}),
  traits: z
    .record(word, z.union([columnName, z.strictObject({ column: columnName, type: types })]))
    .default({}),
  trait_columns: pattern.optional(),
});

export type PeopleMapping = z.infer<typeof schema>;

export function contradictions(mapping: PeopleMapping): string[] {
  const { columns, constants, traits } = mapping;
  const faults: string[] = [];
  const { by } = mapping.customer;
  if (!by.some((field) => columns[field])) {
    faults.push(`columns: ${by.join(" or ")} is needed, by which people are known`);
  }
  for (const field of ["customer", "email", "phone"] as const) {
    if (constants[field]) faults.push(`constants.${field}: people are told apart by a column`);
  }
  for (const channel of CHANNELS) {
    if (columns[`accepts_${channel}_at`] && !columns[`accepts_${channel}`]) {
      faults.push(`columns.accepts_${channel}_at: needs columns.accepts_${channel}`);
    }
  }
  for (const name of Object.keys(traits)) {
    if (name in fields) faults.push(`traits.${name}: say columns.${name}`);
  }
  return faults;
}
