/**
 * A limit of messages per second for a key, as a bucket: it holds what ten quiet seconds save up,
 * and a batch is let in as long as there is anything in it, even if that leaves a debt, so that no
 * batch is too large to ever pass.
 */

const SAVED_SECONDS = 10;

export interface Throttle {
  /** Seconds to wait; 0 = let in, and the messages are counted. */
  wait(keyId: string, perSecond: number, messages: number): number;
}

/** `now` in milliseconds, from any origin, never going back. */
export function openThrottle(now: () => number = () => performance.now()): Throttle {
  const buckets = new Map<string, { left: number; at: number }>();
  return {
    wait(keyId, perSecond, messages) {
      const at = now();
      const most = perSecond * SAVED_SECONDS;
      const bucket = buckets.get(keyId) ?? { left: most, at };
      const left = Math.min(most, bucket.left + ((at - bucket.at) / 1000) * perSecond);
      const enough = left > 0;
      buckets.set(keyId, { left: enough ? left - messages : left, at });
      return enough ? 0 : Math.max(1, Math.ceil(-left / perSecond));
    },
  };
}
