/** What a mapping of order lines may say. `docs/import.md` is its reference. */

import { z } from "zod";
import { plain } from "../../mapping/columns.js";
import { commonShape, fieldShape, pattern, word } from "../../mapping/mapping-schema.js";
import { departmentSchema } from "../../values/department.js";
import { type Fields, MAX_QUANTITY } from "../fields.js";
import { PICKUP_PATTERN, WRAP_PATTERN } from "./gift-signs.js";

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

/** What a row says of its own line, and the little of its order that plain lines have. */
const lineFields = {
  order: { type: "key", required: true },
  product: { type: "key" },
  name: { type: "text" },
  quantity: { type: "number", limit: MAX_QUANTITY },
  price: { type: "number" },
  amount: { type: "number" },
  discount: { type: "number" },
  coupon_discount: { type: "number" },
  other_discount: { type: "number" },
  time: { type: "instant", required: true },
  customer: { type: "key" },
  country: { type: "text" },
  department: { type: "text" },
  category: { type: "text" },
  brand: { type: "text" },
  collection: { type: "text" },
  coupon: { type: "text" },
  channel: { type: "text" },
} as const satisfies Fields;

/** By which the file's rows become records of whole orders: see `isWhole`. */
const wholeFields = {
  gift_card: { type: "boolean" },
  taxable: { type: "boolean" },
  status: { type: "text" },
  /** When this state of it was saved: of two records that are equally advanced the later counts. */
  updated: { type: "instant" },
  paid: { type: "instant" },
  fulfilled: { type: "instant" },
  cancelled: { type: "instant" },
  refunded: { type: "number" },
  refunded_at: { type: "instant" },
  order_discount: { type: "number" },
  subtotal: { type: "number" },
  shipping: { type: "number" },
  tax: { type: "number" },
  tax_included: { type: "boolean" },
  total: { type: "number" },
  currency: { type: "text" },
  test: { type: "boolean" },
  payment: { type: "text" },
  employee: { type: "text" },
  location: { type: "text" },
  email: { type: "key" },
  phone: { type: "key" },
  full_name: { type: "text" },
  first_name: { type: "text" },
  last_name: { type: "text" },
  ship_name: { type: "text" },
  ship_first_name: { type: "text" },
  ship_last_name: { type: "text" },
  ship_company: { type: "text" },
  ship_address: { type: "text" },
  shipping_method: { type: "text" },
  gift_wrap: { type: "text" },
  gift_note: { type: "text" },
  attributes: { type: "text" },
  company: { type: "text" },
  postcode: { type: "key" },
  city: { type: "text" },
  tax_exempt: { type: "boolean" },
  accepts_email: { type: "boolean" },
  payment_terms: { type: "text" },
  tags: { type: "list" },
} as const satisfies Fields;

/** By which else messages of the same system name the order: see `intake/shopify/file-orders.ts`. */
const outerFields = { number: { type: "text" } } as const satisfies Fields;

export const fields = { ...lineFields, ...wholeFields, ...outerFields } as const satisfies Fields;

const identifying = z.enum(["email", "phone"]);
const words = z.array(z.string().toLowerCase()).default([]);

export const schema = z.strictObject({
  record: z.literal("orders"),
  ...commonShape,
  ...fieldShape(fields),
  customer: z
    .strictObject({
      kind: word.default("user_id"),
      missing: z.enum(["keep", "reject"]).default("keep"),
      nobody: z.array(z.string()).default([]),
      identifying: z.array(identifying).default([]),
    })
    .prefault({}),
  orders: z
    .strictObject({
      cancelled: words,
      unpaid: words,
      refunded: words,
      test_payments: words,
      free: z.enum(["placed", "not_placed"]).default("placed"),
    })
    .prefault({}),
  refunds: z
    .strictObject({
      order_prefix: z.string().min(1).optional(),
      order_pattern: pattern.optional(),
      amounts: z.enum(["signed", "positive"]).default("signed"),
      negative_quantity: z.enum(["refund", "line"]).default("refund"),
      lag_days: z.number().min(0).max(365).default(0),
    })
    .prefault({}),
  product: z.strictObject({ missing: z.enum(["none", "name"]).default("none") }).prefault({}),
  department: departmentSchema,
  discounts: z
    .strictObject({
      products: z.array(z.string()).default([]),
      amounts: z.enum(["before", "after"]).default("before"),
    })
    .prefault({}),
  gifts: z
    .strictObject({
      wrap_pattern: pattern.default(WRAP_PATTERN),
      pickup_pattern: pattern.default(PICKUP_PATTERN),
    })
    .prefault({}),
  gift_cards: z.strictObject({ name_pattern: pattern.optional() }).prefault({}),
  rates: z.string().min(1).optional(),
  taxes: z.strictObject({ included: z.enum(["yes", "no", "by_total"]).optional() }).prefault({}),
});

export type OrdersMapping = z.infer<typeof schema>;

/**
 * Whether an order is described as a whole (its state, amounts of its own, its buyer's details):
 * then the rows of an order are one record, and of several exports the most advanced one counts.
 * Files that only have lines are united.
 */
export function isWhole({ columns, rates }: OrdersMapping): boolean {
  if (rates !== undefined) return true;
  return Object.keys(wholeFields).some((field) => columns[field as keyof typeof wholeFields]);
}

/**
 * Exports of one system come with more columns or fewer: words that a preset looks for in a column
 * that this file does not have stand for nothing in it.
 */
export function fit(mapping: OrdersMapping, present: readonly string[]): OrdersMapping {
  if (mapping.recognise === undefined) return mapping;
  const names = new Set(present.map(plain));
  const has = (field: "status" | "payment") =>
    [mapping.columns[field] ?? []].flat().some((name) => names.has(plain(name)));
  const { orders } = mapping;
  const byStatus = has("status") ? {} : { cancelled: [], unpaid: [], refunded: [] };
  const byPayment = has("payment") ? {} : { test_payments: [] };
  return { ...mapping, orders: { ...orders, ...byStatus, ...byPayment } };
}

export function contradictions(mapping: OrdersMapping): string[] {
  const { columns, orders, customer, discounts, gift_cards: giftCards, taxes } = mapping;
  const faults: string[] = [];
  if (!columns.price && !columns.amount) {
    faults.push("columns: either price (of one unit) or amount (of the line) is needed");
  }
  if (columns.price && columns.amount)
    faults.push("columns.amount: price already gives the amount");
  const needs = (key: string, wanted: boolean, field: keyof typeof columns) => {
    if (wanted && !columns[field]) faults.push(`${key}: needs columns.${field}`);
  };
  needs("orders.cancelled", orders.cancelled.length > 0, "status");
  needs("orders.unpaid", orders.unpaid.length > 0, "status");
  needs("orders.refunded", orders.refunded.length > 0, "status");
  needs("orders.test_payments", orders.test_payments.length > 0, "payment");
  needs("discounts.products", discounts.products.length > 0, "product");
  if (mapping.department) needs("department.from", true, mapping.department.from);
  needs("product.missing", mapping.product.missing === "name", "name");
  needs("gift_cards.name_pattern", giftCards.name_pattern !== undefined, "name");
  if (taxes.included === "by_total") {
    for (const field of ["total", "subtotal"] as const) needs("taxes.included", true, field);
  }
  if (customer.missing === "reject" && !columns.customer && !columns.email && !columns.phone) {
    faults.push("customer.missing: needs columns.customer, email or phone");
  }
  return faults;
}
