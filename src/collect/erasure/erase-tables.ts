/**
 * The warehouse's part of an erasure. The table `erasing` says whose: (alias, id_kind, id_value, at,
 * ...). It is the only place where that is written down, so statements name it and no identifier gets
 * into the engine's notes on mutations. Every statement may run again: what finds people by their
 * facts or identifiers comes before these are gone.
 */

import { instantText, type Parameters, type Warehouse } from "../../store/index.js";
import { shardedTables } from "../landing.js";
import { theirOrders } from "./suppression.js";

/** In a SELECT, which may run on shards; and in a mutation. */
export const THEIRS = "alias GLOBAL IN (SELECT alias FROM erasing)";
const OWN = "alias IN (SELECT alias FROM erasing)";
const ORDERS = `(toString(source), order_id) IN (SELECT toString(source), order_id FROM (${theirOrders(THEIRS)}))`;
const PERSON = "person IN (SELECT alias FROM erasing)";

/** Rows that are removed, in this order; those by which others are found come last. */
const REMOVED: readonly (readonly [table: string, condition: string])[] = [
  ["order_records", ORDERS],
  ["order_changes", ORDERS],
  ["order_events", `${OWN} OR ${ORDERS}`],
  [
    "external_ids",
    `(toString(source), name) IN (SELECT toString(source), order_id FROM (${theirOrders(THEIRS)}))`,
  ],
  ["seen", `fact_id IN (SELECT fact_id FROM facts WHERE ${THEIRS})`],
  ["superseded", OWN],
  ["transitions", PERSON],
  ["profiles", PERSON],
  ["links", `${OWN} OR ${PERSON}`],
  ["identity", `${OWN} OR ${PERSON}`],
  ["facts", `${OWN} OR ${ORDERS} AND kind IN ('order', 'line', 'identified')`],
  ["aliases", OWN],
];

/** Facts of the people in `erasing`. */
export async function countTheirFacts(warehouse: Warehouse): Promise<number> {
  const { rows } = await warehouse.query<{ n: string }>(
    `SELECT count() AS n FROM facts WHERE ${THEIRS}`,
  );
  return Number(rows[0]!.n);
}

export async function eraseTables(warehouse: Warehouse): Promise<void> {
  const sharded = await shardedTables(warehouse);
  const aliases = sharded.size > 0 ? await erasedAliases(warehouse) : [];
  for (const [table, condition] of REMOVED) {
    // A shard does not have `erasing`.
    const own = sharded.has(table) ? "alias IN {aliases:Array(UInt64)}" : condition;
    const parameters: Parameters = sharded.has(table) ? { table, aliases } : { table };
    await warehouse.command(
      `ALTER TABLE {table:Identifier} DELETE WHERE ${own} SETTINGS mutations_sync = 2, allow_nondeterministic_mutations = 1`,
      parameters,
    );
  }
  await warehouse.reloadIdentity();
  await dropOldParts(warehouse, [...REMOVED.map(([table]) => table), "imports"]);
}

async function erasedAliases(warehouse: Warehouse): Promise<bigint[]> {
  const { rows } = await warehouse.query<{ alias: string }>("SELECT DISTINCT alias FROM erasing");
  return rows.map(({ alias }) => BigInt(alias));
}

/**
 * Files of parts that a mutation or a merge replaced stay for minutes, unless the table says that they
 * need not. They are then removed before a partition is dropped; there is none of this name. On shards
 * each server removes its own in time.
 */
async function dropOldParts(warehouse: Warehouse, tables: readonly string[]): Promise<void> {
  const sharded = await shardedTables(warehouse);
  for (const table of tables.filter((name) => !sharded.has(name))) {
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
