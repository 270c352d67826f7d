/**
 * Quantiles of a distribution that is given as counts, and how sure they are. Days are whole
 * numbers, so a million gaps are a few hundred counts.
 */

import type { Count } from "../../segment/index.js";

export const total = (counts: readonly Count[]): number => counts.reduce((sum, c) => sum + c.n, 0);

/** Type 7 (linear between order statistics), as percentiles of the language are; 0 <= share <= 1. */
export function quantile(counts: readonly Count[], share: number): number | undefined {
  const sorted = [...counts].sort((a, b) => a.value - b.value);
  const n = total(sorted);
  if (n === 0) return undefined;
  const rank = (n - 1) * share;
  const below = atRank(sorted, Math.floor(rank));
  const above = atRank(sorted, Math.ceil(rank));
  return below + (above - below) * (rank - Math.floor(rank));
}

function atRank(sorted: readonly Count[], rank: number): number {
  let passed = 0;
  for (const { value, n } of sorted) {
    passed += n;
    if (rank < passed) return value;
  }
  return sorted.at(-1)?.value ?? Number.NaN;
}

/**
 * 95 % interval of a quantile: the quantiles at share +- 1.96 standard errors of the share below it
 * (Woodruff, 1952). The plain error assumes that values are independent.
 */
export function quantileInterval(
  counts: readonly Count[],
  share: number,
  standardError: number = Math.sqrt((share * (1 - share)) / total(counts)),
): readonly [number, number] {
  const at = (p: number) => quantile(counts, Math.min(1, Math.max(0, p))) ?? Number.NaN;
  return [at(share - Z_95 * standardError), at(share + Z_95 * standardError)];
}

/**
 * Standard error of the share of values at or below a limit, where each person brings several that
 * are alike: by the linearised sums of the people (Cochran, 1977, section 9A). `excess` counts people by
 * (their values at or below the limit) - share x (their values).
 */
export function clusteredError(excess: readonly Count[], values: number): number {
  const people = total(excess);
  if (people < 2 || values === 0) return Number.POSITIVE_INFINITY;
  const squares = excess.reduce((sum, { value, n }) => sum + n * value ** 2, 0);
  return Math.sqrt((people / (people - 1)) * squares) / values;
}

const Z_95 = 1.959964;
