import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import type { ImportSummary } from "../../src/collect/index.js";
import { openSmallStore, type SmallStore } from "./small-store.js";

const file = fileURLToPath(
  new URL("../../../shared/data/online-retail/online_retail.parquet", import.meta.url),
);
const absent = !existsSync(file);
const why = absent ? " (skipped: ../shared/data/online-retail is not there)" : "";

describe.skipIf(absent)(`Online Retail, imported by its preset${why}`, () => {
  let store: SmallStore;
  let summary: ImportSummary;
  const sold = "kind = 'line' AND kept = 1 AND alias != 0 AND quantity > 0 AND price > 0";
  const one = async (sql: string) => (await store.query<Record<string, unknown>>(sql))[0];

  beforeAll(async () => {
    store = await openSmallStore();
    summary = await store.import(file, { preset: "online-retail" });
  });

  it("accounts for every row of the file", () => {
    expect(summary).toMatchObject({
      rowsRead: 541_909,
      rowsRejected: 0,
      duplicates: 5_268,
      alreadyPresent: 0,
      people: 4_372,
      lines: 532_621,
      refunds: 9_288,
      revenue: "9747747.934",
      from: "2010-12-01T08:26:00Z",
      to: "2011-12-09T12:50:00Z",
    });
    expect(summary.notes.join(" ")).toContain("135080 rows have no customer");
  });

  it("has the published revenue, invoices and customers", async () => {
    expect(
      await one(`SELECT toString(round(sum(gross), 2)) AS revenue, toUInt32(uniqExact(order_id)) AS orders,
        toUInt32(uniqExact(alias)) AS people FROM facts WHERE ${sold}`),
    ).toEqual({ revenue: "8911407.9", orders: 18_532, people: 4_338 });
  });

  it("keeps exactly the published invoices as orders of known customers", async () => {
    expect(
      await one(`SELECT toUInt32(count()) AS orders, toString(sum(net)) AS net FROM facts
        WHERE kind = 'order' AND kept = 1 AND alias != 0`),
    ).toEqual({ orders: 18_532, net: "8911407.904" });
  });

  it("has the published recency, frequency and money", async () => {
    const figures =
      await one(`SELECT avg(days) AS recency, toUInt32(median(days)) AS recency_median,
        avg(orders) AS frequency, avg(money) AS money, toUInt32(countIf(orders = 1)) AS one_time
      FROM (SELECT dateDiff('day', max(toDate(ts, 'Europe/London')), toDate('2011-12-10')) AS days,
          count() AS orders, toFloat64(sum(net)) AS money
        FROM facts WHERE kind = 'order' AND kept = 1 AND alias != 0 GROUP BY alias)`);
    expect(figures).toMatchObject({ recency_median: 51, one_time: 1493 });
    expect(Number(figures!.recency)).toBeCloseTo(93.059, 3);
    expect(Number(figures!.frequency)).toBeCloseTo(4.272, 4);
    expect(Number(figures!.money)).toBeCloseTo(2054.2665, 4);
  });

  it("gives back what the cancellations say, and adds up to the raw file", async () => {
    expect(
      await one(`SELECT toString(sumIf(net, kind = 'refund')) AS refunds,
        toString(sumIf(net, kind IN ('line', 'refund'))) AS total,
        toUInt32(countIf(kind = 'refund' AND product = '')) AS discounts FROM facts`),
    ).toEqual({ refunds: "-896812.49", total: "9747747.934", discounts: 77 });
  });

  it("changes nothing when it is imported again", async () => {
    const digest = "SELECT count() AS n, toString(sum(cityHash64(*))) AS sum FROM";
    const before = [await one(`${digest} facts`), await one(`${digest} seen`)];
    const again = await store.import(file, { preset: "online-retail" });
    expect(again).toMatchObject({
      lines: 0,
      orders: 0,
      refunds: 0,
      revenue: "0",
      changedOrders: 0,
    });
    expect(again.alreadyPresent).toBe(summary.lines + summary.orders + summary.refunds + 4_372);
    expect([await one(`${digest} facts`), await one(`${digest} seen`)]).toEqual(before);
  });
});
