/** What one webhook says: rows of records, or why it cannot be used. One place knows all topics. */

import { type CartContent, cartRows, cartToken, EMPTY_CART } from "./carts.js";
import { checkoutRows } from "./checkouts.js";
import { consentRows, noticeRow, personRow } from "./customers.js";
import type { ShopifyRecord } from "./mappings.js";
import { orderRows } from "./orders.js";
import { instantOf, listOf, type Payload, type Row, textOf } from "./payload.js";
import { productRows, stockRow } from "./products.js";
import { refundRows } from "./refunds.js";
import { type ItemStock, levelOf, withLevel } from "./stock.js";
import { isTopic, type Webhook } from "./webhook.js";

export interface Said {
  readonly record: ShopifyRecord;
  readonly rows: readonly Row[];
}

/** Rows of refunds that lack the name of their order: they wait until a webhook tells it. */
export interface WaitingSaid {
  /** The order's number. */
  readonly waitsFor: string;
  readonly rows: readonly Row[];
}

/** What the store knows beside the webhook. Carts and stock go on from one to the next. */
export interface Known {
  /** How Shopify's numbers are called here, the latest name first. */
  readonly orders: ReadonlyMap<string, readonly string[]>;
  readonly products: ReadonlyMap<string, readonly string[]>;
  readonly items: ReadonlyMap<string, readonly string[]>;
  readonly stock: Map<string, ItemStock>;
  readonly carts: Map<string, CartContent>;
}

/** A text says what is missing, beginning with the field. */
export function tell(webhook: Webhook, known: Known): readonly Said[] | WaitingSaid | string {
  const { topic, payload, receivedAt } = webhook;
  if (!isTopic(topic)) return `webhooks of the topic "${topic}" are not read`;
  const now = isoOf(receivedAt);
  switch (topic) {
    case "orders/create":
    case "orders/updated":
    case "orders/paid":
    case "orders/fulfilled":
    case "orders/partially_fulfilled":
    case "orders/cancelled":
      return orderSaid(payload);
    case "refunds/create":
      return refundSaid(payload, known);
    case "customers/create":
    case "customers/update":
      return [{ record: "people", rows: [personRow(payload), ...consentRows(payload)] }];
    case "customers_email_marketing_consent/update":
    case "customers_marketing_consent/update":
      return [{ record: "people", rows: consentRows(payload) }];
    case "customers/delete":
    case "customers/redact":
    case "customers/data_request":
    case "shop/redact": {
      const time = isoOf(changedAt(webhook));
      const row = noticeRow(topic, webhook, { time, known: now });
      const named = row.customer ?? row.email ?? row.phone;
      if (named === undefined && topic !== "shop/redact") return "customer: missing";
      return [{ record: "events", rows: [row] }];
    }
    case "products/create":
    case "products/update":
      return [{ record: "products", rows: productRows(payload) }];
    case "products/delete": {
      const gone = known.products.get(textOf(payload, "id")) ?? [];
      const time = isoOf(changedAt(webhook));
      return [{ record: "products", rows: gone.map((product) => stockRow(product, time, 0)) }];
    }
    case "inventory_levels/update":
      return stockSaid(payload, known, now);
    case "checkouts/create":
    case "checkouts/update":
      return [{ record: "events", rows: checkoutRows(payload, now) }];
    case "carts/create":
    case "carts/update": {
      const token = cartToken(payload);
      const { rows, after } = cartRows(payload, known.carts.get(token) ?? EMPTY_CART, now);
      known.carts.set(token, after);
      return [{ record: "events", rows }];
    }
  }
}

/** When the thing was changed that the webhook tells of, in milliseconds since the epoch. */
export const changedAt = ({ payload, triggeredAt, receivedAt }: Webhook): number =>
  instantOf(textOf(payload, "updated_at")) ?? instantOf(triggeredAt) ?? receivedAt;

const isoOf = (ms: number): string => new Date(ms).toISOString();

function orderSaid(order: Payload): readonly Said[] | string {
  const name = textOf(order, "name");
  if (name === "") return "name: missing";
  const lines = listOf(order, "line_items");
  if (lines.length === 0) return "line_items: the order has none";
  const currency = textOf(order, "currency");
  const refunds = listOf(order, "refunds").flatMap((refund) =>
    refundRows(refund, { order: name, lines, currency }),
  );
  return [
    { record: "orders", rows: orderRows(order) },
    { record: "refunds", rows: refunds },
  ];
}

/** It may come before any webhook of its order, which it names by number. */
function refundSaid(refund: Payload, { orders }: Known): readonly Said[] | WaitingSaid | string {
  const number = textOf(refund, "order_id");
  if (number === "") return "order_id: missing";
  if (textOf(refund, "id") === "") return "id: missing";
  const order = orders.get(number)?.[0];
  const currency = textOf(listOf(refund, "transactions")[0] ?? {}, "currency");
  const rows = refundRows(refund, { order: order ?? "", currency });
  return order === undefined ? { waitsFor: number, rows } : [{ record: "refunds", rows }];
}

function stockSaid(
  payload: Payload,
  { items, stock }: Known,
  now: string,
): readonly Said[] | string {
  const level = levelOf(payload);
  if (level === undefined) return [];
  const product = items.get(level.item)?.[0];
  if (product === undefined) return "inventory_item_id: no webhook has told of its product yet";
  const before = stock.get(level.item) ?? { levels: new Map(), total: undefined };
  const after = withLevel(before, level);
  stock.set(level.item, after);
  if (after.total === undefined || after.total === before.total) return [];
  return [{ record: "products", rows: [stockRow(product, now, after.total)] }];
}
