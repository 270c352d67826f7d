/** Seeded randomness for the sample store: the same seed gives the same store on any machine. */

export interface Dice {
  /** A double in [0, 1). */
  readonly next: () => number;
  /** An integer in [low, high]. */
  readonly int: (low: number, high: number) => number;
  readonly chance: (probability: number) => boolean;
  readonly pick: <T>(items: readonly T[]) => T;
  /** One of the values, each with its weight. */
  readonly weighted: <T>(items: readonly (readonly [number, T])[]) => T;
  /** Waiting time with this mean. */
  readonly wait: (mean: number) => number;
  /** Log-normal: half of the values below `median`; `spread` is the deviation of the logarithm. */
  readonly around: (median: number, spread: number) => number;
}

/** An independent stream for each name: a person's life does not depend on the others'. */
export function newDice(seed: number, name: string): Dice {
  const next = stream(seed, name);
  const int = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick: (items) => items[int(0, items.length - 1)]!,
    weighted: (items) => {
      let left = next() * items.reduce((total, [weight]) => total + weight, 0);
      for (const [weight, item] of items) {
        left -= weight;
        if (left < 0) return item;
      }
      return items.at(-1)![1];
    },
    wait: (mean) => -mean * Math.log(1 - next()),
    around: (median, spread) => median * Math.exp(spread * normal()),
  };
}

/** Tommy Ettinger's mulberry32 over an FNV-1a hash of the seed and the name. */
function stream(seed: number, name: string): () => number {
  let state = 0x811c9dc5;
  for (const character of `${seed}/${name}`) {
    state = Math.imul(state ^ character.charCodeAt(0), 0x01000193);
  }
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
