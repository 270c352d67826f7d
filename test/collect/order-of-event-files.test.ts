/**
 * The store is a function of the set of files where they are of different kinds, too: events of two
 * days, the shop's export of the same orders, refunds, contacts and their campaign's description.
 */

import { beforeAll, describe, expect, it } from "vitest";
import { type Mapping, readMapping } from "../../src/collect/index.js";
import { text } from "../shown/snapshot.js";
import { paid, shopifyExport } from "./shopify-export.js";
import { openSmallStore, type SmallStore } from "./small-store.js";

interface File {
  readonly path: string;
  readonly mapping: Mapping | { readonly preset: string };
}

let store: SmallStore;
let files: Readonly<Record<string, File>>;
beforeAll(async () => {
  store = await openSmallStore();
  files = makeFiles();
});

const CALLS = readMapping(
  `record: events
source: segment
recognise: {columns: [type, messageId]}
orders: {source: shopify}
customer: {identifying: [email]}
columns: {type: type, name: event, message: messageId, time: timestamp, known: receivedAt,
  customer: userId, anonymous: anonymousId, properties: properties, traits: traits}`,
  "calls.yaml",
);
const MAILS = "source: mailer\ncolumns: {campaign: campaign,";

function call(type: string, day: string, more: object): string {
  const timestamp = `2024-03-${day}T10:00:00Z`;
  return JSON.stringify({ type, messageId: `${type} ${text(more)}`, timestamp, ...more });
}

function makeFiles(): Readonly<Record<string, File>> {
  const order = (id: string, price: number) => ({
    order_id: id,
    subtotal: price,
    products: [{ sku: "TEA", price }],
  });
  const buyer = { userId: "u1", anonymousId: "d1" };
  const days = [
    [
      call("track", "01", {
        event: "Product Viewed",
        anonymousId: "d1",
        properties: { sku: "TEA" },
      }),
      call("track", "02", { event: "Order Completed", ...buyer, properties: order("#1", 12) }),
      call("track", "03", { event: "Order Completed", ...buyer, properties: order("#2", 20) }),
    ],
    [
      call("identify", "04", { ...buyer, traits: { email: "a@example.com" } }),
      call("identify", "05", { userId: "u2", anonymousId: "d1", traits: {} }),
      call("track", "06", {
        event: "Order Refunded",
        userId: "u1",
        properties: { order_id: "#2" },
      }),
      call("track", "07", {
        event: "Order Cancelled",
        userId: "u1",
        properties: { order_id: "#3" },
      }),
    ],
  ];
  const sold = (name: string, net: number, more = {}) => ({
    name,
    email: "a@example.com",
    order: paid(net, more),
    lines: [[1, "Tea", net]] as const,
  });
  const shop = [
    sold("#1", 12, { "Refunded Amount": "6.00", "Fulfilled at": "2024-03-04 10:00:00 +0000" }),
    sold("#3", 30),
  ];
  const mapped = (name: string, content: string, mapping: File["mapping"]) => ({
    path: store.write(name, content),
    mapping,
  });
  return {
    monday: mapped("monday.ndjson", days[0]!.join("\n"), CALLS),
    tuesday: mapped("tuesday.ndjson", days[1]!.join("\n"), CALLS),
    shop: mapped("orders.csv", shopifyExport(shop), { preset: "shopify-orders" }),
    refunds: mapped(
      "refunds.csv",
      "order,at,amount\n#1,2024-03-09,4\n#3,2024-03-09,10\n",
      readMapping(
        "record: refunds\nsource: shopify\ncolumns: {order: order, time: at, amount: amount}",
        "m",
      ),
    ),
    contacts: mapped(
      "contacts.csv",
      "who,campaign\nu1,spring\nu2,spring\n",
      readMapping(`record: contacts\n${MAILS} customer: who}`, "m"),
    ),
    campaigns: mapped(
      "campaigns.csv",
      "campaign,from,about\nspring,2024-03-05,tea\n",
      readMapping(`record: campaigns\n${MAILS} starts: from, theme: about}`, "m"),
    ),
  };
}

async function take(names: readonly string[]): Promise<void> {
  await store.clear();
  await store.warehouse.reloadIdentity();
  for (const [i, name] of names.entries()) {
    const { path, mapping } = files[name]!;
    await store.import(path, mapping, Date.UTC(2024, 5, 1, 0, i));
  }
}

/** What is visible, and whose it is, as of several days; versions are numbered as they come. */
async function visible(): Promise<string> {
  const days = [2, 4, 6, 8, 20].map((day) => Date.UTC(2024, 2, day, 12));
  const facts = days.map((now) =>
    store.query(
      `SELECT * EXCEPT (import_id, alias, version), dictGetOrDefault('identity_at', 'person', alias, ${now}, alias) AS person
       FROM facts WHERE known_at <= fromUnixTimestamp64Milli(${now})
         AND (fact_id, version) NOT IN (SELECT fact_id, version FROM superseded
           WHERE known_at <= fromUnixTimestamp64Milli(${now})) ORDER BY ALL`,
    ),
  );
  return text(await Promise.all(facts));
}

describe("files of different kinds", () => {
  it("give the same facts in every order, and again", async () => {
    const order = ["monday", "tuesday", "shop", "refunds", "contacts", "campaigns"];
    await take(order);
    const expected = await visible();
    for (const part of ['"kind": "delivered"', "said_refunded", '"kind": "viewed"']) {
      expect(expected).toContain(part);
    }
    const orders = [
      ["campaigns", "contacts", "refunds", "shop", "tuesday", "monday"],
      ["refunds", "tuesday", "campaigns", "monday", "contacts", "shop"],
      ["tuesday", "shop", "refunds", "monday", "campaigns", "contacts"],
      ["shop", "monday", "tuesday", "contacts", "campaigns", "refunds"],
      [
        "contacts",
        "monday",
        "refunds",
        "tuesday",
        "campaigns",
        "shop",
        "monday",
        "refunds",
        "tuesday",
      ],
    ];
    for (const names of orders) {
      await take(names);
      expect(await visible(), String(names)).toBe(expected);
    }
  });
});
