/** A price that falls and stock that comes back reach those who had wished for the product. */

import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type Mapping, readMapping } from "../../src/collect/index.js";
import { openSmallStore, type SmallStore } from "./small-store.js";

const PRODUCTS = readMapping(
  `record: products
source: shop
columns: {product: sku, time: since, price: price, stock: stock, department: dept}`,
  "products",
);
const EVENTS = readMapping(
  `record: events
source: site
columns: {name: event, time: at, known: received, customer: who, product: sku, properties: props}
names: {wish: Product Added to Wishlist, unwish: Product Removed from Wishlist, watch: Product Watched}`,
  "events",
);

// A dozen imports a test.
vi.setConfig({ testTimeout: 240_000 });

let store: SmallStore;
beforeAll(async () => {
  store = await openSmallStore();
});
beforeEach(() => store.clear());

const VISIBLE =
  "(fact_id, version, known_at) NOT IN (SELECT fact_id, version, known_at FROM superseded)";

/** "who kind product day price before known department", as of the end. */
async function news(): Promise<string[]> {
  const rows = await store.query<{ told: string }>(
    `SELECT concat(a.id_value, ' ', f.kind, ' ', product, ' ', toString(toDate(ts)), ' ',
        ifNull(toString(price), '-'), ' ', ifNull(toString(price_before), '-'), ' ',
        toString(toDate(known_at)), ' ', department) AS told
     FROM facts AS f INNER JOIN aliases AS a USING (alias)
     WHERE f.kind IN ('price_dropped', 'back_in_stock') AND ${VISIBLE} ORDER BY told`,
  );
  return rows.map(({ told }) => told);
}

type Take = () => Promise<unknown>;
let files = 0;
function take(mapping: Mapping, header: string, rows: readonly string[]): Take {
  files += 1;
  const name = `f${files}.csv`;
  return () => store.import(store.write(name, [header, ...rows, ""].join("\n")), mapping);
}
const products = (...rows: string[]) => take(PRODUCTS, "sku,since,price,stock,dept", rows);
const events = (...rows: string[]) => take(EVENTS, "event,at,received,who,sku,props", rows);

/** The news are the same in each of these orders. */
async function inOrders(
  takes: readonly Take[],
  orders: readonly (readonly Take[])[] = [takes, takes.toReversed()],
): Promise<string[]> {
  const found: string[][] = [];
  for (const order of orders) {
    await store.clear();
    for (const one of order) await one();
    found.push(await news());
  }
  for (const other of found) expect(other).toEqual(found[0]);
  return found[0]!;
}

const PRICES = products(
  "TEA,2024-03-01,10,,Food",
  "TEA,2024-03-05,9,,",
  "TEA,2024-03-09,9,,",
  "TEA,2024-03-10,12,,",
  "TEA,2024-03-20,11,,",
);

describe("who wished for a product or watched it", () => {
  it("hears of each fall of its price from then on, and of nothing before", async () => {
    const wishes = [
      events(
        "wish,2024-03-02,,ann,TEA,",
        "watch,2024-03-15,,bob,TEA,",
        "wish,2024-03-02,,cat,MUG,",
      ),
      events("wish,2024-03-05,,dan,TEA,", "wish,2024-03-21,,eve,TEA,", "wish,2024-03-03,,,TEA,"),
    ];
    const takes = [PRICES, ...wishes];
    const orders = [takes, takes.toReversed(), [...wishes, PRICES], [...takes, ...takes]];
    expect(await inOrders(takes, orders)).toEqual([
      "ann price_dropped TEA 2024-03-05 9 10 2024-03-05 Food",
      "ann price_dropped TEA 2024-03-20 11 12 2024-03-20 Food",
      "bob price_dropped TEA 2024-03-20 11 12 2024-03-20 Food",
      // A wish of the same instant is not before.
      "dan price_dropped TEA 2024-03-20 11 12 2024-03-20 Food",
    ]);
  });

  it("hears of stock that comes back after there was none", async () => {
    const stock = products(
      "TEA,2024-03-01,10,0,Food",
      "TEA,2024-03-05,,3,",
      "TEA,2024-03-06,,5,",
      "TEA,2024-03-07,,0,",
      "TEA,2024-03-10,8,2,",
    );
    expect(await inOrders([stock, events("watch,2024-03-02,,ann,TEA,")])).toEqual([
      "ann back_in_stock TEA 2024-03-05 10 - 2024-03-05 Food",
      "ann back_in_stock TEA 2024-03-10 8 - 2024-03-10 Food",
      "ann price_dropped TEA 2024-03-10 8 10 2024-03-10 Food",
    ]);
  });

  it("hears nothing after taking the wish back, until the next wish", async () => {
    const wishes = events("wish,2024-03-02,,ann,TEA,", "wish,2024-03-15,,ann,TEA,");
    const back = events("unwish,2024-03-04,,ann,TEA,", "unwish,2024-03-25,,ann,TEA,");
    const all = [PRICES, products("TEA,2024-03-30,5,,"), wishes, back];
    expect(await inOrders(all)).toEqual(["ann price_dropped TEA 2024-03-20 11 12 2024-03-20 Food"]);
  });

  it("knows of it when both the change and the wish were known", async () => {
    const late = events("wish,2024-03-02,2024-03-08,ann,TEA,", "wish,2024-03-02,,bob,TEA,");
    expect((await inOrders([PRICES, late])).slice(0, 3)).toEqual([
      "ann price_dropped TEA 2024-03-05 9 10 2024-03-08 Food",
      "ann price_dropped TEA 2024-03-20 11 12 2024-03-20 Food",
      "bob price_dropped TEA 2024-03-05 9 10 2024-03-05 Food",
    ]);
  });

  it("loses news that a more complete catalogue does not bear out, and gets others", async () => {
    // The price had fallen on the fourth already.
    const more = products("TEA,2024-03-04,9,,Drinks");
    expect(await inOrders([PRICES, events("wish,2024-03-02,,ann,TEA,"), more])).toEqual([
      "ann price_dropped TEA 2024-03-04 9 10 2024-03-04 Drinks",
      "ann price_dropped TEA 2024-03-20 11 12 2024-03-20 Drinks",
    ]);
  });
});

describe("events of a product", () => {
  const CHANGES = [
    `Product Price Changed,2024-03-05,2024-03-06,,TEA,"{""price"": 9, ""previous_price"": 10, ""department"": ""Food""}"`,
    `Product Price Changed,2024-03-20,,,TEA,"{""price"": 8}"`,
    `Product Stock Changed,2024-03-21,,,MUG,"{""stock"": 4, ""previous_stock"": 0}"`,
    `Product Stock Changed,2024-03-22,,,HAT,"{""in_stock"": false}"`,
    `Product Stock Changed,2024-03-23,,,HAT,"{""in_stock"": true}"`,
  ];

  it("reach the catalogue, which other facts are completed from", async () => {
    await events(...CHANGES)();
    expect(
      await store.query(`SELECT product AS p, toString(ts) AS ts, toString(price) AS price, toString(stock) AS stock
        FROM products WHERE product != 'HAT' ORDER BY p, ts`),
    ).toEqual([
      { p: "MUG", ts: "2024-03-20 23:59:59.999", price: null, stock: "0" },
      { p: "MUG", ts: "2024-03-21 00:00:00.000", price: null, stock: "4" },
      { p: "TEA", ts: "2024-03-04 23:59:59.999", price: "10", stock: null },
      { p: "TEA", ts: "2024-03-05 00:00:00.000", price: "9", stock: null },
      { p: "TEA", ts: "2024-03-20 00:00:00.000", price: "8", stock: null },
    ]);
    await events("wish,2024-03-25,,ann,TEA,")();
    expect(await store.query("SELECT department AS d FROM facts WHERE kind = 'wished'")).toEqual([
      { d: "Food" },
    ]);
  });

  it("make news like the catalogue's own", async () => {
    const wishes = events(
      "wish,2024-03-02,,ann,TEA,",
      "watch,2024-03-02,,ann,MUG,",
      "watch,2024-03-02,,ann,HAT,",
    );
    expect(
      await inOrders([events(...CHANGES.slice(0, 2)), wishes, events(...CHANGES.slice(1))]),
    ).toEqual([
      "ann back_in_stock HAT 2024-03-23 - - 2024-03-23 ",
      "ann back_in_stock MUG 2024-03-21 - - 2024-03-21 ",
      "ann price_dropped TEA 2024-03-05 9 10 2024-03-06 Food",
      "ann price_dropped TEA 2024-03-20 8 9 2024-03-20 Food",
    ]);
  });
});
