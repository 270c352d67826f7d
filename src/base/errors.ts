/**
 * Operating errors and bugs, kept apart: an `AppError` is the world's fault (a bad request, a peer
 * that is down, a folder in use) and says so in words that may be shown to anyone; a failed
 * `assert` is ours. Faults in a person's text are neither: they are diagnostics, and data.
 */

/** Every operating error there is, with what it means. Codes are never renamed. */
export const errorCodes = {
  "warehouse.in_use": "another process has the data folder open",
  "warehouse.newer": "the data was written by a newer program",
  "warehouse.changed_migration": "a migration that was applied differs from the program's",
  "warehouse.unreachable": "the ClickHouse server does not answer",
  "warehouse.refused": "ClickHouse refused a statement",
  "warehouse.limit": "a query exceeded its memory or time",
  "warehouse.closed": "the warehouse was used after it was closed",
  "ledger.in_use": "another process has the ledger open",
  "ledger.newer": "the ledger was written by a newer program",
  "ledger.changed_migration": "a migration that was applied differs from the program's",
  "ledger.unreachable": "the PostgreSQL server cannot be used",
  "ledger.refused": "the ledger's file cannot be opened",
  "ledger.other":
    "the ledger is not the one that the warehouse has followed, or an older copy of it",
  "ledger.trimmed": "the intake log no longer has what the warehouse never had",
  "intake.overloaded": "more waits to be written than may wait",
  "intake.unavailable": "the ledger cannot write, so nothing is accepted",
  "request.unreadable": "a request's body is not JSON, or cannot be unpacked",
  "request.key": "a request has no key, or one that is not in force or of the other kind",
  "request.unknown": "there is nothing at a request's address",
  "request.too_large": "a request has too many bytes or messages",
  "request.limit": "a key has sent more messages than it may",
  "server.gone": "a server ended while it ran a command",
  "server.address": "the server cannot listen at its address",
  "folder.refused": "the system refuses to read or write in the data folder",
  "demo.stopped": "a process that makes the demo store ended or failed",
  "input.missing": "a file, folder or name that was given does not exist",
  "input.invalid": "what was given cannot be used",
} as const;

export type ErrorCode = keyof typeof errorCodes;

export interface AppErrorDetails {
  /** What the reader can do about it. */
  readonly hint?: string;
  readonly cause?: unknown;
}

export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  /** `message` is shown to people: no secrets, no stack, no stored data. */
  constructor(code: ErrorCode, message: string, details: AppErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.hint = details.hint;
  }
}

/** Holds in production too: a false condition is a bug of ours, and going on would hide it. */
export function assert(condition: unknown, whatMustHold: string): asserts condition {
  if (!condition) throw new Error(`Bug: must hold: ${whatMustHold}`);
}

/** The branch that the type system says cannot be reached. */
export function unreachable(value: never): never {
  throw new Error(`Bug: unhandled case ${JSON.stringify(value)}`);
}
