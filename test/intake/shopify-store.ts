/**
 * A store that follows a log of Shopify's webhooks, for the test file that imports it: one warehouse for
 * the file, emptied before each case.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach } from "vitest";
import {
  envelopeOf,
  type ImportSummary,
  type IntakeLog,
  importFiles,
  openIntakeLog,
  type Projection,
  startProjection,
} from "../../src/collect/index.js";
import { type Ledger, openLedger } from "../../src/store/index.js";
import { paid, type ShopOrder, shopifyExport } from "../collect/shopify-export.js";
import { NOW, openSmallStore, type SmallStore } from "../collect/small-store.js";
import type { Payload } from "./shopify-payloads.js";

const folder = mkdtempSync(join(tmpdir(), "tessera-shopify-"));
export let store: SmallStore;
export let ledger: Ledger;
export let log: IntakeLog;
export let projection: Projection;

beforeAll(async () => {
  store = await openSmallStore();
  ledger = await openLedger({ folder });
  log = openIntakeLog(ledger);
  projection = await follow();
});
const follow = () => startProjection({ log, warehouse: store.warehouse, dataDir: store.dataDir });
beforeEach(async () => {
  await store.clear();
  // Numbers of imports begin anew, and the rejects of an hour are one file.
  rmSync(join(store.dataDir, "rejects"), { recursive: true, force: true });
  const further = ["external_ids", "stock_levels", "waiting_refunds", "suppressed", "erasures"];
  for (const table of further) {
    await store.warehouse.command(`TRUNCATE TABLE ${table}`);
  }
});
afterAll(async () => {
  await projection.close();
  await log.close();
  await ledger.close();
  rmSync(folder, { recursive: true });
});

export type Sent = readonly [topic: string, payload: Payload];

export const RECEIVED = Date.UTC(2024, 2, 20);
let received = 0;

/** Appended together, and projected. */
export async function receive(...webhooks: readonly Sent[]): Promise<void> {
  const entries = webhooks.map(([topic, payload]) => {
    received += 1;
    const headers = { topic, shop: "a.myshopify.com", webhookId: `w${received}`, triggeredAt: "" };
    const body = envelopeOf(headers, JSON.stringify(payload));
    const from = { sentAt: undefined, ip: undefined, userAgent: undefined };
    return { format: "shopify", keyId: "shopify", receivedAt: RECEIVED + received, body, ...from };
  });
  await log.append(entries);
  await projection.caughtUp();
}

/** Whoever serves ends and begins again, and the log forgets what has landed. */
export async function restart(): Promise<void> {
  await projection.close();
  projection = await follow();
  await projection.trim();
}

/** Why webhooks of the last import were refused. */
export async function refused(): Promise<readonly string[]> {
  const [last] = await store.query<{ id: number; summary: string }>(
    "SELECT import_id AS id, summary FROM imports WHERE state = 'landed' ORDER BY import_id DESC LIMIT 1",
  );
  const { rejectFile } = JSON.parse(last!.summary || "{}");
  if (!rejectFile) return [];
  const rejects = readFileSync(rejectFile, "utf8").trim().split("\n");
  return rejects
    .map((line) => JSON.parse(line))
    .filter(({ import: id }) => id === last!.id)
    .map(({ column, reason }) => `${column}: ${reason}`);
}

/** Of versions of a fact the one that counts. */
export const CURRENT = "(fact_id, version) NOT IN (SELECT fact_id, version FROM superseded)";

export const current = (kinds: string, columns: string) =>
  store.query<Record<string, unknown>>(
    `SELECT ${columns} FROM facts WHERE kind IN (${kinds}) AND ${CURRENT} ORDER BY ALL`,
  );

export async function takeExport(orders: readonly ShopOrder[]): Promise<readonly ImportSummary[]> {
  const files = [store.write("orders_export.csv", shopifyExport(orders))];
  return importFiles(store.warehouse, { files, dataDir: store.dataDir, now: NOW });
}

export const ORDER = `order_id, kind, product, placed, kept, coupon, channel, country, toString(ts) AS at,
  toString(quantity) AS units, toString(gross) AS gross, toString(discount) AS discount,
  toString(refunded) AS refunded, toString(net) AS net, toString(tax) AS tax,
  toString(shipping) AS shipping, alias`;

export const orders = () => current("'order', 'line', 'refund'", ORDER);

/** An order as the shop exports it. */
export const EXPORTED: ShopOrder = {
  name: "#1001",
  email: "ann@example.com",
  order: paid(30, { "Paid at": "", "Created at": "2024-03-01 11:00:00 +0100", Source: "web" }),
  lines: [
    [1, "Tea", 20],
    [1, "Mug", 10],
  ],
};
