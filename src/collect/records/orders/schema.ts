/** What a mapping of order lines may say. `docs/import.md` is its reference. */

import { z } from "zod";
import { commonShape, fieldShape, pattern, word } from "../../mapping-schema.js";
import { type Fields, MAX_QUANTITY } from "../fields.js";

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

export const fields = {
  order: { type: "key", required: true },
  product: { type: "key" },
  name: { type: "text" },
  quantity: { type: "number", limit: MAX_QUANTITY },
  price: { type: "number" },
  amount: { type: "number" },
  discount: { type: "number" },
  time: { type: "instant", required: true },
  customer: { type: "key" },
  status: { type: "text" },
  country: { type: "text" },
  department: { type: "text" },
  category: { type: "text" },
  brand: { type: "text" },
  collection: { type: "text" },
  coupon: { type: "text" },
  channel: { type: "text" },
} as const satisfies Fields;

export const schema = z.strictObject({
  record: z.literal("orders"),
  ...commonShape,
  ...fieldShape(fields),
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

export type OrdersMapping = z.infer<typeof schema>;

export function contradictions({ columns, orders, customer, discounts }: OrdersMapping): string[] {
  const faults: string[] = [];
  if (!columns.price && !columns.amount) {
    faults.push("columns: either price (of one unit) or amount (of the line) is needed");
  }
  if (columns.price && columns.amount)
    faults.push("columns.amount: price already gives the amount");
  if (orders.cancelled.length > 0 && !columns.status) {
    faults.push("orders.cancelled: needs columns.status");
  }
  if (customer.missing === "reject" && !columns.customer) {
    faults.push("customer.missing: needs columns.customer");
  }
  if (discounts.products.length > 0 && !columns.product) {
    faults.push("discounts.products: needs columns.product");
  }
  return faults;
}
