/**
 * Amounts among the properties of an event about an order. One that is there and is no number makes
 * the event unusable: taken for absent, the order would be one of 0, and its buyer a new one.
 */

import { LIST_PROPERTIES, NUMBER_PROPERTIES, ORDER_PROPERTIES } from "../../events/index.js";
import { listOf } from "../../json-bag.js";
import { decimalSql } from "../../value-sql.js";
import { type Fault, MAX_AMOUNT } from "../fields.js";

const quoted = (words: readonly string[]) => words.map((word) => `'${word}'`).join(", ");

const OF_PRODUCT = (["price", "quantity", "cost"] as const).flatMap((n) => NUMBER_PROPERTIES[n]);
const OF_ORDER = [...OF_PRODUCT, ...Object.values(ORDER_PROPERTIES).flat()];

const LISTS = quoted(LIST_PROPERTIES);

/**
 * [path, text] of the first amount that is none, [] without one. `ofOrder`: a condition; `bag`: the
 * event's properties, each as JSON.
 */
export function badAmountSql(ofOrder: string, bag: string): string {
  const said = `mapFilter((k, v) -> ${ofOrder} AND has([${quoted(OF_ORDER)}, ${LISTS}], k), ${bag})`;
  const list = listOf("said_amounts", LIST_PROPERTIES);
  const listName = `arrayFirst(n -> startsWith(said_amounts[n], '['), [${LISTS}])`;
  const ofProducts = `arrayMap((product, i) -> arrayMap(
      x -> (concat(${listName}, '[', toString(i - 1), '].', x.1), x.2),
      arrayFilter(x -> has([${quoted(OF_PRODUCT)}], x.1), JSONExtractKeysAndValuesRaw(product))),
    ${list}, arrayEnumerate(${list}))`;
  const ofOrderItself = `arrayFilter(x -> NOT has([${LISTS}], x.1),
    arrayZip(mapKeys(${said} AS said_amounts), mapValues(said_amounts)))`;
  return `arrayFirst(x -> x[2] NOT IN ('', 'null') AND ${isNoAmount("x[2]")},
    arrayMap(x -> [x.1, if(startsWith(x.2, '"'), trimBoth(JSONExtractString(x.2)), x.2)],
      arrayConcat(${ofOrderItself}, arrayFlatten(${ofProducts}))))`;
}

const isNoAmount = (text: string): string =>
  `ifNull(abs(${decimalSql(text, ".")}) > ${MAX_AMOUNT}, true)`;

/** Over a column `bad_amount` of `badAmountSql`. */
export const amountFault: Fault = {
  field: "properties",
  condition: "notEmpty(bad_amount)",
  reason: `not a number of at most ${MAX_AMOUNT}`,
  within: "bad_amount",
};
