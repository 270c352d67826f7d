import { existsSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import type { AppError } from "../../src/base/index.js";
import { readMapping } from "../../src/collect/index.js";
import { openSmallStore, SMALL_CSV, SMALL_HEADER, type SmallStore } from "./small-store.js";

let store: SmallStore;
beforeAll(async () => {
  store = await openSmallStore();
  await store.import(store.write("before.csv", SMALL_CSV));
});

const good = "B1,mug,Mug,1,4.50,2024-01-31,cy@example.com,DE,";
const csv = (...rows: string[]) => [SMALL_HEADER, ...rows].join("\n");
const json = (text: string) => `{"order":"B1","qty":1,"price":2,"date":"2024-01-01"${text}}`;

describe("a file that cannot be used is refused, and the store stays as it was", () => {
  const refused: Record<string, [name: string, content: string | Buffer, message: RegExp]> = {
    "an empty file": ["e.csv", "", /e\.csv: the file is empty/],
    "a gzip file cut short": [
      "cut.csv.x",
      gzipSync(SMALL_CSV.repeat(50)).subarray(0, -20),
      /the gzip file ends too early/,
    ],
    "a gzip file with flipped bytes": ["flip.csv", flipped(), /the gzip file is damaged/],
    "a header without a needed column": [
      "h.csv",
      SMALL_CSV.replace("email", "e-mial"),
      /no column "email" \(customer\), did you mean "e-mial"\?/,
    ],
    "a needed column twice": [
      "two.csv",
      SMALL_CSV.replace("title", "sku"),
      /the column "sku" \(product\) occurs 2 times/,
    ],
    "a quote that is never closed": ["q.csv", csv(good, `B2,"mug`, good), /line 3 opens a quote/],
    "a spreadsheet": ["s.xlsx", Buffer.from("PK\x03\x04rest"), /it is a zip archive/],
    "other binary data": [
      "b.csv",
      Buffer.of(7, 0, 0, 1, 2, 0, 0, 3),
      /neither CSV, JSON, NDJSON nor Parquet/,
    ],
    "a damaged Parquet file": ["p.parquet", "PAR1 nonsense PAR1", /not a readable Parquet file/],
    "NDJSON that never names a needed key": ["k.ndjson", `${json("")}\n`, /no column "email"/],
    "a file of which no row is usable": [
      "none.csv",
      csv("B1,mug,Mug,one,4.50,2024-01-31,,,"),
      /none of its 1 rows can be used; the first: line 2, column "qty", value "one": not a number/,
    ],
  };
  for (const [name, [file, content, message]] of Object.entries(refused)) {
    it(name, async () => {
      const before = await store.contents();
      const error = await store.import(store.write(file, content)).catch((e: AppError) => e);
      expect(error).toMatchObject({ name: "AppError", message: expect.stringMatching(message) });
      expect(await store.contents()).toEqual(before);
      expect(
        await store.query(
          "SELECT name FROM system.tables WHERE startsWith(name, 'import_staging')",
        ),
      ).toEqual([]);
      expect(await store.query("SELECT DISTINCT state FROM imports WHERE import_id > 1")).toEqual(
        [],
      );
    });
  }

  it("a file that is not there", async () => {
    await expect(store.import("/nowhere/x.csv")).rejects.toMatchObject({ code: "input.missing" });
  });

  it("two identifiers with one hash", async () => {
    const [alias] = await store.query<{ a: string }>(
      "SELECT toString(halfMD5('email\\0cy@example.com')) AS a",
    );
    const row = { alias: BigInt(alias!.a), id_kind: "email", id_value: "other@example.com" };
    await store.warehouse.insert("aliases", [{ ...row, import_id: 0 }]);
    const before = await store.contents();
    const error = await store.import(store.write("c.csv", csv(good))).catch((e: AppError) => e);
    expect(error).toMatchObject({ message: expect.stringMatching(/same hash .*two people/) });
    expect(await store.contents()).toEqual(before);
    await store.warehouse.command(
      "ALTER TABLE aliases DELETE WHERE id_value = 'other@example.com' SETTINGS mutations_sync = 1",
    );
  });
});

function flipped(): Buffer {
  const bytes = gzipSync(SMALL_CSV.repeat(50));
  for (let i = 30; i < 60; i++) bytes[i] = bytes[i]! ^ 0xff;
  return bytes;
}

describe("a row that cannot be used is set aside with its line, column and reason", () => {
  const long = "x".repeat(10_000_000);
  const cases: Record<
    string,
    [name: string, content: string | Buffer, line: number, column: string, reason: RegExp]
  > = {
    "too few columns": ["r1.csv", csv(good, "B2,mug"), 3, "", /2 columns where the header has 9/],
    "too many columns": ["r2.csv", csv(`${good},`, good), 2, "", /10 columns/],
    "a line of 10 MB": ["r4.csv", csv(good, long, good), 3, "", /longer than 1048576 bytes/],
    "a decimal comma": [
      "r5.csv",
      csv(good, good.replace("4.50", '"4,50"')),
      3,
      "price",
      /not a number/,
    ],
    "a number beyond all bounds": [
      "r6.csv",
      csv(good, good.replace("4.50", "1e999")),
      3,
      "price",
      /not a number/,
    ],
    "a day that does not exist": [
      "r7.csv",
      csv(good, good.replace("01-31", "02-30")),
      3,
      "date",
      /not a time/,
    ],
    "no order id": ["r8.csv", csv(good, good.replace("B1", " ")), 3, "order", /missing/],
    "a line after one with a line break": [
      "r9.csv",
      csv(good.replace("Mug", '"a\nb"'), good.replace("4.50", "?")),
      4,
      "price",
      /not a number/,
    ],
    "no time": ["r10.csv", csv(good, good.replace("2024-01-31", "")), 3, "date", /missing/],
    "an order of two customers": [
      "r11.csv",
      csv(good.replaceAll("B1", "B9"), good.replace("cy@", "di@"), good),
      3,
      "email",
      /order B1 name more than one customer/,
    ],
    "a NUL character": ["r12.csv", csv(good, good.replace("Mug", "M\0g")), 3, "", /NUL/],
    "a NUL character in JSON": [
      "j0.ndjson",
      `${jsonGood()}\n${json(',"sku":"\\u0000"')}`,
      2,
      "",
      /NUL/,
    ],
    "JSON that is none": ["j1.ndjson", `${jsonGood()}\n{"order":`, 2, "", /not JSON/],
    "JSON with a key twice": [
      "j2.ndjson",
      `${jsonGood()}\n${json(',"qty":2')}`,
      2,
      "qty",
      /occurs twice/,
    ],
    "JSON with a number beyond all bounds": [
      "j3.ndjson",
      `${jsonGood()}\n${json(',"x":1e999')}`,
      2,
      "x",
      /not a usable number/,
    ],
    "JSON with half a character": [
      "j4.ndjson",
      `${jsonGood()}\n${json(',"sku":"\\ud800"')}`,
      2,
      "sku",
      /surrogate/,
    ],
    "JSON with a nested value": [
      "j5.ndjson",
      `${jsonGood()}\n${json(',"sku":["a"]')}`,
      2,
      "sku",
      /nested/,
    ],
    "JSON that is an array": ["j6.ndjson", `${jsonGood()}\n[1]`, 2, "", /not an object/],
  };
  for (const [name, [file, content, line, column, reason]] of Object.entries(cases)) {
    it(name, async () => {
      const summary = await store.import(store.write(file, content));
      expect(summary.rowsRejected).toBeGreaterThan(0);
      expect(summary.rowsRead).toBeGreaterThan(summary.rowsRejected);
      const [first] = readFileSync(summary.rejectFile!, "utf8").trim().split("\n");
      expect(JSON.parse(first!)).toMatchObject({
        line,
        column,
        reason: expect.stringMatching(reason),
      });
    });
  }

  it("numbers the rows of a Parquet file", async () => {
    const path = store.write("r.parquet", "");
    await store.warehouse.command(
      `INSERT INTO FUNCTION file({path:String}, 'Parquet')
       SELECT concat('P', toString(number)) AS order, 'mug' AS sku, 'Mug' AS title, 1 AS qty,
         if(number IN (70000, 299999), nan, 2.5) AS price, '2024-01-31' AS date, '' AS email,
         '' AS country, '' AS discount FROM numbers(300000)
       SETTINGS engine_file_truncate_on_insert = 1, max_threads = 1`,
      { path },
    );
    const summary = await store.import(path);
    expect(summary).toMatchObject({ rowsRead: 300_000, rowsRejected: 2, lines: 299_998 });
    const rejects = readFileSync(summary.rejectFile!, "utf8").trim().split("\n");
    expect(rejects.map((r) => JSON.parse(r).line)).toEqual([70_001, 300_000]);
  });

  it("takes in a file with a header and no rows, and says so", async () => {
    const summary = await store.import(store.write("h0.csv", `${SMALL_HEADER}\n`));
    expect(summary).toMatchObject({ rowsRead: 0, orders: 0, notes: ["The file has no rows."] });
    expect(summary.rejectFile === undefined || existsSync(summary.rejectFile)).toBe(true);
  });

  it("does not let a column's name or value reach SQL", async () => {
    const name = "qty'); DROP TABLE facts; --";
    const mapping = readMapping(
      `source: "x'; DROP TABLE facts; --"
columns: {order: order, time: date, amount: price, quantity: "${name}", customer: email}
constants: {country: "{table:Identifier}' OR 1"}`,
      "hostile",
    );
    const path = store.write(
      "x.csv",
      `order,date,price,${name},email\n"';--{a:String}",2024-01-01,1,1,a'b\n`,
    );
    const summary = await store.import(path, mapping);
    expect(summary).toMatchObject({ rowsRejected: 0, orders: 1, lines: 1 });
    const [row] = await store.query<object>(
      "SELECT order_id, country FROM facts WHERE source LIKE 'x%' AND kind = 'order'",
    );
    expect(row).toEqual({ order_id: "';--{a:String}", country: "{table:Identifier}' OR 1" });
  });
});

function jsonGood(): string {
  return JSON.stringify({
    order: "B1",
    sku: "mug",
    title: "Mug",
    qty: 1,
    price: 4.5,
    date: "2024-01-31",
    email: "cy@example.com",
    country: "DE",
    discount: null,
  });
}
