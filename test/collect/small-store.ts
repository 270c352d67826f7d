/** A warehouse in a new folder, small files to import into it, and what it then holds. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll } from "vitest";
import { type ImportOptions, type ImportSummary, importFiles } from "../../src/collect/index.js";
import { openWarehouse, type Warehouse } from "../../src/store/index.js";
import { NOW, SMALL_MAPPING } from "./small-mapping.js";

export * from "./small-mapping.js";

export interface SmallStore {
  readonly warehouse: Warehouse;
  readonly dataDir: string;
  /** Writes a file into the store's folder and returns its path. */
  write(name: string, content: string | Buffer): string;
  import(path: string, mapping?: ImportOptions["mapping"], now?: number): Promise<ImportSummary>;
  /** Everything that imports add, without import ids; `part` picks tables. */
  contents(part?: readonly string[]): Promise<Readonly<Record<string, unknown>>>;
  query<Row>(sql: string): Promise<readonly Row[]>;
  /** Empties every table that imports write to. */
  clear(): Promise<void>;
}

const TABLES = [
  "facts",
  "seen",
  "aliases",
  "products",
  "superseded",
  "identity",
  "links",
  "order_records",
  "order_changes",
  "order_events",
  "campaigns",
  "imports",
] as const;

/** One store per test file: chDB allows one folder per process. */
export async function openSmallStore(): Promise<SmallStore> {
  const dataDir = mkdtempSync(join(tmpdir(), "tessera-import-"));
  const warehouse = await openWarehouse({ dataDir });
  afterAll(async () => {
    await warehouse.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const query = async <Row>(sql: string) => (await warehouse.query<Row>(sql)).rows;
  return {
    warehouse,
    dataDir,
    query,
    write(name, content) {
      mkdirSync(join(dataDir, "in"), { recursive: true });
      const path = join(dataDir, "in", name);
      writeFileSync(path, name.endsWith(".gz") ? gzipSync(content) : content);
      return path;
    },
    async import(path, mapping = SMALL_MAPPING, now = NOW) {
      const [summary] = await importFiles(warehouse, { files: [path], mapping, dataDir, now });
      return summary!;
    },
    async contents(part = ["facts", "seen", "aliases", "products", "superseded", "identity"]) {
      const entries = part.map(async (table) => [
        table,
        await query(`SELECT * EXCEPT (import_id) FROM ${table} ORDER BY ALL`),
      ]);
      return Object.fromEntries(await Promise.all(entries));
    },
    async clear() {
      for (const table of TABLES) await warehouse.command(`TRUNCATE TABLE ${table}`);
    },
  };
}
