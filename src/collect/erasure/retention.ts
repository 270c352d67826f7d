/**
 * Visitors who never said who they are leave no reason to be kept for ever: after the retention limit
 * they are erased like anybody who asks for it, except that nothing keeps them out. The limit counts
 * from when the store last took in something of them: history that was imported yesterday is not
 * gone tomorrow.
 */

import type { Warehouse } from "../../store/index.js";
import { afterOthers } from "../import-queue.js";
import { begin, type ErasureOptions, finish, finishErasure } from "./erase.js";

const DAY_MS = 86_400_000;
export const ANONYMOUS_DAYS = 395;

/**
 * Devices that belong to nobody else, and of which nothing came in for longer than that; a device
 * with an order is a customer's.
 */
export async function expireAnonymous(
  warehouse: Warehouse,
  { now, days, ...options }: ErasureOptions & { readonly now: number; readonly days: number },
): Promise<{ readonly visitors: number; readonly facts: number }> {
  return afterOthers(warehouse, async () => {
    await finishErasure(warehouse, options);
    const parameters = { before: now - days * DAY_MS };
    const { rows } = await warehouse.query<{ n: number }>(
      `SELECT toUInt32(count()) AS n FROM (${EXPIRED})`,
      parameters,
    );
    const visitors = rows[0]!.n;
    if (visitors === 0) return { visitors, facts: 0 };
    const reason = `not seen for ${days} days`;
    await begin(warehouse, { aliases: EXPIRED, parameters, now, reason, suppressing: false });
    const { facts } = await finish(warehouse, options);
    return { visitors, facts };
  });
}

const PERSON = "dictGetOrDefault('identity_now', 'person', alias, alias)";

/**
 * A person is a device alone: it is nobody's, and nobody else is found through it. What no import
 * brought is the demo store's, whose visitors are made up.
 */
const EXPIRED = `
  SELECT alias FROM facts
  WHERE alias GLOBAL IN (SELECT alias FROM aliases WHERE id_kind = 'anonymous_id' AND ${PERSON} = alias)
    AND alias GLOBAL NOT IN (SELECT person FROM identity WHERE person != alias)
    AND alias GLOBAL NOT IN (SELECT alias FROM links)
  GROUP BY alias
  HAVING max(greatest(ts, known_at)) < fromUnixTimestamp64Milli({before:Int64})
    AND countIf(kind = 'order' OR import_id = 0 OR import_id GLOBAL IN (
      SELECT import_id FROM imports WHERE at >= fromUnixTimestamp64Milli({before:Int64}))) = 0`;
