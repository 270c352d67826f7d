/**
 * Memberships of many people, counted by *pattern*: people who hold exactly the same conditions are
 * one row. A million people have some thousands of patterns, so whatever is asked of sizes, pairs
 * and combinations is then quick. Conditions are bits of words of 64 (`sql/known.ts`).
 */

import { WORD_BITS } from "../sql/index.js";

/** The numbers of the bits that are set in an Array(UInt64): of the first word 0 to 63, ... */
export const placesSql = (words: string): string =>
  `arrayFlatten(arrayMap((word, n) -> arrayMap(bit -> bit + (n - 1) * ${WORD_BITS}, bitPositionsToArray(word)), ${words}, arrayEnumerate(${words})))`;

/** SELECT places, n (people), net_sum, orders_sum of `rows`, which have words, net and orders. */
export function patternsSql(rows: string, words: number): string {
  const names = Array.from({ length: words }, (_, i) => `word_${i}`).join(", ");
  return `SELECT ${placesSql(`[${names}]`)} AS places, n, net_sum, orders_sum
FROM (SELECT ${names}, count() AS n, sum(net) AS net_sum, sum(orders) AS orders_sum FROM ${rows} GROUP BY ${names})`;
}
