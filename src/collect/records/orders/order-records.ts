/**
 * Which orders of a file are news. Of several records of one order the most advanced counts,
 * whichever came first; its facts take the place of all others, which are superseded from the
 * instant at which they were known, so that they are visible as of no instant. So the store is a
 * function of the set of files.
 */

import type { Parameters, Warehouse } from "../../../store/index.js";

/**
 * A total order: two records of equal rank are the same record. Of an order that is put together from
 * events (`pieces`) the record of more of them counts.
 */
export const RANK = "(cancelled, refunded, fulfilled, paid, latest, pieces, record)";

const OWN_RANK = `(toUInt8(cancelled_known IS NOT NULL), refund_sum, toUInt8(fulfilled IS NOT NULL),
  toUInt8(NOT unpaid), latest, pieces, record)`;

/** Orders to be taken in, and whether the store has other facts of them. */
const CREATE_FRESH = `CREATE TABLE {fresh:Identifier} ENGINE = MergeTree ORDER BY order_id AS
  SELECT order_id, order_id IN (
      SELECT order_id FROM facts WHERE source = {source:String} AND kind IN ('order', 'line', 'refund')
        AND order_id GLOBAL IN (SELECT order_id FROM {orders:Identifier})) AS replaces
  FROM {orders:Identifier} AS o
  LEFT JOIN (
    SELECT order_id, max(${RANK}) AS best FROM order_records
    WHERE source = {source:String} AND order_id IN (SELECT order_id FROM {orders:Identifier})
    GROUP BY order_id) AS k USING (order_id)
  WHERE k.order_id = '' OR ${OWN_RANK} > k.best AND record != tupleElement(k.best, 7)`;

const INSERT_RECORDS = `INSERT INTO {order_records:Identifier}
  SELECT {source:String}, order_id, rank.1, rank.2, rank.3, rank.4, rank.5, rank.6, rank.7, refund_lag,
    refund_undated, {import_id:UInt32}
  FROM (SELECT order_id, ${OWN_RANK} AS rank, refund_lag, refund_undated FROM {orders:Identifier}
    WHERE order_id IN (SELECT order_id FROM {fresh:Identifier}))`;

/** Facts that are visible as of no instant already are left as they are. */
const SUPERSEDE = `INSERT INTO {superseded:Identifier}
  SELECT alias, fact_id, version, known_at, {import_id:UInt32} FROM facts
  WHERE source = {source:String} AND kind IN ('order', 'line', 'refund', 'identified')
    AND order_id GLOBAL IN (SELECT order_id FROM {fresh:Identifier} WHERE replaces)
    AND (fact_id, version, known_at) GLOBAL NOT IN (SELECT fact_id, version, known_at FROM superseded)`;

export interface FreshOrders {
  readonly fresh: number;
  /** Of these, orders of which the store had other facts. */
  readonly changed: number;
  /** Orders and lines of which the store has the same or a more advanced record. */
  readonly known: number;
}

/** Fills the table `fresh` and the staging tables of records and superseded facts. */
export async function findFresh(
  warehouse: Warehouse,
  parameters: Parameters,
): Promise<FreshOrders> {
  await warehouse.command(CREATE_FRESH, parameters);
  const { rows } = await warehouse.query<FreshOrders>(
    `SELECT toUInt32((SELECT count() FROM {fresh:Identifier})) AS fresh,
       toUInt32((SELECT countIf(replaces) FROM {fresh:Identifier})) AS changed,
       toUInt32(sum(lines + 1)) AS known
     FROM {orders:Identifier} WHERE order_id NOT IN (SELECT order_id FROM {fresh:Identifier})`,
    parameters,
  );
  const found = rows[0]!;
  if (found.fresh > 0) await warehouse.command(INSERT_RECORDS, parameters);
  if (found.changed > 0) await warehouse.command(SUPERSEDE, parameters);
  return found;
}
