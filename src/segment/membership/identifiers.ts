/** Who people are: their identifiers, as far as they belonged to them at an instant. */

/** Columns by which a person is known, in the order in which they are shown. */
export const IDENTIFIER_COLUMNS = ["person", "user_id", "email", "other_id"] as const;

/** The person that an alias belonged to at {known}. */
export const PERSON_OF_ALIAS =
  "dictGetOrDefault('identity_at', 'person', alias, {known:Int64}, alias)";

/**
 * SELECT id_of, user_id, email, other_id of the people in a table with the column `person`: of
 * several of a kind the first in byte order; `other_id` ("phone:...", "anonymous_id:...") only of
 * those who are known by neither an account nor an address. Needs {known:Int64} and {people:Identifier}.
 */
export const IDENTIFIERS = `SELECT id_of,
  minIf(id_value, id_kind = 'user_id') AS user_id,
  minIf(id_value, id_kind = 'email') AS email,
  if(user_id = '' AND email = '', min(concat(id_kind, ':', id_value)), '') AS other_id
FROM (SELECT ${PERSON_OF_ALIAS} AS id_of, toString(id_kind) AS id_kind, id_value FROM aliases)
WHERE id_of IN (SELECT person FROM {people:Identifier})
GROUP BY id_of`;

const KNOWN = "known_at <= fromUnixTimestamp64Milli({known:Int64})";
const OWN_FACTS = `alias GLOBAL IN (
  SELECT person FROM {people:Identifier} UNION DISTINCT
  SELECT alias FROM identity WHERE person IN (SELECT person FROM {people:Identifier}))`;

/** SELECT address_of, address of the same people: the last address that each gave of themselves. */
export const ADDRESSES = `SELECT ${PERSON_OF_ALIAS} AS address_of,
  argMax(assumeNotNull(props.email.:String), (ts, fact_id)) AS address
FROM facts
PREWHERE ${OWN_FACTS} AND kind = 'identified'
WHERE isNotNull(props.email.:String) AND ${KNOWN} AND ts <= fromUnixTimestamp64Milli({known:Int64})
  AND (fact_id, version) GLOBAL NOT IN (
    SELECT fact_id, version FROM superseded WHERE ${KNOWN} AND ${OWN_FACTS})
GROUP BY address_of`;
