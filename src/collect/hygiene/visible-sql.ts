/**
 * Parts of the statements that look for groups: facts as they are known at {now:Int64}
 * (milliseconds), whose they are, what is said about people, and how they can be reached. Joins
 * and sets are GLOBAL, because a person's aliases may lie on several shards.
 */

import { identifierSql } from "../values/value-sql.js";

/** The person that an alias belongs to at {now}. */
export const personOf = (alias = "alias"): string =>
  `dictGetOrDefault('identity_at', 'person', ${alias}, {now:Int64}, ${alias})`;

/** Versions of facts that are not known to be replaced. `columns` may name `person`. */
export function visibleFacts(columns: string, condition: string): string {
  const known = "known_at <= fromUnixTimestamp64Milli({now:Int64})";
  return `SELECT ${personOf()} AS person, ${columns} FROM facts
    WHERE ${condition} AND ${known} AND (fact_id, version) GLOBAL NOT IN
      (SELECT fact_id, version FROM superseded WHERE ${known})`;
}

/** Lines of kept orders, and refunds that name none: what revenue is made of. */
export const SOLD = "(kind = 'line' AND kept = 1 OR kind = 'refund')";

/** A text of a set of traits; NULL where it is absent or no text. */
export const trait = (name: string): string =>
  `nullIf(trimBoth(assumeNotNull(props.${name}.:String)), '')`;

/** A trait that is true: a JSON boolean, or the word for it as an export writes it. */
export const trueTrait = (name: string): string =>
  `(ifNull(props.${name}.:Bool, false) OR lower(ifNull(${trait(name)}, '')) IN ('yes', 'true', '1'))`;

/** The tags in small letters: a JSON array of texts, or one text with commas. */
export const TAGS = `arrayMap(tag -> lower(trimBoth(ifNull(tag, ''))), arrayConcat(
  props.tags.:\`Array(Nullable(String))\`, splitByChar(',', ifNull(${trait("tags")}, ''))))`;

const FULL_NAME = `coalesce(${trait("name")},
  nullIf(trimBoth(concat(ifNull(${trait("first_name")}, ''), ' ', ifNull(${trait("last_name")}, ''))), ''))`;

/** Every name that was given, with what was given beside it. */
export const NAMED = `SELECT person, alias, assumeNotNull(full_name) AS name, email, phone, postcode
  FROM (${visibleFacts(
    `alias, ${FULL_NAME} AS full_name, ${identifierSql("email", trait("email"))} AS email,
    ${identifierSql("phone", trait("phone"))} AS phone, upper(${trait("postcode")}) AS postcode`,
    "kind = 'identified' AND alias != 0",
  )}) WHERE full_name IS NOT NULL`;

/** E-mail addresses and phone numbers, of identifiers and of traits: (person, kind, value), repeated. */
export const CONTACTS = `SELECT person, kind, value FROM (
    SELECT ${personOf()} AS person, toString(id_kind) AS kind, id_value AS value
    FROM aliases WHERE id_kind IN ('email', 'phone')
    UNION ALL
    SELECT person, contact.1 AS kind, assumeNotNull(contact.2) AS value FROM (${visibleFacts(
      `arrayJoin([('email', ${identifierSql("email", trait("email"))}),
        ('phone', ${identifierSql("phone", trait("phone"))})]) AS contact`,
      "kind = 'identified' AND alias != 0",
    )}) WHERE contact.2 IS NOT NULL)`;
