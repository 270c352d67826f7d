/**
 * News of products reach people: where the catalogue says that a price fell or stock came back, each
 * who had wished for or watched that product gets a fact of the instant of the change, known when
 * both were known. Who wishes afterwards gets no old news; who took the wish back gets none.
 *
 *   wished 1 Mar ------ price 10 -> 9 on 5 Mar ------ price_dropped, 5 Mar, price 9, price_before 10
 *
 * The news are a function of the catalogue's statements and of the wishes. Whenever some of either
 * come in, those of their products are worked out anew and compared with what the store has: what no
 * longer follows becomes visible as of no instant. The id is the hash of alias, product and instant,
 * so the same news are the same fact however often and in whatever order files come in.
 */

import type { Parameters, Warehouse } from "../../store/index.js";
import { dropStaging, LANDING_TABLES, stagingTable } from "../landing/landing.js";
import { EVER_VISIBLE } from "../landing/visible-versions.js";
import type { Enriching } from "./enrich.js";
import { CREATE_CATALOGUE, insertCatalogue, STATEMENT_WEIGHT } from "./statements.js";
import { completedByCatalogue } from "./taken-fields.js";

const NEWS = "kind IN ('price_dropped', 'back_in_stock')";
const WISHES = "kind IN ('wished', 'watched', 'unwished') AND product != '' AND alias != 0";

/** Adds to the staging tables the news that follow from them and the store, and takes back others. */
export async function spreadNews(warehouse: Warehouse, enriching: Enriching): Promise<void> {
  const { tables, importId, table } = enriching;
  const parameters: Parameters = {
    ...tables,
    import_id: importId,
    news_products: table("news_products"),
    catalogue: table("news_catalogue"),
    news: table("news"),
    news_facts: table("news_facts"),
  };
  const run = (sql: string) => warehouse.command(sql, parameters);
  await run(CREATE_PRODUCTS);
  const { rows } = await warehouse.query<{ n: number }>(
    "SELECT toUInt32(count()) AS n FROM {news_products:Identifier}",
    parameters,
    { lane: "write" },
  );
  if (rows[0]!.n === 0) return;
  for (const sql of STATEMENTS_IN_TURN) await run(sql);
}

/**
 * The news of a store whose catalogue and wishes did not come in by imports; says how many. It must
 * have none yet.
 */
export async function spreadAllNews(warehouse: Warehouse): Promise<number> {
  const importId = 0;
  const tables = Object.fromEntries(LANDING_TABLES.map((table) => [table, table]));
  const table = (purpose: string) => stagingTable(importId, purpose);
  try {
    await spreadNews(warehouse, { tables: tables as Enriching["tables"], importId, table });
  } finally {
    await dropStaging(warehouse, importId);
  }
  const { rows } = await warehouse.query<{ n: number }>(
    `SELECT toUInt32(count()) AS n FROM facts WHERE ${NEWS}`,
  );
  return rows[0]!.n;
}

/** Those of which the import changes what there is to tell, or to whom. */
const CREATE_PRODUCTS = `CREATE TABLE {news_products:Identifier} ENGINE = MergeTree ORDER BY product AS
  SELECT product FROM {products:Identifier}
  WHERE origin = 'catalogue' AND (price IS NOT NULL OR stock IS NOT NULL)
  UNION DISTINCT SELECT product FROM {facts:Identifier} WHERE ${WISHES}`;

const OF_THESE = "product GLOBAL IN (SELECT product FROM {news_products:Identifier})";

const STATEMENTS = `(SELECT * FROM products WHERE ${OF_THESE}
  UNION ALL SELECT * FROM {products:Identifier} WHERE ${OF_THESE})`;

const UNTIL_BEFORE =
  "(PARTITION BY product ORDER BY ts ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)";

/** What each instant's statements say of price and stock, and what held until then. */
const CHANGES = `
  SELECT *, last_value(said_price) IGNORE NULLS OVER ${UNTIL_BEFORE} AS price_until,
    last_value(said_stock) IGNORE NULLS OVER ${UNTIL_BEFORE} AS stock_until
  FROM (SELECT product, ts,
      argMaxIf(price, weight, price IS NOT NULL) AS said_price, minIf(known_at, price IS NOT NULL) AS price_known,
      argMaxIf(stock, weight, stock IS NOT NULL) AS said_stock, minIf(known_at, stock IS NOT NULL) AS stock_known
    FROM (SELECT *, ${STATEMENT_WEIGHT} AS weight FROM ${STATEMENTS} WHERE origin = 'catalogue')
    GROUP BY product, ts)`;

const TOLD = `
  SELECT product, ts, 'price_dropped' AS kind, price_known AS told, said_price AS price, price_until AS price_before
  FROM (${CHANGES}) WHERE said_price < price_until
  UNION ALL
  SELECT product, ts, 'back_in_stock', stock_known, coalesce(said_price, price_until), NULL
  FROM (${CHANGES}) WHERE said_stock > 0 AND stock_until <= 0`;

/** (when, whether it ends an earlier wish, when that was known) of each alias and product. */
const WISHED = `
  SELECT alias, product, groupArray((ts, kind = 'unwished', known_at)) AS said FROM (
    SELECT * FROM (
      SELECT alias, product, ts, kind, known_at, fact_id, version FROM facts WHERE ${WISHES} AND ${OF_THESE}
      UNION ALL
      SELECT alias, product, ts, kind, known_at, fact_id, version FROM {facts:Identifier} WHERE ${WISHES})
    WHERE ${EVER_VISIBLE})
  GROUP BY alias, product`;

const CREATE_NEWS = `CREATE TABLE {news:Identifier} ENGINE = MergeTree ORDER BY fact_id AS
  SELECT alias, ts, greatest(ts, told, arrayMin(x -> x.3, open)) AS known_at, kind, product, price, price_before,
    halfMD5(concat(kind, '\\0', toString(alias), '\\0', product, '\\0',
      toString(toUnixTimestamp64Milli(ts)))) AS fact_id
  FROM (SELECT w.alias AS alias, c.*, arrayFilter(x -> x.1 < c.ts, w.said) AS before,
      arrayMax(x -> if(x.2, x.1, toDateTime64(0, 3, 'UTC')), before) AS taken_back,
      arrayFilter(x -> NOT x.2 AND x.1 > taken_back, before) AS open
    FROM (${TOLD}) AS c INNER JOIN (${WISHED}) AS w USING (product))
  WHERE notEmpty(open)`;

/** By which news are told from others of the same id. */
const SAME = "(fact_id, known_at, ifNull(price, -1), ifNull(price_before, -1))";

const TOLD_ALREADY = `facts WHERE ${NEWS} AND ${OF_THESE} AND ${EVER_VISIBLE}`;

const TAKE_BACK = `INSERT INTO {superseded:Identifier}
  SELECT alias, fact_id, version, known_at, {import_id:UInt32} FROM ${TOLD_ALREADY}
    AND ${SAME} GLOBAL NOT IN (SELECT ${SAME} FROM {news:Identifier})`;

const CREATE_FACTS = `CREATE TABLE {news_facts:Identifier} AS {facts:Identifier} ENGINE = MergeTree ORDER BY tuple()`;

const INSERT_FACTS = `INSERT INTO {news_facts:Identifier} (alias, ts, known_at, fact_id, version, import_id, kind, name,
    source, ordinal, product, placed, kept, price, price_before)
  SELECT n.alias, n.ts, n.known_at, n.fact_id, ifNull(f.last, 0) + 1, {import_id:UInt32}, n.kind,
    if(n.kind = 'price_dropped', 'Price Dropped', 'Back In Stock'), 'catalogue', 1, n.product, 1, 1,
    n.price, n.price_before
  FROM (SELECT * FROM {news:Identifier}
    WHERE ${SAME} GLOBAL NOT IN (SELECT ${SAME} FROM ${TOLD_ALREADY})) AS n
  LEFT JOIN (SELECT fact_id, max(version) AS last FROM facts WHERE ${NEWS} AND ${OF_THESE} GROUP BY fact_id) AS f
    USING (fact_id)`;

/** With the product's fields of that instant. */
const INSERT = `INSERT INTO {facts:Identifier}
  ${completedByCatalogue("SELECT * FROM {news_facts:Identifier}")}`;

const STATEMENTS_IN_TURN = [
  ...[CREATE_NEWS, TAKE_BACK, CREATE_FACTS, INSERT_FACTS],
  ...[CREATE_CATALOGUE, insertCatalogue(STATEMENTS), INSERT],
];
