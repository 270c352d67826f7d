/**
 * Rows that are refunds of orders which another file holds. They become part of the order's facts,
 * from their own date on, whichever of the two files comes first.
 */

import type { Warehouse } from "../../../store/index.js";
import { missing } from "../fields.js";
import { applyOrderChanges } from "../orders/order-changes.js";
import { CHANGE_COLUMNS, takeChanges } from "../orders/take-changes.js";
import type { Counts, Making, RecordKind } from "../record-kind.js";
import { fields, type RefundsMapping, schema } from "./schema.js";

export const refunds: RecordKind<RefundsMapping> = {
  record: "refunds",
  fields,
  schema,
  contradictions: () => [],
  typedColumns: () => `line UInt64, refund String, ${CHANGE_COLUMNS}`,
  select: (_, values) => `SELECT source_line AS line, f_refund AS refund, f_order AS order_id,
      'refunded' AS change, assumeNotNull(v_time) AS known_at, f_product AS product,
      abs(v_quantity) AS quantity, abs(v_amount) AS amount, f_currency AS currency,
      cityHash64(f_order, v_time, f_product, ifNull(toString(abs(v_quantity)), ''),
        ifNull(toString(abs(v_amount)), '')) AS change_id
    FROM (${values})`,
  faults: (mapping) => missing(["order", "time"], mapping),
  parameters: () => ({}),
  make: makeRefunds,
  settle: applyOrderChanges,
};

/** A refund is known by its id, else by what it says and its occurrence among equal ones. */
const NUMBERED = `CREATE TABLE {numbered:Identifier} ENGINE = MergeTree ORDER BY order_id AS
  SELECT * EXCEPT (line, refund, occurrence, copy) REPLACE (halfMD5(concat('refund\\0', {source:String},
    '\\0', order_id, '\\0', if(refund != '', concat('id\\0', refund, '\\0', product), hex(change_id)), '\\0',
    if(refund != '', '', toString(occurrence)))) AS change_id)
  FROM (SELECT *, row_number() OVER (PARTITION BY change_id ORDER BY line) AS occurrence,
      row_number() OVER (PARTITION BY order_id, refund, product, if(refund = '', line, 0)
        ORDER BY known_at, change_id, line) AS copy
    FROM {typed:Identifier})
  WHERE copy = 1`;

async function makeRefunds(warehouse: Warehouse, making: Making<RefundsMapping>): Promise<Counts> {
  const { mapping, typed, table } = making;
  const numbered = table("numbered");
  await warehouse.command(NUMBERED, { typed, numbered, source: mapping.source });
  const taken = await takeChanges(warehouse, { ...making, typed: numbered });
  const { rows } = await warehouse.query<{ from: string; to: string; repeated: number }>(
    `SELECT if(count() = 0, '', formatDateTime(min(known_at), '%Y-%m-%dT%H:%i:%SZ', 'UTC')) AS from,
       if(count() = 0, '', formatDateTime(max(known_at), '%Y-%m-%dT%H:%i:%SZ', 'UTC')) AS to,
       toUInt32(count() - uniqExact(order_id, refund, change_id)) AS repeated
     FROM {typed:Identifier}`,
    { typed },
    { lane: "write" },
  );
  const { from, to, repeated } = rows[0]!;
  const { added, known, waiting, changedOrders, currency } = taken;
  const notes = [`${added} refunds of orders were taken in.`];
  if (waiting > 0) {
    notes.push(`${waiting} of them name an order that the store does not have; they wait for it.`);
  }
  return {
    duplicates: repeated,
    people: 0,
    newOrders: 0,
    changedOrders,
    alreadyPresent: known,
    currency,
    from,
    to,
    notes,
  };
}
