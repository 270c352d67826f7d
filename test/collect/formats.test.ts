import { readFileSync } from "node:fs";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { csvFields } from "../../src/collect/files/csv-records.js";
import { importFiles } from "../../src/collect/index.js";
import {
  NOW,
  openSmallStore,
  SMALL_CSV,
  SMALL_HEADER,
  SMALL_MAPPING,
  SMALL_ROWS,
  type SmallStore,
} from "./small-store.js";

let store: SmallStore;
let expected: unknown;

beforeAll(async () => {
  store = await openSmallStore();
  await store.import(store.write("reference.csv", SMALL_CSV));
  expected = await store.contents();
});
beforeEach(() => store.clear());

const names = SMALL_HEADER.split(",");
const objects = SMALL_ROWS.map((row) => {
  const values = csvFields(row, ",");
  return Object.fromEntries(names.map((name, i) => [name, values[i]!]));
});
const ndjson = objects
  .map((o) => JSON.stringify({ ...o, qty: Number(o.qty), discount: o.discount || null }))
  .join("\n");

const pretty = (json: string) => JSON.stringify(JSON.parse(json), null, 2);

function delimited(delimiter: string): string {
  const rows = [names, ...objects.map((o) => names.map((name) => o[name]!))];
  const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;
  return rows.map((row) => row.map(quoted).join(delimiter)).join("\n");
}

/** Packed as ClickHouse does it. */
async function zstd(name: string, text: string): Promise<string> {
  const path = store.write(name, "");
  await store.warehouse.command(
    `INSERT INTO FUNCTION file({path:String}, 'LineAsString', 'line String', 'zstd')
     SELECT {text:String} SETTINGS engine_file_truncate_on_insert = 1`,
    { path, text },
  );
  return path;
}

/** The rows as a Parquet file with typed columns, written by ClickHouse. */
async function parquet(): Promise<string> {
  const path = store.write("rows.parquet", "");
  const columns = names.map((n) => `\`${n}\` String`).join(", ");
  await store.warehouse.command(
    `CREATE OR REPLACE TABLE parquet_rows (${columns}) ENGINE = MergeTree ORDER BY tuple()`,
  );
  await store.warehouse.insert("parquet_rows", objects);
  await store.warehouse.command(
    `INSERT INTO FUNCTION file({path:String}, 'Parquet')
     SELECT * REPLACE (toInt32(qty) AS qty, toFloat64(price) AS price,
       toDecimal64OrNull(discount, 2) AS discount) FROM parquet_rows
     SETTINGS engine_file_truncate_on_insert = 1`,
    { path },
  );
  return path;
}

describe("the same orders from any format", () => {
  const variants: Record<string, () => string | Promise<string>> = {
    "CSV, gzip": () => store.write("o.csv.gz", SMALL_CSV),
    "CSV with CRLF and a byte order mark": () =>
      store.write("crlf.csv", `\ufeff${[SMALL_HEADER, ...SMALL_ROWS].join("\r\n")}`),
    "CSV with semicolons": () => store.write("semi.csv", delimited(";")),
    "CSV with more columns in another order": () =>
      store.write(
        "more.csv",
        [
          ["extra", ...names.toReversed()],
          ...objects.map((o) => ["x", ...names.toReversed().map((n) => o[n]!)]),
        ]
          .map((row) => row.map((v) => `"${v.replaceAll('"', '""')}"`).join(","))
          .join("\n"),
      ),
    "CSV with its rows reversed": () =>
      store.write("reversed.csv", [SMALL_HEADER, ...SMALL_ROWS.toReversed(), ""].join("\n")),
    "CSV with tabs": () => store.write("tabs.tsv", delimited("\t")),
    "CSV with an unusual delimiter": () => store.write("caret.csv", delimited("^")),
    "CSV whose first line names the delimiter": () =>
      store.write("sep.csv", `sep=;\r\n${delimited(";")}`),
    "CSV with line breaks in its header": () =>
      store.write("lines.csv", SMALL_CSV.replace("country", '"country\n"')),
    "CSV as spreadsheets leave it, with delimiters where nothing stands": () => {
      const blank = [",,,,,,,,,,", '"", ,'];
      return store.write(
        "blank.csv",
        [SMALL_HEADER, ...SMALL_ROWS.map((row) => `${row},, `), ...blank].join("\n"),
      );
    },
    "CSV in UTF-16, little-endian": () =>
      store.write("le.csv", Buffer.from(`\ufeff${SMALL_CSV}`, "utf16le")),
    "CSV in UTF-16, big-endian": () =>
      store.write("be.csv", Buffer.from(`\ufeff${SMALL_CSV}`, "utf16le").swap16()),
    "CSV, zstd": () => zstd("o.csv.zst", SMALL_CSV),
    NDJSON: () => store.write("o.ndjson", ndjson),
    "NDJSON, gzip": () => store.write("o.ndjson.gz", ndjson),
    "NDJSON, zstd, with blank lines and other cases": () =>
      zstd("o.ndjson.zst", ndjson.replaceAll('"email"', '" EMail"').replaceAll("\n", "\n\n")),
    "JSON, a list": () => store.write("list.json", `[${ndjson.replaceAll("\n", ",\n")}]`),
    "JSON, a list in an object": () =>
      store.write(
        "in.json",
        `{"count":8,"meta":{"a":[1]},"orders":[${ndjson.replaceAll("\n", ",")}]}`,
      ),
    "JSON, objects over several lines": () =>
      store.write("pretty.json", ndjson.split("\n").map(pretty).join("\n")),
    Parquet: parquet,
  };

  for (const [name, write] of Object.entries(variants)) {
    it(`makes the same facts: ${name}`, async () => {
      const summary = await store.import(await write());
      expect(summary).toMatchObject({ rowsRead: 8, rowsRejected: 0, duplicates: 1, people: 2 });
      expect(await store.contents()).toEqual(expected);
    });
  }

  it("reads a Parquet file that was packed with gzip", async () => {
    const packed = store.write("o.parquet.gz", readFileSync(await parquet()));
    await store.import(packed);
    expect(await store.contents()).toEqual(expected);
  });

  it("reads a Parquet file that was packed with zstd", async () => {
    const path = store.write("o.parquet.zst", "");
    await store.warehouse.command(
      `INSERT INTO FUNCTION file({path:String}, 'RawBLOB', 'bytes String', 'zstd')
       SELECT * FROM file({from:String}, 'RawBLOB', 'bytes String')
       SETTINGS engine_file_truncate_on_insert = 1`,
      { path, from: await parquet() },
    );
    await store.import(path);
    expect(await store.contents()).toEqual(expected);
  });

  it("reads the numbers of JSON whatever the decimal mark of texts is", async () => {
    const rows = objects.map((o) => ({
      ...o,
      price: Number(o.price),
      discount: o.discount || null,
    }));
    const path = store.write("n.json", JSON.stringify(rows));
    await store.import(path, { ...SMALL_MAPPING, numbers: { decimal: "," as const } });
    const { rowsRejected } = await store.import(path);
    expect(rowsRejected).toBe(0);
  });

  it("reaches into the objects of NDJSON by paths", async () => {
    const rows = objects.map(({ order, date, ...properties }) => ({
      timestamp: date,
      properties: { ...properties, order: { id: order } },
    }));
    const columns = Object.fromEntries(
      Object.entries(SMALL_MAPPING.columns).map(([field, name]) => [field, `properties.${name}`]),
    );
    const paths = { ...columns, order: "properties.order.id", time: "timestamp" };
    const path = store.write("nested.ndjson", rows.map((row) => JSON.stringify(row)).join("\n"));
    await store.import(path, { ...SMALL_MAPPING, columns: paths });
    expect(await store.contents()).toEqual(expected);
  });

  it("reads the numbers of a Parquet file whatever the decimal mark of texts is", async () => {
    const mapping = { ...SMALL_MAPPING, numbers: { decimal: "," as const } };
    await store.import(await parquet(), mapping);
    expect(await store.contents()).toEqual(expected);
  });

  it("reads a file in the encoding that the command states", async () => {
    const path = store.write("option.csv", Buffer.from(SMALL_CSV, "latin1"));
    const options = { mapping: SMALL_MAPPING, dataDir: store.dataDir, now: NOW };
    await importFiles(store.warehouse, { ...options, files: [path], encoding: "windows-1252" });
    expect(await store.contents()).toEqual(expected);
  });

  it("reads a file in a stated encoding", async () => {
    const path = store.write("latin.csv", Buffer.from(SMALL_CSV, "latin1"));
    const mapping = { ...SMALL_MAPPING, csv: { encoding: "windows-1252" } };
    await store.import(path, mapping);
    expect(await store.contents()).toEqual(expected);
  });
});

describe("importing again", () => {
  it("adds nothing when the same file comes again", async () => {
    const path = store.write("again.csv", SMALL_CSV);
    await store.import(path);
    const summary = await store.import(path, undefined, NOW + 1);
    expect(summary).toMatchObject({ orders: 0, lines: 0, refunds: 0, revenue: "0" });
    expect(summary.notes).toContain("The same file was imported on 2024-06-01.");
    expect(await store.contents()).toEqual(expected);
  });

  it("adds only what is new when files overlap", async () => {
    const first = [SMALL_HEADER, ...SMALL_ROWS.slice(0, 6)].join("\n");
    await store.import(store.write("first.csv", first.replace(/^A2.*\n/m, "")));
    await store.import(store.write("whole.csv", SMALL_CSV));
    expect(await store.contents()).toEqual(expected);
  });
});
