/**
 * An import of several files is killed at random instants: what is found afterwards are the first
 * files, each whole, and the same import then completes the store. TESSERA_ROUNDS sets how often,
 * TESSERA_SEED repeats a run.
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { afterAll, expect, it } from "vitest";
import { importFiles, recoverImports } from "../../src/collect/index.js";
import { openWarehouse, type Warehouse } from "../../src/store/index.js";
import { builtProgram } from "../built-program.js";
import { newRandom } from "../fuzz/random.js";
import { roundsOr, seed } from "../seed.js";
import { NOW, SMALL_HEADER, SMALL_MAPPING } from "./small-mapping.js";

const rounds = roundsOr(3);

const child = await builtProgram(new URL("./killed-importer.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "tessera-killed-"));
const dataDir = join(folder, "store");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Three files of 2,000 orders; the second has the last orders of the first and more lines of them. */
function writeFiles(): string[] {
  const line = (n: number, sku: string) =>
    `K${n},${sku},Thing ${sku},1,${1 + (n % 9)},2024-01-${10 + (n % 20)},c${n % 300}@example.com,DE,`;
  const rows = (from: number, sku: string) =>
    Array.from({ length: 2000 }, (_, i) => line(from + i, sku)).join("\n");
  const files: [name: string, content: string | Buffer][] = [
    ["1.csv", `${SMALL_HEADER}\n${rows(0, "mug")}`],
    ["2.csv.gz", gzipSync(`${SMALL_HEADER}\n${rows(1500, "tea")}`)],
    ["3.csv", `${SMALL_HEADER}\n${rows(4000, "cup")}`],
  ];
  return files.map(([name, content]) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  });
}

function emptyStore(): void {
  rmSync(dataDir, { recursive: true, force: true });
  mkdirSync(dataDir);
}

async function inStore<T>(work: (warehouse: Warehouse) => Promise<T>): Promise<T> {
  const warehouse = await openWarehouse({ dataDir });
  try {
    await recoverImports(warehouse);
    return await work(warehouse);
  } finally {
    await warehouse.close();
  }
}

/** Of every table that imports write to: the number of rows and a sum over their contents. */
async function contents(warehouse: Warehouse): Promise<Record<string, unknown>> {
  const { rows: tables } = await warehouse.query<{ name: string }>(
    `SELECT DISTINCT table AS name FROM system.columns
     WHERE database = currentDatabase() AND name = 'import_id' AND table != 'imports' ORDER BY name`,
  );
  const found: Record<string, unknown> = {};
  for (const { name } of tables) {
    const { rows } = await warehouse.query(
      `SELECT count() AS n, sum(cityHash64(formatRow('CSV', *))) AS hash
       FROM (SELECT * EXCEPT (import_id) FROM {name:Identifier})`,
      { name },
    );
    found[name] = rows[0];
  }
  return found;
}

const options = { mapping: SMALL_MAPPING, dataDir, now: NOW };

it(
  `an import that is killed at any instant (seed ${seed}) leaves whole files only`,
  async () => {
    const files = writeFiles();
    emptyStore();
    const states = await inStore(async (warehouse) => {
      const seen = [await contents(warehouse)];
      for (const file of files) {
        await importFiles(warehouse, { ...options, files: [file] });
        seen.push(await contents(warehouse));
      }
      return seen;
    });
    const complete = states.at(-1);
    emptyStore();
    const begun = performance.now();
    await killedAfter(Number.POSITIVE_INFINITY, files);
    const wholeMs = performance.now() - begun;
    expect(await inStore(contents)).toEqual(complete);

    const random = newRandom(seed);
    for (let round = 0; round < rounds; round++) {
      emptyStore();
      await killedAfter(random.next() * wholeMs, files);
      await inStore(async (warehouse) => {
        expect(states).toContainEqual(await contents(warehouse));
        await importFiles(warehouse, { ...options, files });
        expect(await contents(warehouse)).toEqual(complete);
      });
    }
  },
  60_000 + rounds * 60_000,
);

/** Runs the importer, and kills it after so long unless it has ended. */
async function killedAfter(ms: number, files: readonly string[]): Promise<void> {
  const args = [child, dataDir, "0", "0", ...files];
  const importer = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });
  const ended = once(importer, "exit");
  if (Number.isFinite(ms)) {
    await Promise.race([setTimeout(ms), ended]);
    importer.kill("SIGKILL");
  }
  const [code, signal] = (await ended) as [number | null, string | null];
  expect(signal === "SIGKILL" || code === 0).toBe(true);
}
