/** What the last refresh found, for questions about the very same instant. */

import type { Warehouse } from "../../store/index.js";
import type { Known } from "../sql/index.js";
import type { EvaluationTime } from "./inputs.js";
import { type LastRefresh, lastRefresh, meaningHash } from "./refresh.js";

/** The last refresh, if it was of this instant and no file has landed since it was written. */
export async function refreshAt(
  warehouse: Warehouse,
  at: EvaluationTime,
): Promise<LastRefresh | undefined> {
  const last = await lastRefresh(warehouse);
  if (last === undefined || last.asOf !== at.now) return undefined;
  const { rows } = await warehouse.query<{ stale: number }>(
    `SELECT (SELECT max(at) FROM imports) > (SELECT max(finished_at) FROM refreshes WHERE refresh_id = {id:UInt32}) AS stale`,
    { id: last.refreshId },
  );
  return rows[0]?.stale === 0 ? last : undefined;
}

/** Conditions and families that mean now what they meant at the refresh. */
export function knownAt(refresh: LastRefresh, timeZone: string): Known {
  const columns = new Map<string, { readonly column: string; readonly hash: string | undefined }>();
  const add = (column: string, names: readonly string[], hashes: readonly string[]) => {
    names.forEach((name, i) => {
      columns.set(name, { column: `${column}[${i + 1}]`, hash: hashes[i] });
    });
  };
  add("profile_conditions", refresh.conditions, refresh.conditionDefinitions);
  add("profile_signed", refresh.segments, refresh.definitions);
  return {
    condition(name, truth) {
      const found = columns.get(name);
      return found?.hash === meaningHash([truth], timeZone) ? found.column : undefined;
    },
    family: ({ name, key, truth, top }) =>
      columns.get(name)?.hash === meaningHash([key, truth, top], timeZone),
  };
}
