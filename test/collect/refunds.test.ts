/** Refunds in a file of their own, and from events: part of the order, whichever came first. */

import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readMapping } from "../../src/collect/index.js";
import { paid, shopifyExport } from "./shopify-export.js";
import { openSmallStore, type SmallStore } from "./small-store.js";

let store: SmallStore;
beforeAll(async () => {
  store = await openSmallStore();
});
beforeEach(() => store.clear());

const REFUNDS = readMapping(
  `record: refunds
source: shopify
columns: {order: order, time: at, amount: amount, product: sku, quantity: units, refund: id}`,
  "refunds.yaml",
);
const HEADER = "order,at,amount,sku,units,id";

const refunds = (...rows: readonly string[]) =>
  store.import(store.write("refunds.csv", [HEADER, ...rows].join("\n")), REFUNDS);

/** One order of tea for 10 and a mug for 30, and 8 of tax. */
const shop = (order: object = {}) =>
  store.import(
    store.write(
      "orders.csv",
      shopifyExport([
        {
          name: "#1",
          email: "a@example.com",
          order: { ...paid(40, { Taxes: "8.00" }), ...order },
          lines: [
            [1, "Tea", 10],
            [1, "Mug", 30],
          ],
        },
      ]),
    ),
    { preset: "shopify-orders" },
  );

/** What is visible as of some days of March. */
async function asOf(...days: readonly number[]) {
  const rows = days.map((day) => {
    const at = `'2024-03-${String(day).padStart(2, "0")} 23:59:59'`;
    return store.query<Record<string, unknown>>(
      `SELECT kind, product, toString(refunded) AS refunded, toString(net) AS net, kept FROM facts
       WHERE kind IN ('order', 'line') AND known_at <= ${at}
         AND (fact_id, version) NOT IN (SELECT fact_id, version FROM superseded
           WHERE known_at <= ${at})
       ORDER BY kind DESC, product`,
    );
  });
  return Promise.all(rows);
}

const state = (order: [string, string, number], mug: [string, string], tea: [string, string]) => [
  { kind: "order", product: "", refunded: order[0], net: order[1], kept: order[2] },
  { kind: "line", product: "MUG", refunded: mug[0], net: mug[1], kept: order[2] },
  { kind: "line", product: "TEA", refunded: tea[0], net: tea[1], kept: order[2] },
];
const UNTOUCHED = state(["0", "40", 1], ["0", "30"], ["0", "10"]);

describe("a file of refunds", () => {
  it("takes them from the order's net from their dates on, tax aside", async () => {
    await shop();
    const summary = await refunds("#1,2024-03-10,12,,,", "#1,2024-03-20,36,,,");
    expect(summary).toMatchObject({ changedOrders: 1, rowsRejected: 0 });
    expect(await asOf(9, 10, 20)).toEqual([
      UNTOUCHED,
      state(["10", "30", 1], ["7.5", "22.5"], ["2.5", "7.5"]),
      state(["40", "0", 0], ["30", "0"], ["10", "0"]),
    ]);
  });

  it("takes them from the product that they name: an amount, units, or all of it", async () => {
    await shop();
    await refunds("#1,2024-03-10,6,TEA,,", "#1,2024-03-12,,MUG,1,", "#1,2024-03-14,,TEA,,");
    expect(await asOf(10, 12, 14)).toEqual([
      state(["5", "35", 1], ["0", "30"], ["5", "5"]),
      state(["35", "5", 1], ["30", "0"], ["5", "5"]),
      state(["40", "0", 0], ["30", "0"], ["10", "0"]),
    ]);
  });

  it("gives back the whole order where it names neither amount nor product", async () => {
    await shop();
    await refunds("#1,2024-03-10,,,,");
    expect(await asOf(9, 10)).toEqual([UNTOUCHED, state(["40", "0", 0], ["30", "0"], ["10", "0"])]);
  });

  it("may come before the order, and in parts; again it changes nothing", async () => {
    const [a, b] = ["#1,2024-03-10,12,,,r1", "#1,2024-03-20,6,TEA,,r2"];
    await shop();
    await refunds(a, b);
    const expected = await asOf(5, 10, 20, 31);
    expect(expected[3]).not.toEqual(expected[1]);
    for (const steps of [
      [() => refunds(a, b), () => shop()],
      [() => refunds(b), () => shop(), () => refunds(a)],
      [() => shop(), () => refunds(b), () => refunds(a)],
      [() => refunds(a), () => refunds(b, a), () => shop(), () => refunds(b, a), () => shop()],
    ]) {
      await store.clear();
      for (const step of steps) await step();
      expect(await asOf(5, 10, 20, 31)).toEqual(expected);
    }
    const before = await store.contents();
    expect(await refunds(a, b)).toMatchObject({ changedOrders: 0, alreadyPresent: 2 });
    expect(await store.contents()).toEqual(before);
  });

  it("is not counted again where the order's own record has the same refund", async () => {
    const own = { "Refunded Amount": "12.00", "Financial Status": "partially_refunded" };
    const expected = [
      UNTOUCHED,
      state(["10", "30", 1], ["7.5", "22.5"], ["2.5", "7.5"]),
      state(["10", "30", 1], ["7.5", "22.5"], ["2.5", "7.5"]),
    ];
    await shop(own);
    await refunds("#1,2024-03-18,12,,,");
    expect(await asOf(17, 18, 31)).toEqual(expected);
    await store.clear();
    await refunds("#1,2024-03-18,12,,,");
    await shop();
    await shop(own);
    expect(await asOf(17, 18, 31)).toEqual(expected);
  });

  it("adds to what the record says beyond it", async () => {
    await shop({ "Refunded Amount": "24.00", "Financial Status": "partially_refunded" });
    await refunds("#1,2024-03-18,12,TEA,,");
    expect(await asOf(18)).toEqual([state(["20", "20", 1], ["10", "20"], ["10", "0"])]);
  });

  it("waits for orders that the store does not have, and says so", async () => {
    const summary = await refunds("#7,2024-03-10,12,,,", "#1,zwei,12,,,");
    expect(summary.notes).toContain(
      "1 of them name an order that the store does not have; they wait for it.",
    );
    expect(summary.firstRejects).toMatchObject([{ line: 3, column: "at", value: "zwei" }]);
  });
});

describe("refunds and cancellations among events", () => {
  const sold = {
    order_id: "A",
    subtotal: 40,
    products: [
      { sku: "TEA", price: 10 },
      { sku: "MUG", price: 30 },
    ],
  };
  const call = (event: string, day: string, properties: object) =>
    JSON.stringify({
      type: "track",
      messageId: `${event} ${day}`,
      event,
      userId: "u",
      timestamp: `2024-03-${day}T10:00:00Z`,
      properties,
    });
  const calls = (...lines: readonly string[]) =>
    store.import(store.write("calls.ndjson", lines.join("\n")), { preset: "segment" });
  const completed = call("Order Completed", "01", sold);
  const partly = call("Order Refunded", "05", {
    order_id: "A",
    total: 6,
    products: [{ sku: "TEA" }],
  });
  const fully = call("Order Refunded", "09", { order_id: "A" });
  const cancelled = call("Order Cancelled", "12", { order_id: "A" });

  it("become versions of the order, in one file or in several in any order", async () => {
    await calls(completed, partly, fully);
    const expected = [
      UNTOUCHED,
      state(["6", "34", 1], ["0", "30"], ["6", "4"]),
      state(["40", "0", 0], ["30", "0"], ["10", "0"]),
    ];
    expect(await asOf(4, 5, 9)).toEqual(expected);
    for (const files of [
      [[fully], [partly], [completed]],
      [[partly], [completed], [fully]],
      [
        [completed, fully],
        [partly, completed],
      ],
    ]) {
      await store.clear();
      for (const file of files) await calls(...file);
      expect(await asOf(4, 5, 9)).toEqual(expected);
    }
  });

  it("a cancelled order is neither placed nor kept from then on", async () => {
    await calls(cancelled);
    await calls(completed);
    const placed = (day: number) =>
      store.query(
        `SELECT placed, kept FROM facts WHERE kind = 'order' AND known_at <= '2024-03-${day} 23:59:59'
         AND (fact_id, version) NOT IN (SELECT fact_id, version FROM superseded
           WHERE known_at <= '2024-03-${day} 23:59:59')`,
      );
    expect(await placed(11)).toEqual([{ placed: 1, kept: 1 }]);
    expect(await placed(12)).toEqual([{ placed: 0, kept: 0 }]);
  });
});
