/** Where "now" comes from. Whatever decides by time takes a clock, so that tests can turn it. */
export interface Clock {
  /** Milliseconds since the epoch, UTC. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** A clock that stands until it is set. */
export function manualClock(startMs: number): Clock & { set(ms: number): void } {
  let currentMs = startMs;
  return {
    now: () => currentMs,
    set(ms) {
      currentMs = ms;
    },
  };
}
