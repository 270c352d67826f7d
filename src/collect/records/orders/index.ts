/** Rows that are order lines: orders, their lines, what they give back, customers and products. */

import type { RecordKind } from "../record-kind.js";
import {
  CONFLICTS,
  LINE_COLUMNS,
  lineFaults,
  lineParameters,
  prepareLines,
  selectLines,
} from "./line-select.js";
import { makeOrders } from "./make-orders.js";
import { contradictions, fields, type OrdersMapping, schema } from "./schema.js";

export const orders: RecordKind<OrdersMapping> = {
  record: "orders",
  fields,
  schema,
  contradictions,
  typedColumns: LINE_COLUMNS,
  prepare: prepareLines,
  select: selectLines,
  faults: lineFaults,
  parameters: lineParameters,
  groupedBy: "order_id",
  conflicts: () => CONFLICTS,
  make: makeOrders,
};
