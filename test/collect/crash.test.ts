/** An importer is killed with SIGKILL at many points; whoever opens the store next finds all or nothing. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { importFiles, recoverImports } from "../../src/collect/index.js";
import { openWarehouse } from "../../src/store/index.js";
import { builtProgram } from "../built-program.js";
import { NOW, SMALL_HEADER, SMALL_MAPPING, SMALL_ROWS } from "./small-mapping.js";

const child = await builtProgram(new URL("./killed-importer.ts", import.meta.url));

/**
 * The child is killed at its n-th statement: at every few until something has to be undone, then at
 * each that was left out just before, and at each from there until it lands.
 */
const STRIDE = 4;

/** Larger than what is staged in memory, by a column that nobody reads. */
const LARGE_CSV = [
  `${SMALL_HEADER},note`,
  ...SMALL_ROWS.map((row) => `${row},${"x".repeat(10_000)}`),
  "",
].join("\n");

it("an import that is killed leaves nothing or everything, and can be repeated", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "tessera-crash-"));
  const before = join(dataDir, "before.csv");
  const file = join(dataDir, "killed.csv");
  const row = "Z1,mug,Mug,1,2,2023-01-01,zoe@example.com,DE,";
  writeFileSync(before, `${SMALL_HEADER}\n${row}\n`);
  writeFileSync(file, LARGE_CSV);
  const undone = new Set<boolean>();
  try {
    const nothing = await inspect(dataDir, before);
    const killedAt = async (statement: number) => {
      await killedAfter(statement, { dataDir, file, delayMs: statement % 3 });
      const found = await inspect(dataDir);
      if (found.counts.facts > nothing.counts.facts) return "landed";
      expect({ statement, ...found.counts }).toEqual({ statement, ...nothing.counts });
      undone.add(found.undone > 0);
      return found.undone > 0 ? "undone" : "nothing";
    };
    let statement = 2;
    while ((await killedAt(statement)) === "nothing") statement += STRIDE;
    const leftOut = Array.from({ length: STRIDE - 1 }, (_, i) => statement - STRIDE + 1 + i);
    for (const before of leftOut) await killedAt(before);
    while ((await killedAt(statement + 1)) !== "landed") statement += 1;
    const landed = await inspect(dataDir);
    expect(landed.counts).toEqual({ facts: 15, seen: 15, aliases: 3, products: 3, staging: 0 });
    expect(await inspect(dataDir, file)).toEqual(landed);
    expect([...undone].sort()).toEqual([false, true]);
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});

async function killedAfter(
  statement: number,
  { dataDir, file, delayMs }: { dataDir: string; file: string; delayMs: number },
): Promise<void> {
  const args = [child, dataDir, String(statement), String(delayMs), file];
  const importer = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });
  const [code, signal] = (await once(importer, "exit")) as [number | null, string | null];
  expect(signal === "SIGKILL" || code === 0).toBe(true);
}

/** Opens the store as the program does, perhaps imports a file, and counts what is there. */
async function inspect(dataDir: string, file?: string) {
  const warehouse = await openWarehouse({ dataDir });
  try {
    const undone = (await recoverImports(warehouse)).length;
    const options = { mapping: SMALL_MAPPING, dataDir, now: NOW };
    if (file) await importFiles(warehouse, { ...options, files: [file] });
    const count = async (table: string) =>
      (await warehouse.query<{ n: number }>(`SELECT toUInt32(count()) AS n FROM ${table}`)).rows[0]!
        .n;
    const counts = {
      facts: await count("facts"),
      seen: await count("seen"),
      aliases: await count("aliases"),
      products: await count("products"),
      staging: await count("system.tables WHERE startsWith(name, 'import_staging')"),
    };
    return { undone, counts };
  } finally {
    await warehouse.close();
  }
}
