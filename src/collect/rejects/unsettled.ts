/**
 * What came in and does not count as it was said: values without which their rows were taken in, and
 * refunds and cancellations that wait for their order.
 */

import { instantText, type Warehouse } from "../../store/index.js";
import type { Reject } from "./rejects.js";

export interface Unsettled {
  /** Rows that were taken in without a value of theirs. */
  readonly amended: number;
  /** The newest of these values first; of an import at most the first few. */
  readonly values: readonly AmendedValue[];
  /** Orders that have not come, and of which a refund or a cancellation has. */
  readonly awaitedOrders: number;
}

export interface AmendedValue extends Reject {
  /** When it came in, ISO 8601. */
  readonly at: string;
  readonly file: string;
}

const AMENDED = `imports WHERE state = 'landed' AND summary != ''
  AND JSONExtractUInt(summary, 'rowsAmended') > 0 AND imports.at >= {since:DateTime64(3, 'UTC')}`;

const AWAITED = `SELECT toUInt32(
    (SELECT uniqExact((source, order_id)) FROM order_changes
      WHERE (toString(source), order_id) GLOBAL NOT IN (
        SELECT toString(source), order_id FROM facts WHERE kind = 'order'))
    + (SELECT uniqExact((source, id)) FROM waiting_refunds
      WHERE (toString(source), id) NOT IN (
        SELECT toString(source), id FROM external_ids WHERE kind = 'order'))) AS n`;

/** `since`: milliseconds since the epoch, of the values; `limit`: of those that are listed. */
export async function listUnsettled(
  warehouse: Warehouse,
  asked: { readonly since: number; readonly limit: number },
): Promise<Unsettled> {
  const since = instantText(asked.since);
  const sums = await warehouse.query<{ n: string }>(
    `SELECT toString(sum(JSONExtractUInt(summary, 'rowsAmended'))) AS n FROM ${AMENDED}`,
    { since },
  );
  const { rows: imports } = await warehouse.query<{ at: string; file: string; first: string }>(
    `SELECT formatDateTime(imports.at, '%Y-%m-%dT%H:%i:%SZ', 'UTC') AS at, file,
       JSONExtractRaw(summary, 'firstAmended') AS first
     FROM ${AMENDED} ORDER BY import_id DESC LIMIT {limit:UInt32}`,
    { since, limit: asked.limit },
  );
  const values = imports.flatMap(({ at, file, first }) =>
    (JSON.parse(first) as Reject[]).map((value) => ({ at, file, ...value })).reverse(),
  );
  const awaited = await warehouse.query<{ n: number }>(AWAITED);
  return {
    amended: Number(sums.rows[0]!.n),
    values: values.slice(0, asked.limit),
    awaitedOrders: awaited.rows[0]!.n,
  };
}
