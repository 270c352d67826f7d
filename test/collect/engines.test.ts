/** The same import on every engine. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { importFiles, recoverImports } from "../../src/collect/index.js";
import type { Warehouse } from "../../src/store/index.js";
import { engines } from "../engines.js";
import { NOW, SMALL_CSV, SMALL_HEADER, SMALL_MAPPING, SMALL_ROWS } from "./small-mapping.js";

/** What the first engine (chDB) held after each step; the others are compared with it. */
const reference = new Map<string, unknown>();

describe.each(engines())("an import on $name", (engine) => {
  const dataDir = mkdtempSync(join(tmpdir(), "tessera-engines-"));
  let warehouse: Warehouse;
  beforeAll(async () => {
    warehouse = await engine.open();
  });
  afterAll(async () => {
    await engine.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function importText(text: string, now: number) {
    const path = join(dataDir, "orders.csv");
    writeFileSync(path, text);
    const options = { mapping: SMALL_MAPPING, dataDir, now };
    const [summary] = await importFiles(warehouse, { ...options, files: [path] });
    return summary!;
  }

  async function compare(step: string) {
    const contents: Record<string, unknown> = {};
    for (const table of ["facts", "superseded", "seen", "aliases", "products"]) {
      const { rows } = await warehouse.query(
        `SELECT * EXCEPT (import_id) FROM ${table} ORDER BY ALL`,
      );
      contents[table] = rows;
    }
    if (!reference.has(step)) reference.set(step, contents);
    expect(contents).toEqual(reference.get(step));
  }

  it("makes the facts, and adds later lines to known orders", async () => {
    const part = [SMALL_HEADER, ...SMALL_ROWS.filter((row) => !row.startsWith("A2,mug"))];
    await importText(part.join("\n"), NOW);
    await compare("a part");
    expect(await importText(SMALL_CSV, NOW + 1000)).toMatchObject({ lines: 1, orders: 1 });
    const more = `${SMALL_CSV}A3,cup,Cup,1,2,2024-02-02,,FR,\n`;
    expect(await importText(more, NOW + 2000)).toMatchObject({ lines: 1, changedOrders: 1 });
    await compare("the whole");
  });

  it("is undone as long as it has not landed", async () => {
    const started = {
      at: "2024-01-01 00:00:00.000",
      file: "x",
      sha256: "",
      preset: "",
      summary: "",
    };
    await warehouse.insert("imports", [{ ...started, import_id: 3, state: "started" }]);
    await warehouse.command(
      "ALTER TABLE imports DELETE WHERE import_id = 3 AND state = 'landed' SETTINGS mutations_sync = 1",
    );
    expect(await recoverImports(warehouse)).toEqual([3]);
    await compare("the third import undone");
    const { rows } = await warehouse.query("SELECT count() AS n FROM facts WHERE import_id = 3");
    expect(rows).toEqual([{ n: "0" }]);
  });
});
