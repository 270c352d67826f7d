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
    `SELECT toUInt32(count()) AS n FROM (${NEWS})`,
    parameters,
  );
  if (rows[0]!.n > 0) await warehouse.command(INSERT_IDENTITY, parameters);
}

const ALL = "(SELECT * FROM links UNION ALL SELECT * FROM {links:Identifier})";

/** Aliases with a link that is new, or is said by a fact that is now superseded. */
const NEWS = `
  SELECT DISTINCT alias FROM {links:Identifier}
  UNION DISTINCT
  SELECT DISTINCT alias FROM links
  WHERE fact_id IN (SELECT fact_id FROM {superseded:Identifier})`;

/** These, and those that were seen with one of them, or with somebody who was. */
const withSeen = (aliases: string): string => `
  SELECT alias FROM (${aliases}) UNION DISTINCT
  SELECT DISTINCT alias FROM ${ALL} WHERE person IN (${aliases})`;
const TOUCHED = withSeen(withSeen(NEWS));

/** Each person that an alias was seen with, and since when; only facts that still count say so. */
const SEEN_WITH = `
  SELECT alias, person, min(known_at) AS since, max(device) AS is_device
  FROM ${ALL}
  WHERE fact_id NOT IN (SELECT fact_id FROM {superseded:Identifier})
    AND fact_id NOT IN (SELECT fact_id FROM superseded WHERE fact_id GLOBAL IN (SELECT fact_id FROM links))
  GROUP BY alias, person`;

/** Aliases that were seen with one other only: whoever has been seen with them was seen with it. */
const NEXT = `
  SELECT alias, any(person) AS person, min(since) AS since FROM seen_with
  WHERE NOT is_device GROUP BY alias HAVING count() = 1`;

/**
 * The same with who each person is in the end: an e-mail address that is an account's counts as the
 * account, so a number seen with both was seen with one. Two that are each other's are the lesser.
 */
const SEEN_WITH_WHOM = `
  SELECT s.alias AS alias, s.is_device AS is_device, s.person AS said, s.since AS since,
    multiIf(n.alias = 0, s.person, m.alias = 0, n.person, m.person = s.person,
      least(s.person, n.person), m.person) AS whom,
    if(whom = s.person, s.since, greatest(s.since, n.since, m.since)) AS whom_since
  FROM seen_with AS s
  LEFT JOIN next AS n ON s.person = n.alias
  LEFT JOIN next AS m ON n.person = m.alias
  WHERE s.alias IN (${TOUCHED})`;

/** On a device, so many persons are visitors of one household; more are passers-by. */
const MOST_ON_DEVICE = 3;

/** From the first person on theirs, from the one too many on nobody's but its own. */
const WANTED = `
  SELECT alias, step.1 AS known_at, step.2 AS person
  FROM (
    SELECT alias, arraySort(groupArray((since, whom, said, whom_since))) AS seen, seen[1] AS first,
      if(max(is_device), ${MOST_ON_DEVICE}, 1) + 1 AS too_many,
      if(length(seen) >= too_many, seen[too_many].1, toDateTime64('2299-01-01', 3, 'UTC')) AS until
    FROM (
      SELECT alias, whom, min(s.since) AS since, argMin(s.said, (s.since, s.said)) AS said,
        argMin(s.whom_since, (s.since, s.said)) AS whom_since, max(s.is_device) AS is_device
      FROM (${SEEN_WITH_WHOM}) AS s GROUP BY alias, whom)
    GROUP BY alias)
  ARRAY JOIN arrayDistinct(arrayConcat(
    arrayFilter(x -> x.1 < until,
      [(first.1, if(first.4 > first.1, first.3, first.2)), (greatest(first.1, first.4), first.2)]),
    if(length(seen) >= too_many, [(until, alias)], []))) AS step`;

/** What the store says at each instant at which it says something by a link. */
const PRESENT = `
  SELECT alias, known_at, argMax(person, sequence) AS person, max(sequence) AS last
  FROM identity WHERE cause = {cause:String} AND alias IN (${TOUCHED})
  GROUP BY alias, known_at`;

const INSERT_IDENTITY = `INSERT INTO {identity:Identifier}
  WITH seen_with AS (${SEEN_WITH}), next AS (${NEXT}), wanted AS (${WANTED}),
    present AS (${PRESENT})
  SELECT t.alias, if(w.person = 0, t.alias, w.person) AS owner, t.known_at, p.last + 1,
    {cause:String}, {import_id:UInt32}
  FROM (SELECT alias, known_at FROM wanted UNION DISTINCT SELECT alias, known_at FROM present) AS t
  ASOF LEFT JOIN wanted AS w ON t.alias = w.alias AND t.known_at >= w.known_at
  LEFT JOIN present AS p ON t.alias = p.alias AND t.known_at = p.known_at
  WHERE p.alias = 0 OR p.person != owner`;
