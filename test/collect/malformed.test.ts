/**
 * Files as they come: cut short, in another format, with faults in some rows. Each is refused with
 * a message that names the place and the remedy, and the store is as it was; or it lands, and exactly
 * the bad rows are in the rejects.
 */

import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import type { AppError } from "../../src/base/index.js";
import { readMapping } from "../../src/collect/index.js";
import {
  openSmallStore,
  SMALL_CSV,
  SMALL_HEADER,
  SMALL_MAPPING,
  type SmallStore,
} from "./small-store.js";

let store: SmallStore;
beforeAll(async () => {
  store = await openSmallStore();
  await store.import(store.write("before.csv", SMALL_CSV));
});

const good = "B1,mug,Mug,1,4.50,2024-01-31,cy@example.com,DE,";
const csv = (...rows: string[]) => [SMALL_HEADER, ...rows].join("\n");
const json = (text: string) => `{"order":"B1","qty":1,"price":2,"date":"2024-01-01"${text}}`;

type Content = string | Buffer;
type Given = Content | (() => Promise<Content>);

const utf16le = (text: string) => Buffer.from(text, "utf16le");
/** "ş" and "ı" in windows-1254 are no UTF-8. */
const turkish = Buffer.from(csv(good, good.replace("Mug", "Ka\xfek \xfd\xfd")), "latin1");

/** SMALL_CSV, packed with zstd as ClickHouse does it. */
async function zstdCsv(): Promise<Buffer> {
  const path = join(store.dataDir, "small.csv.zst");
  await store.warehouse.command(
    `INSERT INTO FUNCTION file({path:String}, 'LineAsString', 'line String', 'zstd')
     SELECT {text:String} SETTINGS engine_file_truncate_on_insert = 1`,
    { path, text: SMALL_CSV },
  );
  return readFileSync(path);
}

describe("a file that cannot be used is refused, and the store stays as it was", () => {
  /** What is said, and how to mend it. */
  const refused: Record<string, [content: Given, message: RegExp, hint: RegExp]> = {
    "an empty file": ["", /the file is empty/, /Export it again/],
    "an empty file, packed": [gzipSync(""), /the file is empty/, /Export it again/],
    "gzip, cut short": [
      gzipSync(SMALL_CSV.repeat(50)).subarray(0, -20),
      /the gzip file ends too early/,
      /download it again/,
    ],
    "gzip with flipped bytes": [
      flipped(gzipSync(SMALL_CSV.repeat(50)), 30),
      /the gzip file is damaged/,
      /download it again/,
    ],
    "zstd, cut short": [
      async () => (await zstdCsv()).subarray(0, -9),
      /the zstd file ends too early/,
      /again/,
    ],
    "zstd with flipped bytes": [
      async () => flipped(await zstdCsv(), 60),
      /the zstd file is damaged/,
      /again/,
    ],
    "zstd with another checksum": [
      async () => flipped(await zstdCsv(), -1),
      /the zstd file is damaged/,
      /again/,
    ],
    "a file packed twice": [gzipSync(gzipSync(SMALL_CSV)), /it is packed twice/, /Unpack it once/],
    "a damaged Parquet file": [
      "PAR1 nonsense PAR1",
      /not a readable Parquet file \(The table structure .* Parquet format file\)/,
      /again/,
    ],
    "a zip archive": ["PK\x03\x04rest", /it is a zip archive/, /import the files in it/],
    "a spreadsheet": [
      "PK\x03\x04\x14[Content_Types].xml",
      /it is a spreadsheet/,
      /Save the sheet as CSV/,
    ],
    "a text document": [
      "PK\x03\x04\x14[Content_Types].xml....PK\x03\x04\x14word/document.xml",
      /it is a text document/,
      /Export the table as CSV/,
    ],
    "an old spreadsheet": [Buffer.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1), /it is an old Excel/, /as CSV/],
    "a PDF document": ["%PDF-1.7\n...", /it is a PDF document/, /Export the table as CSV/],
    "a page instead of the download": ["<!DOCTYPE html><html>", /an HTML page/, /sign-in page/],
    "a text": ["Dear shop,\nhere is our export.\n", /no column "order" \(order\)/, /Dear shop/],
    "other binary data": [
      Buffer.of(7, 0, 0, 1, 2, 0, 0, 3),
      /neither CSV, JSON, NDJSON nor Parquet/,
      /Export it as one of them/,
    ],
    "windows-1254 that is not declared": [
      turkish,
      /line 3 is not UTF-8 \("B1,mug,Ka\xfek/,
      /It looks like windows-1254: say so with --encoding windows-1254, or .*utf-8 sets such rows/,
    ],
    "UTF-16 without a mark": [utf16le(SMALL_CSV), /not UTF-8/, /--encoding utf-16le/],
    "lines that end with CR alone": [
      SMALL_CSV.replaceAll("\n", "\r"),
      /lines end with CR/,
      /with LF or CRLF/,
    ],
    "a delimiter that is no ASCII": [
      `sep=§\n${SMALL_CSV.replaceAll(",", "§")}`,
      /the delimiter "§" is no ASCII character/,
      /Export with ;/,
    ],
    "a header without a needed column": [
      SMALL_CSV.replace("email", "e-mial"),
      /no column "email" \(customer\), did you mean "e-mial"\?/,
      /The file's columns: order, sku/,
    ],
    "a needed column twice": [
      SMALL_CSV.replace("title", "sku"),
      /the column "sku" \(product\) occurs 2 times/,
      /Rename/,
    ],
    "rows without a header": [`${good}\n${good}\n`, /no column "order"/, /B1, mug/],
    "a first line without an end": [
      "x".repeat(10_000_000),
      /first line is longer/,
      /names the col/,
    ],
    "a quote that is never closed": [
      csv(good, `B2,"mug`, good),
      /line 3 opens a quote that is never closed/,
      /a quote within a value twice/,
    ],
    "a single value as JSON": ["42", /no column "order"/, /columns: 42/],
    "JSON, cut short": [
      '[{"order":"B1"},{"ord',
      /not JSON: line 1: a text .*closed/,
      /Export it again/,
    ],
    "JSON without its end": ['[{"order":"B1"},\n', /line 2 with 1 bracket open/, /Export it again/],
    "JSON with text after the list": [
      '[{"order":"B1"}]\n[{}]',
      /line 2: text after the end/,
      /one list of objects/,
    ],
    "JSON with two lists of objects": [
      '{"orders":[{"a":1}],\n"lines":[{"b":2}]}',
      /line 2: a further list of objects/,
      /one list of objects/,
    ],
    "JSON without an object": [
      "[1, 2]",
      /none of its 2 rows .* line 1.*: not an object/,
      /mapping/,
    ],
    "NDJSON that never names a needed key": [`${json("")}\n`, /no column "email"/, /order, qty/],
    "a file of which no row is usable": [
      csv("B1,mug,Mug,one,4.50,2024-01-31,,,"),
      /none of its 1 rows can be used; the first: line 2, column "qty", value "one": not a number/,
      /Check the mapping/,
    ],
  };

  async function expectRefused(path: string, message: RegExp, hint: RegExp): Promise<void> {
    const before = await store.contents();
    const error = await store.import(path).catch((e: AppError) => e);
    expect(error).toMatchObject({
      name: "AppError",
      code: "input.invalid",
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
    expect((error as AppError).message).toContain(path);
    expect(await store.contents()).toEqual(before);
    expect(
      await store.query("SELECT name FROM system.tables WHERE startsWith(name, 'import_staging')"),
    ).toEqual([]);
    expect(await store.query("SELECT DISTINCT state FROM imports WHERE import_id > 1")).toEqual([]);
  }

  for (const [name, [content, message, hint]] of Object.entries(refused)) {
    it(name, async () => {
      const given = typeof content === "function" ? await content() : content;
      await expectRefused(store.write("refused.csv", given), message, hint);
    });
  }

  it("a Parquet file, cut short", async () => {
    const path = store.write("whole.parquet", "");
    await store.warehouse.command(
      `INSERT INTO FUNCTION file({path:String}, 'Parquet') SELECT number FROM numbers(1000)
       SETTINGS engine_file_truncate_on_insert = 1`,
      { path },
    );
    const cut = store.write("cut.parquet", readFileSync(path).subarray(0, -200));
    await expectRefused(cut, /not a readable Parquet file/, /export it again/);
  });

  it("a folder, a pipe, and links that lead in a circle", async () => {
    const named = (name: string) => join(store.dataDir, name);
    mkdirSync(named("orders.csv"));
    await expectRefused(named("orders.csv"), /a folder, not a file/, /into a file/);
    execFileSync("mkfifo", [named("pipe.csv")]);
    await expectRefused(named("pipe.csv"), /a pipe or device, not a file/, /into a file/);
    symlinkSync(named("b.csv"), named("a.csv"));
    symlinkSync(named("a.csv"), named("b.csv"));
    await expectRefused(named("a.csv"), /links that lead in a circle/, /Check the path/);
  });

  it("a file on a disk that cannot read it", { skip: process.platform !== "linux" }, () =>
    expectRefused("/proc/self/mem", /the disk cannot read it/, /Check the path/),
  );

  const root = process.getuid?.() === 0;
  it(`a file of another user${root ? " (skipped: root may read any)" : ""}`, { skip: root }, () => {
    const path = store.write("secret.csv", SMALL_CSV);
    chmodSync(path, 0);
    return expectRefused(path, /this user may not read it/, /who may read it/);
  });

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

function flipped(packed: Buffer, at: number): Buffer {
  const bytes = Buffer.from(packed);
  const index = at < 0 ? bytes.length + at : at;
  bytes[index] = bytes[index]! ^ 0xff;
  return bytes;
}

describe("a row that cannot be used is set aside with its line, column and reason", () => {
  const long = "x".repeat(10_000_000);
  const cases: Record<
    string,
    [name: string, content: Content, line: number, column: string, reason: RegExp]
  > = {
    "24:00": ["t1.csv", csv(good, good.replace("-31", "-31 24:00")), 3, "date", /not a time/],
    "the year 0": ["t2.csv", csv(good, good.replace("2024", "0000")), 3, "date", /not a time/],
    "the year 9999": ["t3.csv", csv(good, good.replace("2024", "9999")), 3, "date", /1971..2099/],
    infinity: ["n1.csv", csv(good, good.replace("4.50", "inf")), 3, "price", /not a number/],
    "no number at all": ["n2.csv", csv(good, good.replace("4.50", "NaN")), 3, "price", /number/],
    "a value of a megabyte": [
      "l1.csv",
      csv(good, good.replace("Mug", "x".repeat(1_000_000))),
      3,
      "title",
      /longer than 4096 bytes/,
    ],
    "JSON of another type": [
      "j7.ndjson",
      `${jsonGood()}\n${json(',"sku":{}')}`,
      2,
      "sku",
      /nested/,
    ],
    "JSON with yes for a number": [
      "j8.ndjson",
      `${jsonGood()}\n${jsonGood().replace('"qty":1', '"qty":true')}`,
      2,
      "qty",
      /not a number/,
    ],
    "JSON that is nested without end": [
      "j9.ndjson",
      `${jsonGood()}\n${json(`,"x":${"[".repeat(100_000)}${"]".repeat(100_000)}`)}`,
      2,
      "",
      /nested deeper than 100 levels/,
    ],
    "an element of a list that is no object": [
      "j10.json",
      `[${jsonGood()},\n7,\n${jsonGood()}]`,
      2,
      "",
      /not an object/,
    ],
    "a line of 10 MB of JSON": [
      "j11.ndjson",
      `${jsonGood()}\n${json(`,"x":"${"y".repeat(10_000_000)}"`)}\n${jsonGood()}`,
      2,
      "",
      /longer than 1048576 bytes/,
    ],
    "an element of 10 MB in a list": [
      "j12.json",
      `[${jsonGood()},\n${json(`,"x":"${"y".repeat(10_000_000)}"`)},${jsonGood()}]`,
      2,
      "",
      /longer than 1048576 bytes/,
    ],

    "too few columns": ["r1.csv", csv(good, "B2,mug"), 3, "", /2 columns where the header has 9/],
    "too many columns": ["r2.csv", csv(`${good},x`, good), 2, "", /10 columns/],
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

  it("sets rows aside that are not UTF-8 where the file is said to be", async () => {
    const mapping = { ...SMALL_MAPPING, csv: { encoding: "utf-8" } };
    const summary = await store.import(store.write("u.csv", turkish), mapping);
    expect(summary).toMatchObject({ rowsRead: 2, rowsRejected: 1 });
    const reject = JSON.parse(readFileSync(summary.rejectFile!, "utf8"));
    expect(reject).toMatchObject({ line: 3, reason: "not valid UTF-8" });
  });

  it("sets rows aside whose bytes are no characters of the declared encoding", async () => {
    const mapping = { ...SMALL_MAPPING, csv: { encoding: "windows-1253" } };
    const bytes = Buffer.from(csv(good, good.replace("Mug", "M\xd2g")), "latin1");
    const summary = await store.import(store.write("g.csv", bytes), mapping);
    expect(summary).toMatchObject({ rowsRead: 2, rowsRejected: 1 });
    expect(summary.firstRejects).toMatchObject([{ line: 3, reason: "not valid windows-1253" }]);
  });

  it("takes hostile texts as they stand", async () => {
    const texts = HOSTILE.map((text, i) => [`H${i}`, text] as const);
    const rows = texts.map(([order, text]) =>
      good.replace("B1", order).replace("mug,Mug", () => `${quoted(text)},${quoted(text)}`),
    );
    const summary = await store.import(store.write("hostile.csv", csv(...rows)));
    expect(summary).toMatchObject({ rowsRejected: 0, lines: HOSTILE.length });
    const found = await store.query<Record<"order_id" | "product" | "name", string>>(
      `SELECT order_id, f.product AS product, p.name AS name
       FROM facts AS f INNER JOIN products AS p ON p.product = f.product
       WHERE f.kind = 'line' AND startsWith(f.order_id, 'H') ORDER BY order_id`,
    );
    expect(found).toEqual(
      texts.map(([order_id, text]) => ({ order_id, product: text, name: text })),
    );
  });

  it("numbers the rows of a Parquet file", async () => {
    const path = store.write("r.parquet", "");
    await store.warehouse.command(
      `INSERT INTO FUNCTION file({path:String}, 'Parquet')
       SELECT concat('P', toString(number)) AS order, 'mug' AS sku, 'Mug' AS title, 1 AS qty,
         if(number IN (70000, 299999), nan, 2.5) AS price, '2024-01-31' AS date, '' AS email,
         '' AS country, '' AS discount FROM numbers(300000)
       SETTINGS engine_file_truncate_on_insert = 1, max_threads = 1,
         output_format_parquet_row_group_size = 10000`,
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

const HOSTILE = [
  "'; DROP TABLE facts; --",
  "{table:Identifier}",
  "\\N \\0 \\x00 \\",
  '"',
  "\u202egnol\u202c",
  "=HYPERLINK(1)",
  "%s $(id) `id`",
  "Ünïcödé 😀 é",
] as const;

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

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
