/**
 * Amounts among the properties of an event about an order. One that is there and is no number makes
 * the event unusable: taken for absent, the order would be one of 0, and its buyer a new one. But for
 * those without which what the order was worth is said all the same: these are left out, and told.
 */

import type { Warehouse } from "../../../store/index.js";
import { LIST_PROPERTIES, NUMBER_PROPERTIES, ORDER_PROPERTIES } from "../../events/index.js";
import { keyOf, listOf } from "../../values/json-bag.js";
import { decimalSql } from "../../values/value-sql.js";
import { type Fault, MAX_AMOUNT } from "../fields.js";
import type { Amended } from "../record-kind.js";

const quoted = (words: readonly string[]) => words.map((word) => `'${word}'`).join(", ");

const OF_PRODUCT = (["price", "quantity", "cost"] as const).flatMap((n) => NUMBER_PROPERTIES[n]);
const OF_ORDER = [...OF_PRODUCT, ...Object.values(ORDER_PROPERTIES).flat()];

const LISTS = quoted(LIST_PROPERTIES);

/**
 * [[path, text, fault]] of all amounts that are none; fault is `large` of a number. `ofOrder`: a
 * condition; `bag`: the event's properties, each as JSON.
 */
export function badAmountsSql(ofOrder: string, bag: string): string {
  const said = `mapFilter((k, v) -> ${ofOrder} AND has([${quoted(OF_ORDER)}, ${LISTS}], k), ${bag})`;
  const list = listOf("said_amounts", LIST_PROPERTIES);
  const listName = `arrayFirst(n -> startsWith(said_amounts[n], '['), [${LISTS}])`;
  const ofProducts = `arrayMap((product, i) -> arrayMap(
      x -> (concat(${listName}, '[', toString(i - 1), '].', x.1), x.2),
      arrayFilter(x -> has([${quoted(OF_PRODUCT)}], x.1), JSONExtractKeysAndValuesRaw(product))),
    ${list}, arrayEnumerate(${list}))`;
  const ofOrderItself = `arrayFilter(x -> NOT has([${LISTS}], x.1),
    arrayZip(mapKeys(${said} AS said_amounts), mapValues(said_amounts)))`;
  const texts = `arrayMap(x -> [x.1, if(startsWith(x.2, '"'), trimBoth(JSONExtractString(x.2)), x.2)],
      arrayConcat(${ofOrderItself}, arrayFlatten(${ofProducts})))`;
  return `arrayFilter(x -> x[3] != '', arrayMap((x, amount) -> [x[1], x[2], multiIf(
      x[2] IN ('', 'null'), '', isNull(amount), 'no number', abs(amount) > ${MAX_AMOUNT}, 'large', '')],
    ${texts} AS amount_texts, arrayMap(x -> ${decimalSql("x[2]", ".")}, amount_texts)))`;
}

const NO_AMOUNT = `not a number of at most ${MAX_AMOUNT}`;

const BAD_NAMES = "arrayMap(x -> x[1], bad_amounts)";

/** The column takes the first of its names that has a value, and it is a number. */
const isStated = (name: keyof typeof ORDER_PROPERTIES): string =>
  `NOT has(arrayPushBack(${BAD_NAMES}, ''), ${keyOf("said", ORDER_PROPERTIES[name])})`;

/** By `x`, of `bad_amounts`: it is among these. */
const isOneOf = (names: readonly string[]): string => `has([${quoted(names)}], x[1])`;

const UNCOUNTED = [...ORDER_PROPERTIES.shipping, ...ORDER_PROPERTIES.tax];

/** What the goods of a sale were worth is said whatever else is not. */
const GOODS_SAID = `(${isStated("subtotal")} OR ${isStated("revenue")}
  OR ${isStated("total")} AND NOT hasAny(${BAD_NAMES}, [${quoted(UNCOUNTED)}]))`;

/**
 * A text that is no number, and nobody counts with it: a cost; of a sale whose goods are said the order's
 * amounts; of a cancellation any. A number that is too large is one, and a sign of worse.
 */
const IS_NEEDLESS = `(x[3] != 'large' AND (match(x[1], '(^|[.])cost$') OR kind_of = 'order_cancelled'
  OR ${isOneOf(Object.values(ORDER_PROPERTIES).flat())} AND if(kind_of = 'order_refunded',
    ${isOneOf([...UNCOUNTED, ...ORDER_PROPERTIES.discount])}, ${GOODS_SAID})))`;

/** The first of a column `bad_amounts` that cannot be left out, [] without one; over `said` and `kind_of`. */
export const NEEDED_AMOUNT = `arrayFirst(x -> NOT ${IS_NEEDLESS}, bad_amounts)`;

/** Over a column `bad_amount` of `NEEDED_AMOUNT`. */
export const amountFault: Fault = {
  field: "properties",
  condition: "notEmpty(bad_amount)",
  reason: NO_AMOUNT,
  within: "arraySlice(bad_amount, 1, 2)",
};

/** So many are told of an import, each with its beginning. */
const LISTED = 10;
const MOST_CHARACTERS = 200;

/** Rows of the typed table {typed} that were taken in without such amounts. `column`: of the properties. */
export async function withoutAmounts(
  warehouse: Warehouse,
  { typed, column }: { readonly typed: string; readonly column: string },
): Promise<Amended> {
  const { rows } = await warehouse.query<{
    n: number;
    first: [string, [path: string, text: string][]][];
  }>(
    `SELECT toUInt32(count()) AS n,
       arraySlice(arraySort(groupArraySorted(${LISTED})((line, unread))), 1, ${LISTED}) AS first
     FROM {typed:Identifier} WHERE notEmpty(unread)`,
    { typed },
    { lane: "write" },
  );
  const { n, first } = rows[0]!;
  const listed = first.flatMap(([line, unread]) =>
    unread.map(([path, value]) => {
      const text = value.slice(0, MOST_CHARACTERS);
      return { line: Number(line), column: `${column}.${path}`, value: text, reason: NO_AMOUNT };
    }),
  );
  return { rows: n, first: listed.slice(0, LISTED) };
}
