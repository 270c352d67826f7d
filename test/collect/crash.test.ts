/** An importer is killed with SIGKILL at many points; whoever opens the store next finds all or nothing. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { importFiles, recoverImports } from "../../src/collect/index.js";
import { openWarehouse } from "../../src/store/index.js";
import { NOW, SMALL_CSV, SMALL_HEADER, SMALL_MAPPING } from "./small-mapping.js";

const child = fileURLToPath(new URL("./killed-importer.ts", import.meta.url));

/** Statements of an import after which the child is killed, counted from its first; 0: none. */
const ROUNDS = [5, 15, 22, 28, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43] as const;

it("an import that is killed leaves nothing, and can be repeated", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "tessera-crash-"));
  const before = join(dataDir, "before.csv");
  const file = join(dataDir, "killed.csv");
  const row = "Z1,mug,Mug,1,2,2023-01-01,zoe@example.com,DE,";
  writeFileSync(before, `${SMALL_HEADER}\n${row}\n`);
  writeFileSync(file, SMALL_CSV);
  const outcomes = new Set<string>();
  try {
    const digest = await inspect(dataDir, before);
    for (const [i, statement] of ROUNDS.entries()) {
      const outcome = await killedAfter(statement, { dataDir, file, delayMs: i % 3 });
      const recovered = await inspect(dataDir);
      if (outcome === "landed") break;
      expect({ statement, ...recovered, undone: undefined }).toEqual({
        statement,
        ...digest,
        undone: undefined,
      });
      outcomes.add(recovered.undone > 0 ? "undone" : "left nothing");
    }
    const landed = await inspect(dataDir, file);
    expect(landed.facts).toBeGreaterThan(digest.facts);
    expect([...outcomes].sort()).toEqual(["left nothing", "undone"]);
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}, 180_000);

async function killedAfter(
  statement: number,
  { dataDir, file, delayMs }: { dataDir: string; file: string; delayMs: number },
): Promise<"killed" | "landed"> {
  const args = ["--import", "tsx", child, dataDir, file, String(statement), String(delayMs)];
  const importer = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });
  const [code, signal] = (await once(importer, "exit")) as [number | null, string | null];
  if (signal === "SIGKILL") return "killed";
  expect(code).toBe(0);
  return "landed";
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
    return {
      undone,
      facts: await count("facts"),
      seen: await count("seen"),
      aliases: await count("aliases"),
      products: await count("products"),
      staging: await count("system.tables WHERE startsWith(name, 'import_staging')"),
    };
  } finally {
    await warehouse.close();
  }
}
