/** Seeded randomness: the same seed gives the same history, text and walk on any machine. */

export interface Random {
  /** A double in [0, 1). */
  readonly next: () => number;
  /** An integer in [low, high]. */
  readonly int: (low: number, high: number) => number;
  readonly chance: (probability: number) => boolean;
  readonly pick: <T>(items: readonly T[]) => T;
  /** One of the values, each with its weight. */
  readonly weighted: <T>(items: readonly (readonly [number, T])[]) => T;
  /** A 64-bit number above 0. */
  readonly id: () => bigint;
  /** An independent stream, so that using one does not shift another. */
  readonly fork: (name: string) => Random;
}

export function newRandom(seed: number, name = ""): Random {
  const next = sfc32(seed, hash(name));
  const int = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  const id = (): bigint => {
    const value = (BigInt(int(0, 0xffff_ffff)) << 32n) | BigInt(int(0, 0xffff_ffff));
    return value === 0n ? 1n : value;
  };
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick: (items) => {
      if (items.length === 0) throw new Error("nothing to pick from");
      return items[int(0, items.length - 1)] as (typeof items)[number];
    },
    weighted: (items) => {
      let left = next() * items.reduce((total, [weight]) => total + weight, 0);
      for (const [weight, item] of items) {
        left -= weight;
        if (left < 0) return item;
      }
      return (items.at(-1) as (typeof items)[number])[1];
    },
    id,
    fork: (other) => newRandom(seed, `${name}/${other}`),
  };
}

/** Chris Doty-Humphrey's sfc32, warmed up. */
function sfc32(seed: number, salt: number): () => number {
  let a = seed | 0;
  let b = salt | 0;
  let c = Math.floor(seed / 2 ** 32) | 0;
  let counter = 1;
  const step = () => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 20; i++) step();
  return step;
}

/** FNV-1a. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h;
}
