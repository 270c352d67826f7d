/**
 * What a product usually cost: the middle price of the 30 days (UTC) before a line's own day, so that
 * a line knows whether it was bought below it. By the catalogue's dated prices, weighted by the time
 * that each was in force; where these say nothing of the 30 days, by the store's lines of the product,
 * one each. Of two middle prices the lower counts, which takes fewer lines for reduced.
 *
 *   1 Mar         10 Mar            31 Mar
 *   | 10.00        | 8.00             |          usual price on 31 March: 8.00, in force for 21 days
 *
 * All lines of a product and day have one usual price. So it is worked out once per product and day
 * on which something was sold, from the prices per day, and looked up by both (`usualPrice`): time and
 * memory grow with products and days, not with the square of lines.
 */

import { DATED, STATEMENT_WEIGHT } from "./statements.js";

export const DAYS_BEFORE = 30;
const DAY_MS = 86_400_000;

/** Key of a product and its day in the table `usual`. Products are told apart by a hash. */
const KEY = "cityHash64(product)";
const DAY = "toUInt16(toDate(ts))";

/** Expression over a line's `product` and `ts`; NULL where nothing is known of the days before. */
export const usualPrice = (line = ""): string =>
  `joinGet({usual_name:String}, 'usual_price', cityHash64(${line}product), toUInt16(toDate(${line}ts)))`;

/** Prices in force, each with its beginning in milliseconds, without those that repeat the one before. */
const history = (statements: string): string => `
  SELECT ${KEY} AS key, arraySort(groupArray((since, price))) AS said,
    arrayFilter((x, i) -> i = 1 OR x.2 != said[i - 1].2, said, arrayEnumerate(said)) AS steps
  FROM (SELECT product, toUnixTimestamp64Milli(ts) AS since, argMax(assumeNotNull(price), weight) AS price
    FROM (SELECT *, ${STATEMENT_WEIGHT} AS weight FROM ${statements}
      WHERE origin = 'catalogue' AND price IS NOT NULL AND ${DATED})
    GROUP BY product, ts)
  GROUP BY product`;

/** For how long each of `steps` was in force in the days before `day`, in milliseconds. */
const IN_FORCE = `arrayMap((x, i) -> toUInt64(greatest(0,
    if(i = length(steps), opens, least(opens, steps[i + 1].1)) - greatest(x.1, opens - ${DAYS_BEFORE * DAY_MS}))),
  steps, arrayEnumerate(steps))`;

const LISTED = `if(arraySum(weights) = 0, NULL, toNullable(arrayReduce('quantileExactWeighted(0.5)',
  arrayMap(x -> x.2, arrayFilter((x, w) -> w > 0, steps, weights)), arrayFilter(w -> w > 0, weights))))`;

/**
 * Statement that makes the table `usual`. lines: SELECT of (product, ts, price) of all lines that
 * were sold of some products; statements: of these products, the table or subquery of the
 * catalogue's, if it says anything of them.
 */
export function createUsualPrices(lines: string, statements?: string): string {
  const sold = `
    SELECT ${KEY} AS key, ${DAY} AS day, assumeNotNull(price) AS price, toUInt32(count()) AS units
    FROM (${lines}) WHERE price > 0 AND product != '' GROUP BY key, day, price`;
  const before = `(PARTITION BY key ORDER BY day RANGE BETWEEN ${DAYS_BEFORE} PRECEDING AND 1 PRECEDING)`;
  const usual = `SELECT key, day,
      if(count() OVER w = 0, NULL, quantileExactWeighted(0.5)(price, units) OVER w) AS usual_price
    FROM (${sold}) WINDOW w AS ${before}`;
  const create =
    "CREATE TABLE {usual:Identifier} ENGINE = Join(ANY, LEFT, key, day) SETTINGS persistent = 0 AS";
  if (statements === undefined) return `${create} ${usual}`;
  return `${create} SELECT key, day, ifNull(listed, sold) AS usual_price
    FROM (SELECT key, day, s.usual_price AS sold, toInt64(day) * ${DAY_MS} AS opens,
        ${IN_FORCE} AS weights, ${LISTED} AS listed
      FROM (${usual}) AS s LEFT JOIN (${history(statements)}) AS h USING (key))`;
}
