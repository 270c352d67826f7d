/**
 * Observed links between identifiers -> rows of `identity`. A source that says that phone numbers
 * identify its customers names a number and an e-mail address on one order: from then on the number
 * belongs to that person. As soon as the same number is seen with a second person it is shared, a
 * household's at most, and belongs to itself again.
 *
 * A device belongs to the first person who is identified on it, with all that was done on it before;
 * who is identified there later has their own facts only. From the fourth person on it is a kiosk,
 * which is nobody's.
 *
 * `identity` is worked out from all links that are now known, those of earlier files included, so it
 * does not depend on the order of files: where another row stands at an instant, one of a greater
 * sequence takes its place.
 */

import type { Parameters, Warehouse } from "../store/index.js";
import type { LandingTable } from "./landing.js";

const CAUSE = "link";

/** Fills the staging table of `identity` from those of `links` and `superseded`. */
export async function linkIdentities(
  warehouse: Warehouse,
  tables: Readonly<Record<LandingTable, string>>,
  importId: number,
): Promise<void> {
  const parameters: Parameters = { ...tables, import_id: importId, cause: CAUSE };
  const { rows } = await warehouse.query<{ n: number }>(
    `SELECT toUInt32(count()) AS n FROM (${TOUCHED})`,
    parameters,
  );
  if (rows[0]!.n > 0) await warehouse.command(INSERT_IDENTITY, parameters);
}

/** Aliases with a link that is new, or is said by a fact that is now superseded. */
const TOUCHED = `
  SELECT DISTINCT alias FROM {links:Identifier}
  UNION DISTINCT
  SELECT DISTINCT alias FROM links
  WHERE fact_id IN (SELECT fact_id FROM {superseded:Identifier})`;

/** Each person that an alias was seen with, and since when; only facts that still count say so. */
const SEEN_WITH = `
  SELECT alias, person, min(known_at) AS since, max(device) AS is_device
  FROM (SELECT * FROM links UNION ALL SELECT * FROM {links:Identifier})
  WHERE alias IN (${TOUCHED})
    AND fact_id NOT IN (SELECT fact_id FROM {superseded:Identifier})
    AND fact_id NOT IN (SELECT fact_id FROM superseded WHERE fact_id GLOBAL IN (SELECT fact_id FROM links))
  GROUP BY alias, person`;

/** On a device, so many persons are visitors of one household; more are passers-by. */
const MOST_ON_DEVICE = 3;

/** From the first person on theirs, from the one too many on nobody's but its own. */
const WANTED = `
  SELECT alias, step.1 AS known_at, step.2 AS person
  FROM (
    SELECT alias, arraySort(groupArray((since, person))) AS seen,
      if(max(is_device), ${MOST_ON_DEVICE}, 1) + 1 AS too_many
    FROM (${SEEN_WITH}) GROUP BY alias)
  ARRAY JOIN arrayConcat(
    if(length(seen) < too_many OR seen[1].1 < seen[too_many].1, [seen[1]], []),
    if(length(seen) >= too_many, [(seen[too_many].1, alias)], [])) AS step`;

/** What the store says at each instant at which it says something by a link. */
const PRESENT = `
  SELECT alias, known_at, argMax(person, sequence) AS person, max(sequence) AS last
  FROM identity WHERE cause = {cause:String} AND alias IN (${TOUCHED})
  GROUP BY alias, known_at`;

const INSERT_IDENTITY = `INSERT INTO {identity:Identifier}
  WITH wanted AS (${WANTED}), present AS (${PRESENT})
  SELECT t.alias, if(w.person = 0, t.alias, w.person) AS owner, t.known_at, p.last + 1,
    {cause:String}, {import_id:UInt32}
  FROM (SELECT alias, known_at FROM wanted UNION DISTINCT SELECT alias, known_at FROM present) AS t
  ASOF LEFT JOIN wanted AS w ON t.alias = w.alias AND t.known_at >= w.known_at
  LEFT JOIN present AS p ON t.alias = p.alias AND t.known_at = p.known_at
  WHERE p.alias = 0 OR p.person != owner`;
