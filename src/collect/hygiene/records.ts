/** Facts and products with something wrong: they stay as they are, and the report says where. */

import type { Group } from "./group.js";
import { personOf, SOLD, visibleFacts } from "./visible-sql.js";

const FIRST_YEAR = 1990;

/** What a fact adds to the lines and the revenue. */
const LINES = "toUInt64(kind = 'line' AND kept = 1) AS lines";
const NET = `if(${SOLD}, net, toDecimal64(0, 4)) AS net`;

/**
 * A day's grace, for clocks and zones. A fact of an import is compared with the instant of the
 * import, any other with the instant at which it came in. That of the first import sorts nearly
 * all facts out before the exact comparison. What people are since ever is dated 1970, and no fault.
 */
const DATES = `SELECT if(alias = 0, 0, ${personOf()}) AS person,
    if(order_id != '', order_id, concat(kind, ' of ', toString(ts))) AS member, ${LINES}, ${NET},
    concat(if(ts < '${FIRST_YEAR}-01-01', 'long ago: ', 'in the future: '), toString(toDate(ts))) AS reason
  FROM (SELECT alias, import_id, fact_id, version, ts, known_at, kind, kept, order_id, net FROM facts
    WHERE (ts < '${FIRST_YEAR}-01-01' OR ts > if(import_id = 0, known_at, (SELECT min(at) FROM imports)))
      AND (toUnixTimestamp64Milli(ts) != 0 OR kind IN ('order', 'line', 'refund'))) AS f
  GLOBAL LEFT JOIN (SELECT import_id, max(at) AS imported_at FROM imports GROUP BY import_id) AS i
    USING (import_id)
  WHERE (ts < '${FIRST_YEAR}-01-01' OR ts > if(import_id = 0, known_at, imported_at) + INTERVAL 1 DAY)
    AND (fact_id, version) GLOBAL NOT IN (SELECT fact_id, version FROM superseded
      WHERE known_at <= fromUnixTimestamp64Milli({now:Int64}))`;

const withoutValue = (missing: string, neverSaid: string): string => `
  SELECT if(alias = 0, 0, person) AS person, product AS member, toUInt64(1) AS lines, net,
    '' AS reason
  FROM (${visibleFacts("alias, product, net", `kind = 'line' AND kept = 1 AND product != '' AND ${missing}`)})
  UNION ALL
  SELECT 0, product, 0, 0, '' FROM products WHERE known_at <= fromUnixTimestamp64Milli({now:Int64})
  GROUP BY product HAVING ${neverSaid}`;

const CONTENT =
  "cityHash64(source, order_id, product, quantity, ifNull(price, 0), gross, discount, ts) AS content";

const keptLines = (columns: string): string => visibleFacts(columns, "kind = 'line' AND kept = 1");

/** Later equal lines only: the first is an ordinary one. Few are, so they are found by hash first. */
const EQUAL_LINES = `SELECT if(any(alias) = 0, 0, any(person)) AS person, any(order_id) AS member,
    count() - 1 AS lines, any(net) * (count() - 1) AS net,
    concat(toString(count()), ' times ', any(product)) AS reason
  FROM (${keptLines(`alias, order_id, product, net, ${CONTENT}`)})
  WHERE content GLOBAL IN (
    SELECT content FROM (${keptLines(CONTENT)}) GROUP BY content HAVING count() > 1)
  GROUP BY content`;

export const RECORDS: readonly Group[] = [
  {
    key: "dates",
    title: "Impossible dates",
    rule: `facts dated before ${FIRST_YEAR}, or later than the day after they came in`,
    unit: "record",
    noun: ["order or event", "orders and events"],
    found: DATES,
    effect: "reported",
  },
  {
    key: "departments",
    title: "Products without department",
    rule: "products of the catalogue, or in lines, that name no department: preferences leave them out",
    unit: "record",
    noun: ["product", "products"],
    found: withoutValue("department = ''", "max(department) = ''"),
    effect: "reported",
  },
  {
    key: "costs",
    title: "Products without cost",
    rule: "products of the catalogue, or in lines, whose cost is not known: margins leave them out",
    unit: "record",
    noun: ["product", "products"],
    found: withoutValue("cost IS NULL", "count(cost) = 0"),
    effect: "reported",
  },
  {
    key: "equal_lines",
    title: "Equal lines",
    rule: "lines of an order that equal an earlier one in product, quantity, price and time: kept, they may be real",
    unit: "record",
    noun: ["order", "orders"],
    found: EQUAL_LINES,
    effect: "reported",
  },
];
