/**
 * Product Price Changed and Product Stock Changed -> statements of the catalogue: the event's product
 * has this price or stock from then on. What it had until then holds a millisecond before, so that a
 * store whose catalogue comes from such events alone knows what the first of them changed.
 */

import { numberOf, plainSql, textOf } from "../../values/json-bag.js";
import { booleanSql } from "../../values/value-sql.js";
import { MAX_AMOUNT } from "../fields.js";
import { NEWS } from "./event-facts.js";

const PRICE_CHANGED = "Product Price Changed";
const STOCK_CHANGED = "Product Stock Changed";

/** Condition over events that say something of a product. */
export const TELLS_OF_PRODUCT = `product != '' AND name IN ('${PRICE_CHANGED}', '${STOCK_CHANGED}')`;

function number(names: readonly string[]): string {
  const value = numberOf("said", names);
  return `if(abs(${value}) > ${MAX_AMOUNT}, NULL, ${value})`;
}

/** Pieces at hand; of a shop that only says whether there are any, 1 or 0. */
const STOCK = `coalesce(${number(["stock", "stock_quantity", "inventory_quantity", "inventory"])},
  if(name = '${STOCK_CHANGED}', quantity, NULL),
  toDecimal128(${booleanSql(textOf("said", ["in_stock", "available"]))}, 4))`;

const COLUMNS = `product, ts, known_at, name, category, department, brand, collection, price,
  compare_at_price, cost, stock, origin, import_id`;

export const INSERT_STATEMENTS = `INSERT INTO {statements:Identifier} (${COLUMNS})
  SELECT DISTINCT product, statement.1, known, if(statement.4, product_name, ''),
    if(statement.4, category, ''), if(statement.4, department, ''), if(statement.4, brand, ''),
    if(statement.4, collection, ''), statement.2, if(statement.4, compared, NULL),
    if(statement.4, cost, NULL), statement.3, 'catalogue', {import_id:UInt32}
  FROM (SELECT *, arrayJoin([
        (time, price, at_hand, true),
        (time - toIntervalMillisecond(1), price_until, stock_until, false)]) AS statement
    FROM (SELECT *, ${plainSql("bag")} AS said, ${STOCK} AS at_hand,
        ${number(["compare_at_price"])} AS compared,
        ${number(["previous_price", "old_price"])} AS price_until,
        ${number(["previous_stock", "old_stock"])} AS stock_until
      FROM {events:Identifier} WHERE ${TELLS_OF_PRODUCT} AND ${NEWS}))
  WHERE statement.4 OR statement.2 IS NOT NULL OR statement.3 IS NOT NULL`;
