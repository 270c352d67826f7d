/**
 * `refunds/create` names its order by number alone, and may come before anything that tells the
 * order's name. Its rows then wait in `waiting_refunds`, beside the facts and not in the log, which is
 * trimmed. Whenever a webhook or an export (`file-orders.ts`) of that order comes they are told with it:
 * a refund is known by its id, so telling it again changes nothing, and nothing needs to be taken away.
 */

import type { Warehouse } from "../../../store/index.js";
import { SHOPIFY_SOURCE } from "./mappings.js";
import { type Row, textOf } from "./payload.js";

/** Rows of refunds of the order with this number, which lack its name. */
export interface Waiting {
  readonly number: string;
  readonly rows: readonly Row[];
}

export async function keepWaiting(
  warehouse: Warehouse,
  refunds: readonly Waiting[],
): Promise<void> {
  const rows = refunds.flatMap(({ number, rows: own }) =>
    own.map((row) => {
      const refund = textOf(row, "refund");
      return { source: SHOPIFY_SOURCE, id: number, refund, row: JSON.stringify(row) };
    }),
  );
  if (rows.length > 0) await warehouse.insert("waiting_refunds", rows);
}

/** What waits for these orders, by their numbers. */
export async function waitingFor(
  warehouse: Warehouse,
  numbers: readonly string[],
): Promise<readonly Waiting[]> {
  if (numbers.length === 0) return [];
  const { rows } = await warehouse.query<{ number: string; found: string[] }>(
    `SELECT id AS number, arraySort(groupUniqArray(row)) AS found FROM waiting_refunds
     WHERE source = {source:String} AND id IN {numbers:Array(String)} GROUP BY id ORDER BY id`,
    { source: SHOPIFY_SOURCE, numbers: [...numbers] },
    { lane: "write" },
  );
  return rows.map(({ number, found }) => ({ number, rows: found.map((row) => JSON.parse(row)) }));
}
