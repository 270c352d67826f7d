/** The same import on every engine. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { importFiles, type Mapping, readMapping, recoverImports } from "../../src/collect/index.js";
import type { Warehouse } from "../../src/store/index.js";
import { emptyTables, engines } from "../engines.js";
import { expectEventsAlike } from "./events-alike.js";
import { paid, type ShopOrder, shopifyExport } from "./shopify-export.js";
import { NOW, SMALL_CSV, SMALL_HEADER, SMALL_MAPPING, SMALL_ROWS } from "./small-mapping.js";

const TABLES = [
  ...["facts", "superseded", "seen", "aliases", "products", "links", "identity", "order_records"],
];

/** What the first engine (chDB) held after each step; the others are compared with it. */
const reference = new Map<string, unknown>();

describe.each(engines())("an import on $name", (engine) => {
  const dataDir = mkdtempSync(join(tmpdir(), "tessera-engines-"));
  let warehouse: Warehouse;
  beforeAll(async () => {
    warehouse = await engine.open();
  });
  afterAll(async () => {
    await engine.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function importText(text: string, now: number, mapping: Mapping | null = SMALL_MAPPING) {
    const path = join(dataDir, "orders.csv");
    writeFileSync(path, text);
    const options = { dataDir, now, files: [path], ...(mapping === null ? {} : { mapping }) };
    const [summary] = await importFiles(warehouse, options);
    return summary!;
  }

  async function compare(step: string) {
    const contents: Record<string, unknown> = {};
    for (const table of TABLES) {
      const { rows } = await warehouse.query(
        `SELECT * EXCEPT (import_id) FROM ${table} ORDER BY ALL`,
      );
      contents[table] = rows;
    }
    if (!reference.has(step)) reference.set(step, contents);
    expect(contents).toEqual(reference.get(step));
  }

  it("makes the facts, and adds later lines to known orders", async () => {
    const part = [SMALL_HEADER, ...SMALL_ROWS.filter((row) => !row.startsWith("A2,mug"))];
    await importText(part.join("\n"), NOW);
    await compare("a part");
    expect(await importText(SMALL_CSV, NOW + 1000)).toMatchObject({ lines: 1, orders: 1 });
    const more = `${SMALL_CSV}A3,cup,Cup,1,2,2024-02-02,,FR,\n`;
    expect(await importText(more, NOW + 2000)).toMatchObject({ lines: 1, changedOrders: 1 });
    await compare("the whole");
  });

  it("replaces whole orders by more advanced records, and links who belongs together", async () => {
    const phone = { Phone: "+436601234567" };
    const order = (name: string, email: string, more = {}): ShopOrder => ({
      name,
      email,
      order: paid(30, { ...phone, ...more }),
      lines: [
        [1, "Tea", 20],
        [1, "Mug", 10],
      ],
    });
    const bought = [order("#1", "ann@example.com"), order("#2", "")];
    await importText(shopifyExport(bought), NOW + 3000, null);
    await compare("bought");
    const back = { "Financial Status": "partially_refunded", "Refunded Amount": "12.00" };
    const later = { "Created at": "2024-03-05 10:00:00 +0000", "Paid at": "" };
    const returned = [order("#1", "ann@example.com", back), order("#3", "bob@example.com", later)];
    expect(await importText(shopifyExport(returned), NOW + 4000, null)).toMatchObject({
      orders: 1,
      changedOrders: 1,
    });
    await compare("returned");
    const known = await importText(shopifyExport(bought), NOW + 5000, null);
    expect(known).toMatchObject({ orders: 0, changedOrders: 0, alreadyPresent: 6 });
    await compare("returned");
  });

  it("completes facts by a later catalogue, and takes in what is known of people", async () => {
    const products = readMapping(
      "record: products\nsource: s\ncolumns: {product: sku, time: since, department: dept, cost: cost}",
      "products",
    );
    const catalogue = "sku,since,dept,cost\nmug,,Kitchen,2\nTEA,2024-03-02,Food,3\n";
    expect(await importText(catalogue, NOW + 6000, products)).toMatchObject({ products: 2 });
    const { rows } = await warehouse.query(
      `SELECT toUInt32(count()) AS n FROM facts WHERE department = 'Food' AND cost = 3
       AND (fact_id, version) NOT IN (SELECT fact_id, version FROM superseded)`,
    );
    expect(rows).toEqual([{ n: 3 }]);
    await compare("completed");
    const people = readMapping(
      "record: people\nsource: s\ncolumns: {customer: id, email: mail, city: city, total_orders: n}",
      "people",
    );
    const early = "id,mail,city,n\n7,ann@example.com,Graz,1\n";
    for (const text of [early, early.replace("Graz,1", "Wien,2")]) {
      expect(await importText(text, NOW + 7000, people)).toMatchObject({ people: 1 });
    }
    await compare("described");
  });

  it("is undone as long as it has not landed", async () => {
    const started = {
      at: "2024-01-01 00:00:00.000",
      file: "x",
      sha256: "",
      preset: "",
      summary: "",
    };
    await warehouse.insert("imports", [{ ...started, import_id: 9, state: "started" }]);
    await warehouse.command(
      "ALTER TABLE imports DELETE WHERE import_id = 9 AND state = 'landed' SETTINGS mutations_sync = 1",
    );
    expect(await recoverImports(warehouse)).toEqual([9]);
    await compare("the last import undone");
    const { rows } = await warehouse.query("SELECT count() AS n FROM facts WHERE import_id = 9");
    expect(rows).toEqual([{ n: "0" }]);
  });

  it("makes the same facts of events, refunds and contacts, and nothing when they come again", async () => {
    await emptyTables(warehouse);
    await expectEventsAlike(warehouse, dataDir);
  });
});
