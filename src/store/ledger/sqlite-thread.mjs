// The thread that has the ledger's SQLite connection: a commit waits for the disk here, while the
// main thread goes on reading requests. It runs one statement after another, as they come, and
// answers each in turn. Plain JavaScript, because a thread begins with a file as it is, compiled or
// not; `sqlite-connection.ts` describes what goes to and fro.
import { closeSync, openSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { DatabaseSync } from "@photostructure/sqlite";

/** A process that is just ending may still hold the file. */
const BUSY_TIMEOUT_MS = 1000;
const OWNER_ONLY = 0o600;

const db = open(workerData);
parentPort.on("message", (asked) => {
  if (asked !== null) parentPort.postMessage(answer(asked));
  else end();
});
parentPort.postMessage({});

/** Throws SQLite's own errors: busy, not a database, disk full. */
function open(path) {
  // SQLite gives its log the same mode. What people sent is for the server's own user to read.
  closeSync(openSync(path, "a", OWNER_ONLY));
  const opened = new DatabaseSync(path, {
    enableForeignKeyConstraints: true,
    timeout: BUSY_TIMEOUT_MS,
  });
  // `fullfsync`: on macOS a plain fsync leaves the data in the drive's cache; elsewhere no effect.
  // `secure_delete`: what is erased is overwritten, not merely no longer referred to.
  opened.exec(`
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA fullfsync = ON;
    PRAGMA secure_delete = ON;
  `);
  return opened;
}

function answer({ sql, parameters }) {
  try {
    // After some failures (a full disk, a failing sync) SQLite has already rolled back by itself.
    if (sql === "rollback" && !db.isTransaction) return { rows: [], changes: 0 };
    const statement = db.prepare(sql);
    if (statement.columns().length > 0) return { rows: statement.all(...parameters), changes: 0 };
    return { rows: [], changes: statement.run(...parameters).changes };
  } catch (error) {
    return { error };
  }
}

/** What the garbage collector has not taken yet would keep the file; it goes with the thread. */
function end() {
  db.close();
  parentPort.close();
}
