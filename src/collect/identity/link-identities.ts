/**
 * Observed links between identifiers -> rows of `identity`. A source that says that phone numbers
 * identify its customers names a number and an e-mail address on one order: from then on the number
 * belongs to that person (`resolve-links.ts` has the rules).
 *
 * `identity` is worked out from all links that are now known, those of earlier files included, so it
 * does not depend on the order of files: where another row stands at an instant, one of a greater
 * sequence takes its place. Only what an import may have changed is asked: `touched`, the aliases of
 * its links and those that lead to them. Most have one link to somebody who has none and are finished
 * by a statement; the others, with what they lead to, are worked out here.
 */

import { instantText, type Parameters, type Warehouse } from "../../store/index.js";
import { type LandingTable, stagingTable } from "../landing/landing.js";
import { type Link, resolveLinks } from "./resolve-links.js";

/** Fills the staging table of `identity` from those of `links` and `superseded`. */
export async function linkIdentities(
  warehouse: Warehouse,
  tables: Readonly<Record<LandingTable, string>>,
  importId: number,
): Promise<void> {
  const table = (purpose: string) => stagingTable(importId, purpose);
  const parameters: Parameters = {
    ...tables,
    touched: table("identity_touched"),
    seen_with: table("identity_seen"),
    wanted: table("identity_wanted"),
    import_id: importId,
  };
  const run = (sql: string) => warehouse.command(sql, parameters);
  const ask = async <Row>(sql: string) =>
    (await warehouse.query<Row>(sql, parameters, { lane: "write" })).rows;
  const rows = async (sql: string) => (await ask<{ n: number }>(sql))[0]!.n;
  if ((await rows(`SELECT toUInt32(count()) AS n FROM (${NEWS})`)) === 0) return;
  for (const sql of CREATE) await run(sql);
  await run(`INSERT INTO {touched:Identifier} ${NEWS}`);
  await grow(
    () => run(TOUCH_MORE),
    () => rows(COUNT_TOUCHED),
  );
  await run(insertSeen("alias IN (SELECT alias FROM {touched:Identifier})"));
  await grow(
    () => run(SEE_MORE),
    () => rows(COUNT_SEEN),
    () => run(SEE_ALL),
  );
  await run(INSERT_PLAIN);
  const entangled = await ask<Omit<Link, "since"> & { since: string; asked: number }>(ENTANGLED);
  if (entangled.length > 0) await insertWanted(warehouse, table("identity_wanted"), entangled);
  await run(INSERT_IDENTITY);
}

/** Chains longer than this are not followed link by link: every link is taken. */
const MOST_ROUNDS = 20;

/** Repeats a statement until it adds no more rows. */
async function grow(
  more: () => Promise<void>,
  count: () => Promise<number>,
  all: () => Promise<void> = more,
): Promise<void> {
  let before = await count();
  for (let round = 1; ; round += 1) {
    await (round < MOST_ROUNDS ? more() : all());
    const now = await count();
    if (now === before) return;
    before = now;
  }
}

const INSERT_ROWS = 50_000;

async function insertWanted(
  warehouse: Warehouse,
  wanted: string,
  entangled: readonly (Omit<Link, "since"> & { since: string; asked: number })[],
): Promise<void> {
  const asked = new Set(entangled.filter((row) => row.asked === 1).map(({ alias }) => alias));
  const found = resolveLinks(entangled.map((row) => ({ ...row, since: Number(row.since) })));
  const rows = [...found].flatMap(([alias, steps]) =>
    asked.has(alias)
      ? steps.map(({ at, person, cause }) => ({ alias, known_at: instantText(at), person, cause }))
      : [],
  );
  for (let from = 0; from < rows.length; from += INSERT_ROWS)
    await warehouse.insert(wanted, rows.slice(from, from + INSERT_ROWS));
}

const CREATE = [
  "CREATE TABLE {touched:Identifier} (alias UInt64) ENGINE = Memory",
  `CREATE TABLE {seen_with:Identifier}
   (alias UInt64, person UInt64, since DateTime64(3, 'UTC'), how LowCardinality(String)) ENGINE = Memory`,
  `CREATE TABLE {wanted:Identifier}
   (alias UInt64, known_at DateTime64(3, 'UTC'), person UInt64, cause LowCardinality(String)) ENGINE = Memory`,
] as const;

const ALL = "(SELECT * FROM links UNION ALL SELECT * FROM {links:Identifier})";
const IDENTIFIES = "how != 'household'";

/** Aliases with a link that is new, or is said by a fact that is now superseded. */
const NEWS = `
  SELECT DISTINCT alias FROM {links:Identifier} WHERE ${IDENTIFIES}
  UNION DISTINCT
  SELECT DISTINCT alias FROM links
  WHERE ${IDENTIFIES} AND fact_id IN (SELECT fact_id FROM {superseded:Identifier})`;

const COUNT_TOUCHED = "SELECT toUInt32(count()) AS n FROM {touched:Identifier}";

/** Those that were seen with one of them. */
const TOUCH_MORE = `INSERT INTO {touched:Identifier}
  SELECT DISTINCT alias FROM ${ALL}
  WHERE ${IDENTIFIES} AND person IN (SELECT alias FROM {touched:Identifier})
    AND alias NOT IN (SELECT alias FROM {touched:Identifier})`;

const COUNT_SEEN = "SELECT toUInt32(count()) AS n FROM {seen_with:Identifier}";

/** Each person that an alias was seen with, and since when; only facts that still count say so. */
const insertSeen = (condition: string): string => `INSERT INTO {seen_with:Identifier}
  SELECT alias, person, min(known_at), how FROM ${ALL}
  WHERE ${IDENTIFIES} AND ${condition}
    AND fact_id NOT IN (SELECT fact_id FROM {superseded:Identifier})
    AND fact_id NOT IN (SELECT fact_id FROM superseded WHERE fact_id GLOBAL IN (
      SELECT fact_id FROM links WHERE ${IDENTIFIES} AND ${condition}))
  GROUP BY alias, person, how, if(how IN ('split', 'merge'), known_at, toDateTime64(0, 3, 'UTC'))`;

const NOT_YET = "alias NOT IN (SELECT alias FROM {seen_with:Identifier})";
const SEE_MORE = insertSeen(`alias IN (SELECT person FROM {seen_with:Identifier}) AND ${NOT_YET}`);
const SEE_ALL = insertSeen(NOT_YET);

/** Touched aliases with one link, to somebody who has none. */
const PLAIN = `
  SELECT alias FROM {seen_with:Identifier} WHERE alias IN (SELECT alias FROM {touched:Identifier})
  GROUP BY alias HAVING count() = 1 AND any(how) IN ('together', 'device') AND any(person) != alias
    AND any(person) NOT IN (SELECT alias FROM {seen_with:Identifier})`;

const INSERT_PLAIN = `INSERT INTO {wanted:Identifier}
  SELECT alias, since, person, if(how = 'device', 'device', 'link') FROM {seen_with:Identifier}
  WHERE alias IN (${PLAIN})`;

/** The links of the others, and of those that they lead to. */
const ENTANGLED = `
  SELECT toString(alias) AS alias, toString(person) AS person, how,
    toString(toUnixTimestamp64Milli(since)) AS since,
    toUInt8(alias IN (SELECT alias FROM {touched:Identifier})
      AND alias NOT IN (SELECT alias FROM {wanted:Identifier})) AS asked
  FROM {seen_with:Identifier} AS s
  WHERE s.alias NOT IN (SELECT alias FROM {wanted:Identifier})
    OR s.alias IN (SELECT person FROM {seen_with:Identifier})`;

/** What the store says at each instant at which it says something. */
const PRESENT = `
  SELECT alias, known_at, argMax(person, sequence) AS person, max(sequence) AS last
  FROM identity WHERE alias IN (SELECT alias FROM {touched:Identifier})
  GROUP BY alias, known_at`;

const INSERT_IDENTITY = `INSERT INTO {identity:Identifier}
  SELECT t.alias, if(w.person = 0, t.alias, w.person) AS owner, t.known_at, p.last + 1,
    if(w.person = 0, 'undone', w.cause), {import_id:UInt32}
  FROM (SELECT alias, known_at FROM {wanted:Identifier} UNION DISTINCT
    SELECT alias, known_at FROM (${PRESENT})) AS t
  ASOF LEFT JOIN {wanted:Identifier} AS w ON t.alias = w.alias AND t.known_at >= w.known_at
  LEFT JOIN (${PRESENT}) AS p ON t.alias = p.alias AND t.known_at = p.known_at
  WHERE p.alias = 0 OR p.person != owner`;
