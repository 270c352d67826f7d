/** What the last refresh found, for questions about the very same instant. */

import type { Warehouse } from "../../store/index.js";
import { type Known, type Place, placeOf } from "../sql/index.js";
import type { EvaluationTime } from "./inputs.js";
import { type LastRefresh, lastRefresh, meaningHash } from "./refresh.js";

/** The last refresh, if it was of this instant and no file has landed since it was written. */
export async function refreshAt(
  warehouse: Warehouse,
  at: EvaluationTime,
): Promise<LastRefresh | undefined> {
  const last = await lastRefresh(warehouse);
  return last?.asOf === at.now && !last.stale ? last : undefined;
}

/** Conditions and families that mean now what they meant at the refresh. */
export function knownAt(refresh: LastRefresh, timeZone: string): Known {
  const names = [...refresh.segments, ...refresh.conditions];
  const hashes = [...refresh.definitions, ...refresh.conditionDefinitions];
  const found = new Map(names.map((name, i) => [name, { place: placeOf(i), hash: hashes[i] }]));
  const place = (name: string, meaning: readonly unknown[]): Place | undefined =>
    found.get(name)?.hash === meaningHash(meaning, timeZone) ? found.get(name)?.place : undefined;
  return {
    condition: (name, truth) => place(name, [truth]),
    family: ({ name, key, truth, top }) => place(name, [key, truth, top]),
  };
}
