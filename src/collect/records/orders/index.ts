/** Rows that are order lines: orders, their lines, what they give back, customers and products. */

import type { RecordKind } from "../record-kind.js";
import {
  lineColumns,
  lineConflicts,
  lineFaults,
  lineParameters,
  prepareLines,
  selectLines,
} from "./line-select.js";
import { makeOrders } from "./make-orders.js";
import { applyOrderChanges } from "./order-changes.js";
import { redateRefunds } from "./refund-lag.js";
import { contradictions, fields, fit, isWhole, type OrdersMapping, schema } from "./schema.js";

export const orders: RecordKind<OrdersMapping> = {
  record: "orders",
  fields,
  fit,
  schema,
  contradictions,
  typedColumns: lineColumns,
  prepare: prepareLines,
  select: selectLines,
  faults: lineFaults,
  parameters: lineParameters,
  groupedBy: { typed: "order_id", value: "f_order" },
  conflicts: lineConflicts,
  wholeGroups: isWhole,
  make: makeOrders,
  settle: async (warehouse, making) => {
    if (isWhole(making.mapping)) await redateRefunds(warehouse, making);
    await applyOrderChanges(warehouse, making);
  },
};
