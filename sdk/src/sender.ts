/**
 * Brings the queue to the server: batches as Segment's `/v1/batch` takes them, as text/plain with
 * the write key in the body, which a browser sends across origins without asking first. A message
 * leaves the queue when the server has answered for it, so that a lost answer repeats it under the
 * same messageId, by which the server drops the repeat. One tab sends at a time (Web Locks); where
 * a page has no locks (plain http), each sends its own and what others left behind.
 */

import { type Entry, MAX_WAIT_MS, type Queue } from "./queue.js";

/** Browsers let 64 kB (65,536 bytes) of requests outlive their page, all together. */
const BATCH_BYTES = 30_000;
const OUTLIVING_BYTES = 60_000;
/** Calls that follow each other this closely share a request. */
const FLUSH_AFTER_MS = 300;
const ANSWER_WAIT_MS = 10_000;
const LOCK_WAIT_MS = 15_000;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 5 * 60_000;
/** Without locks: what another page added this long ago has no page any more. */
const LEFT_BEHIND_MS = 60_000;

export interface Sender {
  /** Sends within a moment, together with what is added until then. */
  soon(): void;
  /** Sends now what this page added, in requests that outlive it. */
  beforeHiding(): void;
}

export function createSender(url: string, writeKey: string, queue: Queue): Sender {
  const inFlight = new Map<string, number>();
  let timer = 0;
  let dueAt = Number.POSITIVE_INFINITY;
  let busy = false;
  let failures = 0;
  let batchBytes = BATCH_BYTES;

  function wake(ms: number): void {
    const at = performance.now() + ms;
    if (at >= dueAt) return;
    dueAt = at;
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      dueAt = Number.POSITIVE_INFINITY;
      void flush();
    }, ms);
  }

  async function flush(): Promise<void> {
    if (busy) return wake(FLUSH_AFTER_MS);
    busy = true;
    await oneTabAtATime(`tessera:${writeKey}`, drain);
    busy = false;
  }

  async function drain(alone: boolean): Promise<void> {
    // Offline nothing is tried: the event `online` wakes it again.
    while (navigator.onLine) {
      const waitMs = queue.waitMs();
      if (waitMs > 0) return wake(waitMs);
      const batch = nextBatch(batchBytes, (entry) => alone || mayTake(entry));
      if (batch.length === 0) return;
      await post(batch);
    }
  }

  const mayTake = (entry: Entry): boolean =>
    queue.isOwn(entry) || queue.ageMs(entry) > LEFT_BEHIND_MS;

  /** One message at least, even if it alone is larger. */
  function nextBatch(maxBytes: number, wanted: (entry: Entry) => boolean): Entry[] {
    let bytes = 0;
    const batch: Entry[] = [];
    for (const entry of queue.entries()) {
      if (inFlight.has(entry.key) || !wanted(entry)) continue;
      bytes += bytesOf(entry.text);
      if (bytes > maxBytes && batch.length > 0) break;
      batch.push(entry);
    }
    return batch;
  }

  async function post(batch: readonly Entry[]): Promise<void> {
    const size = batch.reduce((sum, { text }) => sum + bytesOf(text), 0);
    for (const { key, text } of batch) inFlight.set(key, bytesOf(text));
    const answer = await request(url, bodyOf(batch, writeKey), size <= OUTLIVING_BYTES);
    for (const { key } of batch) inFlight.delete(key);
    if (answer?.ok) {
      failures = 0;
      queue.remove(batch);
    } else if (answer?.status === 413 && batch.length > 1) {
      batchBytes = Math.ceil(size / 2);
    } else if (answer && answer.status < 500 && answer.status !== 408 && answer.status !== 429) {
      // Sent again it would be refused again.
      queue.remove(batch);
      console.error(`tessera: ${url} refused ${batch.length} (status ${answer.status})`);
    } else {
      const backoffMs = Math.min(FIRST_RETRY_MS * 2 ** failures++, LAST_RETRY_MS);
      queue.setWait(retryAfterMs(answer) + backoffMs * (0.5 + Math.random() / 2));
      wake(queue.waitMs());
    }
  }

  return {
    soon: () => wake(FLUSH_AFTER_MS),
    beforeHiding() {
      if (!navigator.onLine || queue.waitMs() > 0) return;
      let room = OUTLIVING_BYTES - [...inFlight.values()].reduce((sum, bytes) => sum + bytes, 0);
      for (;;) {
        const batch = nextBatch(Math.min(room, batchBytes), (entry) => queue.isOwn(entry));
        room -= batch.reduce((sum, { text }) => sum + bytesOf(text), 0);
        if (batch.length === 0 || room < 0) return;
        if (!("keepalive" in Request.prototype)) {
          // No script hears the answer to a beacon: its messages stay in the queue.
          navigator.sendBeacon(url, bodyOf(batch, writeKey));
          return;
        }
        void post(batch);
      }
    },
  };
}

/** The server's answer; undefined if there was none in time. */
async function request(
  url: string,
  body: string,
  outlives: boolean,
): Promise<Response | undefined> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), ANSWER_WAIT_MS);
  try {
    return await fetch(url, {
      ...{ method: "POST", body, keepalive: outlives, credentials: "omit", signal: abort.signal },
      headers: { "Content-Type": "text/plain" },
    });
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

/** The job is told whether it is alone; without locks, or after a wait in vain, it is not. */
async function oneTabAtATime(name: string, job: (alone: boolean) => Promise<void>): Promise<void> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), LOCK_WAIT_MS);
  try {
    await navigator.locks.request(name, { signal: abort.signal }, () => job(true));
  } catch {
    await job(false);
  } finally {
    clearTimeout(timer);
  }
}

const bodyOf = (batch: readonly Entry[], writeKey: string): string =>
  `{"batch":[${batch.map(({ text }) => text).join()}],"writeKey":${JSON.stringify(writeKey)},` +
  `"sentAt":"${new Date().toISOString()}"}`;

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

/** `Retry-After` in seconds or as a date; 0 without one, an hour at most. */
function retryAfterMs(answer: Response | undefined): number {
  const value = answer?.headers.get("Retry-After");
  if (!value) return 0;
  const ms = Number(value) * 1000 || Date.parse(value) - Date.now();
  return ms > 0 ? Math.min(ms, MAX_WAIT_MS) : 0;
}
