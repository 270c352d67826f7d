/**
 * Order lines -> facts, in SQL. Everything is a function of the set of rows, never of their order:
 *
 *   order     one row per order: the sums of its lines
 *   line      one row per line; equal lines are told apart by their occurrence, 1, 2, ...
 *   refund    one row per line that gives something back; it names no order of ours
 *   identified  one row per person, with the country of the first order
 *
 * The id of a fact is the hash of what it is (source, order, content, occurrence), so a file that
 * is imported again, or overlaps another, makes the same ids, and those that are known are left
 * out.
 */

import { withoutTax } from "../../money/vat.js";
import { aliasSql } from "../../values/value-sql.js";
import type { OrdersMapping } from "./schema.js";

/** Whether the prices of the file's lines hold VAT, whose percentages are parameters. */
export type Vat = "included" | "excluded";

/** Columns of `facts` that an import fills; the others keep their defaults. */
export const FACT_COLUMNS = `alias, ts, known_at, fact_id, version, import_id, kind, source, ordinal,
  order_id, product, category, department, brand, collection, coupon, channel, country,
  placed, kept, quantity, price, gross, discount, net`;

/** What all rows of an order share. `discount`: of the order as a whole, still to be spread. */
export const ORDER_COLUMNS = `
  order_id String, ts DateTime64(3, 'UTC'), customer String, alias UInt64, placed UInt8,
  lines UInt32, discount Decimal(38, 4), spread_over Decimal(38, 4), country String,
  coupon String, channel String`;

export function insertOrders({ orders }: OrdersMapping): string {
  const sold = orders.free === "placed" ? "gross >= 0" : "gross > 0";
  const text = (field: string) => `minIf(${field}, ${field} != '') AS order_${field}`;
  return `INSERT INTO {orders:Identifier}
    SELECT order_id, min(time), max(customer) AS person,
      ${aliasSql("{id_kind:String}", "person")},
      max(role = 'line' AND quantity > 0 AND ${sold}),
      countIf(role = 'line'), -sumIf(gross, role = 'discount'),
      sumIf(gross, role = 'line' AND gross > 0),
      ${text("country")}, ${text("coupon")}, ${text("channel")}
    FROM {lines:Identifier} GROUP BY order_id`;
}

/** Contents that occur more than once. They are few, and all else need not be grouped. */
export const INSERT_REPEATED = `INSERT INTO {repeated:Identifier}
  SELECT content FROM {lines:Identifier} GROUP BY content HAVING count() > 1`;

const LINE = "order_id, product, quantity, price, gross, discount, time, role";
const PRODUCT = ["category", "department", "brand", "collection"] as const;

/**
 * Lines and refunds, with ids. Equal lines: same product, quantity, price, amount, discount and
 * time within an order; they are numbered.
 */
const NUMBERED_LINES = `
  SELECT *, halfMD5(concat(toString(role), '\\0', {source:String}, '\\0', order_id, '\\0', product,
      '\\0', toString(quantity), '\\0', ifNull(toString(price), ''), '\\0', toString(gross), '\\0',
      toString(discount), '\\0', toString(toUnixTimestamp64Milli(time)), '\\0',
      toString(occurrence))) AS id
  FROM (
    SELECT ${LINE}, ${PRODUCT.join(", ")}, toUInt32(1) AS occurrence
    FROM {lines:Identifier}
    WHERE role != 'discount' AND content NOT IN (SELECT content FROM {repeated:Identifier})
    UNION ALL
    SELECT ${LINE}, ${PRODUCT.map((field) => `min(${field}) AS ${field}`).join(", ")},
      arrayJoin(range(1, toUInt32(count()) + 1)) AS occurrence
    FROM {lines:Identifier}
    WHERE role != 'discount' AND content IN (SELECT content FROM {repeated:Identifier})
    GROUP BY ${LINE})`;

/** `share`: expression for the line's part of its order's discount. The tax is taken out of both. */
function insertLinesWith(share: string, condition: string, vat: Vat): string {
  const net = vat === "included" ? withoutTax("paid", "o.country") : "paid";
  const gross = vat === "included" ? withoutTax("l.gross", "o.country") : "l.gross";
  return `INSERT INTO {facts:Identifier} (${FACT_COLUMNS}, tax)
    SELECT o.alias, o.ts, o.ts, id, 1, {import_id:UInt32}, toString(role), {source:String},
      occurrence, order_id, product, category, department, brand, collection, o.coupon, o.channel,
      o.country, if(role = 'line', o.placed, 1), if(role = 'line', o.placed, 1), quantity, price,
      ${gross} AS line_gross, line_gross - line_net AS whole_discount,
      ${net} AS line_net, (l.gross - l.discount - ${share} AS paid) - line_net
    FROM (${NUMBERED_LINES}) AS l
    INNER JOIN {orders:Identifier} AS o USING (order_id)
    WHERE ${condition}`;
}

/** Of orders without a discount of their own: all but a few, and no window is needed. */
export const insertPlainLines = (vat: Vat): string =>
  insertLinesWith(
    "0",
    "o.discount = 0 OR o.spread_over = 0 OR role != 'line' OR l.gross <= 0",
    vat,
  );

/**
 * The discount is spread by amount. Each share is the difference of two rounded running totals, so
 * the shares add up to the discount exactly; lines are taken by id, whatever their order in the file.
 */
export const insertDiscountedLines = (vat: Vat): string =>
  insertLinesWith(
    `(round(toDecimal256(o.discount, 8) * (sum(toDecimal256(l.gross, 4)) OVER running) / o.spread_over, 4)
    - round(toDecimal256(o.discount, 8) * (sum(toDecimal256(l.gross, 4)) OVER running - l.gross) / o.spread_over, 4))`,
    "o.discount != 0 AND o.spread_over != 0 AND role = 'line' AND l.gross > 0",
    vat,
  ).concat(`
    WINDOW running AS (PARTITION BY order_id ORDER BY id ROWS UNBOUNDED PRECEDING)`);

/** A discount on an order without a line to carry it was given back on its own. */
export const insertLoneDiscounts = (
  vat: Vat,
): string => `INSERT INTO {facts:Identifier} (${FACT_COLUMNS}, tax)
  SELECT alias, ts, ts, halfMD5(concat('discount\\0', {source:String}, '\\0', order_id)), 1,
    {import_id:UInt32}, 'refund', {source:String}, 1, order_id, '', '', '', '', '', coupon, channel,
    country, 1, 1, NULL, NULL, ${vat === "included" ? withoutTax("-discount", "country") : "-discount"} AS net_discount, 0,
    net_discount, -discount - net_discount
  FROM {orders:Identifier} WHERE discount != 0 AND spread_over = 0`;

export const INSERT_ORDERS_AS_FACTS = `INSERT INTO {facts:Identifier} (${FACT_COLUMNS}, tax, props)
  SELECT o.alias, o.ts, o.ts, halfMD5(concat('order\\0', {source:String}, '\\0', order_id)), 1,
    {import_id:UInt32}, 'order', {source:String}, 1, order_id, '', '', '', '', '', o.coupon,
    o.channel, o.country, o.placed, o.placed, s.quantity, NULL, s.gross, s.discount, s.net, s.tax,
    if({currency:String} = '', '{}', toJSONString(map('currency', {currency:String})))
  FROM (SELECT order_id, sum(quantity) AS quantity, sum(gross) AS gross, sum(discount) AS discount,
      sum(net) AS net, sum(tax) AS tax
    FROM {facts:Identifier} WHERE kind = 'line' GROUP BY order_id) AS s
  INNER JOIN {orders:Identifier} AS o USING (order_id)`;

/** The trait that an order shows: the country of the person's first order that names one. */
export const INSERT_PEOPLE = `INSERT INTO {facts:Identifier} (${FACT_COLUMNS}, props)
  SELECT alias, first_ts, first_ts,
    halfMD5(concat('identified\\0', {source:String}, '\\0', {id_kind:String}, '\\0', customer)), 1,
    {import_id:UInt32}, 'identified', {source:String}, 1, '', '', '', '', '', '', '', '',
    first_country, 1, 1, NULL, NULL, 0, 0, 0, toJSONString(map('country', first_country))
  FROM (SELECT alias, customer, min(ts) AS first_ts, argMin(country, (ts, country)) AS first_country
    FROM {orders:Identifier} WHERE alias != 0 AND country != '' GROUP BY alias, customer)`;

export const INSERT_IDENTIFIERS = `INSERT INTO {identifiers:Identifier}
  SELECT DISTINCT alias, {id_kind:String}, customer FROM {orders:Identifier} WHERE alias != 0`;

/**
 * What the lines say of products: the description most often sold, valid since ever, because the
 * file does not say since when. What a catalogue says about a product stands, whichever came first.
 */
export const INSERT_PRODUCTS = `INSERT INTO {products:Identifier}
    (product, ts, known_at, name, category, department, brand, collection, import_id)
  SELECT product, toDateTime64(0, 3, 'UTC'), toDateTime64(0, 3, 'UTC'), said.1, said.2, said.3,
    said.4, said.5, {import_id:UInt32}
  FROM (SELECT product,
      argMax((name, category, department, brand, collection), (sold, times, name)) AS said
    FROM (SELECT product, name, toString(category) AS category, toString(department) AS department,
        toString(brand) AS brand, toString(collection) AS collection, count() AS times,
        countIf(role = 'line' AND quantity > 0 AND gross > 0) AS sold
      FROM {lines:Identifier} WHERE role != 'discount' AND product != ''
      GROUP BY ALL)
    GROUP BY product)
  WHERE said != ('', '', '', '', '') AND product NOT IN (SELECT product FROM products WHERE origin = 'lines')`;
