/**
 * A process that makes a store's tables is killed at random instants, several times for one folder;
 * the next one completes them, and they are those of a store that was made in peace. TESSERA_ROUNDS
 * sets how many folders, TESSERA_SEED repeats a run.
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { sql } from "kysely";
import { afterAll, expect, it } from "vitest";
import { openLedger, openWarehouse } from "../../src/store/index.js";
import { builtProgram } from "../built-program.js";
import { newRandom } from "../fuzz/random.js";
import { roundsOr, seed } from "../seed.js";

const rounds = roundsOr(2);
const KILLS = 3;

const child = await builtProgram(new URL("./opened-store.ts", import.meta.url));
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "tessera-killed-migration-"));
  folders.push(folder);
  return folder;
}

/** How long it took to open, ms, by its own clock; undefined where it was killed after `ms`. */
async function opening(dataDir: string, ms = Number.POSITIVE_INFINITY) {
  const running = spawn(process.execPath, [child, dataDir], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(running, "exit");
  let open: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  for await (const line of createInterface({ input: running.stdout })) {
    if (line.startsWith("open ")) open = Number(line.slice("open ".length));
    else if (ms < Number.POSITIVE_INFINITY) timer = setTimeout(() => running.kill("SIGKILL"), ms);
  }
  const [code, signal] = (await ended) as [number | null, string | null];
  clearTimeout(timer);
  expect(code ?? signal).toBe(signal === null ? 0 : "SIGKILL");
  return open;
}

/** Every table of warehouse and ledger, as it says how it was made, and what migrations it has had. */
async function shapeOf(dataDir: string) {
  const warehouse = await openWarehouse({ dataDir });
  const ledger = await openLedger({ folder: dataDir });
  const { rows } = await warehouse.query(
    `SELECT name, create_table_query FROM system.tables WHERE database = currentDatabase()
     ORDER BY name`,
  );
  const { rows: applied } = await warehouse.query("SELECT name FROM migrations ORDER BY number");
  const tables = await sql`SELECT name, sql FROM sqlite_schema ORDER BY name`.execute(ledger.db);
  const done = await sql`SELECT name FROM kysely_migration ORDER BY name`.execute(ledger.db);
  await ledger.close();
  await warehouse.close();
  return { rows, applied, tables: tables.rows, done: done.rows };
}

it(
  `tables are whole, however often making them was cut short (seed ${seed})`,
  async () => {
    const random = newRandom(seed);
    const reference = newFolder();
    let ms = (await opening(reference))!;
    const wanted = await shapeOf(reference);
    expect(wanted.rows.length).toBeGreaterThan(10);
    for (let round = 0; round < rounds; round++) {
      let folder = newFolder();
      for (let kills = 0; kills < KILLS; ) {
        const open = await opening(folder, random.next() * ms);
        if (open === undefined) {
          kills += 1;
          continue;
        }
        // It was quicker than the kill: another folder, at the pace of now.
        ms = open;
        folder = newFolder();
        kills = 0;
      }
      expect(await shapeOf(folder)).toEqual(wanted);
    }
  },
  60_000 + rounds * 60_000,
);
