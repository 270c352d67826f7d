/** Files of products: the catalogue they make, and what lines take from it. */

import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readMapping } from "../../src/collect/index.js";
import { openSmallStore, type SmallStore } from "./small-store.js";

const LINES = readMapping(
  `source: shop
columns: {order: order, time: time, product: product, quantity: quantity, price: price, department: department}
customer: {kind: email}
constants: {customer: ann@example.com}`,
  "lines",
);
const CATALOGUE = readMapping(
  `record: products
source: shop
columns: {product: sku, time: since, name: name, category_path: path, brand: brand, cost: cost, launched_at: launched}`,
  "catalogue",
);
const STOCK = readMapping(
  `record: products
source: shop
columns: {product: sku, time: day, price: price, stock: stock, cost: cost}`,
  "stock",
);

const ORDERS = `order,time,product,quantity,price,department
1,2024-01-10,TEA,2,5,
1,2024-01-10,MUG,1,9,Gifts
2,2024-03-10,TEA,3,5,
3,2024-03-11,HAT,1,20,
`;
const PRODUCTS = `sku,since,name,path,brand,cost,launched
TEA,2024-02-01,Tea,Food > Drinks > Tea,Leaf,1.50,2024-01-05
MUG,2024-02-01,Mug,Kitchen > Mugs,Clay,4,
`;
const STOCKS = `sku,day,price,stock,cost
TEA,2024-02-20,5,80,
TEA,2024-03-01,5.5,12,1.75
`;

let store: SmallStore;
beforeAll(async () => {
  store = await openSmallStore();
});
beforeEach(() => store.clear());

const lines = () =>
  store.query(`SELECT order_id AS o, product AS p, category AS c, department AS d, brand AS b,
      toString(cost) AS cost, toString(toDate(launched_at)) AS launched
    FROM facts WHERE kind = 'line' AND (fact_id, version) NOT IN (SELECT fact_id, version FROM superseded)
    ORDER BY o, p`);

const ENRICHED = [
  { o: "1", p: "MUG", c: "Mugs", d: "Gifts", b: "Clay", cost: "4", launched: null },
  { o: "1", p: "TEA", c: "Tea", d: "Food", b: "Leaf", cost: "3", launched: "2024-01-05" },
  { o: "2", p: "TEA", c: "Tea", d: "Food", b: "Leaf", cost: "5.25", launched: "2024-01-05" },
  { o: "3", p: "HAT", c: "", d: "", b: "", cost: null, launched: null },
];

const files = () => ({
  orders: () => store.import(store.write("orders.csv", ORDERS), LINES),
  products: () => store.import(store.write("products.csv", PRODUCTS), CATALOGUE),
  stock: () => store.import(store.write("stock.csv", STOCKS), STOCK),
});

describe("a line", () => {
  it("takes what its file left empty from the catalogue of its day, whichever file came first", async () => {
    const { orders, products, stock } = files();
    for (const order of [
      [products, stock, orders],
      [orders, products, stock],
      [stock, orders, products],
    ]) {
      await store.clear();
      for (const take of order) await take();
      expect(await lines()).toEqual(ENRICHED);
    }
  });
});
