/** The contents of a store as four numbers that do not depend on the order of rows. */

import type { Warehouse } from "../../src/store/index.js";

const TABLES = ["facts", "superseded", "identity", "aliases", "products", "seen"] as const;

export async function fingerprint(warehouse: Warehouse): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const table of TABLES) {
    // As text, because a hash of a NULL is NULL.
    const { rows } = await warehouse.query<{ hash: string }>(
      `SELECT concat(toString(count()), ' ', toString(sum(sipHash64(toString(tuple(*)))))) AS hash
       FROM ${table}`,
    );
    found[table] = rows[0]!.hash;
  }
  return found;
}
