/**
 * The intake log: what clients send is appended to a table of the ledger and acknowledged when it
 * is on the disk; everything else (facts, rejects, memberships) follows from that table. So an
 * acknowledgement needs one small commit and no ClickHouse, and nothing acknowledged can be lost.
 *
 * Readers go by the sequence and never miss a row, because rows become visible in its order: there
 * is one writer at a time. In SQLite that is its nature; in PostgreSQL a lock is taken before the
 * first sequence of a group is drawn and released after its commit.
 *
 * Delivery is at least once: where a commit's answer is lost (a broken connection, a failing sync)
 * a client sends again what may already be there. `messageId` makes that harmless further on.
 */
import { type Kysely, sql } from "kysely";
import { AppError, assert, type Clock, systemClock } from "../../base/index.js";
import type { Ledger, LedgerTables } from "../../store/index.js";
import { becomeFollower } from "./follower.js";
import { type GroupCommitState, type GroupLimits, groupCommit } from "./group-commit.js";
import { lastDrawn, lastTrimmed, latest, marks, readEntries, trim } from "./log-rows.js";

/** How long messages stay in the log after the warehouse has them, unless the store sets it. */
export const LOG_RETENTION_DAYS = 7;

export interface IntakeEntry {
  /** Whose form the body has: "segment", ... */
  readonly format: string;
  /** JSON text of one message, as it was sent. */
  readonly body: string;
  /** The key that it was sent with. */
  readonly keyId: string;
  /** When the server had read the request, whole ms. */
  readonly receivedAt: number;
  /** When the client says that it sent the request, by its own clock, whole ms. */
  readonly sentAt: number | undefined;
  readonly ip: string | undefined;
  readonly userAgent: string | undefined;
}

export interface LoggedEntry extends IntakeEntry {
  /** Grows by at least 1 from entry to entry; never given twice. */
  readonly sequence: number;
}

export interface IntakeLogOptions {
  readonly clock?: Clock;
  readonly limits?: GroupLimits;
}

export interface ReadOptions {
  readonly after: number;
  readonly limit: number;
  /** Without a bound where absent. */
  readonly bytes?: number;
}

export interface TrimmedEntry {
  readonly sequence: number;
  /** ms */
  readonly receivedAt: number;
}

export interface IntakeLog {
  /** Of this log alone, for ever: sequences of another log mean other entries. */
  readonly id: string;
  /**
   * Resolves when the entries are durable: all of them or none. Rejects with `intake.overloaded`
   * (too much waits), `intake.unavailable` (the ledger cannot write; the next call tries again), or
   * `input.invalid` (a text that not every ledger can store).
   */
  append(entries: readonly IntakeEntry[]): Promise<void>;
  health(): GroupCommitState;
  /**
   * Entries with a sequence above `after`, in its order: at most `limit` of them, and at most `bytes`
   * of bodies unless the first alone is larger.
   */
  read(options: ReadOptions): Promise<readonly LoggedEntry[]>;
  /** The sequence of the newest entry; 0 where the log is empty. */
  latest(): Promise<number>;
  /**
   * The highest sequence ever drawn, also by entries that were trimmed since or never committed; 0
   * for a new log. A warehouse that knows a higher one belongs to another ledger.
   */
  lastDrawn(): Promise<number>;
  /** The last entry that was trimmed; undefined: none was. Erased ones do not count. */
  lastTrimmed(): Promise<TrimmedEntry | undefined>;
  /** Marks (`markOf` in log-rows.ts) of the entries with these sequences; those that the log does not have are left out. */
  marks(sequences: readonly number[]): Promise<ReadonlyMap<number, string>>;
  /**
   * Takes the right to land what the log has, and to trim it, until what it returns is called: of two
   * who did, one would trim what the other has not landed. Throws `ledger.in_use`.
   */
  follow(): Promise<() => Promise<void>>;
  /** Calls back after each commit, without data; returns what ends that. */
  onCommit(listener: () => void): () => void;
  /**
   * Removes entries from the front: those up to sequence `upTo` that were received before
   * `receivedBefore` (ms), and returns how many. In pieces, between which appends go on.
   */
  trim(options: { upTo: number; receivedBefore: number }): Promise<number>;
  /** Resolves when what waits is written. The ledger stays open. */
  close(): Promise<void>;
}

/**
 * A group of 500 messages of 700 bytes takes some milliseconds to write. What waits is bounded by
 * memory, and by patience: at the rates measured (docs/decisions.md) the bound is some seconds of work.
 */
const LIMITS: GroupLimits = {
  waitingItems: 10_000,
  waitingBytes: 64 * 1024 * 1024,
  groupItems: 500,
  groupBytes: 4 * 1024 * 1024,
  restMs: 4,
};

/** Rows of one INSERT. */
const ROWS_PER_STATEMENT = 500;

/** Any fixed number: what else asks PostgreSQL for locks uses others. */
const WRITER_LOCK = 7_235_001;

export function openIntakeLog(ledger: Ledger, options: IntakeLogOptions = {}): IntakeLog {
  const { db } = ledger;
  const listeners = new Set<() => void>();
  const commits = groupCommit<IntakeEntry>({
    write: async (entries) => {
      await writeEntries(ledger, entries);
      for (const listener of listeners) listener();
    },
    bytesOf: ({ body, userAgent = "" }) => body.length + userAgent.length,
    limits: options.limits ?? LIMITS,
    clock: options.clock ?? systemClock,
  });
  return {
    id: ledger.id,
    async append(entries) {
      for (const entry of entries) requireStorable(entry);
      await commits.add(entries);
    },
    health: commits.state,
    read: (asked) => readEntries(db, asked),
    latest: () => latest(db),
    lastDrawn: () => lastDrawn(ledger),
    lastTrimmed: () => lastTrimmed(db),
    marks: (sequences) => marks(db, sequences),
    follow: () => becomeFollower(ledger),
    onCommit(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    trim: (bounds) => trim(db, bounds),
    close: commits.close,
  };
}

/** PostgreSQL stores no NUL in a text; one such entry would fail all that are written with it. */
function requireStorable(entry: IntakeEntry): void {
  const { format, body, keyId, receivedAt, sentAt, ip, userAgent } = entry;
  assert(Number.isSafeInteger(receivedAt), "receivedAt is whole milliseconds");
  assert(sentAt === undefined || Number.isSafeInteger(sentAt), "sentAt is whole milliseconds");
  if ([format, body, keyId, ip, userAgent].some((text) => text?.includes("\0"))) {
    throw new AppError("input.invalid", "A message holds the character NUL.", {
      hint: "Write it as \\u0000 within a JSON text.",
    });
  }
}

async function writeEntries(
  { db, engine }: Ledger,
  entries: readonly IntakeEntry[],
): Promise<void> {
  const insert = (into: Kysely<LedgerTables>, rows: readonly IntakeEntry[]) =>
    into.insertInto("intake_log").values(rows.map(rowOf)).execute();
  // One statement is a transaction by itself in SQLite, and one way to its thread instead of three.
  if (engine === "sqlite" && entries.length <= ROWS_PER_STATEMENT) {
    await insert(db, entries);
    return;
  }
  await db.transaction().execute(async (transaction) => {
    if (engine === "postgresql") await becomeWriter(transaction);
    for (let from = 0; from < entries.length; from += ROWS_PER_STATEMENT) {
      await insert(transaction, entries.slice(from, from + ROWS_PER_STATEMENT));
    }
  });
}

/** A server may be set to answer before it has synced; for this transaction it is not. */
async function becomeWriter(transaction: Kysely<LedgerTables>): Promise<void> {
  await sql`
    SELECT pg_advisory_xact_lock(${WRITER_LOCK}),
      CASE WHEN current_setting('synchronous_commit') = 'off'
           THEN set_config('synchronous_commit', 'on', true) END`.execute(transaction);
}

function rowOf(entry: IntakeEntry) {
  return {
    received_at: entry.receivedAt,
    format: entry.format,
    key_id: entry.keyId,
    sent_at: entry.sentAt ?? null,
    ip: entry.ip ?? null,
    user_agent: entry.userAgent ?? null,
    body: entry.body,
  };
}
