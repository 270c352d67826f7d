/** The SELECT that turns the values of a row into an order line, and what makes a row unusable. */

import type { Parameters } from "../../../store/index.js";
import { identifierSql } from "../../value-sql.js";
import { type Fault, MAX_AMOUNT, missing } from "../fields.js";
import type { Conflict } from "../record-kind.js";
import { type OrdersMapping, TEXT_FIELDS } from "./schema.js";

/**
 * price: of one unit, before discount; gross: of the line before discount; amounts are negative
 * where something is given back; content: the same for equal lines.
 */
export const LINE_COLUMNS = `
  line UInt64, role Enum8('line' = 1, 'refund' = 2, 'discount' = 3), cancelled UInt8,
  order_id String, product String, name String, time DateTime64(3, 'UTC'), customer String,
  quantity Decimal(18, 4), price Nullable(Decimal(18, 4)), gross Decimal(18, 4),
  discount Decimal(18, 4),
  ${TEXT_FIELDS.map((field) => `${field} LowCardinality(String)`).join(", ")},
  content UInt64 MATERIALIZED
    cityHash64(role, order_id, product, quantity, ifNull(price, 0), gross, discount, time)`;

/** Whether the row's order gives something back, and what the row amounts to. */
export function prepareLines(
  { columns, customer, refunds }: OrdersMapping,
  values: string,
): string {
  const identifier = "if(has({nobody:Array(String)}, f_customer), '', f_customer)";
  const isRefund = [
    refunds.order_prefix ? "startsWith(f_order, {refund_prefix:String})" : "0",
    refunds.order_pattern ? "match(f_order, {refund_pattern:String})" : "0",
  ];
  return `SELECT *, ${isRefund.join(" OR ")} AS of_refund,
      ${identifierSql(customer.kind, identifier)} AS person,
      ${columns.quantity ? "v_quantity" : "toDecimal128(1, 4)"} AS units,
      ${columns.amount ? "v_amount" : "round(units * v_price, 4)"} AS row_gross
    FROM (${values})`;
}

/** Order lines from the rows of `prepareLines`. */
export function selectLines(mapping: OrdersMapping, prepared: string): string {
  const { columns, refunds, discounts } = mapping;
  const sign = refunds.amounts === "positive" ? "if(of_refund, -1, 1)" : "1";
  const price = columns.amount
    ? "if(units = 0, NULL, toDecimal128(round(abs(toFloat64(v_amount) / toFloat64(units)), 4), 4))"
    : "v_price";
  const negative = refunds.negative_quantity === "refund" ? "units < 0 OR row_gross < 0" : "0";
  const discount =
    discounts.products.length > 0 ? "has({discounts:Array(String)}, f_product)" : "0";
  return `SELECT source_line AS line,
      multiIf(of_refund, 'refund', ${discount}, 'discount', ${negative}, 'refund', 'line') AS role,
      has({cancelled:Array(String)}, f_status) AS cancelled,
      f_order AS order_id, if(of_refund AND ${discount}, '', f_product) AS product,
      f_name AS name, assumeNotNull(v_time) AS time, person AS customer,
      assumeNotNull(units) * ${sign} AS quantity, ${price} AS price,
      assumeNotNull(row_gross) * ${sign} AS gross,
      if(gross < 0, -1, 1) * abs(ifNull(v_discount, 0)) AS discount,
      ${TEXT_FIELDS.map((field) => `f_${field} AS ${field}`).join(", ")}
    FROM (${prepared})`;
}

export function lineFaults(mapping: OrdersMapping): Fault[] {
  const faults = missing(["order", "time", "quantity", "price", "amount"], mapping);
  if (mapping.columns.price) {
    const condition = `ifNull(abs(row_gross) > ${MAX_AMOUNT}, 0)`;
    faults.push({ field: "price", condition, reason: `times quantity above ${MAX_AMOUNT}` });
  }
  if (mapping.customer.missing === "reject") {
    faults.push({ field: "customer", condition: "person = ''", reason: "missing" });
  }
  return faults;
}

/** An order whose lines name two customers belongs to neither. */
export const CONFLICTS: readonly Conflict[] = [
  {
    keys: `SELECT order_id FROM {table:Identifier}
      GROUP BY order_id HAVING uniqExactIf(customer, customer != '') > 1`,
    field: "customer",
    value: "customer",
    reason: (order) => `the lines of order ${order} name more than one customer`,
  },
];

export function lineParameters({
  refunds,
  discounts,
  orders,
  customer,
}: OrdersMapping): Parameters {
  return {
    refund_prefix: refunds.order_prefix ?? "",
    refund_pattern: refunds.order_pattern ?? "",
    discounts: discounts.products,
    cancelled: orders.cancelled,
    nobody: customer.nobody,
  };
}
