/**
 * Order Completed and Order Updated -> rows of order lines, from which the orders kind makes orders
 * by its own rules: so an order that a shop's export names too counts once.
 *
 * Where events state a whole order (its products in a list, or its amounts), the last of them says
 * what it is and the first when it was. Otherwise each event is a line of its order. Prices are
 * before the discount of the order, which the stated subtotal shows. It counts since the first event
 * of it was received: that is the instant in the field `paid`. An order's events are kept
 * (`order_events`), so that it is the same however they were spread over files and batches.
 */

import { GIFT_PROPERTIES } from "../../events/index.js";
import { plainSql, textOf } from "../../values/json-bag.js";
import { lineColumns } from "../orders/line-select.js";
import { type OrdersMapping, schema } from "../orders/schema.js";
import { EVENT_COLUMNS } from "./event-columns.js";
import { exploded, FIRST_FACT, itemColumns, NEWS } from "./event-facts.js";
import type { EventsMapping } from "./schema.js";

/** The mapping by which the orders kind reads the table of `INSERT_ORDER_LINES`. */
export function ordersOf(mapping: EventsMapping): OrdersMapping {
  const { source, currency, customer, orders, rates } = mapping;
  const names = ["order", "time", "product", "quantity", "price", "customer", "email", "phone"];
  const amounts = ["subtotal", "order_discount", "shipping", "tax", "total", "currency"];
  const instants = ["updated", "paid"];
  return schema.parse({
    record: "orders",
    source: orders.source ?? source,
    currency,
    columns: Object.fromEntries([...names, ...amounts, ...instants].map((name) => [name, name])),
    customer: { kind: customer.kind, identifying: customer.identifying },
    rates,
    taxes: { included: "no" },
  });
}

export const createOrderLines = (mapping: EventsMapping): string =>
  `CREATE TABLE {order_lines:Identifier} (${lineColumns(ordersOf(mapping))})
   ENGINE = MergeTree ORDER BY tuple()`;

const OF_ORDERS = "kind IN ('order_completed', 'order_updated')";

/** The columns of an event that is kept for what comes later of its order. */
const KEPT = `${EVENT_COLUMNS}, id String, named UInt64, device UInt64, alias UInt64`
  .replaceAll(/LowCardinality\((\w+)\)/g, "$1")
  .replace(/same UInt64 MATERIALIZED .*\)\), /, "");
const KEPT_NAMES = KEPT.split(/, (?=\w+ [A-Z])/).map((column) => column.split(" ")[0]!);

/** The events of this import. */
export const INSERT_ORDER_EVENTS = `INSERT INTO {order_events:Identifier}
  SELECT {source:String}, order, ${FIRST_FACT}, alias,
    toJSONString(CAST(tuple(${KEPT_NAMES.join(", ")}), 'Tuple(${KEPT.replaceAll("'", "\\'")})')),
    {import_id:UInt32}
  FROM {events:Identifier} WHERE ${OF_ORDERS} AND ${NEWS}`;

/** All events of the orders that this import's events are about. */
export const CREATE_SALES = `CREATE TABLE {sales:Identifier} (${KEPT}) ENGINE = MergeTree ORDER BY tuple()`;
export const INSERT_SALES = `INSERT INTO {sales:Identifier}
  SELECT ${KEPT_NAMES.map((name) => `said.${name}`).join(", ")}
  FROM (SELECT JSONExtract(event, 'Tuple(${KEPT.replaceAll("'", "\\'")})') AS said
    FROM (SELECT order_id, event_id, event FROM order_events
        WHERE source = {source:String} AND order_id IN (
          SELECT order FROM {events:Identifier} WHERE ${OF_ORDERS})
      UNION ALL SELECT order_id, event_id, event FROM {order_events:Identifier})
    LIMIT 1 BY event_id)`;

const SALES = `
  SELECT *, notEmpty(items) OR coalesce(subtotal, revenue, total) IS NOT NULL AS whole,
    min(time) OVER (PARTITION BY order) AS first_time, max(time) OVER (PARTITION BY order) AS last_time,
    min(known) OVER (PARTITION BY order) AS first_known, count() OVER (PARTITION BY order) AS pieces, max(whole) OVER (PARTITION BY order) AS any_whole,
    row_number() OVER (PARTITION BY order ORDER BY whole DESC, time DESC, content, id) AS place
  FROM {sales:Identifier}`;

/** The goods after discounts, before tax and shipping. */
const SUBTOTAL = "coalesce(subtotal, revenue, total - ifNull(shipping, 0) - ifNull(tax, 0))";

/** What the order states, by quantity: where no product has a price. */
const BY_QUANTITY = `CAST(round(stated * running / if(units = 0, 1, units), 4)
  - round(stated * (running - units_sold) / if(units = 0, 1, units), 4), 'Decimal(38, 4)')`;

const GIFTS = Object.values(GIFT_PROPERTIES).map((names) => textOf("said", names));

export const INSERT_ORDER_LINES = `INSERT INTO {order_lines:Identifier} (line, role, order_id, product,
    name, time, id_kind, customer, quantity, price, gross, discount, category, department, brand,
    collection, coupon, channel, country, taxable, email, phone, subtotal, order_discount, shipping,
    tax, total, currency, updated, paid, pieces, ${Object.keys(GIFT_PROPERTIES).join(", ")})
  SELECT line, 'line', order, item_product, item_name, first_time,
    if(customer = '', 'anonymous_id', id_kind), if(customer = '', anonymous, customer), units_sold,
    item_price, if(priced = 0 AND stated > 0, ${BY_QUANTITY}, amount), 0, item_category,
    item_department, item_brand, item_collection, coupon, channel, country, 1, email, phone,
    said_subtotal, discount, shipping, tax, total, currency, last_time, first_known, pieces, ${GIFTS.join(", ")}
  FROM (SELECT *, sum(amount) OVER (PARTITION BY order) AS priced,
      sum(units_sold) OVER (PARTITION BY order) AS units,
      sum(units_sold) OVER (PARTITION BY order ORDER BY n, line ROWS UNBOUNDED PRECEDING) AS running,
      toDecimal256(if(whole, ifNull(said_subtotal, 0) + abs(ifNull(discount, 0)), 0), 8) AS stated
    FROM (SELECT e.*, ${plainSql("bag")} AS said, ${itemColumns()}, ifNull(item_quantity, toDecimal128(1, 4)) AS units_sold,
        CAST(round(units_sold * ifNull(item_price, 0), 4), 'Decimal(38, 4)') AS amount, ${SUBTOTAL} AS said_subtotal
      FROM (${exploded(`SELECT * FROM (${SALES}) WHERE NOT any_whole OR place = 1`, "true")}) AS e))`;
