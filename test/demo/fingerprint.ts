/** The contents of a store as numbers that do not depend on the order or the parts of rows. */

import type { Warehouse } from "../../src/store/index.js";

const TABLES = ["facts", "superseded", "identity", "aliases", "products", "seen"] as const;

export async function fingerprint(warehouse: Warehouse): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const table of TABLES) {
    // As text, because a hash of a NULL is NULL. An identifier may be mentioned more than once.
    const types = table === "facts" ? ", toString(JSONAllPathsWithTypes(props))" : "";
    const { rows } = await warehouse.query<{ hash: string }>(
      `SELECT concat(toString(count()), ' ', toString(sum(sipHash64(toString(tuple(*))${types})))) AS hash
       FROM (SELECT DISTINCT * FROM ${table})`,
    );
    found[table] = rows[0]!.hash;
  }
  return found;
}
