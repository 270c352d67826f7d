/** What lines know of their product's price: the usual one of 30 days, and the compare-at price. */

import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { readMapping } from "../../src/collect/index.js";
import { openSmallStore, type SmallStore } from "./small-store.js";

const LINES = readMapping(
  `source: shop
columns: {order: order, time: time, product: product, quantity: quantity, price: price, discount: discount}
customer: {kind: email}
constants: {customer: ann@example.com}`,
  "lines",
);
const WHOLE = readMapping(
  `source: shop
columns: {order: order, time: time, product: product, quantity: quantity, price: price, refunded: refunded}
customer: {kind: email}
constants: {customer: ann@example.com}`,
  "whole",
);
const PRICES = readMapping(
  `record: products
source: shop
columns: {product: sku, time: since, price: price, compare_at_price: compare_at, brand: brand}`,
  "prices",
);

// A dozen imports a test.
vi.setConfig({ testTimeout: 240_000 });

let store: SmallStore;
beforeAll(async () => {
  store = await openSmallStore();
});
beforeEach(() => store.clear());

const VISIBLE = `(fact_id, version, known_at) NOT IN (
  SELECT fact_id, version, known_at FROM superseded)`;

/** Order -> usual price, of all lines that are visible as of some instant. */
async function usual(condition = "1"): Promise<Record<string, string | null>> {
  const rows = await store.query<{ o: string; p: string | null }>(
    `SELECT DISTINCT order_id AS o, toString(usual_price) AS p FROM facts
     WHERE kind = 'line' AND ${condition} AND ${VISIBLE} ORDER BY o`,
  );
  return Object.fromEntries(rows.map(({ o, p }) => [o, p]));
}

async function inOrders<T>(
  takes: readonly (() => Promise<unknown>)[],
  read: () => Promise<T>,
): Promise<T[]> {
  const found: T[] = [];
  for (const order of [takes, takes.toReversed(), [...takes.slice(1), takes[0]!]]) {
    await store.clear();
    for (const take of order) await take();
    found.push(await read());
  }
  return found;
}

const importer = (name: string, mapping: ReturnType<typeof readMapping>, text: string) => {
  const path = store.write(name, text);
  return () => store.import(path, mapping);
};

describe("the usual price of a line", () => {
  const MARCH = `order,time,product,quantity,price,discount
1,2024-03-01T23:59:59Z,TEA,1,10,
2,2024-03-05,TEA,1,12,
2,2024-03-05,TEA,1,12,
3,2024-03-05,TEA,4,11,2
4,2024-03-31,TEA,1,9,
`;
  const APRIL = `order,time,product,quantity,price,discount
5,2024-04-01,TEA,1,9,
6,2024-04-04,TEA,1,9,
7,2024-04-05,TEA,1,9,
8,2024-05-06,TEA,1,9,
9,2024-04-04,MUG,1,9,
9,2024-04-04,,1,9,
`;

  it("is the middle price of the product's lines of the 30 days before its day, the lower of two", async () => {
    const takes = [importer("m.csv", LINES, MARCH), importer("a.csv", LINES, APRIL)];
    const read = () => usual("product != 'MUG' AND product != ''");
    for (const found of await inOrders(takes, read)) {
      expect(found).toEqual({
        // Nothing was sold in the 30 days before.
        1: null,
        // 10, on 1 March.
        2: "10",
        3: "10",
        // 10, 11, 12, 12: the first of March is the thirtieth day before.
        4: "11",
        // 9, 11, 12, 12: the 1st of March is out.
        5: "11",
        // 9, 9, 11, 12, 12.
        6: "11",
        // 9, 9, 9.
        7: "9",
        // Only the 7th of April would do, and nothing was sold then.
        8: null,
      });
    }
    expect(await usual("product IN ('MUG', '')")).toEqual({ 9: null });
  });

  it("is the catalogue's where that has dated prices, weighted by time", async () => {
    const prices = importer(
      "prices.csv",
      PRICES,
      `sku,since,price,compare_at,brand
TEA,2024-03-10T12:00:00Z,8,,
TEA,2024-02-01,15,,
TEA,2024-03-25,8,,
TEA,,99,,Leaf
`,
    );
    const takes = [prices, importer("m.csv", LINES, MARCH), importer("a.csv", LINES, APRIL)];
    const read = () => usual("product = 'TEA'");
    for (const found of await inOrders(takes, read)) {
      expect(found).toEqual({
        ...{ 1: "15", 2: "15", 3: "15" },
        // Of the 30 days from 1 March 15 was asked for 9.5, and 8 for the rest.
        ...{ 4: "8", 5: "8", 6: "8", 7: "8", 8: "8" },
      });
    }
  });

  it("counts a line once, whatever becomes of its order, and follows when the order is another one", async () => {
    const early = importer(
      "early.csv",
      WHOLE,
      "order,time,product,quantity,price,refunded\n1,2024-03-01,TEA,1,10,\n2,2024-03-02,TEA,1,20,\n3,2024-03-02,TEA,1,20,\n",
    );
    const late = importer(
      "late.csv",
      WHOLE,
      "order,time,product,quantity,price,refunded\n2,2024-03-02,TEA,1,8,4\n4,2024-03-09,TEA,1,20,\n",
    );
    for (const found of await inOrders([early, late], () => usual())) {
      // The refunded record of order 2 counts: 8, 10, 20 before order 4.
      expect(found).toEqual({ 1: null, 2: "10", 3: "10", 4: "10" });
    }
  });
});

describe("the compare-at price of a line", () => {
  const ORDERS = `order,time,product,quantity,price,discount
1,2024-02-20,TEA,1,9,
2,2024-03-02,TEA,1,8,
3,2024-03-12,TEA,1,7,
4,2024-03-25,TEA,1,10,
5,2024-04-02,TEA,1,8,
6,2024-04-02,MUG,1,8,
`;
  const CATALOGUE = `sku,since,price,compare_at,brand
TEA,2024-01-01,10,,Leaf
TEA,2024-03-01,8,10,
TEA,2024-03-10,7,12,
TEA,2024-03-20,12,,
TEA,2024-04-01,8,,
MUG,,8,10,
`;

  it("is there while it is above the price, since that began; without a date, since ever", async () => {
    const takes = [importer("o.csv", LINES, ORDERS), importer("c.csv", PRICES, CATALOGUE)];
    const read = () =>
      store.query(`SELECT order_id AS o, toString(compare_at) AS c, toString(toDate(compare_at_since)) AS s
        FROM facts WHERE kind = 'line' AND ${VISIBLE} ORDER BY o`);
    for (const found of await inOrders(takes, read)) {
      expect(found).toEqual([
        { o: "1", c: null, s: null },
        { o: "2", c: "10", s: "2024-03-01" },
        { o: "3", c: "12", s: "2024-03-01" },
        { o: "4", c: null, s: null },
        { o: "5", c: "12", s: "2024-04-01" },
        { o: "6", c: "10", s: "1970-01-01" },
      ]);
    }
  });
});
