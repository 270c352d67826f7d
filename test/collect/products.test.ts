/** Files of products: the catalogue they make, and what lines take from it. */

import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { importFiles, readMapping } from "../../src/collect/index.js";
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

  it("is completed like any event about a product", async () => {
    const events = readMapping(
      `record: events
source: site
columns: {name: event, time: at, anonymous: visitor, product: item, brand: brand}
names: {view: Product Viewed, search: Products Searched}`,
      "events",
    );
    const text =
      "event,at,visitor,item,brand\nview,2024-02-05,v1,TEA,\nview,2024-02-05,v2,MUG,Own\nsearch,2024-02-05,v2,,\n";
    const views = () => store.import(store.write("events.csv", text), events);
    const { products } = files();
    for (const order of [
      [views, products],
      [products, views],
    ]) {
      await store.clear();
      for (const take of order) await take();
      expect(
        await store.query(`SELECT kind, product AS p, department AS d, brand AS b, cost FROM facts
          WHERE (fact_id, version) NOT IN (SELECT fact_id, version FROM superseded) ORDER BY ALL`),
      ).toEqual([
        { kind: "searched", p: "", d: "", b: "", cost: null },
        { kind: "viewed", p: "MUG", d: "Kitchen", b: "Own", cost: null },
        { kind: "viewed", p: "TEA", d: "Food", b: "Leaf", cost: null },
      ]);
    }
  });

  it("keeps a correction of the catalogue apart from what its file said", async () => {
    const { orders, products } = files();
    await orders();
    await products();
    const later = PRODUCTS.replace("Food > Drinks > Tea,Leaf,1.50", "Groceries > Tea,Leaf,1");
    const undated = later.replaceAll("2024-02-01", "");
    await store.import(store.write("undated.csv", undated), CATALOGUE);
    expect(await lines()).toEqual(
      ENRICHED.map((line) => {
        if (line.p !== "TEA") return line;
        // What holds since ever gives way from February on; the stock's cost is not there.
        return line.o === "1" ? { ...line, d: "Groceries", cost: "2" } : { ...line, cost: "4.5" };
      }),
    );
    const summary = await store.import(store.write("undated.csv", undated), CATALOGUE);
    expect(summary).toMatchObject({ products: 0, alreadyPresent: 2 });
  });

  it("is dated anew with its refund, as it was completed", async () => {
    const whole = (name: string) =>
      readMapping(
        `source: till
columns: {order: order, time: time, product: product, quantity: quantity, price: price, refunded: back, refunded_at: back at}
refunds: {lag_days: 1}`,
        name,
      );
    const header = "order,time,product,quantity,price,back,back at";
    const undated = store.write("a.csv", `${header}\n1,2024-02-10,TEA,2,5,4,\n`);
    const dated = store.write("b.csv", `${header}\n2,2024-02-01,MUG,1,9,9,2024-02-05\n`);
    const state = () =>
      store.query(`SELECT order_id, kind, product, department, toString(cost) AS cost, toString(net) AS net,
          toString(known_at) AS known, fact_id, if(s.until = 0, '', toString(s.until)) AS until
        FROM facts AS f LEFT JOIN (SELECT fact_id, version, min(known_at) AS until FROM superseded
          GROUP BY fact_id, version) AS s USING (fact_id, version)
        WHERE known_at < s.until OR s.until = 0 ORDER BY ALL`);
    const { products } = files();
    const taken = [
      () => store.import(undated, whole("a")),
      products,
      () => store.import(dated, whole("b")),
    ] as const;
    for (const take of taken) await take();
    const facts = await state();
    // Two versions of each order and of its line.
    expect(facts).toHaveLength(8);
    for (const order of [
      [2, 0, 1],
      [1, 2, 0],
    ]) {
      await store.clear();
      for (const i of order) await taken[i]!();
      expect(await state(), String(order)).toEqual(facts);
    }
  });
});

describe("a file of products", () => {
  it("counts what it repeats, and names what two of them say differently without a date", async () => {
    const one =
      "sku,since,name,path,brand,cost,launched\nTEA,,Tea,Food,Leaf,1,\nTEA,,Tea,Food,Leaf,1,\n";
    const first = await store.import(store.write("one.csv", one), CATALOGUE);
    expect(first).toMatchObject({ rowsRead: 2, products: 1, duplicates: 1, notes: [] });
    const other = "sku,since,name,path,brand,cost,launched\nTEA,,Tea,Drinks,,2,\n";
    const { notes } = await store.import(store.write("other.csv", other), CATALOGUE);
    expect(notes).toEqual([expect.stringMatching(/^1 products are described in two ways/)]);
  });

  it("says which row it could not use, and why", async () => {
    const rows =
      "sku,since,name,path,brand,cost,launched\nTEA,,Tea,,,1,\n,,Nameless,,,1,\nMUG,soon,Mug,,,1,\nCUP,,Cup,,,a lot,\n";
    const summary = await store.import(store.write("rows.csv", rows), CATALOGUE);
    expect(summary.firstRejects).toMatchObject([
      { line: 3, column: "sku", reason: "missing" },
      { line: 4, column: "since", value: "soon" },
      { line: 5, column: "cost", value: "a lot" },
    ]);
  });

  it("takes the department from a table, else from the path", async () => {
    const mapping = readMapping(
      `record: products
source: shop
columns: {product: sku, category: kind, category_path: path}
category: {separator: /}
department: {from: category, table: {Tea: Drinks}}`,
      "departments",
    );
    const rows =
      "sku,kind,path\n1,Tea,Food / Hot\n2,Mugs,Home / Kitchen\n3,,Home / Kitchen / Cups\n";
    await store.import(store.write("departments.csv", rows), mapping);
    expect(
      await store.query("SELECT product, department, category FROM products ORDER BY product"),
    ).toEqual([
      { product: "1", department: "Drinks", category: "Tea" },
      { product: "2", department: "Home", category: "Mugs" },
      { product: "3", department: "Home", category: "Cups" },
    ]);
  });

  it("is refused in another currency than the store's", async () => {
    const { orders } = files();
    await orders();
    const text = "record: products\nsource: s\ncurrency: USD\ncolumns: {product: sku, cost: cost}";
    const path = store.write("usd.csv", "sku,cost\nTEA,2\n");
    const taken = importFiles(store.warehouse, {
      files: [path],
      mapping: readMapping(text, "usd"),
      dataDir: store.dataDir,
      now: 0,
      currency: "EUR",
    });
    await expect(taken).rejects.toThrow(/usd\.csv: its amounts are in USD, the store's are in EUR/);
    expect(await store.query("SELECT * FROM products WHERE origin = 'catalogue'")).toEqual([]);
  });

  it("is refused where a mapping contradicts itself, all at once", () => {
    const text =
      "record: products\nsource: s\ncolumns: {name: n}\ndepartment: {from: brand, table: {a: b}}";
    expect(() => readMapping(text, "m.yaml")).toThrow(
      "m.yaml: columns.product: needed; department.from: needs columns.brand",
    );
  });

  it("reads Shopify's new header, variants without a SKU by their name", async () => {
    const text = `Title,URL handle,Description,Vendor,Product category,Type,Tags,Published on online store,Status,SKU,Barcode,Option1 name,Option1 value,Option2 name,Option2 value,Price,Compare-at price,Cost per item,Inventory quantity,Product image URL
Mug,mug,,Clay,Home & Garden > Kitchen > Mugs,,,TRUE,Active,MUG-R,,Colour,Red,,,9.00,12.00,4.00,7,a.png
,mug,,,,,,,,,,,Blue,,,9.50,,4.20,0,
,mug,,,,,,,,,,,,,,,,,,b.png
`;
    const [summary] = await importFiles(store.warehouse, {
      files: [store.write("products_export.csv", text)],
      dataDir: store.dataDir,
      now: 0,
    });
    expect(summary).toMatchObject({ preset: "shopify-products.new", products: 2, rowsRejected: 0 });
    expect(summary!.notes).toEqual([expect.stringMatching(/^1 rows name no product/)]);
    expect(
      await store.query(`SELECT product AS p, name, department AS d, category AS c, brand AS b,
          toString(price) AS price, toString(compare_at_price) AS was, toString(stock) AS stock
        FROM products ORDER BY p`),
    ).toEqual([
      {
        p: "MUG-R",
        name: "Mug - Red",
        d: "Home & Garden",
        c: "Mugs",
        b: "Clay",
        price: "9",
        was: "12",
        stock: "7",
      },
      {
        p: "Mug - Blue",
        name: "Mug - Blue",
        d: "Home & Garden",
        c: "Mugs",
        b: "Clay",
        price: "9.5",
        was: null,
        stock: "0",
      },
    ]);
  });
});
