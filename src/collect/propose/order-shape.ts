/**
 * How an order shows in a file's rows: which column numbers the orders, where no name says it, and
 * which columns say one thing for a whole order. Several rows with one number, one time and one
 * customer, beside each other, are the lines of an order.
 */

import type { Warehouse } from "../../store/index.js";
import type { ColumnProfile } from "./profile-columns.js";
import type { Sample } from "./sample.js";

/** Orders of several rows that are needed to say what holds for a whole order. */
const MIN_ORDERS = 3;

/**
 * By column, the share of orders of several rows on which it has no two values, among those on
 * which it has one that is not zero; columns with too few such orders are left out.
 */
export async function constancy(
  warehouse: Warehouse,
  sample: Sample,
  order: ColumnProfile,
): Promise<ReadonlyMap<number, number>> {
  const { rows } = await warehouse.query<{ i: number; orders: number; constant: number }>(
    `SELECT i, toUInt32(count()) AS orders, toUInt32(countIf(values <= 1)) AS constant
     FROM (
       SELECT o, i, uniqExactIf(v, v != '') AS values FROM (
         SELECT o, i, v FROM (SELECT cells[{order:UInt32}] AS o, cells FROM {sample:Identifier})
         ARRAY JOIN cells AS v, arrayEnumerate(cells) AS i)
       WHERE o != '' GROUP BY o, i
       HAVING count() > 1 AND countIf(match(v, '[^0., +-]')) > 0)
     GROUP BY i`,
    { sample: sample.table, order: order.index + 1 },
  );
  const enough = rows.filter(({ orders }) => orders >= MIN_ORDERS);
  return new Map(enough.map(({ i, orders, constant }) => [i - 1, constant / orders]));
}

/**
 * The column whose equal values stand beside each other and share one time: of several the one
 * with the most values. Undefined where there is none.
 */
export async function groupingColumn(
  warehouse: Warehouse,
  sample: Sample,
  { time, among }: { readonly time: ColumnProfile; readonly among: readonly ColumnProfile[] },
): Promise<ColumnProfile | undefined> {
  if (among.length === 0) return undefined;
  const { rows } = await warehouse.query<{ i: number }>(
    `SELECT i FROM (
       SELECT i, v, t, line
       FROM (SELECT line, cells[{time:UInt32}] AS t,
           arrayMap(c -> cells[c], {among:Array(UInt32)}) AS candidates FROM {sample:Identifier})
       ARRAY JOIN {among:Array(UInt32)} AS i, candidates AS v ORDER BY i, line)
     GROUP BY i
     HAVING countIf(v = '') = 0 AND count() > uniqExact(v) * 1.05
       AND length(arrayCompact(groupArray(v))) <= uniqExact(v) * 1.02
       AND uniqExactIf((v, t), t != '') <= uniqExact(v) * 1.02
     ORDER BY uniqExact(v) DESC LIMIT 1`,
    {
      sample: sample.table,
      among: among.map(({ index }) => index + 1),
      time: time.index + 1,
    },
    { settings: { max_threads: 1 } },
  );
  return among.find(({ index }) => index + 1 === rows[0]?.i);
}
