/**
 * One person whole: identifiers, consents, attributes, segments since when and until when at least,
 * and the last facts. Nothing is kept of it; every part is worked out as of the instant.
 */

import { AppError } from "../../base/index.js";
import type { Parameters, Warehouse } from "../../store/index.js";
import type { Library, PlannedAttribute } from "../plan/index.js";
import { type AsOf, evaluationAt } from "./as-of.js";
import { type Consent, type ConsentStatement, consentHistory, consentsOf } from "./consents.js";
import { aliasesOf } from "./evaluate.js";
import { findPerson } from "./find-person.js";
import { PERSON_OF_ALIAS } from "./identifiers.js";
import { linksOf, type SeenLink } from "./seen-links.js";
import { type Membership, membershipsOf } from "./standing.js";
import { readTimeline, type Timeline } from "./timeline.js";

export interface Portrait {
  readonly person: string;
  readonly asOf: string;
  readonly identifiers: readonly Identifier[];
  readonly links: readonly SeenLink[];
  readonly consents: readonly Consent[];
  readonly memberships: readonly DatedMembership[];
  readonly attributes: readonly AttributeValue[];
  readonly timeline: Timeline;
}

export interface Identifier {
  readonly kind: string;
  readonly value: string;
  /** Since when it is this person's; null = always was. */
  readonly since: string | null;
  /** Why it became so, in words; null = it always was. */
  readonly cause: string | null;
}

export interface DatedMembership extends Membership {
  /** When it began by the membership log; null where the log does not have it. */
  readonly since: string | null;
  /** Why: event, clock, ...; `definition` = the person was in it when it was first evaluated. */
  readonly cause: string | null;
}

export interface AttributeValue {
  readonly name: string;
  readonly type: PlannedAttribute["type"];
  /** null = missing; moments are ISO texts, durations milliseconds. */
  readonly value: string | number | boolean | null;
}

/** Throws AppError for an unknown person, or one of whom nothing was known then. */
export async function portrayPerson(
  warehouse: Warehouse,
  library: Library,
  text: string,
  { asOf, facts }: AsOf & { readonly facts: number },
): Promise<Portrait> {
  const at = evaluationAt(library, { asOf });
  const person = await findPerson(warehouse, text, asOf);
  const found = await membershipsOf(warehouse, library, person, { at, attributes: "all" });
  if (found === undefined)
    throw new AppError("input.missing", `the person ${text} has no facts at that time`, {
      hint: "ask as of a later instant, with --as-of",
    });
  const own: Parameters = {
    people: [person],
    aliases: await aliasesOf(warehouse, [person]),
    known: asOf,
  };
  const since = await beginnings(warehouse, person, asOf);
  return {
    person: String(person),
    asOf: new Date(asOf).toISOString(),
    identifiers: await identifiersOf(warehouse, person, own),
    links: await linksOf(warehouse, person, own),
    consents: consentsOf(await consentHistory(warehouse, own)),
    memberships: found.memberships.map((membership) => ({
      ...membership,
      ...(since.get(`${membership.segment}\0${membership.argument}`) ?? NOT_LOGGED),
    })),
    attributes: found.attributes,
    timeline: await readTimeline(warehouse, own, facts),
  };
}

async function identifiersOf(
  warehouse: Warehouse,
  person: bigint,
  own: Parameters,
): Promise<readonly Identifier[]> {
  const { rows } = await warehouse.query<{
    kind: string;
    value: string;
    own: number;
    since: string;
    cause: string;
  }>(
    `SELECT toString(id_kind) AS kind, id_value AS value, alias = {person:UInt64} AS own,
       toString(toUnixTimestamp64Milli(linked.since)) AS since, toString(linked.cause) AS cause
     FROM (SELECT DISTINCT alias, id_kind, id_value FROM aliases WHERE alias IN {aliases:Array(UInt64)}) AS ids
     LEFT JOIN (
       SELECT alias, max(known_at) AS since, argMax(cause, (known_at, sequence)) AS cause FROM identity
       WHERE alias IN {aliases:Array(UInt64)} AND toUnixTimestamp64Milli(known_at) <= {known:Int64}
       GROUP BY alias) AS linked USING (alias)
     WHERE ${PERSON_OF_ALIAS} = {person:UInt64}
     ORDER BY indexOf(['user_id', 'email', 'phone'], kind) = 0, indexOf(['user_id', 'email', 'phone'], kind), value`,
    { ...own, person },
  );
  return rows.map(({ kind, value, own: isOwn, since, cause }) =>
    (isOwn === 1 && !OWN_AGAIN.has(cause)) || cause === ""
      ? { kind, value, since: null, cause: null }
      : {
          kind,
          value,
          since: new Date(Number(since)).toISOString(),
          cause: CAUSES[cause] ?? cause,
        },
  );
}

/** Why an identifier is a person's own, though it was seen with others. */
const OWN_AGAIN: ReadonlySet<string> = new Set(["split", "shared", "kiosk", "undone"]);

/** Causes of `identity`, in words. */
const CAUSES: Readonly<Record<string, string>> = {
  link: "named together in one record",
  device: "identified on this device",
  merge: "merged by decision",
  split: "split by decision",
  shared: "shared, so nobody else's",
  kiosk: "a kiosk, so nobody else's",
  undone: "what joined it no longer counts",
  login: "logged in with it",
  account: "made an account with it",
};

const NOT_LOGGED = { since: null, cause: null };

/** When each membership that the log has as lasting began. */
async function beginnings(
  warehouse: Warehouse,
  person: bigint,
  asOf: number,
): Promise<ReadonlyMap<string, { readonly since: string; readonly cause: string }>> {
  const { rows } = await warehouse.query<{
    segment: string;
    argument: string;
    since: string;
    cause: string;
  }>(
    `SELECT toString(segment) AS segment, argument, toString(toUnixTimestamp64Milli(last.2)) AS since,
       toString(last.3) AS cause
     FROM (
       SELECT segment, argument, argMax((entered, at, cause), sequence) AS last FROM transitions
       WHERE person = {person:UInt64} AND refresh_id IN (
         SELECT refresh_id FROM refreshes WHERE toUnixTimestamp64Milli(as_of) <= {known:Int64})
       GROUP BY segment, argument)
     WHERE last.1 = 1`,
    { person, known: asOf },
  );
  return new Map(
    rows.map(({ segment, argument, since, cause }) => [
      `${segment}\0${argument}`,
      { since: new Date(Number(since)).toISOString(), cause },
    ]),
  );
}

/** Everything that a person ever allowed or forbade, and what proves it. Throws AppError for an unknown one. */
export async function consentsOfPerson(
  warehouse: Warehouse,
  text: string,
  { asOf }: AsOf,
): Promise<{ readonly person: string; readonly statements: readonly ConsentStatement[] }> {
  const person = await findPerson(warehouse, text, asOf);
  const aliases = await aliasesOf(warehouse, [person]);
  const statements = await consentHistory(warehouse, { people: [person], aliases, known: asOf });
  return { person: String(person), statements };
}
