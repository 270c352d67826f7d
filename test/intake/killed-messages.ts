/** The messages of `killed-intake.ts`: views, and orders in two events. */

import type { IntakeEntry } from "../../src/collect/index.js";

export const PER_ORDER = 10;

/** Message `n`; of ten, two are of one order. */
export function killedMessage(n: number): IntakeEntry {
  const receivedAt = Date.UTC(2024, 2, 1) + n;
  const common = { messageId: `m${n}`, userId: `u${n % 7}`, anonymousId: `d${n % 50}` };
  const order = { order_id: `#${Math.floor(n / PER_ORDER)}`, currency: "EUR" };
  const products = [{ product_id: "tea", price: 5 }];
  const said = [
    ["Order Completed", { ...order, subtotal: 5, products }],
    ["Order Updated", { ...order, subtotal: 5, products, coupon: "c" }],
  ] as const;
  const [event, properties] = said[n % PER_ORDER] ?? ["Product Viewed", { product_id: `p${n}` }];
  const body = JSON.stringify({ type: "track", event, properties, ...common });
  const basis = { format: "segment", keyId: "k", sentAt: undefined, ip: undefined };
  return { ...basis, body, receivedAt, userAgent: undefined };
}
