/**
 * Facts about products take from the catalogue what their own source left empty: category,
 * department, brand, collection, cost and launch date, as the catalogue has them at the fact's
 * instant. What a source says itself stands. Lines also take what their price is compared with: the
 * product's usual price (`usual-price.ts`) and the compare-at price in force.
 *
 *   facts come in       they are completed before they land (`enrichStaged`)
 *   what they depend    facts of the store whose fields change get a new version that takes the
 *   on comes in         place of the old one as of every instant (`enrichKnown`)
 *
 * A completed fact remembers which fields it took (`enriched`), so it can be completed anew by a
 * corrected catalogue, and the visible facts are the same whichever file came first. A line's cost
 * is quantity x unit cost.
 */

import type { Parameters, Warehouse } from "../../store/index.js";
import type { LandingTable } from "../landing/landing.js";
import { EVER_VISIBLE } from "../landing/visible-versions.js";
import { LOW_MEMORY } from "../staging/staging.js";
import { CREATE_CATALOGUE, insertCatalogue } from "./statements.js";
import { ABOUT_PRODUCT, changedByCatalogue, changedByEither } from "./taken-fields.js";
import { createUsualPrices, DAYS_BEFORE, usualPrice } from "./usual-price.js";

export interface Enriching {
  /** The import's staging tables. */
  readonly tables: Readonly<Record<LandingTable, string>>;
  readonly importId: number;
  /** Name of a further table that exists only while the import runs. */
  readonly table: (purpose: string) => string;
}

/**
 * Completes the facts in the staging table. What it works out of the catalogue and of usual prices
 * stays for `enrichKnown`.
 */
export async function enrichStaged(warehouse: Warehouse, enriching: Enriching): Promise<void> {
  const parameters = await parametersOf(warehouse, enriching);
  const run = (sql: string) => warehouse.command(sql, parameters, { settings: LOW_MEMORY });
  await run(CREATE_TOUCHED);
  // Looking for what was superseded reads all lines of the store.
  if ((await count(warehouse, TOUCHING, parameters)) > 0) await run(INSERT_TOUCHED);
  const catalogued = (await count(warehouse, CATALOGUED, parameters)) > 0;
  await run(CREATE_CATALOGUE);
  await run(CREATE_CHANGED);
  if (catalogued) {
    await run(insertCatalogue(`(SELECT * FROM ${STATEMENTS} WHERE ${OF_INTEREST})`));
    const facts = `SELECT * FROM {facts:Identifier} WHERE ${ABOUT_PRODUCT}`;
    await run(`INSERT INTO {changed:Identifier} ${changedByCatalogue(facts)}`);
    await run(DELETE_CHANGED);
    await run("INSERT INTO {facts:Identifier} SELECT * FROM {changed:Identifier}");
    await run("TRUNCATE TABLE {changed:Identifier}");
  }
  if ((await count(warehouse, "{touched:Identifier}", parameters)) === 0) return;
  await run(createUsualPrices(SOLD, catalogued ? OF_TOUCHED : undefined));
  await run(`ALTER TABLE {facts:Identifier} UPDATE usual_price = ${usualPrice()}
    WHERE kind = 'line' SETTINGS mutations_sync = 1`);
}

/**
 * Adds to the staging tables new versions of the store's facts that the import changes. To be called
 * after `enrichStaged` and before anything makes versions of facts that the store has.
 */
export async function enrichKnown(warehouse: Warehouse, enriching: Enriching): Promise<void> {
  const parameters = await parametersOf(warehouse, enriching);
  if ((await count(warehouse, "{touched:Identifier}", parameters)) === 0) return;
  if ((await count(warehouse, `(${KNOWN})`, parameters)) === 0) return;
  const run = (sql: string) => warehouse.command(sql, parameters, { settings: LOW_MEMORY });
  await run(`INSERT INTO {changed:Identifier} ${changedByEither(KNOWN)}`);
  if ((await count(warehouse, "{changed:Identifier}", parameters)) === 0) return;
  await run(CREATE_NUMBERED);
  for (const sql of INSERT_VERSIONS) await run(sql);
}

async function parametersOf(
  warehouse: Warehouse,
  { tables, importId, table }: Enriching,
): Promise<Parameters> {
  const usual = table("usual");
  return {
    ...tables,
    import_id: importId,
    touched: table("touched"),
    catalogue: table("catalogue"),
    usual,
    usual_name: `${await databaseOf(warehouse)}.${usual}`,
    changed: table("enriched"),
    numbered: table("enriched_numbers"),
  };
}

const databases = new WeakMap<Warehouse["query"], string>();

async function databaseOf({ query }: Warehouse): Promise<string> {
  const known = databases.get(query);
  if (known !== undefined) return known;
  const { rows } = await query<{ name: string }>("SELECT currentDatabase() AS name");
  databases.set(query, rows[0]!.name);
  return rows[0]!.name;
}

async function count(
  warehouse: Warehouse,
  rowsOf: string,
  parameters: Parameters,
): Promise<number> {
  const { rows } = await warehouse.query<{ n: number }>(
    `SELECT toUInt32(count()) AS n FROM ${rowsOf}`,
    parameters,
    { lane: "write" },
  );
  return rows[0]!.n;
}

/**
 * Products of which the import says something that other facts depend on: all of them where the
 * catalogue does, else the lines on the days whose usual price its own lines tell.
 */
const CREATE_TOUCHED = `CREATE TABLE {touched:Identifier} (product String, catalogued UInt8,
  since Date, until Date) ENGINE = MergeTree ORDER BY product`;

const LINES = "kind = 'line' AND price > 0 AND product != ''";

const TOUCHING = `(SELECT 1 FROM {products:Identifier} WHERE origin = 'catalogue'
  UNION ALL SELECT 1 FROM {facts:Identifier} WHERE ${LINES}
  UNION ALL SELECT 1 FROM {superseded:Identifier})`;

const INSERT_TOUCHED = `INSERT INTO {touched:Identifier}
  SELECT product, max(says), min(day), max(day) + ${DAYS_BEFORE}
  FROM (
    SELECT product, 1 AS says, toDate(0) AS day FROM {products:Identifier}
    WHERE origin = 'catalogue'
    UNION ALL
    SELECT product, 0, toDate(ts) FROM {facts:Identifier} WHERE ${LINES}
    UNION ALL
    SELECT product, 0, toDate(ts) FROM facts WHERE ${LINES} AND (fact_id, version, known_at) GLOBAL IN (
      SELECT fact_id, version, known_at FROM {superseded:Identifier}))
  GROUP BY product`;

const STATEMENTS = "(SELECT * FROM products UNION ALL SELECT * FROM {products:Identifier})";

const OF_TOUCHED = `(SELECT * FROM ${STATEMENTS}
  WHERE product IN (SELECT product FROM {touched:Identifier}))`;

/** Of the products that the import touches or names. */
const OF_INTEREST = `product IN (SELECT product FROM {touched:Identifier}
  UNION ALL SELECT product FROM {facts:Identifier} WHERE ${ABOUT_PRODUCT})`;

const CATALOGUED = `(SELECT 1 FROM ${STATEMENTS} WHERE origin = 'catalogue' AND ${OF_INTEREST} LIMIT 1)`;

const CREATE_CHANGED =
  "CREATE TABLE {changed:Identifier} AS {facts:Identifier} ENGINE = MergeTree ORDER BY fact_id";

const DELETE_CHANGED = `ALTER TABLE {facts:Identifier} DELETE
  WHERE (fact_id, version) IN (SELECT fact_id, version FROM {changed:Identifier})
  SETTINGS mutations_sync = 1`;

/**
 * Where the catalogue is not touched, what lies before the first of the days that are (by so many) does
 * not matter. Facts are not ordered by time, but a column of instants is quick to read.
 */
function sinceDay(daysBefore: number): string {
  return `ts >= (SELECT toDateTime64(if(max(catalogued), toDate(0), min(since) - ${daysBefore}), 3, 'UTC')
    FROM {touched:Identifier})`;
}

/** What was sold of the touched products, with the import; a line counts once, whatever became of it. */
const SOLD = `
  SELECT product, ts, price FROM {facts:Identifier} WHERE ${LINES} AND version = 1
  UNION ALL
  SELECT product, ts, price FROM (
    SELECT fact_id, product, ts, price FROM facts WHERE ${LINES} AND ${sinceDay(DAYS_BEFORE)}
      AND product GLOBAL IN (SELECT product FROM {touched:Identifier}) AND ${EVER_VISIBLE}
    LIMIT 1 BY fact_id)`;

/** Facts of the store that may have to change. */
const KNOWN = `SELECT f.* FROM (SELECT * FROM facts WHERE ${ABOUT_PRODUCT} AND ${sinceDay(0)}
      AND product GLOBAL IN (SELECT product FROM {touched:Identifier}) AND ${EVER_VISIBLE}) AS f
  INNER JOIN {touched:Identifier} AS t ON f.product = t.product
  WHERE t.catalogued OR f.kind = 'line' AND toDate(f.ts) > t.since AND toDate(f.ts) <= t.until`;

/** Versions go on after the last that the fact has. */
const CREATE_NUMBERED = `
  CREATE TABLE {numbered:Identifier} ENGINE = MergeTree ORDER BY fact_id AS
  SELECT fact_id, version AS old,
    last + toUInt32(row_number() OVER (PARTITION BY fact_id ORDER BY version)) AS new
  FROM (SELECT fact_id, version FROM {changed:Identifier}) AS c
  INNER JOIN (
    SELECT fact_id, max(version) AS last FROM facts
    WHERE fact_id GLOBAL IN (SELECT fact_id FROM {changed:Identifier}) GROUP BY fact_id) AS f
  USING (fact_id)`;

/** The old version is visible as of no instant, and what ended it ends the new one. */
const INSERT_VERSIONS = [
  `INSERT INTO {superseded:Identifier}
   SELECT s.alias, s.fact_id, n.new, s.known_at, {import_id:UInt32}
   FROM (SELECT alias, fact_id, version, known_at FROM superseded
     WHERE fact_id GLOBAL IN (SELECT fact_id FROM {changed:Identifier})) AS s
   INNER JOIN {numbered:Identifier} AS n ON s.fact_id = n.fact_id AND s.version = n.old`,
  `INSERT INTO {superseded:Identifier}
   SELECT alias, fact_id, version, known_at, {import_id:UInt32} FROM {changed:Identifier}`,
  `INSERT INTO {facts:Identifier}
   SELECT c.* REPLACE (n.new AS version, {import_id:UInt32} AS import_id)
   FROM {changed:Identifier} AS c
   INNER JOIN {numbered:Identifier} AS n ON c.fact_id = n.fact_id AND c.version = n.old`,
];
