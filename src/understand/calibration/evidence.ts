/**
 * What the store's history says, as far as limits follow from it: a few distributions, asked in the
 * segment language, so that a day, an order and who is left out mean here what they mean there.
 */

import { type Count, distributionsOf, type Library } from "../../segment/index.js";
import type { Warehouse } from "../../store/index.js";

export interface Evidence {
  /** What gaps are taken between: orders, or the events that the store counts as activity. */
  readonly counted: "order" | "activity";
  /** Of people who came back: days from the first order day to the second. */
  readonly firstGaps: readonly Count[];
  /** Of people with one order day: days since. */
  readonly stillAway: readonly Count[];
  /** Of everyone with an order: days since the first, and since the last. */
  readonly sinceFirst: readonly Count[];
  readonly sinceLast: readonly Count[];
  /** Days between order days, of everyone. */
  readonly gaps: readonly Count[];
  /** Of people with an order in 12 months: how many. */
  readonly orders12m: readonly Count[];
  /** Of people with two orders: the share of spend at a discount that is to be expected. */
  readonly expectedDiscount: readonly Count[];
}

/** Whoever the playbook leaves out is left out. */
const asked = (counted: Evidence["counted"]) =>
  ({
    firstGaps: `p50(first(gap.days) among count(gap) >= 1 and not left_out)`,
    stillAway: `p50(days since first(${counted}) among count(${counted}) >= 1 and count(gap) = 0 and not left_out)`,
    sinceFirst: `p50(days since first(${counted}) among count(${counted}) >= 1 and not left_out)`,
    sinceLast: `p50(days since last(${counted}) among count(${counted}) >= 1 and not left_out)`,
    gaps: "store p50(gap.days among not left_out)",
    orders12m: "p50(orders_12m among orders_12m >= 1 and not left_out)",
    expectedDiscount: "p50(disc_expected among orders_n >= 2 and not left_out)",
  }) as const satisfies Record<Exclude<keyof Evidence, "counted">, string>;

/** One pass over everyone. */
export async function gatherEvidence(
  warehouse: Warehouse,
  library: Library,
  { asOf }: { readonly asOf: number },
): Promise<Evidence> {
  const { activity, timeZone } = library.settings;
  const counted = activity.kind === "orders" ? "order" : "activity";
  const texts = asked(counted);
  const at = { now: asOf, timeZone };
  const found = await distributionsOf(warehouse, library, Object.values(texts), at);
  const named = Object.keys(texts).map((name, i) => [name, found[i] ?? []]);
  return { ...Object.fromEntries(named), counted };
}

/**
 * How the gaps of each person lie about a limit, one more pass: people by (gaps up to the limit) -
 * share x (gaps). It says how sure the share is where one person's gaps are alike.
 */
export async function gapsAbout(
  warehouse: Warehouse,
  library: Library,
  limit: { readonly days: number; readonly share: number; readonly asOf: number },
): Promise<readonly Count[]> {
  const { days, share, asOf } = limit;
  const excess = `count(gap where days <= ${days}) - ${share} * count(gap)`;
  const at = { now: asOf, timeZone: library.settings.timeZone };
  const text = `p50(${excess} among count(gap) >= 1 and not left_out)`;
  const [counts = []] = await distributionsOf(warehouse, library, [text], at);
  return counts;
}
