/** By which an order is known to be a gift, from exports and from events. */

import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readMapping } from "../../src/collect/index.js";
import { paid, shopifyExport } from "./shopify-export.js";
import { openSmallStore, type SmallStore } from "./small-store.js";

let store: SmallStore;
beforeAll(async () => {
  store = await openSmallStore();
});
beforeEach(() => store.clear());

/** Orders that are gifts; their lines must be too. */
async function gifts(): Promise<string[]> {
  const of = (kind: string) =>
    store.query<{ o: string }>(
      `SELECT DISTINCT order_id AS o FROM facts WHERE kind = '${kind}' AND gift ORDER BY o`,
    );
  const orders = await of("order");
  expect(await of("line")).toEqual(orders);
  return orders.map(({ o }) => o);
}

type Cells = Readonly<Record<string, string>>;

/** Name of the order -> its cells, beside those of any paid order. */
async function shopify(
  orders: Readonly<Record<string, Cells>>,
  product = "Tea",
): Promise<string[]> {
  const rows = Object.entries(orders).map(([name, cells]) => ({
    name,
    email: "ann@example.com",
    order: paid(10, { "Billing Name": "Ann Lee", "Shipping Name": "Ann Lee", ...cells }),
    lines: [[1, product, 10]] as const,
  }));
  await store.import(store.write("orders.csv", shopifyExport(rows)), { preset: "shopify-orders" });
  return gifts();
}

describe("an order is a gift", () => {
  it("where it is sent to another name than it is billed to", async () => {
    const pairs: Readonly<Record<string, readonly [bill: string, ship: string]>> = {
      other: ["Ann Lee", "Bob Stone"],
      family: ["Ann Lee", "Bob Lee"],
      same: ["Ann Lee", "ann  LEE"],
      turned: ["Lee, Ann", "Ann Lee"],
      middle: ["Ann Maria Lee", "Ann M. Lee"],
      initial: ["A. Lee", "Ann Lee"],
      turkish: ["IŞIL ÜNAL", "ışıl ünal"],
      dotted: ["İPEK DEMİR", "ipek demir"],
      accents: ["Zoë Müller", "Zoe Muller"],
      nobody: ["", "Ann Lee"],
      unsent: ["Ann Lee", ""],
    };
    const cells = Object.entries(pairs).map(([name, [bill, ship]]) => [
      name,
      { "Billing Name": bill, "Shipping Name": ship },
    ]);
    expect(await shopify(Object.fromEntries(cells))).toEqual(["family", "other"]);
  });

  it("but not where the parcel goes to an office or a pick-up point", async () => {
    const other = { "Shipping Name": "Bob Stone" };
    expect(
      await shopify({
        home: { ...other, "Shipping Address1": "Lockerbie Street 4" },
        office: { ...other, "Shipping Company": "Stone & Sons" },
        station: { ...other, "Shipping Address1": "Packstation 145" },
        desk: { ...other, "Shipping Method": "Local Pickup" },
      }),
    ).toEqual(["home"]);
  });

  it("where it has a note or wrapping among its attributes, or a product that is one", async () => {
    expect(
      await shopify({
        note: { "Note Attributes": "delivery: morning\nGift message: With love" },
        wrap: { "Note Attributes": "Gift wrap: yes" },
        unwrapped: { "Note Attributes": "Gift wrap: no\nGift note: " },
        other: { "Note Attributes": "delivery: morning" },
      }),
    ).toEqual(["note", "wrap"]);
    await store.clear();
    expect(await shopify({ wrapped: {} }, "Gift wrapping, red")).toEqual(["wrapped"]);
    await store.clear();
    expect(await shopify({ card: {} }, "Gift card 50")).toEqual(["card"]);
  });

  it("by the columns of any mapping", async () => {
    const mapping = readMapping(
      `source: shop
columns: {order: order, time: time, product: product, price: price, customer: who, gift_wrap: wrap,
  gift_note: note, first_name: first, last_name: last, ship_first_name: to_first, ship_last_name: to_last,
  shipping_method: method}
gifts: {pickup_pattern: "shop 7", wrap_pattern: "^ribbon$"}`,
      "m.yaml",
    );
    const rows = [
      "wrapped,2024-03-01,TEA,10,u1,red paper,,Ann,Lee,Ann,Lee,post",
      "fee,2024-03-01,TEA,10,u1,2.50,,Ann,Lee,Ann,Lee,post",
      "free,2024-03-01,TEA,10,u1,0.00,,Ann,Lee,Ann,Lee,post",
      "no,2024-03-01,TEA,10,u1,No,,Ann,Lee,Ann,Lee,post",
      "noted,2024-03-01,TEA,10,u1,,Enjoy,Ann,Lee,Ann,Lee,post",
      "sent,2024-03-01,TEA,10,u1,,,Ann,Lee,Bob,Stone,Abholung",
      "fetched,2024-03-01,TEA,10,u1,,,Ann,Lee,Bob,Stone,shop 7",
    ];
    const header = "order,time,product,price,who,wrap,note,first,last,to_first,to_last,method";
    await store.import(store.write("o.csv", [header, ...rows].join("\n")), mapping);
    expect(await gifts()).toEqual(["fee", "noted", "sent", "wrapped"]);
  });

  it("by properties of Order Completed", async () => {
    const completed = (order_id: string, more: object) =>
      JSON.stringify({
        ...{ type: "track", event: "Order Completed", userId: "u1", messageId: order_id },
        timestamp: "2024-03-01T10:00:00Z",
        properties: { order_id, products: [{ sku: "TEA", price: 10 }], ...more },
      });
    const calls = [
      completed("note", { gift_message: "With love" }),
      completed("wrap", { gift_wrap: true }),
      completed("bare", { gift_wrap: false, gift_note: "" }),
      completed("other", { billing_name: "Ann Lee", shipping_name: "Bob Stone" }),
      completed("self", { billing_name: "Ann Lee", shipping_name: "Ann Lee" }),
    ];
    await store.import(store.write("calls.ndjson", calls.join("\n")), { preset: "segment" });
    expect(await gifts()).toEqual(["note", "other", "wrap"]);
  });

  it("whichever of two exports says so: it is another record of the order", async () => {
    const files = ["", "yes"].map((wrap, i) =>
      store.write(
        `export-${i}.csv`,
        shopifyExport([
          {
            name: "#1",
            email: "ann@example.com",
            order: paid(10, wrap ? { "Note Attributes": `Gift wrap: ${wrap}` } : {}),
            lines: [[1, "Tea", 10]],
          },
        ]),
      ),
    );
    const seen: string[] = [];
    for (const order of [files, files.toReversed()]) {
      await store.clear();
      for (const file of order) await store.import(file, { preset: "shopify-orders" });
      const rows = await store.query(`SELECT order_id, gift FROM facts WHERE kind = 'order'
        AND (fact_id, version) NOT IN (SELECT fact_id, version FROM superseded)`);
      seen.push(JSON.stringify(rows));
    }
    expect(seen[0]).toBe(seen[1]);
  });
});
