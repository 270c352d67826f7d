/** What is wrong with a request is said in a sentence, with an exit code, and changes nothing. */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { errorSchema, faultsSchema } from "../../src/cli/schemas.js";
import { openWarehouse } from "../../src/store/index.js";
import { removeFolder, temporaryFolder, tessera } from "./run-command.js";

const ORDERS = [
  "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country",
  "1,A,Mug,2,2011-11-01 10:00:00,4.5,17850,United Kingdom",
  "",
].join("\n");

let cwd: string;
let before: unknown;
beforeAll(async () => {
  cwd = temporaryFolder();
  writeFileSync(join(cwd, "orders.csv"), ORDERS);
  await tessera(["import", "orders.csv", "--preset", "online-retail", "--data", "shop"], { cwd });
  before = await contents();
});
afterAll(() => removeFolder(cwd));

/** Whatever the store holds, by table. */
async function contents(): Promise<unknown> {
  const warehouse = await openWarehouse({ dataDir: join(cwd, "shop") });
  try {
    const { rows } = await warehouse.query(
      `SELECT name, total_rows FROM system.tables
       WHERE database = currentDatabase() AND engine LIKE '%MergeTree' ORDER BY name`,
    );
    return rows;
  } finally {
    await warehouse.close();
  }
}

interface Case {
  readonly name: string;
  readonly args: readonly string[];
  readonly code: 1 | 2;
  /** All of these are said. */
  readonly says: readonly (string | RegExp)[];
  readonly files?: Readonly<Record<string, string>>;
}

const SHOP = ["--data", "shop"];
const PRESET = ["--preset", "online-retail"];

const cases: readonly Case[] = [
  { name: "an unknown command", args: ["segmnts"], code: 1, says: ["segmnts", "segments"] },
  { name: "no expression", args: ["count", ...SHOP], code: 1, says: ["expression"] },
  {
    name: "a missing file",
    args: ["import", "order.csv", ...PRESET, ...SHOP],
    code: 1,
    says: ["There is no file order.csv"],
  },
  {
    name: "a missing mapping",
    args: ["import", "orders.csv", "--map", "no.yaml", ...SHOP],
    code: 1,
    says: ["no.yaml"],
  },
  {
    name: "a file that no preset knows",
    args: ["import", "unknown.csv", ...SHOP],
    code: 1,
    says: ["unknown.csv", "not recognised", "Its columns: a, b", "--map FILE.yaml"],
    files: { "unknown.csv": "a,b\n1,2\n" },
  },
  {
    name: "an encoding that there is not",
    args: ["import", "orders.csv", "--encoding", "windows-9999", ...SHOP],
    code: 1,
    says: ["windows-9999", "windows-1254"],
  },
  {
    name: "a pattern that matches nothing, and a folder without files",
    args: ["import", "exports/*.csv", ...SHOP],
    code: 1,
    says: ["No file matches exports/*.csv"],
  },
  {
    name: "a broken file among several",
    args: ["import", "orders.csv", "cut.csv", "orders.csv", ...SHOP],
    code: 1,
    says: ["cut.csv", "line 2 opens a quote"],
    files: { "cut.csv": ORDERS.replace("A,", '"A,') },
  },
  {
    name: "an unknown preset",
    args: ["import", "orders.csv", "--preset", "online-retial", ...SHOP],
    code: 1,
    says: ["online-retial", 'Did you mean "online-retail"?'],
  },
  {
    name: "conflicting options",
    args: ["import", "orders.csv", "--map", "m.yaml", ...PRESET, ...SHOP],
    code: 1,
    says: ["--map", "cannot be used with", "--preset"],
  },
  {
    name: "an instant that is none",
    args: ["count", "vip", "--as-of", "2011-02-30", ...SHOP],
    code: 1,
    says: ["2011-02-30", "2026-11-01T10:30:00Z"],
  },
  {
    name: "a local time without an offset",
    args: ["count", "vip", "--as-of", "2011-02-03T10:00", ...SHOP],
    code: 1,
    says: ["neither a date nor an instant"],
  },
  {
    name: "a folder where nothing can be made",
    args: ["import", "orders.csv", ...PRESET, "--data", "orders.csv/store"],
    code: 2,
    says: ["orders.csv/store", "not a folder"],
  },
  {
    name: "a folder without a store",
    args: ["segments", "--data", "nowhere"],
    code: 1,
    says: ["no store in nowhere", "tessera import"],
  },
  {
    name: "an unknown person",
    args: ["explain", "nobody", "vip", ...SHOP],
    code: 1,
    says: ["nobody", "user_id:"],
  },
  {
    name: "an unknown segment",
    args: ["explain", "17850", "vipp", ...SHOP],
    code: 1,
    says: ["vipp", "did you mean vip?"],
  },
  {
    name: "a broken expression",
    args: ["count", "count(order) >= 2 and vipp", ...SHOP],
    code: 1,
    says: ["1:23", "^^^^", "did you mean vip?"],
  },
  {
    name: "a broken condition of a crossing",
    args: ["cross", "vip", "count(order) >=", ...SHOP],
    code: 1,
    says: ["count(order) >=", "^"],
  },
  {
    name: "a file of segments with faults",
    args: ["check", "bad.tess"],
    code: 1,
    files: { "bad.tess": "segment a count(order) > 'x'\nsegment b nothing_known\n" },
    says: ["bad.tess:1:", "bad.tess:2:", "nothing_known", "2 errors"],
  },
  {
    name: "no segments of one's own to check",
    args: ["check", ...SHOP],
    code: 1,
    says: ["no segments of your own in shop/segments", "tessera check FILE"],
  },
  {
    name: "a person who is nearly one",
    args: ["person", "1785O", ...SHOP],
    code: 1,
    says: ["1785O is not known", "did you mean user_id:17850?"],
  },
  {
    name: "a person of whom nothing was known then",
    args: ["explain", "17850", "--as-of", "2011-10-01", ...SHOP],
    code: 1,
    says: ["no facts at that time", "--as-of"],
  },
  {
    name: "two segments of which there is one",
    args: ["explain", "vip", "lapsd", ...SHOP],
    code: 1,
    says: ["no segment lapsd", "did you mean lapsed?"],
  },
  {
    name: "explaining a segment without a person",
    args: ["explain", "vip", ...SHOP],
    code: 1,
    says: ["vip is no person", "tessera explain PERSON vip"],
  },
  {
    name: "a field where an attribute was asked for",
    args: ["attributes", "category"],
    code: 1,
    says: ["There is no source, attribute or segment category", "line.category"],
  },
  {
    name: "a word that means nothing",
    args: ["attributes", "disc_shar"],
    code: 1,
    says: ["disc_shar", "Did you mean disc_share?"],
  },
  {
    name: "a broken column of people",
    args: ["people", "vip", "--columns", "stage,aovv", ...SHOP],
    code: 1,
    says: ["aovv", "did you mean aov?"],
  },
  {
    name: "a format that there is not",
    args: ["people", "vip", "--format", "xlsx", ...SHOP],
    code: 1,
    says: ["xlsx", "table, csv, ndjson, parquet"],
  },
  {
    name: "a limit of nobody",
    args: ["people", "vip", "--limit", "0", ...SHOP],
    code: 1,
    says: ["--limit", "1 or more"],
  },
  {
    name: "Parquet without a file",
    args: ["people", "vip", "--format", "parquet", ...SHOP],
    code: 1,
    says: ["--out people.parquet"],
  },
  {
    name: "a file of people that is a folder",
    args: ["people", "vip", "--out", "shop", "--format", "csv", ...SHOP],
    code: 1,
    says: ["shop is a folder"],
  },
  {
    name: "JSON and CSV at once",
    args: ["people", "vip", "--format", "csv", "--json", ...SHOP],
    code: 1,
    says: ["both want the output", "--out"],
  },
  {
    name: "settings that are no YAML",
    args: ["count", "vip", ...SHOP],
    code: 1,
    files: { "shop/tessera.yaml": "timeZone: [" },
    says: ["tessera.yaml", "not YAML"],
  },
  {
    name: "settings with unknown and wrong values",
    args: ["count", "vip", ...SHOP],
    code: 1,
    files: { "shop/tessera.yaml": "timeZone: Mars/Base\ntimezone: UTC\n" },
    says: ["timeZone", "Europe/Istanbul", "timezone"],
  },
  {
    name: "a broken segment of the store's own",
    args: ["segments", ...SHOP],
    code: 1,
    files: { "shop/segments/own.tess": "segment a count(ordr) >= 1\n" },
    says: ["own.tess:1:", "ordr", "^^^^"],
  },
  {
    name: "a server that does not answer",
    args: ["count", "vip", ...SHOP],
    code: 2,
    says: ["127.0.0.1:1"],
  },
];

test.each(cases)("$name", async ({ name, args, code, says, files = {} }) => {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(cwd, file, ".."), { recursive: true });
    writeFileSync(join(cwd, file), text);
  }
  const env: Record<string, string> = name.startsWith("a server")
    ? { CLICKHOUSE_URL: "http://127.0.0.1:1" }
    : {};
  const ran = await tessera(args, { cwd, env });
  const said = ran.stdout + ran.stderr;
  for (const text of says) expect(said).toMatch(text);
  expect(said).not.toMatch(/\n\s+at .+:\d+:\d+/);
  expect(ran.code).toBe(code);
  for (const file of Object.keys(files)) rmSync(join(cwd, file));
});

test("a folder that another process has open", async () => {
  const warehouse = await openWarehouse({ dataDir: join(cwd, "shop") });
  try {
    const { code, stderr } = await tessera(["count", "vip", ...SHOP], { cwd });
    expect(stderr).toContain(`process ${process.pid}`);
    expect(code).toBe(2);
  } finally {
    await warehouse.close();
  }
});

test("with --json a fault and an error are documents too", async () => {
  const fault = await tessera(["count", "vip and", "--json", ...SHOP], { cwd });
  expect(faultsSchema.parse(JSON.parse(fault.stdout)).diagnostics).toMatchObject([
    { line: 1, severity: "error" },
  ]);
  const error = await tessera(["segments", "--json", "--data", "nowhere"], { cwd });
  expect(errorSchema.parse(JSON.parse(error.stdout)).error.code).toBe("input.missing");
});

test("start leaves alone a folder that is somebody's", async () => {
  mkdirSync(join(cwd, "mine", "demo"), { recursive: true });
  writeFileSync(join(cwd, "mine", "demo", "thesis.txt"), "precious");
  const { code, stderr } = await tessera(["start", "--data", "mine"], { cwd });
  expect(stderr).toContain("holds something else");
  expect(code).toBe(1);
  expect(readdirSync(join(cwd, "mine", "demo"))).toEqual(["thesis.txt"]);
});

test("after all of these the store is as it was, and no other was made", async () => {
  expect(await contents()).toEqual(before);
  expect(existsSync(join(cwd, "nowhere"))).toBe(false);
  expect(existsSync(join(cwd, "tessera-data"))).toBe(false);
});
