/**
 * Facts of a file that the store has already, and lines that are new to an order that it has.
 *
 * What is known stays as it is. New lines join their order: they take its person and time, and
 * `known_at` is now, since the store did not know them before; the order's row gets a new version
 * with the larger sums, and the old version is superseded from now on. Lines that the file no
 * longer has stay: a file may be an extract.
 */

import { instantText, type Warehouse } from "../../../store/index.js";
import { removeKnown } from "../../landing/known-facts.js";
import type { LandingTable } from "../../landing/landing.js";

export interface Joining {
  readonly tables: Readonly<Record<LandingTable, string>>;
  /** Table of the ids that the store has. */
  readonly known: string;
  readonly importId: number;
  readonly now: number;
}

/** Leaves in the staging tables what is new. Returns how many known orders got lines. */
export async function addToKnownOrders(warehouse: Warehouse, joining: Joining): Promise<number> {
  const { tables, known, importId, now } = joining;
  const changed = `${tables.facts}_changed`;
  const moved = `${tables.facts}_moved`;
  const names = { ...tables, known, changed, moved };
  const parameters = { ...names, import_id: importId, now: instantText(now) };
  const run = (sql: string) => warehouse.command(sql, parameters);
  await run(
    "CREATE TABLE {changed:Identifier} AS {facts:Identifier} ENGINE = MergeTree ORDER BY order_id",
  );
  await run(CURRENT_VERSIONS);
  await removeKnown(warehouse, { facts: tables.facts, known });
  const { rows } = await warehouse.query<{ n: number }>(
    "SELECT toUInt32(count()) AS n FROM {changed:Identifier}",
    parameters,
  );
  if (rows[0]!.n === 0) return 0;
  await run(NEW_VERSIONS);
  await run(`INSERT INTO {superseded:Identifier}
    SELECT alias, fact_id, version, {now:DateTime64(3, 'UTC')}, {import_id:UInt32} FROM {changed:Identifier}`);
  for (const sql of MOVE_LINES) await run(sql);
  return rows[0]!.n;
}

/**
 * The rows now valid of known orders for which the file has lines that are not known. GLOBAL,
 * because on a cluster the staging tables are on one server and `facts` is not.
 */
const CURRENT_VERSIONS = `INSERT INTO {changed:Identifier}
  SELECT * FROM facts
  WHERE kind = 'order' AND fact_id GLOBAL IN (
    SELECT fact_id FROM {facts:Identifier} WHERE kind = 'order'
      AND fact_id IN (SELECT fact_id FROM {known:Identifier})
      AND order_id IN (SELECT order_id FROM {facts:Identifier} WHERE kind = 'line'
        AND fact_id NOT IN (SELECT fact_id FROM {known:Identifier})))
  ORDER BY version DESC LIMIT 1 BY fact_id`;

/** Columns of the order's row that its new lines change. */
const NEW_VERSIONS = `INSERT INTO {facts:Identifier}
  SELECT c.* REPLACE (
    {now:DateTime64(3, 'UTC')} AS known_at, c.version + 1 AS version, {import_id:UInt32} AS import_id,
    greatest(c.placed, a.placed) AS placed, greatest(c.kept, a.kept) AS kept,
    c.quantity + a.quantity AS quantity, c.gross + a.gross AS gross,
    c.discount + a.discount AS discount, c.net + a.net AS net, c.tax + a.tax AS tax)
  FROM {changed:Identifier} AS c
  INNER JOIN (
    SELECT order_id, max(placed) AS placed, max(kept) AS kept, sum(quantity) AS quantity,
      sum(gross) AS gross, sum(discount) AS discount, sum(net) AS net, sum(tax) AS tax
    FROM {facts:Identifier} WHERE kind = 'line' GROUP BY order_id) AS a USING (order_id)`;

/** The new lines take their order's person and time; keys cannot be updated, so rows are replaced. */
const MOVE_LINES = [
  "CREATE TABLE {moved:Identifier} AS {facts:Identifier}",
  `INSERT INTO {moved:Identifier}
    SELECT f.* REPLACE (c.alias AS alias, c.ts AS ts, {now:DateTime64(3, 'UTC')} AS known_at)
    FROM {facts:Identifier} AS f INNER JOIN {changed:Identifier} AS c USING (order_id)
    WHERE f.kind = 'line'`,
  `ALTER TABLE {facts:Identifier} DELETE WHERE fact_id IN (SELECT fact_id FROM {moved:Identifier})
    SETTINGS mutations_sync = 1`,
  "INSERT INTO {facts:Identifier} SELECT * FROM {moved:Identifier}",
];
