/**
 * Identifiers that do not tell people apart, and people who look like one. Nothing here is merged
 * or split: an identifier that is junk identifies nobody in later imports (`junk.ts`), everything
 * else is shown.
 */

import { plainNameSql } from "../values/value-sql.js";
import type { Group } from "./group.js";
import { junkSql } from "./junk.js";
import { CONTACTS, NAMED, personOf } from "./visible-sql.js";

/** So many different names at one address or number: it belongs to none of them. */
export const JUNK_NAMES = 5;
/** More people than this at one device: it stands in a shop or a library. */
export const KIOSK_PEOPLE = 3;

/** The reason of what counts as blank in imports without anyone's word. */
export const STANDS_FOR_NONE = "stands for none";

/** Names by the address or number that they were given with: (kind, value, person, name). */
const NAMES_OF = `SELECT contact.1 AS kind, assumeNotNull(contact.2) AS value, person, name
  FROM (SELECT n.person AS person, n.name AS name,
      arrayJoin([('email', n.email), ('phone', n.phone), (a.kind, toNullable(a.value))]) AS contact
    FROM (${NAMED}) AS n GLOBAL LEFT JOIN (
      SELECT alias, toString(id_kind) AS kind, id_value AS value FROM aliases
      WHERE id_kind IN ('email', 'phone')) AS a ON a.alias = n.alias)
  WHERE contact.1 != '' AND contact.2 IS NOT NULL`;

const usedByNames = (condition: string): string => `
  SELECT arrayJoin(people) AS person, concat(kind, ':', value) AS member,
    concat('used by ', toString(names), ' names') AS reason
  FROM (SELECT kind, value, people, arrayUniq(arrayMap(n -> ${plainNameSql("n")}, given)) AS names
    FROM (SELECT kind, value, groupUniqArray(name) AS given, groupUniqArray(person) AS people
      FROM (${NAMES_OF}) GROUP BY kind, value HAVING length(given) > 1))
  WHERE ${condition}`;

const JUNK = `SELECT person, concat(kind, ':', value) AS member, '${STANDS_FOR_NONE}' AS reason
  FROM (${CONTACTS}) WHERE ${junkSql("kind", "value")}
  UNION ALL ${usedByNames(`names >= ${JUNK_NAMES}`)}`;

const SHARED = usedByNames(
  `names BETWEEN 2 AND ${JUNK_NAMES - 1} AND NOT ${junkSql("kind", "value")}`,
);

/** By what was seen on them: whose a device is, `identity` says of its first person alone. */
const KIOSKS = `SELECT arrayJoin(people) AS person, concat(kind, ':', value) AS member,
    concat('used by ', toString(length(people)), ' people') AS reason
  FROM (SELECT alias, groupUniqArray(${personOf("person")}) AS people FROM links
    WHERE how = 'device' AND known_at <= fromUnixTimestamp64Milli({now:Int64})
    GROUP BY alias HAVING length(people) > ${KIOSK_PEOPLE}) AS used
  GLOBAL INNER JOIN (SELECT alias, toString(id_kind) AS kind, id_value AS value FROM aliases
    WHERE id_kind NOT IN ('email', 'phone', 'user_id')) AS devices USING (alias)`;

const DUPLICATES = `SELECT arrayJoin(people) AS person, concat(name, ', ', place.2) AS member,
    concat(toString(length(people)), ' people of this name with the same ', place.1) AS reason
  FROM (SELECT name, place, groupUniqArray(person) AS people
    FROM (SELECT person, name, arrayJoin([('postcode', postcode), ('phone', phone)]) AS place
      FROM (SELECT person, ${plainNameSql("name")} AS name, postcode, phone FROM (${NAMED})))
    WHERE position(name, ' ') > 0 AND place.2 IS NOT NULL
      AND NOT ${junkSql("place.1", "assumeNotNull(place.2)")}
    GROUP BY name, place HAVING length(people) > 1)`;

export const IDENTIFIERS: readonly Group[] = [
  {
    key: "junk",
    title: "Junk identifiers",
    rule: `an e-mail address or phone number given with ${JUNK_NAMES} or more names, or one that stands for none (test@..., 000000)`,
    unit: "identifier",
    noun: ["identifier", "identifiers"],
    found: JUNK,
    effect: "identifies nobody",
  },
  {
    key: "shared",
    title: "Shared addresses and numbers",
    rule: `an e-mail address or phone number given with 2 to ${JUNK_NAMES - 1} names, as in a household`,
    unit: "identifier",
    noun: ["identifier", "identifiers"],
    found: SHARED,
    effect: "reported",
  },
  {
    key: "kiosks",
    title: "Kiosks",
    rule: `a device on which more than ${KIOSK_PEOPLE} people made themselves known`,
    unit: "identifier",
    noun: ["device", "devices"],
    found: KIOSKS,
    effect: "reported",
  },
  {
    key: "duplicates",
    title: "People who look like one",
    rule: "the same first and last name with the same postcode or phone number, under different identifiers",
    unit: "identifier",
    noun: ["name", "names"],
    found: DUPLICATES,
    effect: "reported",
  },
];
