/**
 * Brings a ledger's tables to the program's version, by Kysely's migrator: all that is pending in
 * one transaction, under a lock, so that two servers that start at once do not meet. A ledger that
 * a newer program wrote is refused, as the warehouse is.
 */
import { type Kysely, type Migration, Migrator } from "kysely";
import { AppError } from "../../base/index.js";
import type { LedgerEngine, LedgerMigration } from "./migration.js";
import type { LedgerTables } from "./tables.js";

export async function migrateLedger(
  db: Kysely<LedgerTables>,
  { engine, migrations }: { engine: LedgerEngine; migrations: readonly LedgerMigration[] },
): Promise<void> {
  const provider = {
    getMigrations: async (): Promise<Record<string, Migration>> =>
      Object.fromEntries(
        migrations.map(({ name, up }) => [name, { up: (db: Kysely<unknown>) => up(db, engine) }]),
      ),
  };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error !== undefined) throw readable(error);
}

/** The migrator tells by its message alone what does not fit. */
function readable(error: unknown): unknown {
  const text = error instanceof Error ? error.message : "";
  const missing = /previously executed migration (\S+) is missing/.exec(text)?.[1];
  if (missing !== undefined) {
    return new AppError(
      "ledger.newer",
      `The ledger was written by a newer Tessera (migration ${missing}).`,
      { hint: "Install that version or a later one; this one would misread the data." },
    );
  }
  if (text.startsWith("corrupted migrations")) {
    return new AppError("ledger.changed_migration", `The ledger does not fit: ${text}.`, {
      hint: "Use the program that made the ledger.",
    });
  }
  return error;
}
