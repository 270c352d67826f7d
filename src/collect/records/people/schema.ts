/** What a mapping of people may say. `docs/import.md` is its reference. */

import { z } from "zod";
import { commonShape, fieldShape, pattern, word } from "../../mapping/mapping-schema.js";
import { PURPOSES } from "../consent-sql.js";
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

/** `email` (to many), `email_chain`, ...: by channel and purpose, as in the trait `accepts_email_chain`. */
export const CONSENTS = CHANNELS.flatMap((channel) =>
  PURPOSES.map((purpose) => {
    const name = purpose === "bulk" ? channel : (`${channel}_${purpose}` as const);
    return { name, channel, purpose };
  }),
);
type ConsentName = (typeof CONSENTS)[number]["name"];

const consentFields = Object.fromEntries(
  CONSENTS.flatMap(({ name }) => [
    [`accepts_${name}`, { type: "text" }],
    [`accepts_${name}_at`, { type: "instant" }],
  ]),
) as Record<`accepts_${ConsentName}`, { readonly type: "text" }> &
  Record<`accepts_${ConsentName}_at`, { readonly type: "instant" }>;

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
  ...consentFields,
  consent_basis: { type: "text" },
  consent_source: { type: "text" },
  consent_wording: { type: "text" },
  consent_ip: { type: "text" },
  consent_country: { type: "text" },
  consent_confirmed_at: { type: "text" },
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
  consents: z
    .strictObject({ yes: words, no: words, double_opt_in: z.boolean().default(false) })
    .prefault({}),
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
  for (const { name } of CONSENTS) {
    if (columns[`accepts_${name}_at`] && !columns[`accepts_${name}`]) {
      faults.push(`columns.accepts_${name}_at: needs columns.accepts_${name}`);
    }
  }
  if (mapping.consents.double_opt_in && !columns.consent_confirmed_at)
    faults.push("consents.double_opt_in: needs columns.consent_confirmed_at");
  for (const name of Object.keys(traits)) {
    if (name in fields) faults.push(`traits.${name}: say columns.${name}`);
  }
  return faults;
}
