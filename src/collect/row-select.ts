/**
 * The SELECT that turns staged text into order lines, in four layers: the text of each field
 * (f_<field>), its value (v_<field>, NULL where the text is none), what the values amount to, and
 * the columns of an order line. `row-faults.ts` filters the third.
 */

import type { Parameters } from "../store/index.js";
import { FIELDS, type MappedField, type Mapping, TEXT_FIELDS, type TextField } from "./mapping.js";
import { NUMBER_LIMITS } from "./row-faults.js";
import type { StagedRows } from "./staging.js";
import { decimalSql, identifierSql, instantSql } from "./value-sql.js";

/**
 * Columns that `lineSelect` yields. price: of one unit, before discount; gross: of the line before
 * discount; amounts are negative where something is given back; content: the same for equal lines.
 */
export const LINE_COLUMNS = `
  line UInt64, role Enum8('line' = 1, 'refund' = 2, 'discount' = 3), cancelled UInt8,
  order_id String, product String, name String, time DateTime64(3, 'UTC'), customer String,
  quantity Decimal(18, 4), price Nullable(Decimal(18, 4)), gross Decimal(18, 4),
  discount Decimal(18, 4),
  ${TEXT_FIELDS.map((field) => `${field} LowCardinality(String)`).join(", ")},
  content UInt64 MATERIALIZED
    cityHash64(role, order_id, product, quantity, ifNull(price, 0), gross, discount, time)`;

/** Order lines from the rows of `valueSelect`. */
export function lineSelect(mapping: Mapping, staged: StagedRows): string {
  const { columns, refunds, discounts } = mapping;
  const sign = refunds.amounts === "positive" ? "if(of_refund, -1, 1)" : "1";
  const price = columns.amount
    ? "if(v_quantity = 0, NULL, toDecimal128(round(abs(toFloat64(v_amount) / toFloat64(v_quantity)), 4), 4))"
    : "v_price";
  const negative = refunds.negative_quantity === "refund" ? "v_quantity < 0 OR row_gross < 0" : "0";
  const discount =
    discounts.products.length > 0 ? "has({discounts:Array(String)}, f_product)" : "0";
  return `SELECT source_line AS line,
      multiIf(of_refund, 'refund', ${discount}, 'discount', ${negative}, 'refund', 'line') AS role,
      has({cancelled:Array(String)}, f_status) AS cancelled,
      f_order AS order_id, if(of_refund AND ${discount}, '', f_product) AS product,
      f_name AS name, assumeNotNull(v_time) AS time, v_customer AS customer,
      assumeNotNull(v_quantity) * ${sign} AS quantity, ${price} AS price,
      assumeNotNull(row_gross) * ${sign} AS gross,
      if(gross < 0, -1, 1) * abs(assumeNotNull(v_discount)) AS discount,
      ${TEXT_FIELDS.map((field) => `f_${field} AS ${field}`).join(", ")}
    FROM (${valueSelect(mapping, staged)})`;
}

/** Texts, values, and what they amount to. */
export function valueSelect(mapping: Mapping, staged: StagedRows): string {
  const { columns, refunds, time, customer } = mapping;
  const number = (field: keyof typeof NUMBER_LIMITS, missing: string) =>
    `${columns[field] ? numberSql(field, mapping, staged) : missing} AS v_${field}`;
  const identifier = "if(has({nobody:Array(String)}, f_customer), '', f_customer)";
  const isRefund = [
    refunds.order_prefix ? "startsWith(f_order, {refund_prefix:String})" : "0",
    refunds.order_pattern ? "match(f_order, {refund_pattern:String})" : "0",
  ];
  return `SELECT *, ${isRefund.join(" OR ")} AS of_refund,
      ${columns.amount ? "v_amount" : "round(v_quantity * v_price, 4)"} AS row_gross
    FROM (SELECT *,
        ${instantSql("f_time", time.formats)} AS v_time,
        ${identifierSql(customer.kind, identifier)} AS v_customer,
        ${number("quantity", "toDecimal128(1, 4)")},
        ${number("price", "toDecimal128(0, 4)")},
        ${number("amount", "toDecimal128(0, 4)")},
        ${number("discount", "toDecimal128(0, 4)")}
      FROM (${textSelect(mapping, staged)}))`;
}

/** NULL where the text is no number or beyond the field's limit; no discount is none of 0. */
function numberSql(
  field: keyof typeof NUMBER_LIMITS,
  { numbers }: Mapping,
  staged: StagedRows,
): string {
  const value = decimalSql(`f_${field}`, staged.numeric.has(field) ? "." : numbers.decimal);
  const bounded = `if(abs(${value}) > ${NUMBER_LIMITS[field]}, NULL, ${value})`;
  return field === "discount" ? `if(f_discount = '', toDecimal128(0, 4), ${bounded})` : bounded;
}

function textSelect(mapping: Mapping, staged: StagedRows): string {
  const texts = FIELDS.map((field) => `${textOf(field, mapping, staged)} AS f_${field}`);
  return `SELECT ${staged.line} AS source_line, ${texts.join(", ")} FROM {raw:Identifier}`;
}

function textOf(field: MappedField, { constants }: Mapping, staged: StagedRows): string {
  const column = staged.texts.get(field);
  if (column !== undefined) return column;
  return constants[field as TextField] ? `{constant_${field}:String}` : "''";
}

export function rowParameters(mapping: Mapping, staged: StagedRows): Parameters {
  const { refunds, discounts, orders, time, customer, constants } = mapping;
  return {
    ...staged.parameters,
    raw: staged.table,
    refund_prefix: refunds.order_prefix ?? "",
    refund_pattern: refunds.order_pattern ?? "",
    discounts: discounts.products,
    cancelled: orders.cancelled,
    zone: time.zone,
    nobody: customer.nobody,
    ...Object.fromEntries(time.formats.map((format, i) => [`format_${i}`, format])),
    ...Object.fromEntries(TEXT_FIELDS.map((f) => [`constant_${f}`, constants[f] ?? ""])),
  };
}
