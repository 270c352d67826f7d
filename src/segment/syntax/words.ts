/**
 * The words of the grammar. Nearly all are contextual: `days`, `last` or `top` may also be the name
 * of an attribute, a source or a value. The few that are reserved are those that would otherwise
 * make a text ambiguous.
 */

import { AGGREGATE_FUNCTIONS, FUNCTIONS, UNITS, type Unit } from "./tree.js";

/** Never a name, except after a dot (`props.segment`). */
export const RESERVED_WORDS = [
  "and", "or", "not", "is", "in", "some", "every", "no", "where", "then", "with",
  "attribute", "segment", "true", "false", "set", "distinct", "now", "person",
] as const; // biome-ignore format: a list of words

/** A word or number of this shape is a percentile: `p90`, `p99.5`. */
export const PERCENTILE = /^p\d+(\.\d+)?$/u;

const NAME = /^\p{L}[\p{L}\p{M}\p{Nd}_]*$/u;
const reserved: ReadonlySet<string> = new Set(RESERVED_WORDS);
const callable: ReadonlySet<string> = new Set([...AGGREGATE_FUNCTIONS, ...FUNCTIONS]);
const units: ReadonlyMap<string, Unit> = new Map(
  UNITS.flatMap((unit) => [[unit, unit] as const, [`${unit}s`, unit] as const]),
);

/** Whether `word` may follow a dot: `props.segment`, `props.p90`. */
export function isPathPart(word: string): boolean {
  return NAME.test(word);
}

/** Whether `word` may stand for an attribute, segment, parameter, field, source or value. */
export function isName(word: string): boolean {
  return NAME.test(word) && !reserved.has(word) && !PERCENTILE.test(word);
}

export function isReserved(word: string): boolean {
  return reserved.has(word);
}

/** Whether an attribute or segment may be called so: `sum` and `ln` could never be used. */
export function isDeclarable(word: string): boolean {
  return isName(word) && !callable.has(word);
}

export function isAggregateFunction(word: string): boolean {
  return (AGGREGATE_FUNCTIONS as readonly string[]).includes(word);
}

/** The unit of `day` or `days`. */
export function unitOf(word: string): Unit | undefined {
  return units.get(word);
}

export const UNIT_WORDS: readonly string[] = [...units.keys()];
