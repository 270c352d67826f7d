import { beforeAll, describe, expect, it } from "vitest";
import {
  decimalSql,
  identifierSql,
  instantSql,
  normaliseIdentifier,
} from "../../src/collect/values/value-sql.js";
import { openSmallStore, type SmallStore } from "./small-store.js";

let store: SmallStore;
beforeAll(async () => {
  store = await openSmallStore();
});

async function value(sql: string, parameters: Record<string, string>): Promise<unknown> {
  const { rows } = await store.warehouse.query<{ v: unknown }>(
    `SELECT toString(${sql}) AS v FROM (SELECT {text:String} AS x)`,
    parameters,
  );
  return rows[0]!.v;
}

describe("a number", () => {
  const cases: readonly [decimal: "." | ",", text: string, value: string | null][] = [
    [".", "12.5", "12.5"],
    [".", "-0.33335", "-0.3334"],
    [".", "1,234.5", "1234.5"],
    [".", "1 234 567", "1234567"],
    [".", "1\u00a0234.5", "1234.5"],
    [",", "1\u202f234,5", "1234.5"],
    [".", "1,50", null],
    [".", "12,34.5", null],
    [".", "", null],
    [".", "1.2.3", null],
    [".", "$5", null],
    [".", "-", null],
    [".", "5.", "5"],
    [".", ".5", "0.5"],
    [".", "1e-3", "0.001"],
    [".", "1e99", null],
    [".", "0x10", null],
    [",", "12,5", "12.5"],
    [",", "1.234,5", "1234.5"],
    [",", "1.234", "1234"],
    [",", "12.5", null],
    [",", "1 234,56", "1234.56"],
    [",", "-7", "-7"],
    [",", "1,2,3", null],
  ];
  for (const [decimal, text, expected] of cases) {
    it(`"${text}" with the mark "${decimal}" is ${expected ?? "none"}`, async () => {
      expect(await value(decimalSql("x", decimal), { text })).toBe(expected);
    });
  }
});

describe("a time", () => {
  const zone = "Europe/Berlin";
  const cases: readonly [format: string, text: string, value: string | null][] = [
    ["iso", "2024-07-01", "2024-06-30 22:00:00.000"],
    ["iso", "2024-07-01 12:30", "2024-07-01 10:30:00.000"],
    ["iso", "2024-07-01T12:30:15.250Z", "2024-07-01 12:30:15.250"],
    ["iso", "2024-07-01 12:30:15 +0500", "2024-07-01 07:30:15.000"],
    ["iso", "1.7.2024", null],
    ["iso", "2024-07-01 25:00", null],
    ["d.M.yyyy H:mm", "1.7.2024 9:05", "2024-07-01 07:05:00.000"],
    ["d.M.yyyy H:mm", "1.7.2024", null],
    ["M/d/yy h:mm a", "7/1/24 9:05 PM", "2024-07-01 19:05:00.000"],
    ["unix", "1719828000", "2024-07-01 10:00:00.000"],
    ["unix_ms", "1719828000123", "2024-07-01 10:00:00.123"],
    ["unix", "soon", null],
  ];
  for (const [format, text, expected] of cases) {
    it(`"${text}" as ${format} is ${expected ?? "none"}`, async () => {
      const utc = `toTimezone(${instantSql("x", [format])}, 'UTC')`;
      expect(await value(utc, { text, zone, format_0: format })).toBe(expected);
    });
  }
});

describe("an identifier", () => {
  it("is spelt alike in SQL and in the program", async () => {
    for (const kind of ["email", "phone", "user_id"]) {
      for (const text of ["Ann.ÄÖ@Example.COM", "+49 (0)30-1234", "A b"]) {
        expect(await value(identifierSql(kind, "x"), { text })).toBe(
          normaliseIdentifier(kind, text),
        );
      }
    }
  });
});
