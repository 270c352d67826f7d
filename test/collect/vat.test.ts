/** Prices that hold VAT, where the file does not say its tax and the store's settings do. */

import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { importFiles, readMapping, type VatSettings } from "../../src/collect/index.js";
import { NOW, openSmallStore, type SmallStore } from "./small-store.js";

let store: SmallStore;
beforeAll(async () => {
  store = await openSmallStore();
});
beforeEach(() => store.clear());

const VAT: VatSettings = { percents: { every: 20, DE: 19 }, country: "TR" };

const lines = (rules = "") =>
  readMapping(
    `source: shop
currency: EUR
columns: {order: order, product: sku, quantity: qty, price: price, time: date, country: country,
  discount: discount}
discounts: {products: [RABATT]}
refunds: {order_prefix: R}
${rules}`,
    "m",
  );

const HEADER = "order,sku,qty,price,date,country,discount";

async function take(
  rows: readonly string[],
  { mapping = lines(), vat, header = HEADER }: Taking = {},
): Promise<readonly string[]> {
  const path = store.write("rows.csv", [header, ...rows].join("\n"));
  const { dataDir } = store;
  const settings = vat === undefined ? {} : { vat };
  const options = { files: [path], mapping, dataDir, now: NOW, ...settings };
  return (await importFiles(store.warehouse, options)).flatMap(({ notes }) => notes);
}

interface Taking {
  readonly mapping?: ReturnType<typeof lines>;
  readonly vat?: VatSettings;
  readonly header?: string;
}

/** The rows of a kind, as "order: gross - discount = net + tax". */
async function amounts(kind: string): Promise<readonly string[]> {
  const rows = await store.query<Record<string, string>>(
    `SELECT order_id, toString(gross) AS g, toString(discount) AS d, toString(net) AS n,
       toString(tax) AS t
     FROM facts WHERE kind = '${kind}'
       AND (fact_id, version) NOT IN (SELECT fact_id, version FROM superseded)
     ORDER BY order_id, product, g`,
  );
  return rows.map(({ order_id, g, d, n, t }) => `${order_id}: ${g} - ${d} = ${n} + ${t}`);
}

describe("lines", () => {
  const rows = [
    "A1,mug,2,11.90,2024-01-01,DE,",
    "A2,mug,1,120,2024-01-01,TR,",
    "A3,mug,1,12,2024-01-01,,",
    "A4,mug,1,119,2024-01-01,de,11.90",
    "A5,a,1,59.50,2024-01-01,DE,",
    "A5,b,1,59.50,2024-01-01,DE,",
    "A5,RABATT,-1,11.90,2024-01-01,DE,",
    "A6,RABATT,-1,12,2024-01-01,FR,",
    "R7,mug,-1,23.80,2024-01-02,DE,",
  ];

  it("lose the tax of their country, of the store's own where they name none", async () => {
    expect(await take(rows, { vat: VAT })).toContainEqual(
      expect.stringMatching(/^Of 7 orders the file does not say the tax/),
    );
    expect(await amounts("line")).toEqual([
      "A1: 20 - 0 = 20 + 3.8",
      "A2: 100 - 0 = 100 + 20",
      "A3: 10 - 0 = 10 + 2",
      "A4: 100 - 10 = 90 + 17.1",
      "A5: 50 - 5 = 45 + 8.55",
      "A5: 50 - 5 = 45 + 8.55",
    ]);
    expect(await amounts("order")).toEqual([
      "A1: 20 - 0 = 20 + 3.8",
      "A2: 100 - 0 = 100 + 20",
      "A3: 10 - 0 = 10 + 2",
      "A4: 100 - 10 = 90 + 17.1",
      "A5: 100 - 10 = 90 + 17.1",
    ]);
    expect(await amounts("refund")).toEqual(["A6: -10 - 0 = -10 + -2", "R7: -20 - 0 = -20 + -3.8"]);
  });

  it("keep their prices where the settings say nothing, or the mapping that there is no tax", async () => {
    expect((await take(rows.slice(0, 1))).join()).not.toContain("tax");
    expect(await amounts("line")).toEqual(["A1: 23.8 - 0 = 23.8 + 0"]);
    await store.clear();
    await take(rows.slice(0, 1), { vat: VAT, mapping: lines("taxes: {included: no}") });
    expect(await amounts("line")).toEqual(["A1: 23.8 - 0 = 23.8 + 0"]);
  });

  it("that come later add their tax to the order", async () => {
    await take(rows.slice(0, 1), { vat: VAT });
    await take([...rows.slice(0, 1), "A1,tea,1,11.90,2024-01-01,DE,"], { vat: VAT });
    expect(await amounts("order")).toEqual(["A1: 30 - 0 = 30 + 5.7"]);
  });

  it("in ten-thousandths add up to what was paid", async () => {
    await take(["A1,mug,1,0.0005,2024-01-01,DE,", "A1,tea,3,33.33,2024-01-01,DE,"], { vat: VAT });
    const [sum] = await store.query(
      `SELECT toString(sum(net + tax)) AS paid, toUInt8(countIf(net != gross - discount)) AS odd
       FROM facts WHERE kind = 'line'`,
    );
    expect(sum).toEqual({ paid: "99.9905", odd: 0 });
  });
});

describe("whole orders", () => {
  const whole = (rules = "") =>
    readMapping(
      `source: shop
currency: EUR
columns: {order: order, product: sku, amount: amount, time: date, country: country, status: state,
  tax: tax, shipping: shipping, refunded: back}
${rules}`,
      "m",
    );
  const header = "order,sku,amount,date,country,state,tax,shipping,back";

  it("lose it where they do not say their tax, and keep what they say", async () => {
    const rows = [
      "A1,mug,119,2024-01-01,DE,paid,,,",
      "A2,mug,119,2024-01-01,DE,paid,9,,",
      "A3,mug,119,2024-01-01,DE,paid,0,,",
      "A4,mug,108,2024-01-01,FR,paid,,12,",
      "A5,mug,119,2024-01-01,DE,paid,,,59.50",
    ];
    expect(await take(rows, { vat: VAT, mapping: whole(), header })).toContainEqual(
      expect.stringMatching(/^Of 3 orders the file does not say the tax/),
    );
    expect(await amounts("order")).toEqual([
      "A1: 100 - 0 = 100 + 19",
      "A2: 119 - 0 = 119 + 9",
      "A3: 119 - 0 = 119 + 0",
      "A4: 90 - 0 = 90 + 20",
      "A5: 100 - 0 = 50 + 19",
    ]);
    await store.clear();
    await take(rows.slice(0, 1), { vat: VAT, mapping: whole("taxes: {included: no}"), header });
    expect(await amounts("order")).toEqual(["A1: 119 - 0 = 119 + 0"]);
  });

  it("of foreign money lose it before they are converted", async () => {
    const rates = store.write("rates.csv", "date,currency,rate\n2024-01-01,USD,0.5\n");
    const path = store.write(
      "usd.csv",
      "order,sku,amount,date,country,state,money\nA1,mug,120,2024-01-02,US,paid,USD\n",
    );
    const mapping = readMapping(
      `source: shop
columns: {order: order, product: sku, amount: amount, time: date, country: country, status: state,
  currency: money}`,
      "m",
    );
    const { dataDir } = store;
    const money = { currency: "EUR", rates, vat: VAT };
    await importFiles(store.warehouse, { files: [path], mapping, dataDir, now: NOW, ...money });
    expect(await amounts("order")).toEqual(["A1: 50 - 0 = 50 + 10"]);
  });
});
