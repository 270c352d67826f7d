/**
 * Facts about products take from the catalogue what their own source left empty: category,
 * department, brand, collection, cost and launch date, as the catalogue has them at the fact's
 * instant. What a source says itself stands.
 *
 *   facts come in       they are completed before they land (`enrichStaged`)
 *   a catalogue comes   facts of the store whose fields change get a new version that takes the
 *                       place of the old one as of every instant (`enrichKnown`)
 *
 * A completed fact remembers which fields it took (`enriched`), so it can be completed anew by a
 * corrected catalogue, and the visible facts are the same whichever file came first. A line's cost
 * is quantity x unit cost.
 */

import type { Parameters, Warehouse } from "../../store/index.js";
import type { LandingTable } from "../landing.js";
import { COST_BIT, catalogueSql, ENRICHED_TEXTS, LAUNCHED_BIT } from "./statements.js";

export interface Enriching {
  /** The import's staging tables. */
  readonly tables: Readonly<Record<LandingTable, string>>;
  readonly importId: number;
  /** Name of a further table that exists only while the import runs. */
  readonly table: (purpose: string) => string;
}

/** Completes the facts in the staging table. */
export async function enrichStaged(warehouse: Warehouse, enriching: Enriching): Promise<void> {
  const parameters = parametersOf(enriching);
  const { rows } = await warehouse.query<{ n: number }>(
    `SELECT toUInt32(count()) AS n FROM (SELECT 1 FROM products WHERE origin = 'catalogue'
       AND product IN (SELECT product FROM {facts:Identifier} WHERE ${ABOUT_PRODUCT}) LIMIT 1)`,
    parameters,
  );
  if (rows[0]!.n === 0) return;
  const run = (sql: string) => warehouse.command(sql, parameters);
  await run(createCatalogue("products", "{facts:Identifier}"));
  await run(CREATE_CHANGED);
  await run(insertChanged("{facts:Identifier} AS f ASOF INNER JOIN"));
  await run(`ALTER TABLE {facts:Identifier} DELETE
    WHERE (fact_id, version) IN (SELECT fact_id, version FROM {changed:Identifier})
    SETTINGS mutations_sync = 1`);
  await run("INSERT INTO {facts:Identifier} SELECT * FROM {changed:Identifier}");
}

/** Adds to the staging tables new versions of the store's facts that the staged catalogue changes. */
export async function enrichKnown(warehouse: Warehouse, enriching: Enriching): Promise<void> {
  const parameters = parametersOf(enriching);
  const run = (sql: string) => warehouse.command(sql, parameters);
  const all = "(SELECT * FROM products UNION ALL SELECT * FROM {products:Identifier})";
  await run(createCatalogue(all, "{products:Identifier}"));
  await run(CREATE_CHANGED);
  await run(`${insertChanged("facts AS f GLOBAL ASOF INNER JOIN")}
    AND f.product GLOBAL IN (SELECT product FROM {catalogue:Identifier})
    AND (f.fact_id, f.version, f.known_at) GLOBAL NOT IN (
      SELECT fact_id, version, known_at FROM superseded)`);
  await run(CREATE_NUMBERED);
  for (const sql of INSERT_VERSIONS) await run(sql);
}

function parametersOf({ tables, importId, table }: Enriching): Parameters {
  const [catalogue, changed, numbered] = ["catalogue", "enriched", "enriched_numbers"].map(table);
  return { ...tables, import_id: importId, catalogue, changed, numbered } as Parameters;
}

/** Orders sum up lines and name no product; traits are no business of the catalogue. */
const ABOUT_PRODUCT = "product != '' AND kind NOT IN ('order', 'identified')";

/** The catalogue of the products that `of` names. */
const createCatalogue = (statements: string, of: string): string => `
  CREATE TABLE {catalogue:Identifier} ENGINE = MergeTree ORDER BY (product, since) AS
  ${catalogueSql(`(SELECT * FROM ${statements} WHERE product IN (SELECT product FROM ${of}))`)}`;

const CREATE_CHANGED =
  "CREATE TABLE {changed:Identifier} AS {facts:Identifier} ENGINE = MergeTree ORDER BY fact_id";

/**
 * Each field that a fact may take: the value it should have, its bit if that is the catalogue's, and
 * whether the value is another one now.
 */
const TAKEN = [
  ...ENRICHED_TEXTS.map((name, bit) => taken(name, bit, `c.${name}`, "''")),
  taken("cost", COST_BIT, unitCost("c.cost"), "NULL"),
  taken("launched_at", LAUNCHED_BIT, "c.launched_at", "NULL"),
];

function unitCost(cost: string): string {
  const product = `toDecimal256(f.quantity, 4) * toDecimal256(${cost}, 4)`;
  return `if(f.kind = 'line', CAST(round(${product}, 4), 'Nullable(Decimal(18, 4))'), NULL)`;
}

function taken(name: string, bit: number, offered: string, none: "''" | "NULL") {
  const blank = none === "NULL" ? `f.${name} IS NULL` : `f.${name} = ''`;
  const some = none === "NULL" ? `${offered} IS NOT NULL` : `${offered} != ''`;
  const different =
    none === "NULL"
      ? `ifNull(f.${name} != ${offered}, (${blank}) != (${offered} IS NULL))`
      : `f.${name} != ${offered}`;
  const open = `(${blank} OR bitTest(f.enriched, ${bit}))`;
  return {
    name,
    value: `if(${open}, ${offered}, f.${name})`,
    flag: `if(${open} AND ${some}, ${1 << bit}, 0)`,
    differs: `${open} AND ${different}`,
  };
}

/** To be followed by further conditions. `from`: the facts and how they are joined. */
function insertChanged(from: string): string {
  const values = TAKEN.map(({ name, value }) => `${value} AS ${name}`);
  const flags = TAKEN.map(({ flag }) => flag).join(" + ");
  const differs = TAKEN.map((field) => `(${field.differs})`).join(" OR ");
  return `INSERT INTO {changed:Identifier}
    SELECT f.* REPLACE (${values.join(", ")}, toUInt8(${flags}) AS enriched)
    FROM ${from} {catalogue:Identifier} AS c ON f.product = c.product AND f.ts >= c.since
    WHERE f.product != '' AND f.kind NOT IN ('order', 'identified') AND (${differs})`;
}

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
