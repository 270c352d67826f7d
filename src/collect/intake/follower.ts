/**
 * Who follows the log: one at a time. A ledger in SQLite has one process anyway; in PostgreSQL a lock
 * of the session says who it is, which ends with its connection, however that ends.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type Kysely, sql } from "kysely";
import { AppError } from "../../base/index.js";
import type { Ledger, LedgerTables } from "../../store/index.js";

/** Any fixed number: what else asks PostgreSQL for locks uses others. */
const FOLLOWER_LOCK = 7_235_002;

/** The server may learn a little late that a process has died. */
const PATIENCE_MS = 5000;
const EVERY_MS = 100;

export async function becomeFollower(ledger: Ledger): Promise<() => Promise<void>> {
  if (ledger.engine === "sqlite") return async () => {};
  let stop = () => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const { session, locked } = await new Promise<Session>((resolve) => {
    const session = ledger.db.connection().execute(async (connection) => {
      const locked = await isLocked(connection);
      resolve({ session, locked });
      if (!locked) return;
      await stopped;
      await sql`SELECT pg_advisory_unlock(${FOLLOWER_LOCK})`.execute(connection);
    });
    session.catch(() => resolve({ session, locked: false }));
  });
  if (!locked) {
    await session;
    throw new AppError("ledger.in_use", "Another server lands what this database's log has.", {
      hint: "End it, or give each store a database of its own (DATABASE_URL).",
    });
  }
  return async () => {
    stop();
    // A connection that is gone has no lock.
    await session.catch(() => {});
  };
}

interface Session {
  readonly session: Promise<void>;
  readonly locked: boolean;
}

async function isLocked(connection: Kysely<LedgerTables>): Promise<boolean> {
  for (const end = performance.now() + PATIENCE_MS; ; ) {
    const { rows } = await sql<{ locked: boolean }>`
      SELECT pg_try_advisory_lock(${FOLLOWER_LOCK}) AS locked`.execute(connection);
    if (rows[0]?.locked || performance.now() > end) return rows[0]?.locked === true;
    await sleep(EVERY_MS);
  }
}
