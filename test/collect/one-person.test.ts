/** One person by several files of one shop: the same people whichever file came first. */

import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { importFiles } from "../../src/collect/index.js";
import { paid, type ShopOrder, shopifyExport } from "./shopify-export.js";
import { NOW, openSmallStore, type SmallStore } from "./small-store.js";

let store: SmallStore;
beforeAll(async () => {
  store = await openSmallStore();
});
beforeEach(() => store.clear());

const ANN = "+436601234567";
const SHARED = "+436649876543";

const order = (name: string, email: string, phone: string): ShopOrder => ({
  name,
  email,
  order: paid(10, { Phone: phone }),
  lines: [[1, "Tea", 10]],
});

/** Ann has an account with both; Bob and Cy share a phone, and only Bob has an account. */
const FILES: Readonly<Record<string, string>> = {
  "orders.csv": shopifyExport([
    order("#1", "ann@example.com", ANN),
    order("#2", "", ANN),
    order("#3", "bob@example.com", SHARED),
    order("#4", "cy@example.com", SHARED),
    order("#5", "", SHARED),
  ]),
  "customers.csv": [
    "Customer ID,First Name,Last Name,Email,Phone,Total Spent,Total Orders,Tags,Tax Exempt",
    `'7,Ann,A,ann@example.com,${ANN},20,2,,no`,
    "'8,Bob,B,bob@example.com,,10,1,,no",
  ].join("\n"),
};

/** A guest, who has an account from the third order on; and a guest with the same phone in between. */
const WOO = [
  "order_number,date,status,order_total,customer_id,billing_email,billing_phone,item_name,item_sku,item_quantity,item_subtotal",
  `1,2024-01-01 10:00:00,completed,10,0,dee@example.com,${ANN},Tea,TEA,1,10`,
  `2,2024-01-02 10:00:00,completed,10,0,,${ANN},Tea,TEA,1,10`,
  `3,2024-01-03 10:00:00,completed,10,17,dee@example.com,${ANN},Tea,TEA,1,10`,
  `4,2024-01-04 10:00:00,completed,10,17,dee.new@example.com,,Tea,TEA,1,10`,
  `5,2024-01-05 10:00:00,completed,10,0,dee.new@example.com,,Tea,TEA,1,10`,
  `6,2024-01-06 10:00:00,completed,10,0,eve@example.com,,Tea,TEA,1,10`,
];

/** Which orders have one person. */
async function together(): Promise<readonly string[][]> {
  const rows = await store.query<{ orders: string[] }>(
    `SELECT arraySort(groupArray(order_id)) AS orders FROM facts WHERE kind = 'order'
     GROUP BY dictGetOrDefault('identity_now', 'person', alias, alias) ORDER BY orders`,
  );
  return rows.map(({ orders }) => orders);
}

describe("customers and their orders", () => {
  it("are one person where account, e-mail and phone belong together", async () => {
    const paths = Object.entries(FILES).map(([name, text]) => store.write(name, text));
    for (const order of [paths, [...paths].reverse()]) {
      await store.clear();
      for (const path of order) {
        await importFiles(store.warehouse, { files: [path], dataDir: store.dataDir, now: NOW });
      }
      expect(await together()).toEqual([["#1", "#2"], ["#3"], ["#4"], ["#5"]]);
    }
  });

  it("are one person where a guest turns out to have an account, whichever file came first", async () => {
    const [header, ...rows] = WOO;
    const paths = [rows.slice(0, 2), rows.slice(2)].map((part, i) =>
      store.write(`woo-${i}.csv`, [header, ...part].join("\n")),
    );
    for (const order of [paths, [...paths].reverse()]) {
      await store.clear();
      for (const path of order) {
        await importFiles(store.warehouse, { files: [path], dataDir: store.dataDir, now: NOW });
      }
      expect(await together()).toEqual([["1", "2", "3", "4", "5"], ["6"]]);
      const before = Date.UTC(2024, 0, 2, 12);
      expect(
        await store.query(
          `SELECT uniqExact(dictGetOrDefault('identity_at', 'person', alias, ${before}, alias)) AS people
           FROM facts WHERE kind = 'order' AND ts < '2024-01-03'`,
        ),
      ).toEqual([{ people: "1" }]);
    }
  });
});
