/**
 * The last step of an import: finished rows become visible, or nothing does.
 *
 *   staging tables complete -> imports: started -> products, aliases, facts, seen -> imports: landed
 *
 * Finished rows wait in tables of the same structure and enter by ATTACH PARTITION, which only
 * links their files: a reader sees none or all of a table's rows, and little time passes between
 * the tables. Tables on several servers take no partitions; rows are inserted there. Whatever happens
 * between `started` and `landed`, `recoverImports` removes it by its import_id.
 */

import { AppError } from "../../base/index.js";
import { instantText, type Warehouse } from "../../store/index.js";
import { isStagedInMemory } from "../staging/memory-staging.js";

/** Tables that an import adds rows to; those without which the others mean nothing come first. */
export const LANDING_TABLES = [
  "products",
  "campaigns",
  "aliases",
  "links",
  "identity",
  "order_records",
  "order_events",
  "order_changes",
  "superseded",
  "facts",
  "seen",
] as const;
export type LandingTable = (typeof LANDING_TABLES)[number];

/** Rows enter it by INSERT, which a cluster repeats on each of its servers. */
const ON_EVERY_SERVER: ReadonlySet<LandingTable> = new Set(["identity"]);

const STAGING_PREFIX = "import_staging_";

/** Parts are attached as they are, and merge where they land; merging them here would be for nothing. */
const NEVER_MERGED = "SETTINGS max_bytes_to_merge_at_max_space_in_pool = 1";

/** What an import of the intake log calls its file. */
export const INTAKE_LOG = "intake log";

/** Name of a table that exists only while an import runs. */
export function stagingTable(importId: number, purpose: string): string {
  return `${STAGING_PREFIX}${importId}_${purpose}`;
}

export interface ImportRecord {
  readonly importId: number;
  readonly file: string;
  readonly sha256: string;
  readonly preset: string;
  readonly at: number;
  /**
   * Of the intake log with this id: up to which it has come in with this import, 0 = not all of it,
   * and the mark of that entry, which has the place of a file's hash.
   */
  readonly intake?: { readonly log: string; readonly sequence: number; readonly mark: string };
}

export async function nextImportId(warehouse: Warehouse): Promise<number> {
  const { rows } = await warehouse.query<{ id: number }>(
    "SELECT toUInt32(max(import_id) + 1) AS id FROM imports",
  );
  return rows[0]!.id;
}

/** Makes an import's staging tables, of the same columns as the tables that they will join. */
export async function createStaging(
  warehouse: Warehouse,
  importId: number,
): Promise<Readonly<Record<LandingTable, string>>> {
  const sharded = await shardedTables(warehouse);
  const tables: Partial<Record<LandingTable, string>> = {};
  for (const table of LANDING_TABLES) {
    const staged = stagingTable(importId, table);
    // Without an engine of its own it would be another name for the table on the shards.
    const inMemory = isStagedInMemory(warehouse);
    const own = inMemory || sharded.has(table) ? "ENGINE = MergeTree ORDER BY tuple()" : "";
    const engine = inMemory ? own : `${own} ${NEVER_MERGED}`;
    await warehouse.command(`CREATE TABLE {staged:Identifier} AS {table:Identifier} ${engine}`, {
      table,
      staged,
    });
    tables[table] = staged;
  }
  return tables as Record<LandingTable, string>;
}

/** What `landImport` is given; without a summary nothing is told of the import. */
export interface Landing {
  readonly record: ImportRecord;
  readonly summary?: unknown;
}

/** Says whether identifiers changed hands, so that the dictionaries of people are to be reloaded. */
export async function landRows(warehouse: Warehouse, landing: Landing): Promise<boolean> {
  const { importId, file, preset, at, intake } = landing.record;
  const { log = "", sequence = 0, mark: sha256 = landing.record.sha256 } = intake ?? {};
  const row = { import_id: importId, at: instantText(at), file, sha256, preset, log, sequence };
  const staged = await filledTables(warehouse, importId);
  await warehouse.insert("imports", [{ ...row, state: "started", summary: "" }]);
  try {
    for (const { table, attach } of staged) {
      const statement = attach
        ? `ALTER TABLE {table:Identifier} ATTACH PARTITION tuple() FROM {staged:Identifier}`
        : `INSERT INTO {table:Identifier} SELECT * FROM {staged:Identifier}`;
      await warehouse.command(statement, { table, staged: stagingTable(importId, table) });
    }
    const summary = landing.summary === undefined ? "" : JSON.stringify(landing.summary);
    await warehouse.insert("imports", [{ ...row, state: "landed", summary }]);
    return staged.some(({ table }) => table === "identity");
  } catch (error) {
    await undo(warehouse, importId).catch((undoError) => {
      throw new AppError("warehouse.refused", `Import ${importId} failed and was not undone.`, {
        hint: "It will be undone when the store is opened again.",
        cause: new AggregateError([error, undoError]),
      });
    });
    throw error;
  }
}

/** The same with the dictionaries of people as they are then. */
export async function landImport(warehouse: Warehouse, landing: Landing): Promise<void> {
  if (await landRows(warehouse, landing)) await warehouse.reloadIdentity();
}

/** The tables to which an import brings rows, in their order, and how these enter. */
async function filledTables(warehouse: Warehouse, importId: number) {
  const { rows } = await warehouse.query<{ name: string; engine: string; rows: string | null }>(
    `SELECT name, engine, total_rows AS rows FROM system.tables
     WHERE database = currentDatabase() AND (has({tables:Array(String)}, name)
       OR has({staged:Array(String)}, name))`,
    {
      tables: LANDING_TABLES,
      staged: LANDING_TABLES.map((table) => stagingTable(importId, table)),
    },
  );
  const found = new Map(rows.map((table) => [table.name, table]));
  return LANDING_TABLES.flatMap((table) => {
    const staged = found.get(stagingTable(importId, table));
    if (staged === undefined || staged.rows === "0") return [];
    const sharded = found.get(table)?.engine === "Distributed";
    const attach = !sharded && !ON_EVERY_SERVER.has(table) && staged.engine.endsWith("MergeTree");
    return [{ table, attach }];
  });
}

/**
 * Removes what unfinished imports left behind, and says which. To be called when the store is
 * opened, before anything reads facts.
 */
export async function recoverImports(warehouse: Warehouse): Promise<readonly number[]> {
  const { rows } = await warehouse.query<{ id: number }>(
    `SELECT import_id AS id FROM imports GROUP BY import_id
     HAVING max(state) = 'started' ORDER BY import_id`,
  );
  for (const { id } of rows) await undo(warehouse, id);
  await dropStaging(warehouse);
  if (rows.length > 0) await warehouse.reloadIdentity();
  return rows.map(({ id }) => id);
}

/** Drops the staging tables of one import, or of all. */
export async function dropStaging(warehouse: Warehouse, importId?: number): Promise<void> {
  const prefix = importId === undefined ? STAGING_PREFIX : stagingTable(importId, "");
  const { rows } = await warehouse.query<{ name: string }>(
    `SELECT name FROM system.tables
     WHERE database = currentDatabase() AND startsWith(name, {prefix:String})`,
    { prefix },
  );
  if (rows.length === 0) return;
  const names = Object.fromEntries(rows.map(({ name }, i) => [`table_${i}`, name]));
  const list = Object.keys(names).map((key) => `{${key}:Identifier}`);
  await warehouse.command(`DROP TABLE IF EXISTS ${list.join(", ")} SYNC`, names);
}

/** The record goes last: while it stands, the rest is known to be incomplete. */
async function undo(warehouse: Warehouse, importId: number): Promise<void> {
  for (const table of [...LANDING_TABLES, "imports"]) {
    await warehouse.command(
      `ALTER TABLE {table:Identifier} DELETE WHERE import_id = {importId:UInt32}
       SETTINGS mutations_sync = 1`,
      { table, importId },
    );
  }
}

/** Tables that lie on several servers. Rows enter them only by INSERT. */
async function shardedTables(warehouse: Warehouse): Promise<ReadonlySet<string>> {
  if (warehouse.shards.length === 0) return new Set();
  const { rows } = await warehouse.query<{ name: string }>(
    `SELECT name FROM system.tables
     WHERE database = currentDatabase() AND engine = 'Distributed'`,
  );
  return new Set(rows.map(({ name }) => name));
}
