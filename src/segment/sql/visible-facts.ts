/**
 * Whose facts a statement reads, and which of them were known: what every scan reads from, and the
 * two queries that say who is there.
 */

import { KNOWN, NOW, PREVIOUS } from "./parameters.js";

/** Which facts and people a statement is about. */
export interface Filter {
  /** The person of a row of `facts`. */
  readonly person: string;
  /** A condition on rows of `facts` and `superseded`, by alias; empty: all. */
  readonly facts: string;
  /** A condition on `person`; empty: all. */
  readonly people: string;
  /** The same people as a condition on rows of `profiles`; empty: all. */
  readonly profiles: string;
  /** By word of `held`: the bits by which profiles are put together, those that are alike as one row. */
  readonly masks?: readonly bigint[];
}

/** Columns of `presence`. */
export const PRESENCE = ["present", "next_fact", "known_last", "late_facts"] as const;

/**
 * Everyone who has a fact, and when the next one takes place, the last became known, and how many
 * came late. A scan of its own: it sees every row but few columns, and leaves the other scan of
 * the person to the facts that conditions ask for. `more`: further aggregates over `t` and `kind`,
 * each with its name.
 */
export function presence(filter: Filter, more: ReadonlyMap<string, string>): string {
  const known = "toUnixTimestamp64Milli(known_at)";
  const columns = ["known_at", ...(more.size > 0 ? ["kind"] : [])];
  const facts = visibleFacts(filter, { columns, where: "" });
  const aggregates = [...more].map(([text, name]) => `,\n  ${text} AS ${name}`).join("");
  return `SELECT person,
  toUInt8(countIf(t <= ${NOW}) > 0) AS present,
  minIf(t, t > ${NOW}) AS next_fact,
  max(${known}) AS known_last,
  countIf(${known} > ${PREVIOUS} AND t <= ${PREVIOUS}) AS late_facts${aggregates}
FROM (${facts})
GROUP BY person`;
}

/** Columns of `profiled`, beside those of `presence`. */
export const PROFILE = [
  "profile_held",
  "profile_arguments",
  "profile_net_12m",
  "profile_orders_12m",
  "profile_orders",
  "profile_last_order",
  "profile_people",
] as const;

/** Who was there at a refresh, and what it found: instead of `presence`, at the very same instant. */
export function profiled({ profiles, masks }: Filter): string {
  if (masks !== undefined) return profilePatterns(masks);
  return `SELECT person, toUInt8(1) AS present, toInt64(0) AS next_fact, toInt64(0) AS known_last,
  toUInt64(0) AS late_facts, held AS profile_held, arguments AS profile_arguments,
  net_12m AS profile_net_12m, orders_12m AS profile_orders_12m,
  orders AS profile_orders, toUnixTimestamp64Milli(last_order_at) AS profile_last_order,
  toUInt64(1) AS profile_people
FROM profiles WHERE refresh_id = {profile_id:UInt32}${profiles === "" ? "" : ` AND ${profiles}`}`;
}

/** A million people have some hundreds of patterns, over which conditions are quickly worked out. */
function profilePatterns(masks: readonly bigint[]): string {
  const words = masks.length === 0 ? [0n] : masks;
  const names = words.map((_, i) => `w${i}`).join(", ");
  const bits = words.map((mask, i) => `bitAnd(held[${i + 1}], toUInt64(${mask})) AS w${i}`);
  return `SELECT toUInt64(0) AS person, toUInt8(1) AS present, toInt64(0) AS next_fact,
  toInt64(0) AS known_last, toUInt64(0) AS late_facts, [${names}] AS profile_held,
  profile_net_12m, profile_orders_12m, profile_people
FROM (SELECT ${bits.join(", ")}, sum(net_12m) AS profile_net_12m,
  sum(orders_12m) AS profile_orders_12m, count() AS profile_people
  FROM profiles WHERE refresh_id = {profile_id:UInt32} GROUP BY ${names})`;
}

/** The person that an alias belonged to at {known}; and by the last link, where nothing is later. */
export const PERSON_AT = `dictGetOrDefault('identity_at', 'person', alias, ${KNOWN}, alias)`;
export const PERSON_NOW = "dictGetOrDefault('identity_now', 'person', alias, alias)";

/** Milliseconds of a row of `facts`; `t` where they have been read. */
export const INSTANT = "toUnixTimestamp64Milli(ts)";

export interface Asked {
  /** What is read of the facts, beside `person` and `t`. */
  readonly columns: readonly string[];
  /** Of which facts, as SQL over columns of `facts`; empty: of all. */
  readonly where: string;
}

const EVERYTHING: Asked = { columns: ["*"], where: "" };

/**
 * The facts as known at {known}, of the person that they then belong to. A person's aliases may lie
 * on several shards, so nothing here assumes otherwise. Which facts they are and whose is asked
 * first (PREWHERE): the other columns, and whether a later version is known, are of few rows then.
 */
export function visibleFacts(
  { person, facts, people }: Filter,
  { columns, where }: Asked = EVERYTHING,
): string {
  const known = `known_at <= fromUnixTimestamp64Milli(${KNOWN})`;
  const first = [facts, where].filter((condition) => condition !== "");
  const conditions = [
    "alias != 0",
    known,
    `(fact_id, version) GLOBAL NOT IN (
      SELECT fact_id, version FROM superseded WHERE ${known}${facts === "" ? "" : ` AND ${facts}`})`,
    ...(people === "" ? [] : [people]),
  ];
  return `SELECT ${[`${person} AS person`, `${INSTANT} AS t`, ...columns].join(", ")}
  FROM facts${first.length === 0 ? "" : ` PREWHERE ${first.join(" AND ")}`}
  WHERE ${conditions.join(" AND ")}`;
}
