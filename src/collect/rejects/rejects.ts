/**
 * Rows that could not be taken in, one NDJSON line each, so that they can be corrected and imported
 * again: of a file in `<data folder>/rejects/<import>.ndjson`. The intake log makes several imports a
 * second, so theirs of an hour share `rejects/intake-<hour>.ndjson`, where each line names its import by
 * id and instant. Of an import that a crash undid lines may stay; the id comes again, the instant not.
 */

import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  truncateSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";

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
  /** Removes what it has written: the import was refused, so nothing of it stays. */
  discard(): void;
}

/** Of a file's import. */
export function openRejectLog(folder: string, importId: number, file: string): RejectLog {
  const path = fileRejectsPath(folder, importId);
  // A killed import of this id may have left one.
  rmSync(path, { force: true });
  return openAt(path, { file });
}

/** Of an import of the intake log; `at`: of its record, milliseconds since the epoch. */
export function openIntakeRejectLog(
  folder: string,
  { importId, at, file }: { readonly importId: number; readonly at: number; readonly file: string },
): RejectLog {
  return openAt(intakeRejectsPath(folder, at), { file, import: importId, at });
}

export const fileRejectsPath = (folder: string, importId: number): string =>
  join(folder, "rejects", `${importId}.ndjson`);

const HOUR_MS = 3_600_000;
const INTAKE_FILE = /^intake-(\d{4}-\d\d-\d\dT\d\d)\.ndjson$/;

export const intakeRejectsPath = (folder: string, at: number): string =>
  join(folder, "rejects", `intake-${new Date(at).toISOString().slice(0, 13)}.ndjson`);

/** Removes those of the intake log whose hour was over before that instant. */
export function trimIntakeRejects(folder: string, before: number): void {
  const rejects = join(folder, "rejects");
  for (const name of existsSync(rejects) ? readdirSync(rejects) : []) {
    const hour = INTAKE_FILE.exec(name)?.[1];
    if (hour !== undefined && Date.parse(`${hour}:00:00Z`) + HOUR_MS <= before)
      rmSync(join(rejects, name), { force: true });
  }
}

/** `common`: what each line has besides its reject. */
function openAt(path: string, common: Readonly<Record<string, string | number>>): RejectLog {
  /** Where its lines begin; undefined before the first. */
  let begin: number | undefined;
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
      mkdirSync(dirname(path), { recursive: true });
      descriptor = openSync(path, "a+", 0o600);
      begin = fstatSync(descriptor).size;
      if (begin > 0 && !endsLine(descriptor, begin)) text = `\n${text}`;
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
      const line = JSON.stringify({ ...common, ...reject });
      // These two end a line for Node's readline.
      text += `${line.replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029")}\n`;
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
      if (begin === 0) rmSync(path, { force: true });
      else if (begin !== undefined) truncateSync(path, begin);
      begin = undefined;
    },
  };
}

/** Not where a crash cut its last line off. */
function endsLine(descriptor: number, size: number): boolean {
  const last = Buffer.alloc(1);
  readSync(descriptor, last, 0, 1, size - 1);
  return last.toString() === "\n";
}
