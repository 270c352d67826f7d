import { describe, expect, it } from "vitest";
import type { ImportSummary } from "../collect/index.js";
import { fileText, marksText, reconciliationText } from "./import-report.js";

const SUMMARY: ImportSummary = {
  ...{ importId: 3, file: "orders.csv", record: "orders", preset: "shopify-orders" },
  ...{ rowsRead: 1204, rowsRejected: 0, duplicates: 0, alreadyPresent: 0, people: 1010 },
  ...{ orders: 1150, lines: 2300, refunds: 0, events: 0, products: 1, traits: 9, changedOrders: 0 },
  ...{ from: "2025-01-01T00:00:00Z", to: "2025-12-31T10:00:00Z", revenue: "48120.5" },
  ...{ currency: "EUR", rejectFile: undefined, rejectReasons: [], firstRejects: [], notes: [] },
  ...{ rowsAmended: 0, firstAmended: [] },
};

const lines = (text: string) => text.split("\n");

describe("the report of a file", () => {
  it("says what came in, of which time, and what it was worth", () => {
    expect(lines(fileText(SUMMARY))).toEqual([
      "orders.csv: 1,204 rows of orders, read as shopify-orders",
      "  Added 1,150 orders, 2,300 lines and 1 version of a product, dated 2025-01-01 00:00 UTC to 2025-12-31 10:00 UTC.",
      "  1,010 people in the file.",
      "  Net revenue 48,120.50 EUR.",
    ]);
  });

  it("says so when a dry run would add, or nothing is new", () => {
    expect(fileText(SUMMARY, { planned: true })).toContain("Would add 1,150 orders");
    const known = { ...SUMMARY, orders: 0, lines: 0, products: 0, alreadyPresent: 3451 };
    expect(lines(fileText({ ...known, people: 0, preset: "" }))).toEqual([
      "orders.csv: 1,204 rows of orders",
      "  Nothing new.",
      "  3,451 facts known already, left as they are.",
    ]);
  });

  it("counts what became known of people only where that is what the file is about", () => {
    const people = { ...SUMMARY, record: "people", orders: 0, lines: 0, products: 0 };
    expect(lines(fileText(people))[1]).toMatch(/^ {2}Added 9 sets of traits, dated 2025-01-01/);
  });

  it("groups what was left out by its reason, the most frequent first", () => {
    const reason = (rows: number, n: number) => ({ column: `c${n}`, reason: "not a number", rows });
    const rejectReasons = [
      { column: "", reason: "not valid UTF-8", rows: 1200 },
      ...[7, 6, 5, 4, 3, 2, 1, 1].map(reason),
    ];
    const rejected = {
      ...SUMMARY,
      rowsRead: 5000,
      rowsRejected: 1229,
      rejectReasons,
      rejectFile: "r/3.ndjson",
    };
    expect(lines(fileText(rejected)).slice(4)).toEqual([
      "  Left out: 1,229 of 5,000 rows",
      "    1,200  not valid UTF-8",
      "        7  c0: not a number",
      ...[6, 5, 4, 3, 2, 1].map((rows, i) => `        ${rows}  c${i + 1}: not a number`),
      "    and 1 other reason",
      "    Each row with its reason: r/3.ndjson",
    ]);
  });
});

it("marks are said where there are any", () => {
  expect(marksText({ marked: 0, unmarked: 0 })).toEqual([]);
  expect(marksText({ marked: 2, unmarked: 1 })).toEqual([
    "2 people were marked as no audience and 1 person is no longer; tessera hygiene says who and why.",
  ]);
});

it("the shop's own totals stand beside ours, each difference with its reason", () => {
  expect(reconciliationText(undefined)).toEqual([]);
  expect(
    reconciliationText({
      ...{ people: 10, equal: 7, equalOrders: 9, statedOrders: 10, stated: "1200", ours: "1000.5" },
      differences: [
        {
          reasons: ["tax and shipping are included", "refunds are not taken off"],
          people: 2,
          amount: "150",
        },
        { reasons: ["no reason found"], people: 1, amount: "49.5" },
      ],
    }),
  ).toEqual([
    "The shop states what 10 people spent: 1,200.00; ours is 1,000.50.",
    "  7 of them agree, in the number of orders 9 of 10.",
    "  2 people, 150.00: tax and shipping are included and refunds are not taken off",
    "  1 person, 49.50: no reason found",
  ]);
});
