/** The same seed makes the same store, however it is made; another seed or end another. */

import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { spreadAllNews } from "../../src/collect/catalogue/news.js";
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
