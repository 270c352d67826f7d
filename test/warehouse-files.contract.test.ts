/** Files that ClickHouse reads by itself: the same rows from each adapter. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Warehouse } from "../src/store/index.js";
import { emptyTables, engines } from "./engines.js";

describe.each(engines())("files on $name", (engine) => {
  let warehouse: Warehouse;
  let folder: string;
  const file = (name: string) => join(folder, name);

  beforeAll(async () => {
    warehouse = await engine.open();
    folder = mkdtempSync(join(tmpdir(), "tessera-files-"));
  });
  afterAll(async () => {
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => emptyTables(warehouse));

  async function one<Row = Record<string, unknown>>(sql: string, parameters = {}): Promise<Row> {
    const { rows } = await warehouse.query<Row>(sql, parameters);
    expect(rows).toHaveLength(1);
    return rows[0]!;
  }

  const csv = `fact_id,product,net\n1,"a ""quoted""\nline, with comma",12.3456\n2,b,1\n`;

  test.each([
    ["plain.csv", Buffer.from(csv)],
    ["packed.csv.gz", gzipSync(csv)],
    ["packed-but-named.csv", gzipSync(csv)],
  ])("%s is loaded by column names, defaults included", async (name, content) => {
    writeFileSync(file(name), content);
    await warehouse.insertFile("facts", { path: file(name), format: "CSVWithNames" });
    const { rows } = await warehouse.query(
      "SELECT fact_id, product, net, human FROM facts ORDER BY fact_id",
    );
    expect(rows).toEqual([
      { fact_id: "1", product: 'a "quoted"\nline, with comma', net: "12.3456", human: 1 },
      { fact_id: "2", product: "b", net: "1", human: 1 },
    ]);
    const columns = await warehouse.describeFile({ path: file(name), format: "CSVWithNames" });
    expect(columns.map((column) => column.name)).toEqual(["fact_id", "product", "net"]);
  });

  test("NDJSON is loaded with its properties", async () => {
    writeFileSync(file("a.ndjson"), '{"fact_id":"7","props":{"a":{"b":"5"},"n":5}}\n{"human":0}\n');
    await warehouse.insertFile("facts", { path: file("a.ndjson"), format: "JSONEachRow" });
    const { rows } = await warehouse.query(
      "SELECT fact_id, human, props.a.b.:String AS b, props.n.:Int64 AS n FROM facts ORDER BY fact_id",
    );
    expect(rows).toEqual([
      { fact_id: "0", human: 0, b: null, n: null },
      { fact_id: "7", human: 1, b: "5", n: "5" },
    ]);
  });

  test("Parquet is loaded with its types", async () => {
    const path = file("a.parquet");
    writeFileSync(path, Buffer.from(parquet, "base64"));
    await warehouse.insertFile("facts", { path, format: "Parquet" });
    expect(await one("SELECT fact_id, product, net, human FROM facts")).toEqual({
      fact_id: "5",
      product: "p",
      net: "1.5",
      human: 1,
    });
    expect(await warehouse.describeFile({ path, format: "Parquet" })).toEqual([
      { name: "fact_id", type: "UInt64" },
      { name: "product", type: "String" },
      { name: "net", type: "Decimal(18, 4)" },
    ]);
  });

  test("settings of the file apply: another delimiter", async () => {
    writeFileSync(file("semicolon.csv"), "fact_id;product\n1;x\n");
    const settings = { format_csv_delimiter: ";" };
    await warehouse.insertFile("facts", {
      path: file("semicolon.csv"),
      format: "CSVWithNames",
      settings,
    });
    expect(await one("SELECT product FROM facts")).toEqual({ product: "x" });
  });

  test("an unknown column and a missing file are refused", async () => {
    writeFileSync(file("bad.csv"), "fact_id,nope\n1,2\n");
    const bad = { path: file("bad.csv"), format: "CSVWithNames" } as const;
    const fault = await warehouse.insertFile("facts", bad).catch((error) => String(error));
    expect(fault).toContain("nope");
    expect(fault).not.toContain("/dev/fd");
    const absent = { path: file("absent.csv"), format: "CSVWithNames" } as const;
    await expect(warehouse.insertFile("facts", absent)).rejects.toMatchObject({
      code: "input.missing",
    });
  });

  test("formats without names go by position; a line is a text, whatever is in it", async () => {
    writeFileSync(file("positional.csv"), "1,5\n2,6\n");
    await warehouse.insertFile("seen", { path: file("positional.csv"), format: "CSV" });
    expect((await warehouse.query("SELECT * FROM seen ORDER BY fact_id")).rows).toEqual([
      { fact_id: "1", import_id: 5 },
      { fact_id: "2", import_id: 6 },
    ]);
    const lines = ['a,"b', "{x:String}", "\\N\t'q"];
    writeFileSync(file("lines.txt"), `${lines.join("\n")}\n`);
    await warehouse.command("CREATE TABLE lines (line String) ENGINE = MergeTree ORDER BY tuple()");
    await warehouse.insertFile("lines", { path: file("lines.txt"), format: "LineAsString" });
    const { rows } = await warehouse.query<{ line: string }>("SELECT line FROM lines");
    expect(rows.map((row) => row.line)).toEqual(lines);
  });

  test("a path means one file, whatever is in it", async () => {
    // What the names would stand for as patterns, or as an archive: none of it may be read.
    for (const other of ["a1", "ab", "ax", "a.zip"]) {
      mkdirSync(file(other));
      for (const name of ["out.csv", "out.parquet"]) {
        writeFileSync(file(join(other, name)), "fact_id,net\n8,8\n");
      }
    }
    for (const name of ODD_NAMES) {
      mkdirSync(file(name));
      const text = { path: file(join(name, `${name}.csv`)), format: "CSVWithNames" } as const;
      await warehouse.writeFile(text, "SELECT 5 AS fact_id, {name:String} AS product", { name });
      expect(readFileSync(text.path, "utf8")).toBe(`"fact_id","product"\n5,"${name}"\n`);
      await warehouse.insertFile("facts", text);
      const typed = { path: file(join(name, "out.parquet")), format: "Parquet" } as const;
      await warehouse.writeFile(typed, "SELECT toUInt64(6) AS fact_id");
      const described = await warehouse.describeFile(typed);
      expect(described).toEqual([{ name: "fact_id", type: "UInt64" }]);
      await warehouse.insertFile("facts", typed);
    }
    const { rows } = await warehouse.query(
      "SELECT toUInt8(fact_id) AS id, arraySort(groupArray(product)) AS products FROM facts GROUP BY id ORDER BY id",
    );
    expect(rows).toEqual([
      { id: 5, products: ODD_NAMES.toSorted() },
      { id: 6, products: ODD_NAMES.map(() => "") },
    ]);
  });

  test("a file that cannot be written is said to be so", async () => {
    const path = file(join("no-such-folder", "out.csv"));
    await expect(
      warehouse.writeFile({ path, format: "CSVWithNames" }, "SELECT 1 AS n"),
    ).rejects.toMatchObject({ code: "input.invalid", message: expect.stringContaining(path) });
  });

  test("a damaged archive is refused", async () => {
    const path = file("damaged.csv.gz");
    writeFileSync(path, gzipSync(csv).subarray(0, 30));
    await expect(
      warehouse.insertFile("facts", { path, format: "CSVWithNames" }),
    ).rejects.toMatchObject({ name: "AppError" });
  });

  test.each([
    ["CSVWithNames", "out.csv"],
    ["JSONEachRow", "out.ndjson"],
    ["Parquet", "out.parquet"],
  ] as const)("%s is written from a session's table, and read back", async (format, name) => {
    const rows = "SELECT toUInt64(7) AS n, {text:String} AS t, toDateTime64(0, 3, 'UTC') AS at";
    const text = 'a "quoted"\nline, with comma';
    const session = { lane: "evaluate", session: `write_${format}` } as const;
    await warehouse.command(
      `CREATE TEMPORARY TABLE written_${format} AS ${rows}`,
      { text },
      session,
    );
    writeFileSync(file(name), "what was there before, and is longer than what will be there");
    await warehouse.writeFile(
      { path: file(name), format },
      `SELECT * FROM written_${format}`,
      {},
      session,
    );
    const content = readFileSync(file(name));
    if (format === "Parquet") expect(content.subarray(0, 4).toString()).toBe("PAR1");
    else expect(content.toString()).toBe(WRITTEN[format]);
    const columns = await warehouse.describeFile({ path: file(name), format });
    expect(columns.map((column) => column.name)).toEqual(["n", "t", "at"]);
  });
});

/** Each is a pattern, an archive, a column or an escape to ClickHouse's `file()`. */
const ODD_NAMES = ["a*", "a?", "a{b,x}", "a{1..3}", "a[x]", "a.zip :: b", "net=7", "it's", "a\\b"];

/** One row: fact_id UInt64 5, product String 'p', net Decimal(18, 4) 1.5. */
const parquet =
  "UEFSMRUEFRAVMBXXlI3UCzwVAhUAAAAotS/9BFhAAAAFAAAAAAAAAAEAAD1ZwtUVABUGFSYVjuT6zg4cFQIVEBUGFQYc" +
  "WAgFAAAAAAAAABgIBQAAAAAAAAAREQAAACi1L/0EWBgAAAECAAEAABmUmGIm4gEcFQQZJQAQGRgHZmFjdF9pZBUMFgIW" +
  "mgEW2gEmXiYIHFgIBQAAAAAAAAAYCAUAAAAAAAAAEREATAAAABUEFQoVKhXthq3iDjwVAhUAAAAotS/9BFgoAAABAAAA" +
  "cAEAAH8IXIYVABUGFSYVjuT6zg4cFQIVEBUGFQYcWAFwGAFwEREAAAAotS/9BFgYAAABAgABAAAZlJhiJpYEHBUMGSUA" +
  "EBkYB3Byb2R1Y3QVDBYCFngWuAEmrgMm3gIcWAFwGAFwEREATBYCAAAAFQQVEBUwFbnVpeUBPBUCFQAAACi1L/0EWEAA" +
  "AAAAAAAAADqYAQAANFE9rhUAFQYVJhWO5PrODhwVAhUQFQYVBhxYCAAAAAAAADqYGAgAAAAAAAA6mBERAAAAKLUv/QRY" +
  "GAAAAQIAAQAAGZSYYibWBhwVDhklABAZGANuZXQVDBYCFpoBFtoBJtIFJvwEHFgIAAAAAAAAOpgYCAAAAAAAADqYEREA" +
  "TAAAABVAHBwAABwcAAAcHAAAAACAAAAACAAAAAEAAAAAAAgAAQAAAEAAAEAAAAAAAEAAFUAcHAAAHBwAABwcAAAAAAAA" +
  "BAAAgAAIAAAAAACAAAAgAABAAAAAAAABAAAACAAVQBwcAAAcHAAAHBwAAAAAIAAAAAAABAAgAAAAEAAAAAABAABAAAAA" +
  "AAAECAAAABkRAhkYCAUAAAAAAAAAGRgIBQAAAAAAAAAVAAAZEQIZGAFwGRgBcBUAABkRAhkYCAAAAAAAADqYGRgIAAAA" +
  "AAAAOpgVAAAZHBZeFYQBFgAAABkcFq4DFWgWAAAAGRwW0gUVhAEWAAAAFQQZTEgGc2NoZW1hFQYAFQQlABgHZmFjdF9p" +
  "ZCUcTKwTQBIAAAAVDCUAGAdwcm9kdWN0JQBMHAAAABUOFRAVABgDbmV0JQoVCBUkLFwVCBUkAAAAFgIZHBk8JuIBHBUE" +
  "GSUAEBkYB2ZhY3RfaWQVDBYCFpoBFtoBJl4mCBxYCAUAAAAAAAAAGAgFAAAAAAAAABERACbOBxVeHAAAFvQKFRYW6AkV" +
  "OAAmlgQcFQwZJQAQGRgHcHJvZHVjdBUMFgIWeBa4ASauAybeAhxYAXAYAXAREQAmrAgVXhwWAgAAFooLFRYWoAoVHAAm" +
  "1gYcFQ4ZJQAQGRgDbmV0FQwWAhaaARbaASbSBSb8BBxYCAAAAAAAADqYGAgAAAAAAAA6mBERACaKCRVeHAAAFqALFRgW" +
  "vAoVOAAWrAMWAiYIFuwEAChKQ2xpY2tIb3VzZSB2ZXJzaW9uIDI2LjcuMiAoYnVpbGQgYTYxNTYzMDNkZjY1YzMwN2Jk" +
  "YjhiNjZlOWU5Y2M1NjM3MzQ2YTZiOCkZPBwAABwAABwAAACXAQAAUEFSMQ==";

const WRITTEN = {
  CSVWithNames: `"n","t","at"\n7,"a ""quoted""\nline, with comma","1970-01-01T00:00:00.000Z"\n`,
  JSONEachRow: `{"n":7,"t":"a \\"quoted\\"\\nline, with comma","at":"1970-01-01T00:00:00.000Z"}\n`,
};
