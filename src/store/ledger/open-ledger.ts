/**
 * The ledger: what needs transactions (the intake log, keys, ...), as opposed to the warehouse,
 * which holds facts. SQLite in the data folder by default; PostgreSQL where a URL is given. Both
 * are used through Kysely, and one contract suite holds on both.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Dialect, Kysely, PostgresDialect } from "kysely";
import { AppError } from "../../base/index.js";
import { lockHolder } from "../warehouse/folder-lock.js";
import { migrateLedger } from "./migrate-ledger.js";
import type { LedgerEngine } from "./migration.js";
import { ledgerMigrations } from "./migrations/index.js";
import { openSqliteConnection } from "./sqlite-connection.js";
import { sqliteDialect } from "./sqlite-dialect.js";
import type { LedgerTables } from "./tables.js";

export interface LedgerOptions {
  /** The data folder; SQLite's file `ledger.db` lies in it. */
  readonly folder: string;
  /** `postgresql://user:password@host:5432/database`; the folder then holds no ledger. "": none. */
  readonly databaseUrl?: string | undefined;
}

export interface Ledger {
  /** Random, made with the ledger: another ledger has another. */
  readonly id: string;
  readonly db: Kysely<LedgerTables>;
  readonly engine: LedgerEngine;
  close(): Promise<void>;
}

/**
 * What it returns is migrated and ready. Throws `ledger.in_use`, `ledger.newer`,
 * `ledger.changed_migration`, `ledger.unreachable` (PostgreSQL) and `ledger.refused` (SQLite).
 */
export async function openLedger({ folder, databaseUrl }: LedgerOptions): Promise<Ledger> {
  const opened = databaseUrl ? await openPostgres(databaseUrl) : await openSqlite(folder);
  try {
    const { db, engine } = opened;
    await migrateLedger(db, { engine, migrations: ledgerMigrations });
    const { id } = await db.selectFrom("ledger_identity").select("id").executeTakeFirstOrThrow();
    return { ...opened, id };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

type Opened = Omit<Ledger, "id">;

async function openSqlite(folder: string): Promise<Opened> {
  const path = join(folder, "ledger.db");
  try {
    mkdirSync(folder, { recursive: true });
    return openedWith("sqlite", sqliteDialect(await openSqliteConnection(path)));
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    if (!/database is locked/.test(text)) {
      throw new AppError("ledger.refused", `The ledger ${path} cannot be opened: ${text}.`, {
        hint: "Check who may write there, and that the disk has room.",
        cause: error,
      });
    }
    const pid = lockHolder(path);
    const who = pid === undefined ? "another process" : `process ${pid}`;
    throw new AppError("ledger.in_use", `The ledger ${path} is open in ${who}.`, {
      hint: "Use that server's address, or end it first: one process may open a folder.",
    });
  }
}

async function openPostgres(url: string): Promise<Opened> {
  // The driver would take anything for the name of a host. The text may hold a password.
  if (!/^postgres(ql)?:\/\//.test(url)) {
    throw new AppError("ledger.unreachable", "DATABASE_URL is no address of a PostgreSQL server.", {
      hint: "Write postgresql://user:password@host:5432/database; without it the ledger is SQLite's.",
    });
  }
  const { openPostgresPool } = await import("./postgres-pool.js");
  const pool = openPostgresPool(url);
  try {
    (await pool.connect()).release();
  } catch (error) {
    await pool.end();
    const text = error instanceof Error ? error.message : String(error);
    throw new AppError("ledger.unreachable", `PostgreSQL cannot be used: ${text}.`, {
      hint: "Check DATABASE_URL, and that the server runs.",
      cause: error,
    });
  }
  return openedWith("postgresql", new PostgresDialect({ pool }));
}

function openedWith(engine: LedgerEngine, dialect: Dialect): Opened {
  const db = new Kysely<LedgerTables>({ dialect });
  return { db, engine, close: () => db.destroy() };
}
