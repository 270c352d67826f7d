/**
 * The graph behind a person: which identifiers were seen with which, how and since when. Links that
 * led nowhere are in it too: an address that is a household's names the others who have it.
 */

import type { Parameters, Warehouse } from "../../store/index.js";
import { PERSON_OF_ALIAS } from "./identifiers.js";

export interface SeenLink {
  readonly kind: string;
  readonly value: string;
  readonly with: { readonly kind: string; readonly value: string };
  /** Of a `split` both are the same. */
  readonly how: "together" | "device" | "household" | "split" | "merge";
  readonly since: string;
  /** Records that say so. */
  readonly times: number;
  /** Whose the other is, where that is somebody else. */
  readonly person: string | null;
}

/** Of more people than this a device or an address says nothing. */
const MOST_LINKS = 200;

/** `own` binds {aliases} and {known}. In order of time. */
export async function linksOf(
  warehouse: Warehouse,
  person: bigint,
  own: Parameters,
): Promise<readonly SeenLink[]> {
  const theirs = (column: string) => PERSON_OF_ALIAS.replaceAll("alias", column);
  const { rows } = await warehouse.query<{
    a: readonly [string, string];
    b: readonly [string, string];
    how: SeenLink["how"];
    since: string;
    times: number;
    other: string;
  }>(
    `WITH mine AS (
       SELECT alias FROM aliases WHERE alias IN {aliases:Array(UInt64)}
         AND ${PERSON_OF_ALIAS} = {person:UInt64}
       UNION DISTINCT
       SELECT alias FROM links WHERE person IN {aliases:Array(UInt64)} AND how = 'household'),
     seen AS (
       SELECT alias AS one, person AS two, how, min(toUnixTimestamp64Milli(known_at)) AS first,
         toUInt32(uniqExact(fact_id)) AS times
       FROM links
       WHERE (one IN (SELECT alias FROM mine) OR two IN (SELECT alias FROM mine))
         AND known_at <= fromUnixTimestamp64Milli({known:Int64})
         AND fact_id NOT IN (SELECT fact_id FROM superseded
           WHERE fact_id GLOBAL IN (SELECT fact_id FROM links WHERE alias IN (SELECT alias FROM mine)
             OR person IN (SELECT alias FROM mine)))
       GROUP BY one, two, how),
     named AS (
       SELECT alias, any((toString(id_kind), id_value)) AS name FROM aliases
       WHERE alias IN (SELECT one FROM seen) OR alias IN (SELECT two FROM seen) GROUP BY alias)
     SELECT n.name AS a, m.name AS b, toString(s.how) AS how, toString(s.first) AS since, s.times AS times,
       multiIf(${theirs("s.two")} != {person:UInt64}, toString(${theirs("s.two")}),
         ${theirs("s.one")} != {person:UInt64} AND s.how != 'household', toString(${theirs("s.one")}), '') AS other
     FROM seen AS s INNER JOIN named AS n ON n.alias = s.one INNER JOIN named AS m ON m.alias = s.two
     ORDER BY s.first, a, b LIMIT {most:UInt32}`,
    { ...own, person, most: MOST_LINKS },
  );
  return rows.map(({ a, b, how, since, times, other }) => ({
    kind: a[0],
    value: a[1],
    with: { kind: b[0], value: b[1] },
    how,
    since: new Date(Number(since)).toISOString(),
    times,
    person: other === "" ? null : other,
  }));
}
