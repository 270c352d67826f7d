/**
 * Group commit: what several callers want made durable is written together, in one transaction
 * with one sync, and each caller is answered when that sync has returned.
 *
 *   callers   a b c      d e f g          h
 *             |-----|    |-------|        |
 *   writes        [a b c]        [d e f g]  [h]
 *
 * One write runs at a time; what comes meanwhile waits for the next, so the groups grow by
 * themselves with the load and with the slowness of the disk. What one caller gave stays together.
 */
import { setImmediate, setTimeout } from "node:timers/promises";
import { AppError, assert, type Clock } from "../../base/index.js";

export interface GroupCommitOptions<Item> {
  /** Resolves when the items are durable; rejects when none of them is. */
  readonly write: (items: readonly Item[]) => Promise<void>;
  /** Size of an item, bytes (about). */
  readonly bytesOf: (item: Item) => number;
  readonly limits: GroupLimits;
  readonly clock: Clock;
}

export interface GroupLimits {
  /** What may wait; beyond it callers are turned away at once. */
  readonly waitingItems: number;
  readonly waitingBytes: number;
  /** What one write takes, at least one caller's items. Bounds how long a write takes. */
  readonly groupItems: number;
  readonly groupBytes: number;
  /** Least time between two writes, ms: so that many single items do not become many syncs. */
  readonly restMs: number;
}

export interface GroupCommitState {
  /** Including what is being written. */
  readonly waitingItems: number;
  readonly waitingBytes: number;
  /** The last write failed, or the present one does not end: since when, ms, and why. */
  readonly fault?: { readonly since: number; readonly why: string };
}

export interface GroupCommit<Item> {
  /**
   * Resolves when all items are durable. Rejects with `intake.overloaded` at once, or with
   * `intake.unavailable` when their write failed (the next call tries again) or another does not end.
   */
  add(items: readonly Item[]): Promise<void>;
  state(): GroupCommitState;
  /** Resolves when what waits was written or has failed; afterwards nothing may be added. */
  close(): Promise<void>;
}

/** A database that went away without a word is noticed by its connection after many minutes only. */
const STUCK_MS = 10_000;

interface Caller<Item> {
  readonly items: readonly Item[];
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export function groupCommit<Item>(options: GroupCommitOptions<Item>): GroupCommit<Item> {
  const { write, bytesOf, limits, clock } = options;
  const queue: Caller<Item>[] = [];
  let waitingItems = 0;
  let waitingBytes = 0;
  let fault: GroupCommitState["fault"];
  let writing: Promise<void> | undefined;
  let begunAt: number | undefined;
  let writtenAt = Number.NEGATIVE_INFINITY;
  let closed = false;

  function add(items: readonly Item[]): Promise<void> {
    assert(!closed, "nothing is added to a closed log");
    if (items.length === 0) return Promise.resolve();
    const stuck = stuckWrite();
    if (stuck !== undefined) return Promise.reject(unavailable(stuck.why));
    const bytes = items.reduce((sum, item) => sum + bytesOf(item), 0);
    const full =
      waitingItems + items.length > limits.waitingItems ||
      waitingBytes + bytes > limits.waitingBytes;
    // One that is larger than the bound by itself is taken when nothing else waits.
    if (full && waitingItems > 0) return Promise.reject(overloaded(waitingItems));
    waitingItems += items.length;
    waitingBytes += bytes;
    return new Promise<void>((resolve, reject) => {
      queue.push({ items, bytes, resolve, reject });
      writing ??= drain();
    });
  }

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      const restMs = writtenAt + limits.restMs - performance.now();
      // Without a rest due, all that this turn of the event loop still reads comes along.
      if (restMs > 0) await setTimeout(restMs);
      else await setImmediate();
      const group = takeGroup();
      begunAt = clock.now();
      try {
        await write(group.flatMap(({ items }) => items));
        fault = undefined;
        for (const { resolve } of group) resolve();
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        fault = { since: fault?.since ?? clock.now(), why };
        for (const { reject } of group) reject(unavailable(error));
      }
      begunAt = undefined;
      writtenAt = performance.now();
      for (const { items, bytes } of group) {
        waitingItems -= items.length;
        waitingBytes -= bytes;
      }
    }
    // Not a turn later: whoever was just answered may add again at once.
    writing = undefined;
  }

  function stuckWrite(): GroupCommitState["fault"] {
    if (begunAt === undefined || clock.now() - begunAt <= STUCK_MS) return undefined;
    return { since: begunAt, why: "the ledger does not answer" };
  }

  function takeGroup(): readonly Caller<Item>[] {
    let count = 0;
    let items = 0;
    let bytes = 0;
    for (const caller of queue) {
      items += caller.items.length;
      bytes += caller.bytes;
      if (count > 0 && (items > limits.groupItems || bytes > limits.groupBytes)) break;
      count += 1;
    }
    return queue.splice(0, count);
  }

  return {
    add,
    state() {
      const failing = fault ?? stuckWrite();
      return { waitingItems, waitingBytes, ...(failing && { fault: failing }) };
    },
    async close() {
      closed = true;
      await writing;
    },
  };
}

function overloaded(waiting: number): AppError {
  return new AppError(
    "intake.overloaded",
    `${waiting} messages wait to be written; no more are taken for the moment.`,
    { hint: "Send again later." },
  );
}

/** The reason stays with the server (health, its own log): a client has no use for it. */
function unavailable(cause: unknown): AppError {
  return new AppError("intake.unavailable", "Nothing can be accepted: the ledger cannot write.", {
    hint: "Send again later; the server's health says what is wrong.",
    cause,
  });
}
