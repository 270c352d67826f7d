/**
 * The warehouse's part of an erasure. The table `erasing` says whose: (alias, id_kind, id_value, at,
 * ...). It is the only place where that is written down, so statements name it and no identifier gets
 * into the engine's notes on mutations. Every statement may run again: what finds people by their
 * facts or identifiers comes before these are gone.
 */

import { instantText, type Warehouse } from "../../store/index.js";
import { theirOrders } from "./suppression.js";

/** In a SELECT, which may run on shards; and in a mutation. */
export const THEIRS = "alias GLOBAL IN (SELECT alias FROM erasing)";
const OWN = "alias IN (SELECT alias FROM erasing)";
const ORDERS = `(toString(source), order_id) IN (SELECT toString(source), order_id FROM (${theirOrders(THEIRS)}))`;
const NAMED_AS_THEIRS = `(toString(source), name) IN (SELECT toString(source), order_id FROM (${theirOrders(THEIRS)}))`;
const PERSON = "person IN (SELECT alias FROM erasing)";

/** Rows that are removed, in this order; those by which others are found come last. */
const REMOVED: readonly (readonly [table: string, condition: string])[] = [
  ["order_records", ORDERS],
  ["order_changes", ORDERS],
  ["order_events", `${OWN} OR ${ORDERS}`],
  [
    "waiting_refunds",
    `(toString(source), id) IN (SELECT toString(source), id FROM external_ids
      WHERE kind = 'order' AND ${NAMED_AS_THEIRS})`,
  ],
  ["external_ids", NAMED_AS_THEIRS],
  ["seen", `fact_id IN (SELECT fact_id FROM facts WHERE ${THEIRS})`],
  ["superseded", OWN],
  ["transitions", PERSON],
  ["profiles", PERSON],
  ["links", `${OWN} OR ${PERSON}`],
  ["identity", `${OWN} OR ${PERSON}`],
  ["facts", `${OWN} OR ${ORDERS} AND kind IN ('order', 'line', 'identified')`],
  ["aliases", OWN],
];

/** The same where `erasing` cannot be asked: of tables on other servers, by a copy of what is needed. */
const OF_KEYS = "(SELECT alias FROM erasing_keys WHERE order_id = '')";
const ORDERS_OF_KEYS =
  "(toString(source), order_id) IN (SELECT source, order_id FROM erasing_keys WHERE order_id != '')";
const REMOVED_BY_KEYS: Readonly<Record<string, string>> = {
  superseded: `alias IN ${OF_KEYS}`,
  identity: `alias IN ${OF_KEYS} OR person IN ${OF_KEYS}`,
  facts: `alias IN ${OF_KEYS} OR ${ORDERS_OF_KEYS} AND kind IN ('order', 'line', 'identified')`,
};

export async function eraseTables(warehouse: Warehouse): Promise<void> {
  if (warehouse.sharded) await spreadKeys(warehouse);
  for (const [table, condition] of REMOVED) {
    const where = warehouse.sharded ? (REMOVED_BY_KEYS[table] ?? condition) : condition;
    await warehouse.command(
      `ALTER TABLE {table:Identifier} DELETE WHERE ${where} SETTINGS mutations_sync = 2, allow_nondeterministic_mutations = 1`,
      { table },
    );
  }
  await warehouse.command("DROP TABLE IF EXISTS erasing_keys SYNC");
  await warehouse.reloadIdentity();
  await dropOldParts(warehouse, [...REMOVED.map(([table]) => table), "imports"]);
}

/** Every server of a cluster gets them: bound to a mutation, they would stay in its notes. */
async function spreadKeys(warehouse: Warehouse): Promise<void> {
  await warehouse.command("DROP TABLE IF EXISTS erasing_keys SYNC");
  await warehouse.command(
    "CREATE TABLE erasing_keys (alias UInt64, source String, order_id String) ENGINE = MergeTree ORDER BY alias",
  );
  const { rows } = await warehouse.query<Readonly<Record<string, unknown>>>(
    `SELECT DISTINCT alias, '' AS source, '' AS order_id FROM erasing
     UNION ALL SELECT 0, toString(source), order_id FROM (${theirOrders(THEIRS)})`,
  );
  await warehouse.insert("erasing_keys", rows);
}

/**
 * Files of parts that a mutation or a merge replaced stay for minutes, unless the table says that they
 * need not. They are then removed before a partition is dropped; there is none of this name.
 */
async function dropOldParts(warehouse: Warehouse, tables: readonly string[]): Promise<void> {
  for (const table of tables) {
    const alter = (what: string) =>
      warehouse.command(`ALTER TABLE {table:Identifier} ${what}`, { table });
    await alter("MODIFY SETTING old_parts_lifetime = 0");
    await alter("DROP PARTITION ID 'none'");
    await alter("RESET SETTING old_parts_lifetime");
  }
}

export interface ErasureRecord {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly reason: string;
  readonly people: number;
  readonly identifiers: number;
  readonly facts: number;
}

/** The newest first; visitors whose time was over are erasures too. */
export async function listErasures(warehouse: Warehouse): Promise<readonly ErasureRecord[]> {
  const { rows } = await warehouse.query<ErasureRecord & { readonly ms: string }>(
    `SELECT toString(toUnixTimestamp64Milli(at)) AS ms, reason, people, identifiers, toFloat64(facts) AS facts
     FROM erasures ORDER BY erasures.at DESC, reason`,
  );
  return rows.map(({ ms, reason, people, identifiers, facts }) => {
    return { at: Number(ms), reason, people, identifiers, facts };
  });
}

export async function recordErasure(warehouse: Warehouse, done: ErasureRecord): Promise<void> {
  await warehouse.insert("erasures", [{ ...done, at: instantText(done.at) }]);
}
