/** Seeded randomness for the demo store: the same seed gives the same store on any machine. */

export interface Dice {
  /** A double in [0, 1). */
  readonly next: () => number;
  /** An integer in [low, high]. */
  readonly int: (low: number, high: number) => number;
  /** A double in [low, high). */
  readonly between: (low: number, high: number) => number;
  readonly chance: (probability: number) => boolean;
  readonly pick: <T>(items: readonly T[]) => T;
  /** One of the values, each with its weight. */
  readonly weighted: <T>(items: readonly (readonly [number, T])[]) => T;
  /** Waiting time with this mean. */
  readonly wait: (mean: number) => number;
  /** Log-normal: half of the values below `median`; `spread` is the deviation of the logarithm. */
  readonly around: (median: number, spread: number) => number;
  readonly gamma: (shape: number, scale: number) => number;
  readonly beta: (a: number, b: number) => number;
}

/** An independent stream for each name: a person's life does not depend on the others'. */
export function newDice(seed: number, name: string): Dice {
  const next = stream(seed, name);
  const int = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const gamma = (shape: number, scale: number) => scale * standardGamma(shape, next, normal);
  return {
    next,
    int,
    between: (low, high) => low + next() * (high - low),
    chance: (probability) => next() < probability,
    pick: (items) => items[int(0, items.length - 1)]!,
    weighted: (items) => {
      let total = 0;
      for (let i = 0; i < items.length; i++) total += items[i]![0];
      let left = next() * total;
      for (let i = 0; i < items.length; i++) {
        left -= items[i]![0];
        if (left < 0) return items[i]![1];
      }
      return items.at(-1)![1];
    },
    wait: (mean) => -mean * Math.log(1 - next()),
    around: (median, spread) => median * Math.exp(spread * normal()),
    gamma,
    beta: (a, b) => {
      const x = gamma(a, 1);
      return x / (x + gamma(b, 1));
    },
  };
}

/** Marsaglia and Tsang (2000), with their step down for shapes below 1. */
function standardGamma(shape: number, next: () => number, normal: () => number): number {
  if (shape < 1) return standardGamma(shape + 1, next, normal) * (1 - next()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Tommy Ettinger's mulberry32 over an FNV-1a hash of the seed and the name. */
function stream(seed: number, name: string): () => number {
  let state = 0x811c9dc5;
  const text = `${seed}/${name}`;
  for (let i = 0; i < text.length; i++) {
    state = Math.imul(state ^ text.charCodeAt(i), 0x01000193);
  }
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
