/**
 * Events -> facts. An event is known by its message id, else by what it says and its occurrence
 * among equal ones, so a file that comes again makes the same ids. Whose it is: the identifier that
 * it names, else its device.
 */

import {
  NUMBER_PROPERTIES,
  ORDER_KINDS,
  PRODUCT_KINDS,
  TEXT_PROPERTIES,
} from "../../events/index.js";
import { bagSql, keyOf, numberOf, objectOf, plainSql, textOf } from "../../values/json-bag.js";
import { aliasSql } from "../../values/value-sql.js";

const quoted = (words: readonly string[]) => words.map((word) => `'${word}'`).join(", ");

const ABOUT_ORDERS = `kind IN (${quoted(ORDER_KINDS)})`;

/** The id of the event's first fact. */
export const FIRST_FACT = "halfMD5(concat(id, '\\0', '1'))";

/** Events that may be there twice. They are few, and all else need not be compared. */
export const CREATE_REPEATED = `CREATE TABLE {repeated:Identifier} ENGINE = Memory AS
  SELECT same FROM {typed:Identifier} GROUP BY same HAVING count() > 1`;

const EACH_ONCE = "SELECT *, toUInt64(1) AS occurrence FROM {typed:Identifier}";

const SOME_REPEATED = `SELECT * EXCEPT copy FROM (
    SELECT *, 1 AS occurrence, 1 AS copy FROM {typed:Identifier}
    WHERE same NOT IN (SELECT same FROM {repeated:Identifier})
    UNION ALL
    SELECT *, row_number() OVER (PARTITION BY message, content ORDER BY line) AS occurrence,
      row_number() OVER (PARTITION BY message, if(message = '', line, 0)
        ORDER BY known, content, line) AS copy
    FROM {typed:Identifier} WHERE same IN (SELECT same FROM {repeated:Identifier}))
  WHERE copy = 1`;

/**
 * Every event once, with the hash `id` of what it is. Of several with one message id the one that
 * was known first counts.
 */
export const createEvents = ({ repeated }: { readonly repeated: boolean }): string =>
  `CREATE TABLE {events:Identifier} ENGINE = MergeTree ORDER BY tuple() AS
  SELECT *, hex(halfMD5(concat('event\\0', {source:String}, '\\0',
      if(message != '', concat('message\\0', message),
        concat('content\\0', content, '\\0', toString(occurrence)))))) AS id,
    ${aliasSql("id_kind", "customer")} AS named, ${aliasSql("'anonymous_id'", "anonymous")} AS device,
    if(named != 0, named, device) AS alias
  FROM (${repeated ? SOME_REPEATED : EACH_ONCE})`;

/** Events that the store has: of these nothing is taken again. */
export const CREATE_TAKEN = `CREATE TABLE {taken:Identifier} ENGINE = MergeTree ORDER BY fact_id AS
  SELECT fact_id FROM seen WHERE fact_id IN (SELECT ${FIRST_FACT} FROM {events:Identifier})`;

export const NEWS = `${FIRST_FACT} NOT IN (SELECT fact_id FROM {taken:Identifier})`;

/** What a product in a list says of itself, and its names there. */
const ITEM_TEXTS = {
  product: [...TEXT_PROPERTIES.product, "id"],
  category: TEXT_PROPERTIES.category,
  department: TEXT_PROPERTIES.department,
  brand: TEXT_PROPERTIES.brand,
  collection: TEXT_PROPERTIES.collection,
  coupon: TEXT_PROPERTIES.coupon,
} as const;
const ITEM_NUMBERS = ["price", "quantity", "cost"] as const;

/** SELECT of the columns that an element `item` of a list may overrule, with these names. */
export const itemColumns = (): string =>
  [
    ...Object.entries(ITEM_TEXTS).map(([name, names]) => {
      return `if(${textOf("item", names)} != '', ${textOf("item", names)}, e.${name}) AS item_${name}`;
    }),
    ...ITEM_NUMBERS.map(
      (name) => `ifNull(${numberOf("item", NUMBER_PROPERTIES[name])}, e.${name}) AS item_${name}`,
    ),
    `if(${textOf("item", ["name", ...TEXT_PROPERTIES.product_name])} != '',
      ${textOf("item", ["name", ...TEXT_PROPERTIES.product_name])}, e.product_name) AS item_name`,
  ].join(", ");

/** The elements of the events' lists as rows, one without any for an event that has no list. */
export const exploded = (events: string, lists: string): string =>
  `SELECT e.*, n, whole_item, ${plainSql("whole_item")} AS item
   FROM (SELECT e.*, n, ${bagSql("listed")} AS whole_item FROM (${events}) AS e
     ARRAY JOIN if(${lists} AND notEmpty(items), items, ['']) AS listed,
       if(${lists} AND notEmpty(items), arrayEnumerate(items), [1]) AS n) AS e`;

const ITEM_KEYS = [
  ...Object.values(ITEM_TEXTS).map((names) => keyOf("item", names)),
  ...ITEM_NUMBERS.map((name) => {
    const names = NUMBER_PROPERTIES[name];
    return `if(isNull(${numberOf("item", names)}), '', ${keyOf("item", names)})`;
  }),
].join(", ");

const LISTS = `kind IN (${quoted(PRODUCT_KINDS)})`;

/** Events whose list of products becomes a fact each. */
export const LISTED = `notEmpty(items) AND ${LISTS}`;

const OWN_FACTS = `SELECT * FROM {events:Identifier}
  WHERE NOT ${ABOUT_ORDERS} AND kind NOT IN ('identify', 'alias')`;

const OF_ITEMS = `SELECT e.*, ${itemColumns()}, mapUpdate(bag,
    mapFilter((k, v) -> NOT has([${ITEM_KEYS}], k), whole_item)) AS rest
  FROM (${exploded(OWN_FACTS, LISTS)}) AS e`;

/** The same where no event has a list. */
const OWN_COLUMNS = [...Object.keys(ITEM_TEXTS), ...ITEM_NUMBERS]
  .map((name) => `${name} AS item_${name}`)
  .join(", ");
const WITHOUT_ITEMS = `SELECT *, 1 AS n, bag AS rest, ${OWN_COLUMNS} FROM (${OWN_FACTS})`;

export const insertEvents = ({ listed }: { readonly listed: boolean }): string =>
  `INSERT INTO {facts:Identifier} (alias, ts, known_at, fact_id, version,
    import_id, kind, name, source, order_id, cart_id, ordinal, product, category, department, brand,
    collection, query, coupon, campaign, theme, channel, country, placed, kept, human, quantity,
    price, results, cost, props)
  SELECT alias, time, known, halfMD5(concat(id, '\\0', toString(n))), 1, {import_id:UInt32}, kind, name,
    {source:String}, order, cart, n, item_product, item_category, item_department, item_brand,
    item_collection, query, item_coupon, campaign, theme, channel, country, 1, 1, human,
    item_quantity, item_price, results, item_cost, ${objectOf("rest")}
  FROM (${listed ? OF_ITEMS : WITHOUT_ITEMS})`;

/** Traits, as they became known. A country among them is the person's. */
export const INSERT_TRAITS = `INSERT INTO {facts:Identifier} (alias, ts, known_at, fact_id, version,
    import_id, kind, source, ordinal, country, placed, kept, human, props)
  SELECT alias, time, known, ${FIRST_FACT}, 1, {import_id:UInt32}, 'identified', {source:String}, 1,
    if(country != '', country, ${plainSql(bagSql("traits"))}['country']), 1, 1, 1,
    if(traits = '', '{}', traits)
  FROM {events:Identifier} WHERE kind = 'identify'`;

/** Events that leave no fact of their own. */
export const FACTLESS = `(${ABOUT_ORDERS} OR kind = 'alias')`;

/** What they say of orders and identifiers was taken from them, and is not taken again. */
export const INSERT_SEEN = `INSERT INTO {seen:Identifier}
  SELECT DISTINCT ${FIRST_FACT} AS fact_id, {import_id:UInt32} FROM {events:Identifier}
  WHERE ${FACTLESS} AND ${NEWS}`;
