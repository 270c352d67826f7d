/** What only the embedded engine has: a folder, which one process holds, and lanes. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, test } from "vitest";
import { migrate, openWarehouse, readMigrations, type Warehouse } from "../src/store/index.js";
import { builtProgram } from "./built-program.js";

const writer = await builtProgram(new URL("./acknowledging-writer.ts", import.meta.url));

let dataDir: string;
const opened: Warehouse[] = [];
const children: ChildProcess[] = [];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "tessera-folder-"));
});
afterEach(async () => {
  for (const warehouse of opened.splice(0)) await warehouse.close();
  await Promise.all(children.splice(0).map(kill));
  rmSync(dataDir, { recursive: true, force: true });
});

async function open(): Promise<Warehouse> {
  const warehouse = await openWarehouse({ dataDir });
  opened.push(warehouse);
  return warehouse;
}

/** Calls back with each line that the writer prints. */
function startWriter(first: number, onLine: (line: string) => void): ChildProcess {
  const args = [writer, dataDir, String(first)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  createInterface({ input: child.stdout! }).on("line", onLine);
  children.push(child);
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
}

test("a table that was being made when the disk was full does not keep the folder shut", async () => {
  await (await open()).close();
  const definitions = join(dataDir, "warehouse/metadata/tessera");
  const whole = readFileSync(join(definitions, "facts.sql"), "utf8");
  await writeFile(join(definitions, "import_staging_2_raw.sql"), "");
  await writeFile(join(definitions, "import_staging_2_facts.sql"), whole.slice(0, 1000));
  const warehouse = await open();
  const { rows } = await warehouse.query("SELECT count() AS n FROM facts");
  expect(rows).toEqual([{ n: "0" }]);
  await warehouse.close();
  // Of a table that stays, somebody has to look at it.
  await writeFile(join(definitions, "seen.sql"), "");
  await expect(open()).rejects.toMatchObject({ code: "warehouse.refused" });
});

test("a second process is refused with the first one's pid, until that is gone", async () => {
  let child: ChildProcess | undefined;
  await new Promise<void>((resolve) => {
    child = startWriter(0, (line) => line === "open" && resolve());
  });
  await expect(open()).rejects.toMatchObject({
    code: "warehouse.in_use",
    message: expect.stringContaining(`process ${child!.pid}`),
    hint: expect.any(String),
  });
  await kill(child!);
  const warehouse = await open();
  expect((await warehouse.query("SELECT 1 AS x")).rows).toEqual([{ x: 1 }]);
});

test("inserts that were acknowledged survive kill -9", async () => {
  const rounds = 5;
  let next = 0;
  for (let round = 0; round < rounds; round++) {
    const from = next;
    await new Promise<void>((resolve) => {
      const child = startWriter(from, (line) => {
        if (line === "open") return;
        next = Number(line) + 1;
        // Amid the next insert, each round at another point of it.
        if (next === from + 20) setTimeout(() => kill(child).then(resolve), round);
      });
    });
    const warehouse = await open();
    const { rows } = await warehouse.query<{ ids: string[] }>(
      "SELECT groupUniqArray(fact_id) AS ids FROM seen",
    );
    const present = new Set(rows[0]!.ids.map(Number));
    for (let n = 0; n < next; n++) expect(present.has(n), `row ${n} of ${next}`).toBe(true);
    await warehouse.close();
  }
});

test("a read does not wait for a long evaluation, and an insert does not either", async () => {
  const warehouse = await open();
  await warehouse.query("SELECT 1"); // Opens the lane.
  // It goes on until the pipe that it reads is written to.
  const pipe = join(dataDir, "pipe");
  spawnSync("mkfifo", [pipe]);
  let evaluating = true;
  const evaluation = warehouse
    .query(
      "SELECT count() FROM file({pipe:String}, 'LineAsString')",
      { pipe },
      { lane: "evaluate" },
    )
    .then(() => {
      evaluating = false;
    });
  for (let i = 0; i < 20; i++) {
    const { rows } = await warehouse.query("SELECT {i:UInt32} AS i", { i });
    expect(rows).toEqual([{ i }]);
    await warehouse.insert("seen", [{ fact_id: BigInt(i), import_id: 1 }]);
  }
  expect(evaluating).toBe(true);
  await writeFile(pipe, "\n");
  await evaluation;
});

test("settings of one query do not reach the next", async () => {
  const warehouse = await open();
  const value = async (settings: Record<string, string | number>) =>
    (
      await warehouse.query<{ v: string }>(
        "SELECT value AS v FROM system.settings WHERE name = 'max_threads'",
        {},
        { settings },
      )
    ).rows[0]!.v;
  const usual = await value({});
  expect(await value({ max_threads: 1 })).toBe("1");
  expect(await value({})).toBe(usual);
  await expect(value({ no_such_setting: 1 })).rejects.toMatchObject({ code: "warehouse.refused" });
  expect(await value({})).toBe(usual);
});

test("data that a newer program wrote is refused", async () => {
  const warehouse = await open();
  const own = readMigrations();
  const newer = {
    number: own.length + 1,
    name: "999-of-the-future",
    sha256: "0",
    statements: ["CREATE TABLE future (x UInt8) ENGINE = MergeTree ORDER BY x"],
  };
  const applied = await migrate(warehouse, { database: "tessera", migrations: [...own, newer] });
  expect(applied).toEqual(["999-of-the-future"]);
  await warehouse.close();
  await expect(open()).rejects.toMatchObject({
    code: "warehouse.newer",
    message: expect.stringContaining("999-of-the-future"),
  });
});

test("data set up by another edition of a migration is refused", async () => {
  const warehouse = await open();
  const [first, ...others] = readMigrations();
  const edited = [{ ...first!, sha256: "1" }, ...others];
  await expect(
    migrate(warehouse, { database: "tessera", migrations: edited }),
  ).rejects.toMatchObject({ code: "warehouse.changed_migration" });
});

test("a migration that a crash left half done is completed", async () => {
  const warehouse = await open();
  const own = readMigrations();
  const statements = [
    "CREATE TABLE half (x UInt8) ENGINE = MergeTree ORDER BY x",
    "CREATE TABLE whole (x UInt8) ENGINE = MergeTree ORDER BY x",
  ];
  await warehouse.command(statements[0]!);
  const migration = { number: own.length + 1, name: "900-two-tables", sha256: "0", statements };
  await migrate(warehouse, { database: "tessera", migrations: [...own, migration] });
  await warehouse.insert("whole", [{ x: 1 }]);
});

test("a closed warehouse says so", async () => {
  const warehouse = await open();
  await warehouse.close();
  await expect(warehouse.query("SELECT 1")).rejects.toMatchObject({ code: "warehouse.closed" });
});
