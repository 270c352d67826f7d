/**
 * Webhooks from the intake log -> rows for imports: of products, people, orders, refunds and events,
 * in this order. What an import makes of a row is a function of the set of rows, so webhooks may
 * come twice, late or in any order; of an order's records the most advanced one counts.
 */

import type { Warehouse } from "../../../store/index.js";
import { cartToken } from "./carts.js";
import { cartsOf, type ExternalId, namesOf, remember, stockOf } from "./known.js";
import { SHOPIFY_RECORDS, type ShopifyMapping, shopifyMapping } from "./mappings.js";
import { rankOf } from "./orders.js";
import { textOf } from "./payload.js";
import { productNames } from "./products.js";
import { levelOf } from "./stock.js";
import { changedAt, type Known, type Said, tell } from "./tell.js";
import { keepWaiting, type Waiting, waitingFor } from "./waiting.js";
import { isRequest, openEnvelope, type Topic, type Webhook } from "./webhook.js";

export interface ShopifyEntry {
  readonly sequence: number;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  /** As `envelopeOf` makes it. */
  readonly body: string;
}

/** Rows of one mapping. `text` is a JSON object, made of the message at `sequence`. */
export interface ShopifyImport extends ShopifyMapping {
  readonly rows: readonly { readonly sequence: number; readonly text: string }[];
}

export interface RefusedWebhook {
  readonly sequence: number;
  /** Its topic, and the field at fault, where there is one. */
  readonly column: string;
  readonly reason: string;
}

export interface ReadWebhooks {
  /** To be landed one after another; each may be landed again. */
  readonly imports: readonly ShopifyImport[];
  readonly refused: readonly RefusedWebhook[];
  /** How many of them ask for something by privacy law. */
  readonly requests: number;
}

/** `entries` are in the log's order. Writes to the warehouse's look-up tables only. */
export async function readShopify(
  warehouse: Warehouse,
  entries: readonly ShopifyEntry[],
): Promise<ReadWebhooks> {
  const refused: RefusedWebhook[] = [];
  const webhooks: Webhook[] = [];
  for (const { sequence, receivedAt, body } of entries) {
    const opened = openEnvelope(body);
    if (typeof opened !== "string") webhooks.push({ ...opened, sequence, receivedAt });
    else refused.push({ sequence, column: "", reason: opened });
  }
  if (webhooks.length === 0) return { imports: [], refused, requests: 0 };
  await remember(warehouse, { ids: webhooks.flatMap(idsIn), levels: webhooks.flatMap(levelsIn) });
  const known = await lookUp(warehouse, webhooks);
  const told: Told[] = [];
  const waiting: Waiting[] = [];
  for (const webhook of webhooks) {
    const { sequence, topic } = webhook;
    const said = tell(webhook, known);
    if (typeof said === "string") refused.push({ sequence, column: topic, reason: said });
    else if ("waitsFor" in said) waiting.push({ number: said.waitsFor, rows: said.rows });
    else told.push(...said.map((one) => ({ ...one, sequence })));
  }
  await keepWaiting(warehouse, waiting);
  const late = await waitedFor(warehouse, webhooks);
  const requests = webhooks.filter(({ topic }) => isRequest(topic)).length;
  return { imports: importsOf([...told, ...late]), refused, requests };
}

/** Refunds that came before the orders of these webhooks, each with the last of its order's. */
async function waitedFor(
  warehouse: Warehouse,
  webhooks: readonly Webhook[],
): Promise<readonly Told[]> {
  const orders = new Map(
    webhooks.flatMap((webhook) =>
      idsIn(webhook)
        .filter(({ kind }) => kind === "order")
        .map(({ id, name }) => [id, { name, sequence: webhook.sequence }] as const),
    ),
  );
  const found = await waitingFor(warehouse, [...orders.keys()]);
  return found.map(({ number, rows }) => {
    const { name: order, sequence } = orders.get(number)!;
    return { record: "refunds", rows: rows.map((row) => ({ order, ...row })), sequence };
  });
}

interface Told extends Said {
  readonly sequence: number;
}

function idsIn(webhook: Webhook): readonly ExternalId[] {
  const { topic, payload } = webhook;
  const at = changedAt(webhook);
  if (topic.startsWith("orders/")) {
    const [id, name] = [textOf(payload, "id"), textOf(payload, "name")];
    return id === "" || name === "" ? [] : [{ kind: "order", id, name, at }];
  }
  if (topic !== "products/create" && topic !== "products/update") return [];
  return productNames(payload).map((own) => ({ ...own, at }));
}

function levelsIn({ topic, payload, sequence }: Webhook) {
  const level = topic === "inventory_levels/update" ? levelOf(payload) : undefined;
  return level === undefined ? [] : [{ ...level, sequence }];
}

async function lookUp(warehouse: Warehouse, webhooks: readonly Webhook[]): Promise<Known> {
  const of = (topic: Topic) => webhooks.filter((one) => one.topic === topic);
  const ids = (topic: Topic, key: string) => of(topic).map(({ payload }) => textOf(payload, key));
  const carts = [...of("carts/create"), ...of("carts/update")];
  const numbers = ids("inventory_levels/update", "inventory_item_id");
  const items = await namesOf(warehouse, "inventory_item", numbers);
  const named = new Map([...items].map(([id, names]) => [id, names[0]!]));
  return {
    orders: await namesOf(warehouse, "order", ids("refunds/create", "order_id")),
    products: await namesOf(warehouse, "product", ids("products/delete", "id")),
    items,
    stock: new Map(await stockOf(warehouse, named, webhooks[0]!.sequence)),
    carts: new Map(
      await cartsOf(
        warehouse,
        carts.map(({ payload }) => cartToken(payload)),
      ),
    ),
  };
}

function importsOf(told: readonly Told[]): readonly ShopifyImport[] {
  return SHOPIFY_RECORDS.flatMap((record) => {
    const own = told.filter((one) => one.record === record && one.rows.length > 0);
    const passes = record === "orders" ? advancedOrders(own) : [own];
    return passes
      .filter((pass) => pass.length > 0)
      .map((pass) => ({ ...shopifyMapping(record), rows: pass.flatMap(textsOf) }));
  });
}

const textsOf = ({ sequence, rows }: Told) =>
  rows.map((row) => ({ sequence, text: JSON.stringify(row) }));

/**
 * An import unites all rows of an order, so of several records only the most advanced goes into
 * one. Different ones of equal rank are left to `order_records`, in a pass of their own each.
 */
function advancedOrders(records: readonly Told[]): readonly (readonly Told[])[] {
  const best = new Map<string, { rank: readonly number[]; records: Map<string, Told> }>();
  for (const record of records) {
    const first = record.rows[0]!;
    const order = first.order as string;
    const rank = rankOf(first);
    const before = best.get(order);
    const ahead = before === undefined ? 1 : compare(rank, before.rank);
    if (ahead < 0) continue;
    const equal = ahead === 0 ? before!.records : new Map<string, Told>();
    best.set(order, { rank, records: equal.set(JSON.stringify(record.rows), record) });
  }
  const passes: Told[][] = [];
  for (const { records: equal } of best.values()) {
    [...equal.values()].forEach((record, pass) => {
      passes[pass] = [...(passes[pass] ?? []), record];
    });
  }
  return passes;
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : a[at]! - b[at]!;
}
