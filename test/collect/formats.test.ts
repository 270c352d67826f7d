import { readFileSync } from "node:fs";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { csvFields } from "../../src/collect/csv-records.js";
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
});
beforeEach(async () => {
  await store.clear();
  await store.import(store.write("reference.csv", SMALL_CSV));
  expected = await store.contents();
  await store.clear();
});

const names = SMALL_HEADER.split(",");
const objects = SMALL_ROWS.map((row) => {
  const values = csvFields(row, ",");
  return Object.fromEntries(names.map((name, i) => [name, values[i]!]));
});
const ndjson = objects
  .map((o) => JSON.stringify({ ...o, qty: Number(o.qty), discount: o.discount || null }))
  .join("\n");

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
    "CSV with semicolons": () =>
      store.write(
        "semi.csv",
        [names, ...objects.map((o) => names.map((n) => o[n]!))]
          .map((row) => row.map((v) => `"${v.replaceAll('"', '""')}"`).join(";"))
          .join("\n"),
      ),
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
    NDJSON: () => store.write("o.ndjson", ndjson),
    "NDJSON, gzip": () => store.write("o.ndjson.gz", ndjson),
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

  it("reads the numbers of a Parquet file whatever the decimal mark of texts is", async () => {
    const mapping = { ...SMALL_MAPPING, numbers: { decimal: "," as const } };
    await store.import(await parquet(), mapping);
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
