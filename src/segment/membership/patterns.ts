/**
 * Memberships of many people, counted by *pattern*: people who hold exactly the same conditions are
 * one row. A million people have some thousands of patterns, so whatever is asked of sizes, pairs
 * and combinations is then quick. Conditions are bits of words of 64 (`sql/known.ts`).
 */

import { WORD_BITS } from "../sql/index.js";

/** A double as the exact amount that it stands for, with four decimals; a plain cast cuts 14.58 to 14.5799. */
export const exactAmountSql = (double: string): string =>
  `(toDecimal128(round(ifNull(${double}, 0) * 10000), 4) / 10000)`;

/** The numbers of the bits that are set in an Array(UInt64): of the first word 0 to 63, ... */
export const placesSql = (words: string): string =>
  `arrayFlatten(arrayMap((word, n) -> arrayMap(bit -> bit + (n - 1) * ${WORD_BITS}, bitPositionsToArray(word)), ${words}, arrayEnumerate(${words})))`;

/** SELECT places, people, net_sum, orders_sum of the rows of everyone. */
export function patternsSql(rows: string, words: number): string {
  const names = Array.from({ length: words }, (_, i) => `word_${i}`).join(", ");
  return `SELECT ${placesSql(`[${names}]`)} AS places, people, net_sum, orders_sum
FROM (SELECT ${names}, sum(n) AS people, sum(net) AS net_sum, sum(orders) AS orders_sum FROM ${rows} GROUP BY ${names})`;
}
