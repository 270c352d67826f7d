/** Facts of a file that the store has already: of duplicates the first stays. */

import type { Warehouse } from "../../store/index.js";

export interface KnownFacts {
  /** Table of their ids. */
  readonly known: string;
  readonly count: number;
}

/** Finds those in the staging table `facts`; `known` is the name of the table to be made. */
export async function findKnown(
  warehouse: Warehouse,
  names: { readonly facts: string; readonly known: string },
): Promise<KnownFacts> {
  await warehouse.command(
    "CREATE TABLE {known:Identifier} (fact_id UInt64) ENGINE = MergeTree ORDER BY fact_id",
    names,
  );
  await warehouse.command(
    `INSERT INTO {known:Identifier} SELECT DISTINCT fact_id FROM seen
     WHERE fact_id IN (SELECT fact_id FROM {facts:Identifier})`,
    names,
  );
  const { rows } = await warehouse.query<{ n: number }>(
    "SELECT toUInt32(count()) AS n FROM {known:Identifier}",
    names,
  );
  return { known: names.known, count: rows[0]!.n };
}

/** Removes them from the staging table `facts`, and says how many there were. */
export async function leaveOutKnown(
  warehouse: Warehouse,
  names: { readonly facts: string; readonly known: string },
): Promise<number> {
  const { count } = await findKnown(warehouse, names);
  if (count > 0) await removeKnown(warehouse, names);
  return count;
}

export async function removeKnown(
  warehouse: Warehouse,
  names: { readonly facts: string; readonly known: string },
): Promise<void> {
  await warehouse.command(
    `ALTER TABLE {facts:Identifier} DELETE WHERE fact_id IN (SELECT fact_id FROM {known:Identifier})
     SETTINGS mutations_sync = 1`,
    names,
  );
}
