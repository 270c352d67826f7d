/**
 * Brings a warehouse's tables to the program's version. Migrations are numbered files that are
 * only ever appended; each one applied is recorded with the hash of its text. Data that a newer
 * program wrote is refused, because reading it with old rules would give wrong memberships.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AppError, assert, sha256 } from "../../base/index.js";
import type { Warehouse } from "./port.js";

const folder = fileURLToPath(new URL("./migrations/", import.meta.url));

/** An insert that was answered is on the disk: a power cut must not take acknowledged facts. */
const durable = "fsync_after_insert = 1, fsync_part_directory = 1";

export interface Migration {
  readonly number: number;
  /** The file's name without `.sql`: "001-facts". */
  readonly name: string;
  readonly sha256: string;
  readonly statements: readonly string[];
}

/** The program's own migrations, in order. */
export function readMigrations(): readonly Migration[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".sql"));
  return names.sort().map((file, index) => {
    const text = readFileSync(join(folder, file), "utf8");
    const number = Number.parseInt(file, 10);
    assert(number === index + 1, `migration ${file} has the number ${index + 1}`);
    return {
      number,
      name: file.slice(0, -".sql".length),
      sha256: sha256(text),
      statements: text.split(/^;\s*$/m).map((s) => s.trim()),
    };
  });
}

export interface MigrateOptions {
  /** Takes the place of `{database}` in the statements. */
  readonly database: string;
  readonly migrations?: readonly Migration[];
}

/** Returns the names of the migrations that were applied now. */
export async function migrate(
  warehouse: Warehouse,
  { database, migrations = readMigrations() }: MigrateOptions,
): Promise<readonly string[]> {
  await warehouse.command(
    `CREATE TABLE IF NOT EXISTS migrations (
       number UInt32, name String, sha256 String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3)
     ) ENGINE = MergeTree ORDER BY number
     SETTINGS ${durable}`,
  );
  const { rows: applied } = await warehouse.query<{ number: number; name: string; sha256: string }>(
    "SELECT number, name, sha256 FROM migrations ORDER BY number",
    {},
    { lane: "write" },
  );
  const pending = migrations.slice(applied.length);
  for (const [index, row] of applied.entries()) refuseIfDifferent(row, migrations[index]);
  for (const migration of pending) {
    for (const statement of migration.statements) {
      await warehouse.command(againHarmless(statement.replaceAll("{database}", database)));
      const table = mergeTreeOf(statement);
      if (table) await warehouse.command(`ALTER TABLE ${table} MODIFY SETTING ${durable}`);
    }
    const { number, name, sha256 } = migration;
    await warehouse.insert("migrations", [{ number, name, sha256 }]);
  }
  return pending.map((migration) => migration.name);
}

function refuseIfDifferent(applied: { name: string; sha256: string }, own: Migration | undefined) {
  if (own === undefined) {
    throw new AppError(
      "warehouse.newer",
      `The data was written by a newer Tessera (migration ${applied.name}).`,
      { hint: "Install that version or a later one; this one would misread the data." },
    );
  }
  if (own.name !== applied.name || own.sha256 !== applied.sha256) {
    throw new AppError(
      "warehouse.changed_migration",
      `The data was set up by another edition of migration ${applied.name}.`,
      { hint: "Use the program that created the data, or import into a new folder." },
    );
  }
}

/** A crash may leave a migration half applied; it is then applied again from its beginning. */
function againHarmless(statement: string): string {
  return statement.replace(/^CREATE (TABLE|DICTIONARY) (?!IF)/m, "CREATE $1 IF NOT EXISTS ");
}

/** The name of the table that a statement creates, if its engine is of the MergeTree family. */
function mergeTreeOf(statement: string): string | undefined {
  const name = /^CREATE TABLE (\w+)/m.exec(statement)?.[1];
  return /ENGINE = \w*MergeTree/.test(statement) ? name : undefined;
}
