/**
 * What a file of whole orders holds that is no sale, or counts otherwise than it reads: told after the
 * import, so that nobody looks for revenue that is left out by a rule.
 */

import type { Parameters, Warehouse } from "../../../store/index.js";
import { vatNote } from "../../money/vat.js";

interface StateCounts {
  readonly tests: number;
  readonly cancellations: number;
  readonly pending: number;
  readonly gifts: number;
  readonly undated: number;
  /** By the rates of the settings. */
  readonly taxed: number;
}

/** Each order stands in one of the first three only. */
const STATE_COUNTS = `SELECT toUInt32(countIf(tested)) AS tests,
    toUInt32(countIf(NOT tested AND cancelled_known IS NOT NULL)) AS cancellations,
    toUInt32(countIf(NOT tested AND cancelled_known IS NULL AND unpaid)) AS pending,
    toUInt32(countIf(gift_sum > 0)) AS gifts,
    toUInt32(countIf(refund_undated)) AS undated,
    toUInt32(countIf(by_setting)) AS taxed
  FROM {orders:Identifier}`;

/** `lagMs`: when undated refunds of orders that are news are taken to be known. */
export async function orderNotes(
  warehouse: Warehouse,
  parameters: Parameters,
  { changed, lagMs }: { readonly changed: number; readonly lagMs: number | undefined },
): Promise<string[]> {
  const { rows } = await warehouse.query<StateCounts>(STATE_COUNTS, parameters);
  const { tests, cancellations, pending, gifts, undated, taxed } = rows[0]!;
  return [
    says(changed, [
      "that was known has another state now; its lines count as added",
      "that were known have another state now; their lines count as added",
    ]),
    says(tests, ["is a test and counts nowhere", "are tests and count nowhere"]),
    says(cancellations, ["is cancelled and no revenue", "are cancelled and no revenue"]),
    says(pending, [
      "is not paid yet and counts from then on",
      "are not paid yet and count from then on",
    ]),
    says(gifts, [
      "sells gift cards, which are no revenue but paid with later",
      "sell gift cards, which are no revenue but paid with later",
    ]),
    ...(lagMs === undefined ? [] : [undatedNote(undated, lagMs)]),
    taxed > 0 ? vatNote(taxed) : "",
  ].filter((text) => text !== "");
}

/** Of one order, and of several; nothing of none. */
const says = (n: number, [one, several]: readonly [string, string]): string =>
  n === 0 ? "" : n === 1 ? `1 order ${one}.` : `${n} orders ${several}.`;

function undatedNote(undated: number, lagMs: number): string {
  const days = Math.max(1, Math.round(lagMs / DAY_MS));
  const dated = `taken as ${days === 1 ? "1 day" : `${days} days`} after the order`;
  return says(undated, [
    `says what was paid back but not when: ${dated}`,
    `say what was paid back but not when: ${dated}`,
  ]);
}

const DAY_MS = 86_400_000;
