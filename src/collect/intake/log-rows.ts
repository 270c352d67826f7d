/** What is read of the intake log's rows, and removed from their front (`log.ts` says what for). */
import { type Kysely, type Selectable, sql } from "kysely";
import { sha256 } from "../../base/index.js";
import type { Ledger, LedgerTables } from "../../store/index.js";
import type { LoggedEntry, ReadOptions, TrimmedEntry } from "./log.js";

/** Of one transaction, so that appends go on between two. */
const ROWS_PER_DELETE = 500;

export async function readEntries(
  db: Kysely<LedgerTables>,
  { after, limit, bytes }: ReadOptions,
): Promise<readonly LoggedEntry[]> {
  const upTo = bytes === undefined ? undefined : await lastWithin(db, { after, limit, bytes });
  let asked = db.selectFrom("intake_log").selectAll().where("sequence", ">", after);
  if (upTo !== undefined) asked = asked.where("sequence", "<=", upTo);
  const rows = await asked.orderBy("sequence").limit(limit).execute();
  return rows.map(entryOf);
}

/** The sequence up to which the bodies are no larger than that together; undefined: there is none. */
async function lastWithin(
  db: Kysely<LedgerTables>,
  { after, limit, bytes }: Required<ReadOptions>,
): Promise<number | undefined> {
  const sizes = await db
    .selectFrom("intake_log")
    .select(["sequence", sql<number>`octet_length(body)`.as("size")])
    .where("sequence", ">", after)
    .orderBy("sequence")
    .limit(limit)
    .execute();
  let sum = 0;
  const beyond = sizes.findIndex(({ size }) => {
    sum += size;
    return sum > bytes;
  });
  return beyond === -1 ? sizes.at(-1)?.sequence : sizes[Math.max(0, beyond - 1)]!.sequence;
}

function entryOf(row: Selectable<LedgerTables["intake_log"]>): LoggedEntry {
  return {
    sequence: row.sequence,
    format: row.format,
    body: row.body,
    keyId: row.key_id,
    receivedAt: row.received_at,
    sentAt: row.sent_at ?? undefined,
    ip: row.ip ?? undefined,
    userAgent: row.user_agent ?? undefined,
  };
}

export async function latest(db: Kysely<LedgerTables>): Promise<number> {
  const { max } = db.fn;
  const row = await db
    .selectFrom("intake_log")
    .select(max("sequence").as("latest"))
    .executeTakeFirst();
  return row?.latest ?? 0;
}

export async function lastDrawn({ db, engine }: Ledger): Promise<number> {
  const asked =
    engine === "sqlite"
      ? sql<{ drawn: number }>`SELECT seq AS drawn FROM sqlite_sequence WHERE name = 'intake_log'`
      : sql<{ drawn: number }>`
          SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS drawn
          FROM intake_log_sequence_seq`;
  const { rows } = await asked.execute(db);
  return rows[0]?.drawn ?? 0;
}

export async function lastTrimmed(db: Kysely<LedgerTables>): Promise<TrimmedEntry | undefined> {
  const row = await db.selectFrom("intake_trimmed").selectAll().executeTakeFirstOrThrow();
  return row.sequence === 0 ? undefined : { sequence: row.sequence, receivedAt: row.received_at };
}

/** Tells an entry from another that got its sequence in another copy of the log; says nothing of anybody. */
export function markOf(entry: Pick<LoggedEntry, "sequence" | "receivedAt" | "keyId">): string {
  return sha256(JSON.stringify([entry.sequence, entry.receivedAt, entry.keyId]));
}

export async function marks(
  db: Kysely<LedgerTables>,
  sequences: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  if (sequences.length === 0) return new Map();
  const rows = await db
    .selectFrom("intake_log")
    .select(["sequence", "received_at as receivedAt", "key_id as keyId"])
    .where("sequence", "in", [...sequences])
    .execute();
  return new Map(rows.map((row) => [row.sequence, markOf(row)]));
}

export async function trim(
  db: Kysely<LedgerTables>,
  { upTo, receivedBefore }: { upTo: number; receivedBefore: number },
): Promise<number> {
  let removed = 0;
  for (;;) {
    const front = await db
      .selectFrom("intake_log")
      .select(["sequence", "received_at"])
      .where("sequence", "<=", upTo)
      .orderBy("sequence")
      .limit(ROWS_PER_DELETE)
      .execute();
    const young = front.findIndex((row) => row.received_at >= receivedBefore);
    const old = young === -1 ? front : front.slice(0, young);
    const last = old.at(-1);
    if (last === undefined) return removed;
    const { sequence, received_at } = last;
    await db.transaction().execute(async (transaction) => {
      await transaction.deleteFrom("intake_log").where("sequence", "<=", sequence).execute();
      await transaction.updateTable("intake_trimmed").set({ sequence, received_at }).execute();
    });
    removed += old.length;
    if (old.length < ROWS_PER_DELETE) return removed;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
