/** Whole orders by a mapping of one's own: currencies, dated refunds, departments; WooCommerce. */

import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { importFiles, readMapping } from "../../src/collect/index.js";
import { NOW, openSmallStore, type SmallStore } from "./small-store.js";

let store: SmallStore;
beforeAll(async () => {
  store = await openSmallStore();
});
beforeEach(() => store.clear());

const HEADER = "order,time,sku,category,amount,state,currency,back,back_at,customer";
const mapping = (rules = "") =>
  readMapping(
    `source: shop
columns: {order: order, time: time, product: sku, category: category, amount: amount, status: state,
  currency: currency, refunded: back, refunded_at: back_at, customer: customer}
orders: {unpaid: [open]}
${rules}`,
    "m",
  );

async function take(rows: readonly string[], rules = "", now = NOW) {
  const path = store.write("rows.csv", [HEADER, ...rows].join("\n"));
  return store.import(path, mapping(rules), now);
}

const orders = (columns: string) =>
  store.query<Record<string, unknown>>(
    `SELECT order_id, ${columns} FROM facts WHERE kind = 'order' ORDER BY order_id, version`,
  );

describe("currencies", () => {
  const euro = "A,2024-01-01,tea,T,10,done,EUR,,,c1";
  const dollar = "B,2024-01-05,tea,T,10,done,USD,,,c2";

  it("are refused when there are several, with the list of them", async () => {
    await expect(take([euro, dollar, dollar.replace("B", "C")])).rejects.toMatchObject({
      message: expect.stringMatching(/USD \(2 orders\), EUR \(1 order\)/),
      hint: expect.stringMatching(/currency/),
    });
    expect(await store.query("SELECT 1 FROM facts")).toEqual([]);
  });

  it("are refused when a later file has another one, whole orders or lines", async () => {
    await take([euro]);
    await expect(take([dollar])).rejects.toThrow(
      /its currencies are USD \(1 order\), the store's is EUR/,
    );
    const lines = store.write("lines.csv", "o,t,a\nX,2024-01-01,5\n");
    const plain = readMapping(
      "source: s\ncurrency: GBP\ncolumns: {order: o, time: t, amount: a}",
      "m",
    );
    await expect(store.import(lines, plain)).rejects.toThrow(/GBP \(1 order\), the store's is EUR/);
  });

  it("are converted at the last rate on or before the day", async () => {
    const rates = store.write(
      "rates.csv",
      "date,currency,rate\n2024-01-01,USD,0.9\n2024-01-05,USD,0.91234567\n2024-01-06,USD,2\n",
    );
    await take([euro]);
    const pound = "P,2024-01-05,tea,T,10,done,GBP,,,c4";
    await expect(take([dollar, pound], `rates: ${rates}`)).rejects.toMatchObject({
      message: expect.stringMatching(/the table of rates has none for GBP \(1 order\)/),
      hint: "Add a line for each: date,currency,units of EUR for one.",
    });
    const summary = await take(
      [dollar, "D,2024-01-04,tea,T,10,done,usd,5,2024-02-01,c3"],
      `rates: ${rates}`,
    );
    expect(summary).toMatchObject({ currency: "EUR", revenue: "13.6235" });
    expect(
      await orders("toString(net) AS net, toString(props.currency) AS currency, version"),
    ).toEqual([
      { order_id: "A", net: "10", currency: "EUR", version: 1 },
      { order_id: "B", net: "9.1235", currency: "USD", version: 1 },
      { order_id: "D", net: "9", currency: "USD", version: 1 },
      { order_id: "D", net: "4.5", currency: "USD", version: 2 },
    ]);
    await expect(
      take([dollar.replace("2024-01-05", "2023-12-31")], `rates: ${rates}`),
    ).rejects.toThrow(/no rate for 1 orders in USD, the first of 2023-12-31/);
  });

  it("need a table of rates that can be read", async () => {
    const wrong = store.write("wrong.csv", "date,currency,rate\n2024-01-01,USD,0\n");
    await expect(take([dollar], `rates: ${wrong}`)).rejects.toThrow(
      /wrong\.csv: line 2: "0" is no rate/,
    );
    await expect(take([dollar], "rates: /nowhere.csv")).rejects.toMatchObject({
      code: "input.missing",
    });
  });
});

describe("an order as a whole", () => {
  it("shows a refund from its own day on, and before that as it was", async () => {
    await take(["A,2024-01-01,tea,T,10,done,EUR,4,2024-01-20,c1"]);
    expect(await orders("version, toString(known_at) AS known, toString(net) AS net")).toEqual([
      { order_id: "A", version: 1, known: "2024-01-01 00:00:00.000", net: "10" },
      { order_id: "A", version: 2, known: "2024-01-20 00:00:00.000", net: "6" },
    ]);
  });

  it("has an undated refund after the median lag of dated ones, whichever file came first", async () => {
    const undated = "A,2024-01-01,tea,T,10,done,,4,,c1\nB,2024-02-01,tea,T,20,done,,5,,c2";
    const dated = [
      "C,2024-01-01,tea,T,10,done,,4,2024-01-04,c1",
      "D,2024-01-01,tea,T,10,done,,4,2024-01-06,c1",
      "E,2024-01-01,tea,T,10,done,,4,2024-02-20,c1",
    ];
    const visible = async () => ({
      now: await store.query(
        `SELECT * EXCEPT (import_id) FROM facts
         WHERE (fact_id, version) NOT IN (SELECT fact_id, version FROM superseded) ORDER BY ALL`,
      ),
      before: await store.query(
        `SELECT * EXCEPT (import_id) FROM facts WHERE known_at <= '2024-02-02 00:00:00'
           AND (fact_id, version) NOT IN (SELECT fact_id, version FROM superseded
             WHERE known_at <= '2024-02-02 00:00:00') ORDER BY ALL`,
      ),
    });
    const lag = "refunds: {lag_days: 1}";
    const known = `SELECT order_id, version, toString(known_at) AS known FROM facts
      WHERE kind = 'order' AND order_id IN ('A', 'B') AND (fact_id, version) NOT IN (
        SELECT fact_id, version FROM superseded) ORDER BY order_id`;
    await take([undated], lag);
    expect(await store.query(known)).toEqual([
      { order_id: "A", version: 2, known: "2024-01-02 00:00:00.000" },
      { order_id: "B", version: 2, known: "2024-02-02 00:00:00.000" },
    ]);
    expect(await take(dated, lag)).toMatchObject({ orders: 3, lines: 3, revenue: "18" });
    expect(await store.query(known)).toEqual([
      { order_id: "A", version: 2, known: "2024-01-06 00:00:00.000" },
      { order_id: "B", version: 2, known: "2024-02-06 00:00:00.000" },
    ]);
    const first = await visible();
    await store.clear();
    await take(dated.slice(2), lag);
    await take([undated], lag);
    await take(dated.slice(0, 2), lag);
    expect(await visible()).toEqual(first);
  });

  it("takes the place of its lines known from another file, and is not changed by them", async () => {
    const path = store.write("lines.csv", "o,t,a,c\nA,2024-01-01,7,c1\nB,2024-01-01,3,c1\n");
    const lines = readMapping(
      "source: shop\ncolumns: {order: o, time: t, amount: a, customer: c}",
      "m",
    );
    const visible = () =>
      store.query(
        `SELECT order_id, toString(net) AS net FROM facts WHERE kind = 'line'
           AND (fact_id, version) NOT IN (SELECT fact_id, version FROM superseded) ORDER BY ALL`,
      );
    const whole = "A,2024-01-01,tea,T,10,done,EUR,,,c1";
    await store.import(path, lines);
    expect(await take([whole])).toMatchObject({ orders: 0, changedOrders: 1 });
    const expected = [
      { order_id: "A", net: "10" },
      { order_id: "B", net: "3" },
    ];
    expect(await visible()).toEqual(expected);
    expect(await store.import(path, lines, NOW + 1)).toMatchObject({ lines: 0 });
    await store.clear();
    await take([whole]);
    await store.import(path, lines);
    expect(await visible()).toEqual(expected);
  });

  it("has its department from a table of the mapping", async () => {
    const rules = "department: {from: category, table: {Teas: Kitchen, MUGS: Table}}";
    const row = (sku: string, category: string) => `A,2024-01-01,${sku},${category},1,done,,,,c1`;
    await take([row("a", "teas"), row("b", "Mugs"), row("c", "Other")], rules);
    expect(
      await store.query(
        "SELECT product, department FROM facts WHERE kind = 'line' ORDER BY product",
      ),
    ).toEqual([
      { product: "a", department: "Kitchen" },
      { product: "b", department: "Table" },
      { product: "c", department: "" },
    ]);
  });
});

describe("WooCommerce's export, one row per item", () => {
  const header =
    "order_id,order_number,date,status,shipping_total,tax_total,discount_total,order_total,refunded_total,order_currency,payment_method,customer_id,billing_first_name,billing_last_name,billing_company,billing_email,billing_phone,billing_postcode,billing_city,billing_country,item_product_id,item_name,item_sku,item_quantity,item_subtotal,item_subtotal_tax,item_total,item_total_tax,coupon_items";
  const row = (order: number, status: string, customer: number, item: string) =>
    `${order},${order},2024-05-0${order} 10:00:00,${status},5,9.5,5,54.5,0,EUR,stripe,${customer},Ann,Lee,,ann@example.com,,1010,Vienna,AT,${item},save5`;

  it("is recognised; guests are known by e-mail and become the customer that they are", async () => {
    const rows = [
      row(1, "completed", 0, "7,Tea,TEA,2,40,7.6,36,6.84"),
      row(1, "completed", 0, "8,Mug,,1,10,1.9,9,1.71"),
      row(2, "wc-on-hold", 17, "7,Tea,TEA,1,50,9.5,45,8.55"),
      row(3, "processing", 17, "7,Tea,TEA,1,50,9.5,45,8.55"),
      row(4, "cancelled", 17, "7,Tea,TEA,1,50,9.5,45,8.55"),
    ];
    const path = store.write("woo.csv", [header, ...rows].join("\n"));
    const given = { files: [path], dataDir: store.dataDir, now: NOW };
    const [summary] = await importFiles(store.warehouse, given);
    expect(summary).toMatchObject({ preset: "woocommerce-orders", orders: 4, revenue: "90" });
    expect(
      await orders("placed, kept, toString(discount) AS discount, toString(net) AS net"),
    ).toEqual([
      { order_id: "1", placed: 1, kept: 1, discount: "5", net: "45" },
      { order_id: "2", placed: 0, kept: 0, discount: "5", net: "45" },
      { order_id: "3", placed: 1, kept: 1, discount: "5", net: "45" },
      { order_id: "4", placed: 0, kept: 0, discount: "5", net: "45" },
    ]);
    const lines =
      "SELECT product, toString(net) AS net FROM facts WHERE kind = 'line' AND order_id = '1' ORDER BY net";
    expect(await store.query(lines)).toEqual([
      { product: "TEA", net: "36" },
      { product: "Mug", net: "9" },
    ]);
    expect(
      await store.query(
        `SELECT uniqExact(dictGetOrDefault('identity_now', 'person', alias, alias)) AS people
         FROM facts WHERE kind = 'order'`,
      ),
    ).toEqual([{ people: "1" }]);
  });
});
