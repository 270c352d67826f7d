/**
 * What visitors of a small shop send, by seed: views, wishes, carts, orders in one event or several,
 * refunds, prices, people who are identified, aliased and share devices. Each client's clock is wrong
 * by its own amount; messages come in any order and some of them twice.
 */

import type { IntakeEntry } from "../../src/collect/index.js";
import type { Random } from "../fuzz/random.js";

export const BEGIN = Date.UTC(2024, 2, 1);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export interface Message {
  readonly messageId: string;
  /** By the client's clock, ISO 8601. */
  readonly timestamp: string;
  readonly [field: string]: unknown;
}

/** A message on its way: what the log holds of it. */
export interface Arrived {
  readonly message: Message;
  readonly entry: IntakeEntry;
}

const iso = (ms: number): string => new Date(ms).toISOString();

/** In the order in which they arrive. */
export function shopMessages(random: Random, count: number): readonly Arrived[] {
  const said = Array.from({ length: count }, (_, n) => messageOf(random, n));
  const repeated = said.filter(() => random.chance(0.2));
  const order = shuffled(random, [...said, ...repeated]);
  return order.map(({ message, skewMs }, index) => {
    const receivedAt = BEGIN + 20 * DAY + index * 1000 + random.int(0, 900);
    const sentAt = receivedAt + skewMs - random.int(0, 80);
    const body = JSON.stringify(message);
    const entry = { format: "segment", body, keyId: "k", receivedAt, sentAt };
    return { message, entry: { ...entry, ip: "203.0.113.9", userAgent: "test" } };
  });
}

/** As an archive of calls holds it. */
export function archived({ message, entry }: Arrived): string {
  const { receivedAt, sentAt } = entry;
  const happened = Date.parse(message.timestamp) + receivedAt - sentAt!;
  return JSON.stringify({
    ...message,
    originalTimestamp: message.timestamp,
    sentAt: iso(sentAt!),
    receivedAt: iso(receivedAt),
    timestamp: iso(happened),
  });
}

export function shuffled<T>(random: Random, items: readonly T[]): readonly T[] {
  return items
    .map((item) => [random.next(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}

function messageOf(random: Random, n: number): { message: Message; skewMs: number } {
  const device = random.int(1, 4);
  const skewMs = [0, 3 * DAY, -40 * MINUTE, 5000][device - 1]!;
  const at = BEGIN + random.int(0, 10 * DAY);
  const who = random.chance(0.4)
    ? { anonymousId: `d${device}`, userId: `u${random.int(1, 4)}` }
    : { anonymousId: `d${device}` };
  const common = { messageId: `m${n}`, timestamp: iso(at + skewMs), ...who };
  return { message: { ...common, ...saidBy(random) }, skewMs };
}

function saidBy(random: Random): Record<string, unknown> {
  const product = { product_id: random.pick(["tea", "mug", "cup"]), price: random.int(1, 40) };
  const order = { order_id: `#${random.int(1, 3)}`, currency: "EUR" };
  const products = [{ ...product, quantity: random.int(1, 3) }];
  const track = (event: string, properties: object) => ({ type: "track", event, properties });
  const userId = `u${random.int(1, 4)}`;
  return random.pick([
    () => track("Product Viewed", product),
    () => track("Product Added", { ...product, cart_id: "c" }),
    () => track("Product Added to Wishlist", product),
    () => track("Product List Viewed", { category: "Tea", products: [product] }),
    () => track("Order Completed", { ...order, subtotal: product.price, products }),
    () => track("Order Completed", { ...order, ...product, quantity: 1 }),
    () => track("Order Updated", { ...order, subtotal: product.price + 1, products }),
    () => track("Order Refunded", order),
    () => track("Order Cancelled", order),
    () => track("Product Price Changed", { ...product, brand: "Ours" }),
    () => ({ type: "page", name: "Home", properties: { path: "/" } }),
    () => ({ type: "identify", userId, traits: { email: `${userId}@example.com` } }),
    () => ({ type: "identify", userId, traits: { phone: "+4366012345", city: "Graz" } }),
    () => ({ type: "alias", userId, previousId: `d${random.int(1, 4)}` }),
  ])();
}
