/**
 * Keeps an erased person out. For each identifier and each order of theirs the store keeps a salted
 * hash, by which an import knows them again: what happened before the erasure is left out, whichever
 * file or live message brings it.
 *
 * What happened after it is left out too, until the person comes back by an act of their own: an order
 * placed, or a consent given. From then on they are somebody new, of whom nothing older is known. A
 * visit is no such act: a device goes on sending what its owner asked to be forgotten.
 */

import { randomBytes } from "node:crypto";
import type { Parameters, Warehouse } from "../../store/index.js";
import type { LandingTable } from "../landing/landing.js";

const digestOf = (kind: string, value: string): string =>
  `SHA256(concat((SELECT any(salt) FROM suppression_salt), ${kind}, '\\0', ${value}))`;
const DIGEST = digestOf("toString(id_kind)", "id_value");
const ORDER_DIGEST = digestOf("'order'", "concat(source, '\\0', order_id)");

/** The orders of the people in the table `erasing`: needs {erasing} as a condition on `alias`. */
export const theirOrders = (erasing: string): string =>
  `SELECT DISTINCT source, order_id FROM facts WHERE ${erasing} AND order_id != '' AND kind IN ('order', 'line')`;

/** Adds the identifiers in the table `erasing`, and the orders of these people. */
export async function suppress(warehouse: Warehouse, erasing: string): Promise<void> {
  const { rows } = await warehouse.query<{ n: number }>(
    "SELECT toUInt32(count()) AS n FROM suppression_salt",
  );
  if (rows[0]!.n === 0)
    await warehouse.insert("suppression_salt", [{ salt: randomBytes(32).toString("hex") }]);
  await warehouse.command(
    `INSERT INTO suppressed
     SELECT ${DIGEST}, at FROM erasing WHERE id_kind != ''
     UNION ALL
     SELECT ${ORDER_DIGEST}, (SELECT max(at) FROM erasing) FROM (${theirOrders(erasing)})`,
  );
}

export interface StagedNames {
  readonly tables: Readonly<Record<LandingTable, string>>;
  /** Table (alias, id_kind, id_value) of the identifiers in the file. */
  readonly identifiers: string;
  readonly table: (purpose: string) => string;
}

/** Takes what is of erased people out of the staging tables, and says how many facts that were. */
export async function leaveOutSuppressed(
  warehouse: Warehouse,
  { tables, identifiers, table }: StagedNames,
): Promise<number> {
  const parameters: Parameters = {
    ...tables,
    identifiers,
    erased: table("erased"),
    left_out: table("left_out"),
  };
  const ask = async (sql: string) =>
    (await warehouse.query<{ n: number }>(sql, parameters, { lane: "write" })).rows[0]!.n;
  if ((await ask("SELECT toUInt32(count()) AS n FROM suppressed")) === 0) return 0;
  for (const sql of FIND) await warehouse.command(sql, parameters);
  const facts = await ask("SELECT toUInt32(count()) AS n FROM {left_out:Identifier}");
  const found = await ask("SELECT toUInt32(count()) AS n FROM {erased:Identifier}");
  if (facts > 0) await warehouse.command(REMOVE_FACTS, parameters);
  if (found > 0) for (const sql of REMOVE) await warehouse.command(sql, parameters);
  for (const sql of REMOVE_ORDERS) await warehouse.command(sql, parameters);
  return facts;
}

/** Of an erased person, after the erasure: whoever does one of these is there again. */
const OWN_ACT = "(kind = 'order' OR kind = 'event' AND name = 'Consent Updated')";

const actsIn = (facts: string): string =>
  `SELECT alias, max(ts) AS last FROM ${facts}
   WHERE ${OWN_ACT} AND alias GLOBAL IN (SELECT alias FROM {erased:Identifier}) GROUP BY alias`;

/**
 * An identifier that stands together with an erased one in a record from before is the same person's,
 * also where the store never knew it. Facts to be left out are listed by their ids.
 */
const FIND = [
  `CREATE TABLE {erased:Identifier} (alias UInt64, at DateTime64(3, 'UTC'), back UInt8) ENGINE = Memory`,
  `INSERT INTO {erased:Identifier}
   SELECT i.alias, max(s.at), 0 FROM (SELECT alias, ${DIGEST} AS digest FROM {identifiers:Identifier}) AS i
   INNER JOIN suppressed AS s ON i.digest = s.digest GROUP BY i.alias`,
  `INSERT INTO {erased:Identifier}
   SELECT other, max(at), 0 FROM (
     SELECT l.person AS other, e.at AS at, l.known_at AS known_at
     FROM {links:Identifier} AS l INNER JOIN {erased:Identifier} AS e ON l.alias = e.alias WHERE l.how = 'together'
     UNION ALL
     SELECT l.alias, e.at, l.known_at
     FROM {links:Identifier} AS l INNER JOIN {erased:Identifier} AS e ON l.person = e.alias WHERE l.how = 'together')
   WHERE known_at <= at AND other NOT IN (SELECT alias FROM {erased:Identifier}) GROUP BY other`,
  `INSERT INTO {erased:Identifier}
   SELECT e.alias, e.at, 1 FROM {erased:Identifier} AS e
   INNER JOIN (SELECT alias, max(last) AS last FROM (
     ${actsIn("{facts:Identifier}")} UNION ALL ${actsIn("facts")}) GROUP BY alias) AS a ON a.alias = e.alias
   WHERE a.last > e.at`,
  `CREATE TABLE {left_out:Identifier} (fact_id UInt64, source String, order_id String) ENGINE = Memory`,
  `INSERT INTO {left_out:Identifier}
   SELECT f.fact_id, toString(f.source), f.order_id FROM {facts:Identifier} AS f
   INNER JOIN (SELECT alias, max(at) AS erased_at, max(back) AS is_back FROM {erased:Identifier} GROUP BY alias) AS e
     ON f.alias = e.alias
   WHERE e.is_back = 0 OR f.ts <= e.erased_at`,
  // An order's record may name nobody: as it was before it had a customer.
  `INSERT INTO {left_out:Identifier}
   SELECT fact_id, toString(source), order_id FROM {facts:Identifier}
   WHERE order_id != '' AND ${ORDER_DIGEST} IN (SELECT digest FROM suppressed)
     AND fact_id NOT IN (SELECT fact_id FROM {left_out:Identifier})`,
] as const;

const GONE = `(SELECT alias FROM {erased:Identifier} GROUP BY alias HAVING max(back) = 0)`;
const remove = (table: string, condition: string): string =>
  `ALTER TABLE {${table}:Identifier} DELETE WHERE ${condition} SETTINGS mutations_sync = 1`;

/** Tables that name orders. */
const OF_ORDERS = ["order_records", "order_changes", "order_events"] as const;

const REMOVE_FACTS = remove("facts", "fact_id IN (SELECT fact_id FROM {left_out:Identifier})");

const REMOVE = [
  ...OF_ORDERS.map((table) =>
    remove(
      table,
      `(toString(source), order_id) IN (SELECT source, order_id FROM {left_out:Identifier} WHERE order_id != '')`,
    ),
  ),
  remove("order_events", `alias IN ${GONE}`),
  remove("superseded", `alias IN ${GONE}`),
  remove("identifiers", `alias IN ${GONE}`),
  remove("links", `alias IN ${GONE} OR person IN ${GONE}`),
] as const;

/** A file of refunds names orders only. */
const REMOVE_ORDERS = OF_ORDERS.map((table) =>
  remove(table, `${ORDER_DIGEST} IN (SELECT digest FROM suppressed)`),
);
