/**
 * When a refund without a date is taken to be known: the store's median lag after the order, over all
 * refunds that have a date. It changes when files with dated refunds come in; undated ones that the
 * store has already are then dated anew, so that the store does not depend on which file came first.
 */

import type { Parameters, Warehouse } from "../../../store/index.js";
import { EVER_VISIBLE } from "../../landing/visible-versions.js";
import type { Making } from "../record-kind.js";
import { factId } from "./order-facts.js";
import { RANK } from "./order-records.js";

/** The records that count, with this import's. */
const CURRENT = `
  SELECT source, order_id, argMax((refund_lag, undated, record), ${RANK}) AS counts
  FROM (SELECT * FROM order_records UNION ALL SELECT * FROM {order_records:Identifier})
  GROUP BY source, order_id`;

/** In milliseconds, at least 1 so that there is a time before the refund; undefined without any. */
export async function medianLag(
  warehouse: Warehouse,
  parameters: Parameters,
): Promise<number | undefined> {
  const { rows } = await warehouse.query<{ dated: number; lag: string }>(
    `SELECT toUInt32(count()) AS dated, toInt64(quantileExact(0.5)(assumeNotNull(counts.1))) AS lag
     FROM (${CURRENT}) WHERE counts.1 IS NOT NULL`,
    parameters,
  );
  const { dated, lag } = rows[0]!;
  return dated === 0 ? undefined : Math.max(1, Number(lag));
}

const VISIBLE = "(fact_id, version) GLOBAL NOT IN (SELECT fact_id, version FROM superseded)";

/** Orders whose undated refund is known by another lag, and since when they were known before it. */
const CREATE_LATE = `CREATE TABLE {late:Identifier} ENGINE = MergeTree ORDER BY order_id AS
  SELECT source, order_id, record, first_known
  FROM (
    SELECT source, order_id, min(known_at) AS first_known, max(known_at) AS last_known
    FROM facts WHERE kind = 'order' AND fact_id GLOBAL IN (
        SELECT fact_id FROM facts WHERE kind = 'order' AND props.refund_undated.:Bool = true AND ${VISIBLE})
      AND (source, order_id) GLOBAL NOT IN (SELECT source, order_id FROM {order_records:Identifier})
    GROUP BY source, order_id
    HAVING dateDiff('millisecond', first_known, last_known) != {lag_ms:Int64}) AS f
  INNER JOIN (SELECT source, order_id, counts.3 AS record FROM (${CURRENT}) WHERE counts.2) AS r
  USING (source, order_id)`;

const OF_LATE = `kind IN ('order', 'line')
  AND (source, order_id) GLOBAL IN (SELECT source, order_id FROM {late:Identifier})`;

/** Both versions of each fact of such an order: those that are visible as of some instant. */
const CREATE_CHAIN = `CREATE TABLE {late_chain:Identifier} ENGINE = MergeTree ORDER BY order_id AS
  SELECT * FROM (SELECT * FROM facts WHERE ${OF_LATE} UNION ALL SELECT * FROM {facts:Identifier} WHERE ${OF_LATE})
  WHERE ${EVER_VISIBLE}`;

const CHAIN =
  "{late_chain:Identifier} AS f INNER JOIN {late:Identifier} AS d USING (source, order_id)";

const id = (kind: string, what: string) =>
  factId(kind, { source: "toString(source)", lag: "toString({lag_ms:Int64})", what });

const CREATE_AGAIN = `CREATE TABLE {redated:Identifier} ENGINE = MergeTree ORDER BY order_id AS
  SELECT f.* REPLACE (
    if(kind = 'order', ${id("order", "''")}, ${id("line", "toString(ordinal)")}) AS fact_id,
    if(f.known_at = d.first_known, 1, 2) AS version,
    if(f.known_at = d.first_known, f.known_at,
      d.first_known + toIntervalMillisecond({lag_ms:Int64})) AS known_at,
    {import_id:UInt32} AS import_id)
  FROM ${CHAIN}`;

/** The old ones are visible as of no instant; of the new ones the first gives way to the second. */
const SUPERSEDE = [
  `INSERT INTO {superseded:Identifier}
   SELECT f.alias, f.fact_id, f.version, f.known_at, {import_id:UInt32} FROM ${CHAIN}`,
  `INSERT INTO {superseded:Identifier}
   SELECT alias, fact_id, 1, known_at, {import_id:UInt32} FROM {redated:Identifier} WHERE version = 2`,
];

const INSERT_SEEN = `INSERT INTO {seen:Identifier}
  SELECT fact_id, {import_id:UInt32} FROM {redated:Identifier} WHERE version = 1`;

/** Dates the store's undated refunds anew where the median is another one now. */
export async function redateRefunds(warehouse: Warehouse, making: Making): Promise<void> {
  const names: Parameters = { ...making.tables, import_id: making.importId };
  const lag = await medianLag(warehouse, names);
  if (lag === undefined) return;
  const parameters = {
    ...names,
    late: making.table("late"),
    late_chain: making.table("late_chain"),
    redated: making.table("redated"),
    lag_ms: lag,
  };
  await warehouse.command(CREATE_LATE, parameters);
  const { rows } = await warehouse.query<{ n: number }>(
    "SELECT toUInt32(count()) AS n FROM {late:Identifier}",
    parameters,
  );
  if (rows[0]!.n === 0) return;
  const land = ["INSERT INTO {facts:Identifier} SELECT * FROM {redated:Identifier}", INSERT_SEEN];
  for (const sql of [CREATE_CHAIN, CREATE_AGAIN, ...SUPERSEDE, ...land]) {
    await warehouse.command(sql, parameters);
  }
}
