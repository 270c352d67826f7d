/**
 * The warehouse's part of an erasure. The table `erasing` says whose: (alias, id_kind, id_value, at,
 * ...). It is the only place where that is written down, so statements name it and no identifier gets
 * into the engine's notes on mutations. Every statement may run again: what finds people by their
 * facts or identifiers comes before these are gone.
 */

import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../../base/index.js";
import { instantText, type Warehouse } from "../../store/index.js";
import { theirOrders } from "./suppression.js";

/** Of facts, which may lie on shards. */
export const THEIRS = "alias GLOBAL IN (SELECT alias FROM erasing)";

/**
 * What rows are known by, written down once: a mutation that reads facts would read them for every
 * table, and on a cluster from other servers. Each server has the keys; facts are known on the first.
 */
const LISTS = [
  `CREATE TABLE erasing_keys (alias UInt64, source String, order_id String)
   ENGINE = MergeTree ORDER BY (order_id, source, alias)`,
  `INSERT INTO erasing_keys
   SELECT DISTINCT alias, '', '' FROM erasing
   UNION ALL SELECT 0, toString(source), order_id FROM (${theirOrders(THEIRS)})`,
  "CREATE TABLE erasing_facts (fact_id UInt64) ENGINE = MergeTree ORDER BY fact_id",
  `INSERT INTO erasing_facts SELECT DISTINCT fact_id FROM facts WHERE ${THEIRS}`,
] as const;
const DROP_LISTS = ["erasing_keys", "erasing_facts"].map(
  (table) => `DROP TABLE IF EXISTS ${table} SYNC`,
);

const IS_THEIRS = "IN (SELECT alias FROM erasing_keys WHERE order_id = '')";
const OWN = `alias ${IS_THEIRS}`;
const PERSON = `person ${IS_THEIRS}`;
const orderIs = (name: string): string =>
  `(toString(source), ${name}) IN (SELECT source, order_id FROM erasing_keys WHERE order_id != '')`;
const ORDERS = orderIs("order_id");

/** Rows that are removed, in this order; those by which others are found come last. */
const REMOVED: readonly (readonly [table: string, condition: string])[] = [
  ["order_records", ORDERS],
  ["order_changes", ORDERS],
  ["order_events", `${OWN} OR ${ORDERS}`],
  [
    "waiting_refunds",
    `(toString(source), id) IN (SELECT toString(source), id FROM external_ids
      WHERE kind = 'order' AND ${orderIs("name")})`,
  ],
  ["external_ids", orderIs("name")],
  ["seen", "fact_id IN (SELECT fact_id FROM erasing_facts)"],
  ["superseded", OWN],
  ["transitions", PERSON],
  ["profiles", PERSON],
  ["links", `${OWN} OR ${PERSON}`],
  ["identity", `${OWN} OR ${PERSON}`],
  ["facts", `${OWN} OR ${ORDERS} AND kind IN ('order', 'line', 'identified')`],
  ["aliases", OWN],
];

/**
 * `hiding`: the rows are gone for whoever reads, and leave the disk by `removeHidden`. To delete a row
 * its part is written anew, which takes as long for one visitor as for a thousand (of 1.3 M facts 3 s of
 * processor time, hiding 0.1); so what nobody waits for does not hold up what comes in.
 */
export async function eraseTables(
  warehouse: Warehouse,
  { hiding }: { readonly hiding: boolean },
): Promise<void> {
  const change = hiding ? "UPDATE _row_exists = 0" : "DELETE";
  for (const sql of [...DROP_LISTS, ...LISTS]) await warehouse.command(sql);
  for (const [table, condition] of REMOVED) {
    await warehouse.command(
      `ALTER TABLE {table:Identifier} ${change} WHERE ${condition} SETTINGS mutations_sync = 2, allow_nondeterministic_mutations = 1`,
      { table },
    );
  }
  for (const sql of DROP_LISTS) await warehouse.command(sql);
  await warehouse.reloadIdentity();
  if (!hiding) await dropOldParts(warehouse, [...REMOVED.map(([table]) => table), "imports"]);
}

const POLL_MS = 250;

/**
 * Writes the parts that have hidden rows anew, without them; rows may come in meanwhile. After
 * `signal` it no longer waits: the engine goes on, also when the store is opened again.
 */
export async function removeHidden(warehouse: Warehouse, signal?: AbortSignal): Promise<void> {
  const { shards } = warehouse;
  for (const server of shards.length > 0 ? shards : [warehouse]) {
    if (!signal?.aborted) await removeHiddenFrom(server, signal);
  }
}

/** One server, or the engine of this process. */
async function removeHiddenFrom(warehouse: Warehouse, signal?: AbortSignal): Promise<void> {
  for (const table of await tablesWith(warehouse, "active AND has_lightweight_delete")) {
    await warehouse.command(
      "ALTER TABLE {table:Identifier} APPLY DELETED MASK SETTINGS mutations_sync = 0",
      { table },
    );
    while (await isChanging(warehouse, table)) {
      await sleep(POLL_MS, undefined, { signal }).catch(() => {});
      if (signal?.aborted) return;
    }
  }
  // Also those of a process that ended before it came so far.
  await dropOldParts(warehouse, await tablesWith(warehouse, "NOT active"));
}

async function tablesWith(warehouse: Warehouse, parts: string): Promise<readonly string[]> {
  const { rows } = await warehouse.query<{ table: string }>(
    `SELECT DISTINCT table FROM system.parts WHERE database = currentDatabase()
       AND table IN {tables:Array(String)} AND ${parts} ORDER BY table`,
    // What is divided among shards has another name on each of them.
    { tables: REMOVED.flatMap(([table]) => [table, `${table}_local`]) },
  );
  return rows.map(({ table }) => table);
}

async function isChanging(warehouse: Warehouse, table: string): Promise<boolean> {
  const { rows } = await warehouse.query<{ why: string }>(
    `SELECT latest_fail_reason AS why FROM system.mutations
     WHERE database = currentDatabase() AND table = {table:String} AND NOT is_done`,
    { table },
  );
  const failed = rows.find(({ why }) => why !== "");
  if (failed !== undefined) throw new AppError("warehouse.refused", failed.why);
  return rows.length > 0;
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
