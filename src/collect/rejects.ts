/**
 * Rows that could not be taken in: one NDJSON line each in `<data folder>/rejects/<import>.ndjson`,
 * so that they can be corrected and imported again.
 */

import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

export interface Reject {
  readonly line: number;
  /** Column of the file; '' where the whole row is at fault. */
  readonly column: string;
  readonly value: string;
  readonly reason: string;
}

/** How many rows could not be used for the same reason in the same column. */
export interface RejectReason {
  readonly column: string;
  readonly reason: string;
  readonly rows: number;
}

/** Beyond this many the rows are counted and no longer listed: the file is wrong, not its rows. */
export const MAX_LISTED_REJECTS = 100_000;

/** So many are kept at hand for a message. */
const FIRST_REJECTS = 10;

/** Reasons counted apart; a reason may name an order, so there is no end to them. */
const MAX_REASONS = 100;
const OTHER: Omit<RejectReason, "rows"> = { column: "", reason: "other reasons" };

const MAX_VALUE_LENGTH = 200;
const FLUSH_CHARACTERS = 256 * 1024;

export interface RejectLog {
  add(reject: Reject): void;
  /** Counts rows that are not listed. */
  addUnlisted(count: number): void;
  readonly count: number;
  /** At most `FIRST_REJECTS`. */
  readonly first: readonly Reject[];
  /** The most frequent first; `rows` add up to `count`. */
  reasons(): readonly RejectReason[];
  /** Path of the finished file; undefined when nothing was rejected. */
  close(): string | undefined;
  /** Removes the file: the import was refused, so nothing of it stays. */
  discard(): void;
}

export function openRejectLog(folder: string, importId: number, file: string): RejectLog {
  const path = join(folder, "rejects", `${importId}.ndjson`);
  let descriptor: number | undefined;
  let text = "";
  let count = 0;
  const first: Reject[] = [];
  const reasons = new Map<string, RejectReason>();

  function countReason(of: Omit<RejectReason, "rows">, more: number): void {
    const key = (r: Omit<RejectReason, "rows">) => `${r.column}\0${r.reason}`;
    const { column, reason } = reasons.has(key(of)) || reasons.size < MAX_REASONS ? of : OTHER;
    const rows = (reasons.get(key({ column, reason }))?.rows ?? 0) + more;
    reasons.set(key({ column, reason }), { column, reason, rows });
  }

  function flush(): void {
    if (text === "") return;
    if (descriptor === undefined) {
      mkdirSync(join(folder, "rejects"), { recursive: true });
      descriptor = openSync(path, "w", 0o600);
    }
    writeSync(descriptor, text);
    text = "";
  }
  function close(): void {
    if (descriptor !== undefined) closeSync(descriptor);
    descriptor = undefined;
  }

  return {
    add(given) {
      const reject = { ...given, value: given.value.slice(0, MAX_VALUE_LENGTH) };
      count += 1;
      countReason(reject, 1);
      if (first.length < FIRST_REJECTS) first.push(reject);
      if (count > MAX_LISTED_REJECTS) return;
      text += `${JSON.stringify({ file, ...reject })}\n`;
      if (text.length >= FLUSH_CHARACTERS) flush();
    },
    addUnlisted(more) {
      count += more;
      if (more > 0) countReason(OTHER, more);
    },
    get count() {
      return count;
    },
    get first() {
      return first;
    },
    reasons() {
      return [...reasons.values()].sort((a, b) => b.rows - a.rows);
    },
    close() {
      flush();
      close();
      return count === 0 ? undefined : path;
    },
    discard() {
      text = "";
      close();
      rmSync(path, { force: true });
    },
  };
}
