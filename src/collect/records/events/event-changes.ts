/**
 * Order Cancelled and Order Refunded -> changes of orders. A refund without products is one of the
 * whole order; with products it gives back these, their stated total shared out by price.
 */

import { CHANGE_COLUMNS } from "../orders/take-changes.js";
import { exploded, itemColumns, NEWS } from "./event-facts.js";

export const CREATE_ORDER_CHANGES = `CREATE TABLE {order_changes_said:Identifier} (${CHANGE_COLUMNS})
  ENGINE = MergeTree ORDER BY tuple()`;

const CHANGES = `SELECT * FROM {events:Identifier}
  WHERE kind IN ('order_cancelled', 'order_refunded') AND ${NEWS}`;

/** Whether the event names products that are given back. */
const PARTLY = "kind = 'order_refunded' AND (notEmpty(items) OR item_product != '')";

/** Of the stated total what falls on a product; by units where no product has a price. */
const SHARE = `CAST(round(stated * running / weights, 4) - round(stated * (running - weight) / weights, 4),
  'Nullable(Decimal(38, 4))')`;

export const INSERT_ORDER_CHANGES = `INSERT INTO {order_changes_said:Identifier}
  SELECT order, if(kind = 'order_cancelled', 'cancelled', 'refunded'), known,
    if(partly, item_product, ''), if(partly, item_quantity, NULL),
    multiIf(NOT partly, NULL, stated IS NOT NULL AND weights > 0, ${SHARE}, priced > 0, amount, NULL),
    currency, halfMD5(concat(id, '\\0change\\0', toString(n)))
  FROM (SELECT *, sum(weight) OVER (PARTITION BY id) AS weights,
      sum(weight) OVER (PARTITION BY id ORDER BY n ROWS UNBOUNDED PRECEDING) AS running
    FROM (SELECT *, sum(ifNull(amount, 0)) OVER (PARTITION BY id) AS priced,
        toDecimal256(if(priced > 0, ifNull(amount, 0), units), 4) AS weight,
        toDecimal256(coalesce(total, revenue, subtotal), 8) AS stated
      FROM (SELECT e.*, ${itemColumns()}, ${PARTLY} AS partly,
          assumeNotNull(ifNull(item_quantity, toDecimal128(1, 4))) AS units,
          CAST(round(units * item_price, 4), 'Nullable(Decimal(38, 4))') AS amount
        FROM (${exploded(CHANGES, "kind = 'order_refunded'")}) AS e)))`;
