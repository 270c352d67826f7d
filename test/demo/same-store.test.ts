/** The same seed makes the same store, however it is made; another seed or end another. */

import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { spreadAllNews } from "../../src/collect/catalogue/news.js";
import { decimal, nativeBlock, uint32 } from "../../src/collect/demo/native-columns.js";
import { properties } from "../../src/collect/demo/native-json.js";
import { type DemoOptions, makeDemo, TRUTH_FILE } from "../../src/collect/index.js";
import type { Warehouse } from "../../src/store/index.js";
import { builtProgram } from "../built-program.js";
import { emptyTables } from "../engines.js";
import { demoRows, insertRows } from "../shown/demo-rows.js";
import { oneEngine } from "../shown/snapshot.js";
import { fingerprint } from "./fingerprint.js";

const run = promisify(execFile);
const SEED = 7;
const PEOPLE = 300;

const engine = oneEngine("chdb");
const folders: string[] = [];
let warehouse: Warehouse;
let first: Made;

beforeAll(async () => {
  warehouse = await engine.open();
  first = await made({});
});
afterAll(async () => {
  await engine.close();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

interface Made {
  readonly tables: Record<string, string>;
  readonly truth: readonly string[];
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "tessera-demo-"));
  folders.push(folder);
  return folder;
}

async function made(options: Partial<DemoOptions>): Promise<Made> {
  const folder = newFolder();
  await emptyTables(warehouse);
  await makeDemo(warehouse, { people: PEOPLE, seed: SEED, folder, ...options });
  // Nothing else is left behind.
  expect(readdirSync(folder)).toEqual([TRUTH_FILE]);
  return { tables: await fingerprint(warehouse), truth: linesOf(folder) };
}

const linesOf = (folder: string) =>
  readFileSync(join(folder, TRUTH_FILE), "utf8").trimEnd().split("\n");

describe("the same seed makes the same store", () => {
  it("again", async () => {
    expect(await made({})).toEqual(first);
  });

  it("in blocks of another size", async () => {
    expect(await made({ peoplePerBlock: 41, processes: 0 })).toEqual(first);
  });

  it("with other processes making the people", async () => {
    const folder = newFolder();
    const maker = await builtProgram(new URL("make-and-print.ts", import.meta.url));
    const given = [folder, PEOPLE, SEED, 3, 37].map(String);
    const { stdout } = await run(process.execPath, [maker, ...given]);
    expect(JSON.parse(stdout).fingerprint).toEqual(first.tables);
    expect(linesOf(folder)).toEqual(first.truth);
  });

  it("row by row as in the files for the engine", async () => {
    await emptyTables(warehouse);
    await insertRows(warehouse, demoRows({ people: PEOPLE, seed: SEED }));
    await spreadAllNews(warehouse);
    expect(await fingerprint(warehouse)).toEqual(first.tables);
  });
});

it("values of every kind enter in the format Native as from JSON", async () => {
  const type = "JSON(max_dynamic_paths = 256)";
  const given = [
    { amount: "0", props: {} },
    { amount: "-12.5", props: { a: 1, b: "xy", absent: undefined } },
    { amount: "0.0001", props: { a: 2.5, list: ["r", "ş"] } },
    { amount: "-99999999999.9999", props: { a: -7, b: true } },
    { amount: "429496.7296", props: { a: "7", b: "ğ".repeat(63) } },
    { amount: "7", props: { a: 2 ** 40, b: "ğ".repeat(64), list: ["日本"] } },
    { amount: "7.10", props: { a: false, b: "日本", c: "x".repeat(300) } },
  ];
  const columns = { n: uint32(), amount: decimal(), props: properties(type) };
  for (const [n, { amount, props }] of given.entries()) {
    columns.n.set(n, n);
    columns.amount.set(n, amount);
    columns.props.set(n, props);
  }
  const path = join(newFolder(), "block");
  writeFileSync(path, Buffer.concat(nativeBlock(given.length, columns)));
  const found: unknown[] = [];
  for (const table of ["from_native", "from_json"]) {
    await warehouse.command(
      `CREATE TABLE ${table} (n UInt32, amount Decimal(18, 4), props ${type}) ENGINE = Memory`,
    );
    if (table === "from_native") await warehouse.insertFile(table, { path, format: "Native" });
    else await warehouse.insert(table, JSON.parse(JSON.stringify(numbered(given))));
    const { rows } = await warehouse.query(
      `SELECT n, amount, toString(props) AS said, toString(JSONAllPathsWithTypes(props)) AS types
       FROM ${table} ORDER BY n`,
    );
    found.push(rows);
    await warehouse.command(`DROP TABLE ${table}`);
  }
  expect(found[0]).toHaveLength(given.length);
  expect(found[0]).toEqual(found[1]);
});

const numbered = (rows: readonly object[]) => rows.map((row, n) => ({ n, ...row }));

it("a person is the same in a store of any size", async () => {
  const { truth } = await made({ people: 50 });
  expect(truth).toEqual(first.truth.slice(0, 50));
});

it("another seed makes another store, and so does another end", async () => {
  const other = await made({ seed: SEED + 1 });
  for (const table of ["facts", "identity", "aliases"]) {
    expect(other.tables[table]).not.toBe(first.tables[table]);
  }
  const until = Date.parse("2025-06-15T12:00:00Z");
  await made({ until });
  const { rows } = await warehouse.query<{ last: number; from: number }>(
    `SELECT toInt64(max(toUnixTimestamp64Milli(known_at)))::Float64 AS last,
       toInt64(min(toUnixTimestamp64Milli(ts)))::Float64 AS from FROM facts`,
  );
  expect(rows[0]!.last).toBeLessThan(until);
  expect(rows[0]!.last).toBeGreaterThan(until - 86_400_000);
});
