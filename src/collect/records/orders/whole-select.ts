/** What a row says of its order as a whole, beside its line. Blank on most rows of the order. */

import type { Field } from "../fields.js";
import { GIFT_FIELDS } from "./gift-signs.js";
import { fields, type OrdersMapping } from "./schema.js";

/** Columns of the typed rows that are taken from the fields of the same name. */
export const STATE_FIELDS = [
  "status",
  "updated",
  "paid",
  "fulfilled",
  "cancelled",
  "refunded",
  "refunded_at",
  "order_discount",
  "subtotal",
  "shipping",
  "tax",
  "tax_included",
  "total",
  "currency",
  "test",
  "payment",
  "employee",
  "location",
  "full_name",
  "first_name",
  "last_name",
  "ship_name",
  "gift_wrap",
  ...GIFT_FIELDS,
  "company",
  "postcode",
  "city",
  "tax_exempt",
  "accepts_email",
  "payment_terms",
  "tags",
] as const satisfies readonly (keyof typeof fields)[];

const typeOf: Readonly<Record<Field["type"], string>> = {
  key: "String",
  text: "String",
  number: "Nullable(Decimal(38, 4))",
  instant: "Nullable(DateTime64(3, 'UTC'))",
  boolean: "Nullable(Bool)",
  list: "Array(String)",
  json: "String",
};

/** pieces: of how many events the order was put together; 0 of a file's row. */
export const WHOLE_COLUMNS = [
  "gift_card UInt8, taxable UInt8, pieces UInt32, email String, phone String",
  ...STATE_FIELDS.map((name) => `${name} ${typeOf[fields[name].type]}`),
].join(", ");

/** An e-mail address or phone number that stands for nobody says nothing of the person either. */
export function wholeSelect({ columns, gift_cards: giftCards }: OrdersMapping): string {
  const gift = giftCards.name_pattern
    ? "match(lower(f_name), {gift_pattern:String})"
    : "ifNull(v_gift_card, false)";
  const identifiers =
    columns.email || columns.phone ? "mail AS email, called AS phone" : "'' AS email, '' AS phone";
  const states = STATE_FIELDS.map((name) => {
    const { type }: Field = fields[name];
    const value = type === "key" || type === "text" ? `f_${name}` : `v_${name}`;
    return `${value} AS ${name}`;
  });
  return [
    `${gift} AS gift_card, ifNull(v_taxable, true) AS taxable, toUInt32(0) AS pieces,
      ${identifiers}`,
    ...states,
  ].join(", ");
}
