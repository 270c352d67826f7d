/**
 * Visitors who never said who they are leave no reason to be kept for ever: after the retention limit
 * they are erased like anybody who asks for it, except that nothing keeps them out. The limit counts
 * from when the store last took in something of them: history that was imported yesterday is not
 * gone tomorrow.
 */

import type { Warehouse } from "../../store/index.js";
import { afterOthers } from "../landing/import-queue.js";
import { begin, type ErasureOptions, finish, finishErasure } from "./erase.js";

const DAY_MS = 86_400_000;
export const ANONYMOUS_DAYS = 395;

interface Expiring extends ErasureOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly days: number;
  /** In which each piece of the erasure runs, so that what comes in goes on between two. */
  readonly alone?: <T>(work: () => Promise<T>) => Promise<T>;
}

export interface Expired {
  readonly visitors: number;
  readonly facts: number;
}

/** Not before or after what the projection asks. */
const BESIDE = { lane: "evaluate beside" } as const;
/** Of one piece: hiding them is a statement for each table. */
const PIECE = 5000;

/**
 * Looks for those who are due, which reads all facts and holds up nothing, and erases them in pieces if
 * they still are. What is then left of them on the disk, unreadable, is for `removeHidden`.
 */
export async function expireAnonymous(
  warehouse: Warehouse,
  { alone = (work) => work(), ...expiring }: Expiring,
): Promise<Expired> {
  const { rows } = await warehouse.query<{ alias: string }>(EXPIRED, beforeOf(expiring), BESIDE);
  const found = rows.map(({ alias }) => BigInt(alias));
  let [visitors, facts] = [0, 0];
  for (let from = 0; from < found.length; from += PIECE) {
    const piece = found.slice(from, from + PIECE);
    const erased = await alone(() =>
      afterOthers(warehouse, () => expirePiece(warehouse, piece, expiring)),
    );
    visitors += erased.visitors;
    facts += erased.facts;
  }
  return { visitors, facts };
}

async function expirePiece(
  warehouse: Warehouse,
  found: readonly bigint[],
  { now, days, ...options }: Expiring,
): Promise<Expired> {
  await finishErasure(warehouse, options);
  const parameters = { ...beforeOf({ now, days }), found };
  const { rows } = await warehouse.query<{ n: number }>(
    `SELECT toUInt32(count()) AS n FROM (${STILL_EXPIRED})`,
    parameters,
  );
  const visitors = rows[0]!.n;
  if (visitors === 0) return { visitors, facts: 0 };
  const reason = `not seen for ${days} days`;
  await begin(warehouse, { aliases: STILL_EXPIRED, parameters, now, reason, suppressing: false });
  const { facts } = await finish(warehouse, options);
  return { visitors, facts };
}

const beforeOf = ({ now, days }: Pick<Expiring, "now" | "days">) => ({
  before: now - days * DAY_MS,
});

const PERSON = "dictGetOrDefault('identity_now', 'person', alias, alias)";

/**
 * A device that belongs to nobody else, and of which nothing came in for longer than that: a person is
 * a device alone, and nobody else is found through it. One with an order is a customer's. What no import
 * brought is the demo store's, whose visitors are made up.
 */
const expiredOf = (which: string): string => `
  SELECT alias FROM facts
  WHERE ${which} AND alias GLOBAL IN (SELECT alias FROM aliases
      WHERE id_kind = 'anonymous_id' AND ${PERSON} = alias AND ${which})
    AND alias GLOBAL NOT IN (SELECT person FROM identity WHERE person != alias)
    AND alias GLOBAL NOT IN (SELECT alias FROM links)
  GROUP BY alias
  HAVING max(greatest(ts, known_at)) < fromUnixTimestamp64Milli({before:Int64})
    AND countIf(kind = 'order' OR import_id = 0 OR import_id GLOBAL IN (
      SELECT import_id FROM imports WHERE at >= fromUnixTimestamp64Milli({before:Int64}))) = 0`;
const EXPIRED = expiredOf("true");
const STILL_EXPIRED = expiredOf("alias IN {found:Array(UInt64)}");
