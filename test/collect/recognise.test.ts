import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { importFiles, readParts } from "../../src/collect/index.js";
import { NOW, openSmallStore, type SmallStore } from "./small-store.js";

let store: SmallStore;
beforeAll(async () => {
  store = await openSmallStore();
});
beforeEach(() => store.clear());

const ONLINE_RETAIL =
  "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country";

/** Two parts that share a source, told apart by their headers. */
const PARTS = readParts(
  `
source: till
parts:
  receipts:
    recognise: {columns: [receipt, at, total]}
    columns: {order: receipt, time: at, amount: total, customer: [card, card no], coupon: code}
  returns:
    recognise: {columns: [receipt, at, total, returned]}
    columns: {order: receipt, time: at, amount: total}
    refunds: {order_pattern: "."}
`,
  "till.yaml",
).map(({ mapping }) => mapping);

const run = (files: readonly string[], mapping?: typeof PARTS) => {
  const given = { files, dataDir: store.dataDir, now: NOW };
  return importFiles(store.warehouse, mapping === undefined ? given : { ...given, mapping });
};

describe("a file is recognised by its header", () => {
  it("among all presets, whatever the case of its columns", async () => {
    const row = "536365,85123A,HEART,6,2010-12-01 08:26:00,2.55,17850,United Kingdom";
    const path = store.write("retail.csv", `${ONLINE_RETAIL.toLowerCase()}\n${row}\n`);
    const [summary] = await run([path]);
    expect(summary).toMatchObject({ preset: "online-retail", record: "orders", orders: 1 });
  });

  it("among the parts of a mapping, of which the one that asks for most is taken", async () => {
    const returns = store.write("a.csv", "receipt,at,total,returned\n9,2024-01-02,-3,yes\n");
    const receipts = store.write("b.csv", "Receipt,at,total,card no\n7,2024-01-01,5,c1\n");
    const [first, second] = await run([returns, receipts], PARTS);
    expect(first).toMatchObject({ refunds: 1, orders: 0, revenue: "-3" });
    expect(second).toMatchObject({ refunds: 0, orders: 1, people: 1, revenue: "5" });
  });

  it("and columns beyond those that it is known by may be missing", async () => {
    const path = store.write("b.csv", "receipt,at,total\n7,2024-01-01,5\n");
    expect((await run([path], PARTS))[0]).toMatchObject({ orders: 1, people: 0 });
    const rows = `{"receipt":"8","at":"2024-01-01","total":5}\n{"receipt":"9","at":"2024-01-01","total":1,"card":"x"}\n`;
    expect((await run([store.write("b.ndjson", rows)], PARTS))[0]).toMatchObject({
      orders: 2,
      people: 1,
    });
  });

  it("or refused, and nothing of any file lands", async () => {
    const good = store.write("b.csv", "receipt,at,total\n7,2024-01-01,5\n");
    const bad = store.write("c.csv", "foo,bar\n1,2\n");
    await expect(run([good, bad], PARTS)).rejects.toMatchObject({
      code: "input.invalid",
      message: expect.stringMatching(/c\.csv: not recognised by its header/),
      hint: expect.stringMatching(/foo, bar/),
    });
    expect(await store.query("SELECT 1 FROM facts")).toEqual([]);
  });
});

describe("a file of a preset that is named", () => {
  const visit = { type: "page", anonymousId: "d1", timestamp: "2024-03-01T10:00:00Z" };
  const given = (path: string, preset: string) => ({
    ...{ files: [path], mapping: { preset } },
    ...{ dataDir: store.dataDir, now: NOW },
  });

  it("may lack columns that the preset can do without", async () => {
    const path = store.write("visit.ndjson", `${JSON.stringify(visit)}\n`);
    await expect(run([path])).rejects.toThrow(/not recognised by its header/);
    const [summary] = await importFiles(store.warehouse, given(path, "segment"));
    expect(summary).toMatchObject({ preset: "segment", events: 1, rowsRejected: 0 });
    const again = await importFiles(store.warehouse, given(path, "segment"));
    expect(again[0]).toMatchObject({ alreadyPresent: 1 });
    const csv = store.write(
      "retail.csv",
      "InvoiceNo,InvoiceDate,Quantity,UnitPrice,StockCode\n7,2024-01-01 08:00:00,2,3,s\n",
    );
    const [orders] = await importFiles(store.warehouse, given(csv, "online-retail"));
    expect(orders).toMatchObject({ orders: 1, people: 0, revenue: "6" });
  });

  it("is refused where it lacks what the preset needs, which is named", async () => {
    const path = store.write(
      "visit.ndjson",
      `${JSON.stringify({ ...visit, timestamp: undefined })}\n`,
    );
    await expect(importFiles(store.warehouse, given(path, "segment"))).rejects.toMatchObject({
      code: "input.invalid",
      message: expect.stringMatching(/visit\.ndjson: does not fit the preset segment/),
      hint: expect.stringMatching(/columns\.time: needed \(timestamp, originalTimestamp, sentAt\)/),
    });
  });

  it("is not looked for in a folder, where files are still known by their headers", async () => {
    const path = store.write("visit.ndjson", `${JSON.stringify(visit)}\n`);
    const options = { ...given(path, "segment"), optional: new Set([path]) };
    await expect(importFiles(store.warehouse, options)).rejects.toThrow(/not recognised/);
  });
});

describe("a dry run", () => {
  it("says what would come in and changes nothing", async () => {
    const text = "receipt,at,total\n7,2024-01-01,5\n8,2024-01-01,five\n";
    const path = store.write("b.csv", text);
    const before = await store.contents(["facts", "imports"]);
    const options = { files: [path], mapping: PARTS, dataDir: store.dataDir, now: NOW };
    const [summary] = await importFiles(store.warehouse, { ...options, dryRun: true });
    expect(summary).toMatchObject({ orders: 1, rowsRejected: 1, rejectFile: undefined });
    expect(summary!.firstRejects).toMatchObject([{ line: 3, column: "total", value: "five" }]);
    expect(await store.contents(["facts", "imports"])).toEqual(before);
  });
});
