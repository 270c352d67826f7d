/**
 * SQLite as Kysely's dialect wants it (the shape of better-sqlite3), over @photostructure/sqlite,
 * which has the API of node:sqlite and comes compiled.
 *
 * What is acknowledged has reached the disk: with a write-ahead log and `synchronous = FULL` each
 * commit ends with a sync of that log. The file is held exclusively while it is open, because one
 * data folder belongs to one process; the kernel lets go of it however the process ends.
 */
import { closeSync, openSync } from "node:fs";
import { DatabaseSync, type DatabaseSyncInstance } from "@photostructure/sqlite";
import { SqliteAdapter, type SqliteDatabase, SqliteDialect, type SqliteStatement } from "kysely";

/** A process that is just ending may still hold the file. */
const BUSY_TIMEOUT_MS = 1000;
const OWNER_ONLY = 0o600;

/** Kysely takes it that SQLite cannot make tables within a transaction; it can. */
export class LedgerDialect extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new TransactionalAdapter();
  }
}

class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** Throws SQLite's own errors: busy, not a database, disk full. */
export function openSqliteDatabase(path: string): SqliteDatabase {
  // SQLite gives its log the same mode. What people sent is for the server's own user to read.
  closeSync(openSync(path, "a", OWNER_ONLY));
  const db = new DatabaseSync(path, {
    enableForeignKeyConstraints: true,
    timeout: BUSY_TIMEOUT_MS,
  });
  try {
    // `fullfsync`: on macOS a plain fsync leaves the data in the drive's cache; elsewhere no effect.
    // `secure_delete`: what is erased is overwritten, not merely no longer referred to.
    db.exec(`
      PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA fullfsync = ON;
      PRAGMA secure_delete = ON;
    `);
  } catch (error) {
    db.close();
    throw error;
  }
  return { prepare: (sql) => statement(db, sql), close: () => close(db) };
}

/**
 * The driver ends a connection only when the last of its statements was collected as garbage, and
 * has no way to end a statement; until then it would hold the file. Leaving the write-ahead log,
 * and with it the exclusive mode, lets go of the file at once.
 */
function close(db: DatabaseSyncInstance): void {
  try {
    db.exec(`
      PRAGMA journal_mode = DELETE;
      PRAGMA locking_mode = NORMAL;
      SELECT count(*) FROM sqlite_schema;
    `);
  } catch {
    // The disk is full or gone: what was committed stays in the write-ahead log.
  }
  db.close();
}

function statement(db: DatabaseSyncInstance, sql: string): SqliteStatement {
  // After some failures (a full disk, a failing sync) SQLite has already rolled back by itself.
  if (sql === "rollback" && !db.isTransaction) return nothing;
  const prepared = db.prepare(sql);
  return {
    reader: prepared.columns().length > 0,
    all: (parameters) => prepared.all(...parameters),
    run: (parameters) => prepared.run(...parameters),
    iterate: (parameters) => prepared.iterate(...parameters),
  };
}

const nothing: SqliteStatement = {
  reader: false,
  all: () => [],
  run: () => ({ changes: 0, lastInsertRowid: 0 }),
  iterate: () => [][Symbol.iterator](),
};
