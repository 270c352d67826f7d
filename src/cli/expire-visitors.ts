/** The retention limit of visitors, as the store's settings say it. */

import type { Ledger, Warehouse } from "../store/index.js";
import { instantOf } from "./as-of.js";
import { readSettings } from "./settings-file.js";

interface Expiring {
  readonly folder: string;
  readonly ledger: Ledger | undefined;
  /** Where others write to the store: in which each piece of the work runs. */
  readonly alone?: <T>(work: () => Promise<T>) => Promise<T>;
}

/**
 * Erases visitors of whom nothing came in for longer than that; says how many and for how many days.
 * What is left of them on the disk is for `removeHidden`.
 */
export async function expireVisitors(
  warehouse: Warehouse,
  { folder, ...options }: Expiring,
): Promise<{ readonly visitors: number; readonly days: number }> {
  const { ANONYMOUS_DAYS, expireAnonymous } = await import("../collect/index.js");
  const { anonymousDays: days = ANONYMOUS_DAYS, asOf, settings } = await readSettings(folder);
  // Of data that have ended nothing grows older.
  const now = asOf === undefined ? Date.now() : await instantOf(asOf, settings.timeZone);
  const { visitors } = await expireAnonymous(warehouse, { dataDir: folder, now, days, ...options });
  return { visitors, days };
}
