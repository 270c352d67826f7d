/** Truths that need no facts, because a refresh at the same instant left its answers in `profiles`. */

import type { PlannedFamily, Truth } from "../plan/index.js";

/** A bit among words of 64. */
export interface Place {
  readonly word: number;
  readonly bit: number;
}

export const WORD_BITS = 64;

export const placeOf = (index: number): Place => ({
  word: Math.floor(index / WORD_BITS),
  bit: index % WORD_BITS,
});

/** 1 where the bit of `profile_held` is set. */
export const heldSql = ({ word, bit }: Place): string =>
  `bitTest(profile_held[${word + 1}], ${bit})`;

/** The places that are looked at, as masks of the words. */
export function recordPlaces(known: Known): { readonly known: Known; masks(): readonly bigint[] } {
  const words: bigint[] = [];
  const record = (place: Place | undefined) => {
    if (place === undefined) return undefined;
    while (words.length <= place.word) words.push(0n);
    words[place.word] = (words[place.word] ?? 0n) | (1n << BigInt(place.bit));
    return place;
  };
  return {
    known: {
      condition: (name, truth) => record(known.condition(name, truth)),
      family: (family) => record(known.family(family)),
    },
    masks: () => words,
  };
}

/** What a refresh at the very instant asked about has found already. */
export interface Known {
  /** Where `profile_held` says whether a named truth holds. */
  condition(name: string, truth: Truth): Place | undefined;
  /** Where it says whether a person has any argument; these are then among `profile_arguments`. */
  family(family: PlannedFamily): Place | undefined;
}
