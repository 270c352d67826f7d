/** The SELECT that turns the values of a row into an order line, and what makes a row unusable. */

import type { Parameters } from "../../../store/index.js";
import { identitySql } from "../../hygiene/index.js";
import { departmentParameters, departmentSql } from "../../values/department.js";
import { type Fault, MAX_AMOUNT, missing } from "../fields.js";
import type { Conflict } from "../record-kind.js";
import { isWhole, type OrdersMapping, TEXT_FIELDS } from "./schema.js";
import { WHOLE_COLUMNS, wholeSelect } from "./whole-select.js";

/**
 * price: of one unit, before discount; gross: of the line before discount; amounts are negative
 * where something is given back; content: the same for equal lines.
 */
const LINE_COLUMNS = `
  line UInt64, role Enum8('line' = 1, 'refund' = 2, 'discount' = 3), order_id String,
  product String, name String, time DateTime64(3, 'UTC'), id_kind LowCardinality(String),
  customer String, quantity Decimal(18, 4), price Nullable(Decimal(18, 4)), gross Decimal(18, 4),
  discount Decimal(18, 4),
  ${TEXT_FIELDS.map((field) => `${field} LowCardinality(String)`).join(", ")},
  content UInt64 MATERIALIZED
    cityHash64(role, order_id, product, quantity, ifNull(price, 0), gross, discount, time)`;

export const lineColumns = (mapping: OrdersMapping): string =>
  isWhole(mapping) ? `${LINE_COLUMNS}, ${WHOLE_COLUMNS}` : LINE_COLUMNS;

/** All discounts of the row's own line; they add up. */
const DISCOUNTS = ["discount", "coupon_discount", "other_discount"] as const;

/** Whether the row's order gives something back, whose it is, and what the row amounts to. */
export function prepareLines(mapping: OrdersMapping, values: string): string {
  const { columns, refunds, discounts } = mapping;
  const amount = columns.amount ? "v_amount" : "round(units * v_price, 4)";
  const before = discounts.amounts === "before";
  const isRefund = [
    refunds.order_prefix ? "startsWith(f_order, {refund_prefix:String})" : "0",
    refunds.order_pattern ? "match(f_order, {refund_pattern:String})" : "0",
  ];
  return `SELECT *, ${isRefund.join(" OR ")} AS of_refund, ${personSql(mapping)},
      ${columns.quantity ? "v_quantity" : "toDecimal128(1, 4)"} AS units,
      ${DISCOUNTS.map((name) => `abs(ifNull(v_${name}, 0))`).join(" + ")} AS taken_off,
      ${before ? amount : `${amount} + if(${amount} < 0, -1, 1) * taken_off`} AS row_gross
    FROM (${values})`;
}

/** The customer's identifier, else the e-mail address, else the phone number. */
function personSql({ columns, customer }: OrdersMapping): string {
  const one = (kind: string, field: string) =>
    identitySql(kind, `if(has({nobody:Array(String)}, f_${field}), '', f_${field})`);
  const named = `${one(customer.kind, "customer")} AS named`;
  if (!columns.email && !columns.phone)
    return `${named}, {id_kind:String} AS id_kind, named AS person`;
  return `${named}, ${one("email", "email")} AS mail, ${one("phone", "phone")} AS called,
    multiIf(named != '', {id_kind:String}, mail != '', 'email', 'phone') AS id_kind,
    multiIf(named != '', named, mail != '', mail, called) AS person`;
}

/** Order lines from the rows of `prepareLines`. */
export function selectLines(mapping: OrdersMapping, prepared: string): string {
  const { columns, refunds, discounts } = mapping;
  const sign = refunds.amounts === "positive" ? "if(of_refund, -1, 1)" : "1";
  const price =
    columns.amount || discounts.amounts === "after"
      ? "if(units = 0, NULL, toDecimal128(round(abs(toFloat64(row_gross) / toFloat64(units)), 4), 4))"
      : "v_price";
  const negative = refunds.negative_quantity === "refund" ? "units < 0 OR row_gross < 0" : "0";
  const discount =
    discounts.products.length > 0 ? "has({discounts:Array(String)}, f_product)" : "0";
  const product =
    mapping.product.missing === "name" ? "if(f_product = '', f_name, f_product)" : "f_product";
  return `SELECT source_line AS line,
      multiIf(of_refund, 'refund', ${discount}, 'discount', ${negative}, 'refund', 'line') AS role,
      f_order AS order_id, if(of_refund AND ${discount}, '', ${product}) AS product,
      f_name AS name, ifNull(v_time, toDateTime64(0, 3, 'UTC')) AS time, id_kind,
      person AS customer, assumeNotNull(units) * ${sign} AS quantity, ${price} AS price,
      assumeNotNull(row_gross) * ${sign} AS gross,
      if(gross < 0, -1, 1) * taken_off AS discount,
      ${TEXT_FIELDS.map((field) => `${textSql(mapping, field)} AS ${field}`).join(", ")}
      ${isWhole(mapping) ? `, ${wholeSelect(mapping)}` : ""}
    FROM (${prepared})`;
}

const textSql = ({ department }: OrdersMapping, field: string): string =>
  field === "department" ? departmentSql(department) : `f_${field}`;

/** Of a whole order only the first row may say when it was. */
export function lineFaults(mapping: OrdersMapping): Fault[] {
  const needed = ["order", "quantity", "price", "amount"];
  const faults = missing(isWhole(mapping) ? needed : [...needed, "time"], mapping);
  if (mapping.columns.price) {
    const condition = `ifNull(abs(row_gross) > ${MAX_AMOUNT}, 0)`;
    faults.push({ field: "price", condition, reason: `times quantity above ${MAX_AMOUNT}` });
  }
  if (mapping.customer.missing === "reject") {
    faults.push({ field: customerField(mapping), condition: "person = ''", reason: "missing" });
  }
  return faults;
}

/** An order whose lines name two customers belongs to neither. */
const divided = (field: string): Conflict => ({
  field,
  keys: `SELECT order_id FROM {table:Identifier}
    GROUP BY order_id HAVING uniqExactIf((id_kind, customer), customer != '') > 1`,
  value: "customer",
  reason: (order) => `the lines of order ${order} name more than one customer`,
});

const UNDATED: Conflict = {
  keys: `SELECT order_id FROM {table:Identifier}
    GROUP BY order_id HAVING max(toUnixTimestamp64Milli(time)) = 0`,
  field: "time",
  value: "''",
  reason: (order) => `no row of order ${order} has a time`,
};

export function lineConflicts(mapping: OrdersMapping): readonly Conflict[] {
  const own = divided(customerField(mapping));
  return isWhole(mapping) ? [own, UNDATED] : [own];
}

const customerField = ({ columns }: OrdersMapping): string =>
  (["customer", "email", "phone"] as const).find((field) => columns[field]) ?? "customer";

export function lineParameters(mapping: OrdersMapping): Parameters {
  const { refunds, discounts, customer, gift_cards: giftCards } = mapping;
  return {
    refund_prefix: refunds.order_prefix ?? "",
    refund_pattern: refunds.order_pattern ?? "",
    discounts: discounts.products,
    nobody: customer.nobody,
    id_kind: customer.kind,
    ...departmentParameters(mapping.department),
    gift_pattern: giftCards.name_pattern ?? "",
  };
}
