/** Events, refunds and contacts, of which every engine makes the same facts: a case of engines.test.ts. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { importFiles, type Mapping, readMapping } from "../../src/collect/index.js";
import type { Warehouse } from "../../src/store/index.js";

const TABLES = [
  ...["facts", "superseded", "seen", "aliases", "links", "identity", "order_changes", "campaigns"],
  "products",
];

const mapping = (record: string, columns: string): Mapping =>
  readMapping(`record: ${record}\nsource: shop\ncolumns: {${columns}}`, "m");

/** Refunds before their order, contacts before their campaign's description. */
const FILES: readonly (readonly [mapping: Mapping, text: string])[] = [
  [
    mapping("refunds", "order: order, time: at, amount: amount"),
    "order,at,amount\nA1,2024-03-09,3\nA2,2024-03-09,1\n",
  ],
  [
    mapping("contacts", "customer: who, campaign: campaign"),
    "who,campaign\nann,spring\nbob,spring\ncem,other\n",
  ],
  [
    mapping(
      "events",
      "time: at, customer: who, anonymous: device, name: what, product: sku, price: price, order: order",
    ),
    `at,who,device,what,sku,price,order
2024-03-01,,d1,view,tea,,
2024-03-01,,d2,view,mug,,
2024-03-02,ann,d1,purchase,tea,10,A1
2024-03-02,ann,d1,purchase,mug,5,A1
2024-03-03,bob,d2,purchase,mug,5,A2
2024-03-04,bob,,order cancelled,,,A2
2024-03-01,cem,,product price changed,tea,12,
2024-03-02,cem,,add to wishlist,tea,12,
2024-03-06,,,product price changed,tea,9,
`,
  ],
  [
    mapping("campaigns", "campaign: id, starts: from, theme: about"),
    "id,from,about\nspring,2024-03-05,gifts\n",
  ],
  [
    mapping("refunds", "order: order, time: at, amount: amount"),
    "order,at,amount\nA1,2024-03-12,2\n",
  ],
  // The price fell a day sooner than the event said.
  [
    mapping("products", "product: sku, time: since, price: price"),
    "sku,since,price\ntea,2024-03-05,9\n",
  ],
];

/** What the first engine (chDB) held; the others are compared with it. */
let reference: unknown;

/** Into an empty warehouse; `dataDir` takes the files. */
export async function expectEventsAlike(warehouse: Warehouse, dataDir: string): Promise<void> {
  async function contents(): Promise<unknown> {
    const each = TABLES.map(async (table) => {
      const { rows } = await warehouse.query(
        `SELECT * EXCEPT (import_id) FROM ${table} ORDER BY ALL`,
      );
      return [table, rows] as const;
    });
    return Object.fromEntries(await Promise.all(each));
  }

  const take = async () => {
    for (const [i, [own, text]] of FILES.entries()) {
      const path = join(dataDir, `${i}.csv`);
      writeFileSync(path, text);
      await importFiles(warehouse, { files: [path], mapping: own, dataDir, now: i });
    }
  };
  await take();
  const held = await contents();
  reference ??= held;
  expect(held).toEqual(reference);
  const { rows } = await warehouse.query(
    `SELECT order_id, toString(argMax(net, known_at)) AS net, argMax(kept, known_at) AS kept FROM facts
       WHERE kind = 'order' AND (fact_id, version) NOT IN (SELECT fact_id, version FROM superseded)
       GROUP BY order_id ORDER BY order_id`,
  );
  expect(rows).toEqual([
    { order_id: "A1", net: "10", kept: 1 },
    { order_id: "A2", net: "4", kept: 0 },
  ]);
  const { rows: news } = await warehouse.query(
    `SELECT toString(toDate(ts)) AS day, toString(price) AS price, toString(price_before) AS before FROM facts
       WHERE kind = 'price_dropped' AND (fact_id, version) NOT IN (SELECT fact_id, version FROM superseded)`,
  );
  expect(news).toEqual([{ day: "2024-03-05", price: "9", before: "12" }]);
  await take();
  expect(await contents()).toEqual(held);
}
