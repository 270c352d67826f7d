/** Which people a statement is for, as conditions on facts and profiles. */

import { type Filter, PERSON_AT } from "./visible-facts.js";

/**
 * Which people a statement is for. A range of the key space is asked in two parts, because the
 * facts lie in order of alias: `range` = people of one alias, whose facts lie together; `linked` =
 * people that identity links to several aliases, whose facts lie anywhere.
 */
export type People = "all" | "some" | "range" | "linked";

/** Profiles that are the same in these bits are one row. */
export const byPattern = (masks: readonly bigint[]): Filter => ({ ...FILTERS.all, masks });

const FROM_TO = "{from:UInt64} AND {to:UInt64}";
/** Persons, and their aliases, of links that touch the range. */
const LINKED = `SELECT arrayJoin([alias, person]) FROM identity WHERE alias BETWEEN ${FROM_TO} OR person BETWEEN ${FROM_TO}`;

export const FILTERS: Readonly<Record<People, Filter>> = {
  all: { person: PERSON_AT, facts: "", people: "", profiles: "" },
  some: {
    person: PERSON_AT,
    facts: "alias IN {aliases:Array(UInt64)}",
    people: "person IN {people:Array(UInt64)}",
    profiles: "person IN {people:Array(UInt64)}",
  },
  range: {
    person: "alias",
    facts: `alias BETWEEN ${FROM_TO} AND alias GLOBAL NOT IN (${LINKED})`,
    people: "",
    profiles: `person BETWEEN ${FROM_TO} AND person GLOBAL NOT IN (${LINKED})`,
  },
  linked: {
    person: PERSON_AT,
    facts: `alias GLOBAL IN (${LINKED})`,
    people: `person BETWEEN ${FROM_TO}`,
    profiles: `person BETWEEN ${FROM_TO} AND person GLOBAL IN (${LINKED})`,
  },
};
