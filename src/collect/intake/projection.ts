/**
 * The warehouse follows the intake log: what waits is read, landed as one import, and read on. The
 * import's record holds the log's last sequence, so the place where to go on lies in the warehouse
 * itself, and a crash anywhere costs nothing but doing the last import again.
 *
 * An import of one message takes nearly as long as one of a thousand, so those that come while one is
 * landing wait and land together: imports grow with the load, and the delay hardly does.
 */

import { setTimeout as sleep } from "node:timers/promises";
import { AppError, type Clock, systemClock } from "../../base/index.js";
import type { Warehouse } from "../../store/index.js";
import { afterOthers } from "../landing/import-queue.js";
import type { StoreRules } from "../pipeline/land-staged.js";
import { landEntries } from "./land-entries.js";
import { type IntakeLog, LOG_RETENTION_DAYS } from "./log.js";
import { placeIn, requireFit } from "./log-place.js";
import { markOf } from "./log-rows.js";
import { peopleReloads } from "./people-reloads.js";
import { trimIntake } from "./trim-intake.js";

export interface ProjectionOptions extends StoreRules {
  readonly log: IntakeLog;
  /** Opened, and what crashed imports left in it undone (`recoverImports`). */
  readonly warehouse: Warehouse;
  /** Rejected rows go there. */
  readonly dataDir: string;
  readonly clock?: Clock;
  /** How long the log keeps what has landed; `LOG_RETENTION_DAYS` unless told. */
  readonly retentionDays?: number | undefined;
  /** Called when webhooks have landed that ask for something by privacy law. */
  readonly onRequest?: () => void;
}

export interface ProjectionState {
  /** The last sequence that has landed. */
  readonly projected: number;
  /** Entries that have not; about, since sequences may have gaps. */
  readonly waiting: number;
  /** How long the oldest of them has waited, ms. */
  readonly lagMs: number;
  /** Entries that went to the rejects, and events that name nobody, since the start. */
  readonly rejected: number;
  readonly nobody: number;
  /** Landing fails since (ms since the epoch), and why; it is tried again. */
  readonly fault?: { readonly since: number; readonly why: string };
}

export interface Projection {
  status(): ProjectionState;
  /** Resolves when all that is in the log now has landed. Rejects when the projection is closed. */
  caughtUp(): Promise<void>;
  /** Lands all that is in the log now, and rejects with what hinders it. */
  landAll(): Promise<void>;
  /**
   * Does work between two imports: none begins until it has ended. What was in the log when its turn
   * came has landed before, unless landing fails, and people are as they then are.
   */
  alone<T>(work: () => Promise<T>): Promise<T>;
  /** Removes what has landed and is past its retention; it happens by itself once an hour. */
  trim(): Promise<void>;
  /** Finishes the import in hand. */
  close(): Promise<void>;
}

interface Waiting {
  readonly target: number;
  resolve(): void;
  reject(error: Error): void;
}

/** Of one import; while more wait, memory and the delay of the last would grow. */
const MOST_ENTRIES = 2000;
/** A message may have 4 MB, and each is held several times on its way; usual ones have 700 bytes. */
const MOST_BYTES = 16 * 1024 * 1024;
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 30_000;
const TRIM_EVERY_MS = 3_600_000;
const DAY_MS = 86_400_000;

/**
 * Throws `ledger.in_use` where another server follows the log, and `ledger.other` where the warehouse
 * has followed a later copy of it, or another log: nothing may be appended to this one. Where the log no longer has what
 * the warehouse lacks (`ledger.trimmed`), that is the fault from the start, and nothing lands.
 */
export async function startProjection(options: ProjectionOptions): Promise<Projection> {
  const { log, warehouse, dataDir, clock = systemClock, ...further } = options;
  const { retentionDays, onRequest, ...rules } = further;
  const retentionMs = (retentionDays ?? LOG_RETENTION_DAYS) * DAY_MS;
  const unfollow = await log.follow();
  const begun = await beginAt(log, warehouse).catch(async (error) => {
    await unfollow();
    throw error;
  });
  let { place, latest } = begun;
  let oldest: number | undefined;
  let fault: ProjectionState["fault"] = begun.lacking && faultOf(begun.lacking, clock.now());
  let [rejected, nobody] = [0, 0];
  const people = peopleReloads(warehouse);
  const closing = new AbortController();
  const waiting = new Set<Waiting>();
  let wake = () => {};
  let turn: Promise<unknown> = Promise.resolve();

  function alone<T>(work: () => Promise<T>): Promise<T> {
    const result = turn.then(work);
    turn = result.catch(() => {});
    return result;
  }

  /** Says how many entries it found. */
  async function landNext(): Promise<number> {
    const most = { limit: MOST_ENTRIES, bytes: MOST_BYTES };
    await requireFit(log, place);
    const entries = await log.read({ after: place.sequence, ...most });
    const last = entries.at(-1);
    oldest = entries[0]?.receivedAt;
    if (last === undefined) {
      latest = place.sequence;
      return 0;
    }
    latest = Math.max(latest, last.sequence);
    const landing = {
      ...{ warehouse, dataDir, rules, log: log.id, now: clock.now() },
      onMoved: people.outdated,
    };
    const counts = await afterOthers(warehouse, () => landEntries(landing, entries));
    rejected += counts.rejected;
    nobody += counts.nobody;
    if (counts.requests > 0) onRequest?.();
    place = { sequence: last.sequence, mark: markOf(last) };
    oldest = latest > place.sequence ? last.receivedAt : undefined;
    return entries.length;
  }

  /** What was received before is a fact by then; where landing fails, `follow` tries again and says so. */
  async function landWaiting(): Promise<void> {
    const target = await log.latest();
    while (place.sequence < target && (await landNext()) > 0);
  }

  async function follow(): Promise<void> {
    let retryMs = FIRST_RETRY_MS;
    while (!closing.signal.aborted) {
      const committed = new Promise<void>((resolve) => {
        wake = resolve;
      });
      // Where nothing is left, they have all that they wait for, though an erasure took it away.
      const asked = new Set(waiting);
      try {
        const found = await alone(landNext);
        await people.reload({ idle: found === 0 });
        fault = undefined;
        retryMs = FIRST_RETRY_MS;
        answerWaiting((one) => one.target <= place.sequence || (found === 0 && asked.has(one)));
        if (found === 0) await committed;
      } catch (error) {
        fault = faultOf(error, fault?.since ?? clock.now());
        await sleep(retryMs, undefined, { signal: closing.signal }).catch(() => {});
        retryMs = Math.min(2 * retryMs, LAST_RETRY_MS);
      }
    }
  }

  function answerWaiting(hasIts: (one: Waiting) => boolean): void {
    for (const one of waiting) {
      if (!hasIts(one) || people.isOutdated()) continue;
      waiting.delete(one);
      one.resolve();
    }
  }

  let asking: Promise<void> | undefined;
  const stopListening = log.onCommit(() => {
    wake();
    asking ??= log.latest().then(
      (sequence) => {
        [latest, asking] = [Math.max(latest, sequence), undefined];
      },
      () => {
        asking = undefined;
      },
    );
  });
  async function trim(): Promise<void> {
    const before = clock.now() - retentionMs;
    await alone(async () => {
      await requireFit(log, place);
      await trimIntake({ log, warehouse, dataDir, projected: place.sequence, before });
    });
  }

  const following = follow();
  // What fails now is tried again in an hour.
  const trimming = setInterval(() => trim().catch(() => {}), TRIM_EVERY_MS).unref();
  return {
    status: () => ({
      projected: place.sequence,
      waiting: Math.max(0, latest - place.sequence),
      lagMs: oldest === undefined ? 0 : Math.max(0, clock.now() - oldest),
      rejected,
      nobody,
      ...(fault && { fault }),
    }),
    async caughtUp() {
      const target = await log.latest();
      await new Promise<void>((resolve, reject) => {
        waiting.add({ target, resolve, reject });
        wake();
      });
    },
    landAll: () =>
      alone(async () => {
        await landWaiting();
        await people.reload({ idle: true });
      }),
    alone: (work) =>
      alone(async () => {
        await landWaiting().catch(() => {});
        await people.reload({ idle: true });
        return work();
      }),
    trim,
    async close() {
      clearInterval(trimming);
      stopListening();
      closing.abort();
      wake();
      await Promise.all([following, asking]);
      await turn;
      await unfollow();
      for (const { reject } of waiting) reject(closedError());
    },
  };
}

const closedError = () => new AppError("warehouse.closed", "The projection has been closed.");

function faultOf(error: unknown, since: number): NonNullable<ProjectionState["fault"]> {
  const hint = error instanceof AppError ? error.hint : undefined;
  const message = error instanceof Error ? error.message : String(error);
  return { since, why: hint === undefined ? message : `${message} ${hint}` };
}

/** Where to go on, how far the log goes, and what it no longer has. */
async function beginAt(log: IntakeLog, warehouse: Warehouse) {
  const place = await placeIn(warehouse, log);
  const lacking = await requireFit(log, place).then(
    () => undefined,
    (error) => {
      if (error instanceof AppError && error.code === "ledger.trimmed") return error;
      throw error;
    },
  );
  return { place, latest: await log.latest(), lacking };
}
