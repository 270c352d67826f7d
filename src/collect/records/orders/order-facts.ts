/**
 * Whole orders -> facts. A record of an order becomes a version of each of its facts at each instant
 * from which the store knew more of it: placed (once paid), cancelled, refunded. The dates are the
 * record's own, so the same facts result whenever the file came in.
 *
 *   record   ordered 3 Aug, refunded 9 Aug
 *   facts    version 1  known_at 3 Aug  net 179.80    superseded 9 Aug
 *            version 2  known_at 9 Aug  net  79.90
 *
 * In every version net = gross - discount - refunded, all without tax and shipping. The ids hold the
 * hash of the record, so that the facts of another record of the same order are other facts.
 */

import { objectSql } from "../../values/value-sql.js";
import { FACT_COLUMNS } from "./fact-sql.js";
import { IN_CHUNK, LINE_CONTENT } from "./order-state.js";

/** One row per order and version: what the order is from then on. */
export const CREATE_VERSIONS = `CREATE TABLE {versions:Identifier} ENGINE = MergeTree ORDER BY order_id AS
  SELECT * EXCEPT (steps, step), step.1 AS version, step.2 AS known_at,
    cancelled_known IS NOT NULL AND cancelled_known <= known_at AS is_cancelled,
    refund_known IS NOT NULL AND refund_known <= known_at AS is_given_back,
    if(refund_undated, toString({lag_ms:Int64}), '') AS lag,
    placed AND NOT is_cancelled AS still_placed,
    still_placed AND NOT (fully_refunded AND is_given_back) AS still_kept
  FROM (
    SELECT *, if(refund_undated, toNullable(known + toIntervalMillisecond({lag_ms:Int64})),
        refund_dated) AS refund_known,
      arraySort(arrayDistinct(arrayFilter(x -> x IS NOT NULL,
        [toNullable(known), cancelled_known, refund_known]))) AS steps,
      arrayJoin(arrayMap((x, i) -> (toUInt32(i), assumeNotNull(x)), steps, arrayEnumerate(steps))) AS step
    FROM {orders:Identifier} WHERE order_id IN (SELECT order_id FROM {fresh:Identifier}))`;

/** Running sum and sum of an amount over the lines of an order, for `spread`. */
const sums = (amount: string, name: string): string =>
  `sum(toDecimal256(${amount}, 4)) OVER running AS ${name}_running,
    sum(toDecimal256(${amount}, 4)) OVER (PARTITION BY order_id) AS ${name}_whole`;

/**
 * The part of `total` that falls on a line by its amount: the difference of two rounded running
 * totals, so that the parts add up to the total exactly.
 */
function spread(total: string, amount: string, name: string): string {
  const until = (sum: string) =>
    `round(toDecimal256(${total}, 8) * (${sum}) / if(${name}_whole = 0, 1, ${name}_whole), 4)`;
  return `CAST(${until(`${name}_running`)} - ${until(`${name}_running - ${amount}`)}, 'Decimal(38, 4)')`;
}

const RUNNING =
  "WINDOW running AS (PARTITION BY order_id ORDER BY ordinal ROWS UNBOUNDED PRECEDING)";

const ZERO = "toDecimal128(0, 4)";

/**
 * One row per line with its amounts. Lines are numbered by what they say, whatever their order in
 * the file. A gift card is a liability: it has a price and a quantity, and no revenue. Only lines
 * above zero share in what the order as a whole has.
 */
export const SELECT_AMOUNTS = `SELECT *, ${spread("refund", "after_tax", "kept")} AS own_refund,
    multiIf(gift_card, ${ZERO}, base = 0 OR after_discount = 0 OR NOT tax_inside, list,
      CAST(round(toDecimal256(list, 8) * after_tax / after_discount, 4), 'Decimal(38, 4)')) AS own_gross,
    multiIf(gift_card, ${ZERO}, base = 0, discount, own_gross - after_tax) AS own_discount
  FROM (SELECT *, ${sums("after_tax", "kept")}
  FROM (SELECT *, ${spread("goods_tax", "tax_base", "taxed")} AS own_tax,
    if(tax_inside, after_discount - own_tax, after_discount) AS after_tax
  FROM (SELECT *, ${sums("tax_base", "taxed")}
  FROM (SELECT *, base - ${spread("spread", "base", "goods")} AS after_discount,
    if(taxable OR taxable_sum = 0, after_discount, ${ZERO}) AS tax_base
  FROM (SELECT *, ${sums("base", "goods")}
  FROM (SELECT l.order_id AS order_id, product, category, department, brand, collection, quantity,
      price, gross AS list, discount, gift_card, taxable,
      row_number() OVER (PARTITION BY order_id ORDER BY ${LINE_CONTENT}) AS ordinal,
      if(gross > 0 AND NOT gift_card, gross - discount, ${ZERO}) AS base,
      o.spread AS spread, o.goods_tax AS goods_tax, o.tax_inside AS tax_inside,
      o.taxable_sum AS taxable_sum, o.refund AS refund
    FROM {lines:Identifier} AS l INNER JOIN (SELECT order_id, spread, goods_tax, tax_inside, taxable_sum, refund
      FROM {orders:Identifier} WHERE ${IN_CHUNK}) AS o ON l.order_id = o.order_id
    WHERE role = 'line' AND l.order_id IN (SELECT order_id FROM {fresh:Identifier} WHERE ${IN_CHUNK}))
  ${RUNNING})) ${RUNNING})) ${RUNNING})`;

const COLUMNS = `${FACT_COLUMNS}, refunded, tax, shipping, gift, props`;

/**
 * The id of a fact of this record; `what` tells it from the record's other facts, `lag` is the one by
 * which an undated refund was dated.
 */
export const factId = (
  kind: string,
  { what = "''", lag = "''", source = "{source:String}" } = {},
) =>
  `halfMD5(concat('${kind}\\0', ${source}, '\\0', order_id, '\\0', hex(record), '\\0', ${lag}, '\\0', ${what}))`;

/** Amounts of another currency become the store's: see `order-currency.ts`. */
const money = (amount: string): string =>
  `CAST(round(toDecimal256(${amount}, 8) * rate, 4), 'Decimal(38, 4)')`;

export const INSERT_LINES = `INSERT INTO {facts:Identifier} (${COLUMNS})
  SELECT v.alias, v.ts, v.known_at, ${factId("line", { what: "toString(ordinal)", lag: "lag" })}, v.version,
    {import_id:UInt32}, 'line', {source:String}, ordinal, order_id, product, category, department,
    brand, collection, v.coupon, v.channel, v.country, v.still_placed, v.still_kept, quantity,
    if(price IS NULL, NULL, ${money("assumeNotNull(price)")}), ${money("own_gross")} AS line_gross,
    ${money("own_discount")} AS line_discount, line_gross - line_discount - line_refund AS line_net,
    if(v.is_given_back, ${money("own_refund")}, ${ZERO}) AS line_refund, ${money("own_tax")}, 0,
    v.gift, if(gift_card, '{"gift_card":true}', '{}')
  FROM (SELECT * FROM {amounts:Identifier} WHERE ${IN_CHUNK}) AS a
  INNER JOIN (SELECT * FROM {versions:Identifier} WHERE ${IN_CHUNK}) AS v USING (order_id)`;

const BUYER = "if(full_name != '', full_name, trimBoth(concat(first_name, ' ', last_name)))";

/** What is kept of an order beside its columns. */
const ORDER_PROPS = objectSql([
  ["currency", "toJSONString(sale_currency)", "sale_currency != ''"],
  ["status", "toJSONString(status)", "status != ''"],
  ["payment", "toJSONString(payment)", "payment != ''"],
  ["location", "toJSONString(location)", "location != ''"],
  ["employee", "toJSONString(employee)", "employee != ''"],
  ["bill_name", `toJSONString(${BUYER})`, `${BUYER} != ''`],
  ["ship_name", "toJSONString(ship_name)", "ship_name != ''"],
  ["gift_wrap", "'true'", "is_wrapped"],
  ["gift_note", "'true'", "has_note"],
  ["charged", `toString(${money("assumeNotNull(total)")})`, "total IS NOT NULL"],
  ["paid_back", `toString(${money("refund_sum")})`, "refund_sum > 0"],
  ["test", "'true'", "tested"],
  ["unpaid", "'true'", "unpaid"],
  ["refund_undated", "'true'", "refund_undated AND is_given_back"],
]);

export const INSERT_ORDERS = `INSERT INTO {facts:Identifier} (${COLUMNS})
  SELECT alias, ts, known_at, ${factId("order", { lag: "lag" })}, version, {import_id:UInt32}, 'order',
    {source:String}, 1, order_id, '', '', '', '', '', coupon, channel, country, still_placed,
    still_kept, s.quantity, NULL, s.gross, s.discount, s.gross - s.discount - s.refunded,
    s.refunded, ${money("tax_sum")}, ${money("shipping_sum")}, gift, ${ORDER_PROPS}
  FROM (SELECT * FROM {versions:Identifier} WHERE ${IN_CHUNK}) AS v
  INNER JOIN (SELECT order_id, version, sum(quantity) AS quantity, sum(gross) AS gross,
      sum(discount) AS discount, sum(refunded) AS refunded
    FROM {facts:Identifier} WHERE kind = 'line' AND ${IN_CHUNK} GROUP BY order_id, version) AS s
  USING (order_id, version)`;

/** Lines that give something back on their own, and discounts without a line to carry them. */
export const INSERT_REFUNDS = `INSERT INTO {facts:Identifier} (${COLUMNS})
  SELECT alias, ts, known, ${factId("refund", { what: "toString(n)" })}, 1, {import_id:UInt32}, 'refund',
    {source:String}, n, order_id, product, category, department, brand, collection, coupon, channel,
    country, 1, 1, quantity, price, ${money("gross")} AS own_gross, ${money("discount")} AS own_discount,
    own_gross - own_discount, 0, 0, 0, 0, '{}'
  FROM (
    SELECT order_id, product, category, department, brand, collection, toNullable(quantity) AS quantity,
      price, gross, discount, row_number() OVER (PARTITION BY order_id ORDER BY ${LINE_CONTENT}) AS n
    FROM {lines:Identifier}
    WHERE role = 'refund' AND order_id IN (SELECT order_id FROM {fresh:Identifier})
    UNION ALL
    SELECT order_id, '', '', '', '', '', NULL, NULL, -discount_rows, 0, 0
    FROM {orders:Identifier} WHERE discount_rows > 0 AND list_sum = 0
      AND order_id IN (SELECT order_id FROM {fresh:Identifier})) AS r
  INNER JOIN {orders:Identifier} AS o USING (order_id)`;

/** What the order says of its buyer. */
const TRAITS = objectSql([
  ["country", "toJSONString(country)", "country != ''"],
  ["name", `toJSONString(${BUYER})`, `${BUYER} != ''`],
  ["first_name", "toJSONString(first_name)", "first_name != ''"],
  ["last_name", "toJSONString(last_name)", "last_name != ''"],
  ["email", "toJSONString(email)", "email != ''"],
  ["phone", "toJSONString(phone)", "phone != ''"],
  ["company", "toJSONString(company)", "company != ''"],
  ["postcode", "toJSONString(postcode)", "postcode != ''"],
  ["city", "toJSONString(city)", "city != ''"],
  ["payment_terms", "toJSONString(payment_terms)", "payment_terms != ''"],
  ["tags", "toJSONString(tags)", "notEmpty(tags)"],
  ["accepts_email", "toString(assumeNotNull(accepts_email))", "accepts_email IS NOT NULL"],
  ["tax_exempt", "toString(assumeNotNull(tax_exempt))", "tax_exempt IS NOT NULL"],
]);

export const INSERT_TRAITS = `INSERT INTO {facts:Identifier} (${COLUMNS})
  SELECT alias, ts, known, ${factId("identified")}, 1, {import_id:UInt32}, 'identified',
    {source:String}, 1, order_id, '', '', '', '', '', '', '', country, 1, 1, NULL, NULL, 0, 0, 0, 0,
    0, 0, 0, ${TRAITS} AS traits
  FROM {orders:Identifier}
  WHERE alias != 0 AND order_id IN (SELECT order_id FROM {fresh:Identifier}) AND traits != '{}'`;

/** Each version is valid until the next is known. */
export const INSERT_SUPERSEDED = `INSERT INTO {superseded:Identifier}
  SELECT alias, fact_id, version - 1, known_at, {import_id:UInt32} FROM {facts:Identifier}
  WHERE version > 1`;
