/**
 * The hygiene report: each group of `groups.ts`, as corrected by `hygiene.yaml`, with how many
 * people, lines and how much revenue it touches. One statement per group, one after another, so
 * that memory holds one group at a time; large groupings go to disk.
 */

import type { Parameters, QueryOptions, Warehouse } from "../../store/index.js";
import type { Correction, Corrections } from "./corrections.js";
import type { Group, GroupKey } from "./group.js";
import { GROUPS } from "./groups.js";
import { CONTACTS, personOf, SOLD, visibleFacts } from "./visible-sql.js";

export interface HygieneOptions {
  /** Milliseconds since the epoch: the store as it was known then. */
  readonly asOf: number;
  readonly timeZone: string;
  readonly corrections: Corrections;
  /** Members to name per group. */
  readonly examples: number;
}

export interface HygieneReport {
  readonly asOf: string;
  readonly people: number;
  readonly lines: number;
  /** Net of kept lines and of refunds. */
  readonly revenue: number;
  readonly groups: readonly HygieneGroup[];
}

export interface HygieneGroup extends Touched {
  readonly key: GroupKey;
  readonly title: string;
  readonly rule: string;
  readonly noun: Group["noun"];
  readonly effect: Group["effect"];
  /** Switched off in `hygiene.yaml`: nothing was looked for. */
  readonly off: boolean;
  /** So many of what `noun` names. */
  readonly found: number;
  readonly share: { readonly people: number; readonly lines: number; readonly revenue: number };
  /** Those with the most revenue, of records with the most lines, first. */
  readonly examples: readonly HygieneExample[];
}

interface Touched {
  readonly people: number;
  readonly lines: number;
  readonly revenue: number;
}

export interface HygieneExample {
  /** How `hygiene.yaml` names it. */
  readonly member: string;
  readonly reason: string;
}

export async function reportHygiene(
  warehouse: Warehouse,
  options: HygieneOptions,
): Promise<HygieneReport> {
  const ask = asker(warehouse, options);
  const [row] = await ask<Touched & { readonly sold: number }>(TOTAL);
  const { sold, ...total } = row!;
  const groups: HygieneGroup[] = [];
  for (const group of GROUPS) {
    // Refunds that name no order are taken off people, but not off lines.
    const of = group.unit === "record" ? { ...total, revenue: sold } : total;
    groups.push(await reportGroup(ask, group, options, of));
  }
  return { asOf: new Date(options.asOf).toISOString(), ...total, groups };
}

type Ask = <Row>(sql: string, more?: Parameters) => Promise<readonly Row[]>;

const SPILL_BYTES = 1_000_000_000;

/** Groupings beyond this size go on on disk. */
export const BOUNDED: QueryOptions = {
  lane: "read",
  settings: {
    max_bytes_before_external_group_by: SPILL_BYTES,
    max_bytes_before_external_sort: SPILL_BYTES,
    // `argMax(company, ...) AS company` means the column inside.
    prefer_column_name_to_alias: 1,
  },
};

function asker(warehouse: Warehouse, { asOf, timeZone, corrections }: HygieneOptions): Ask {
  const all: Parameters = { now: asOf, zone: timeZone, domains: corrections.domains };
  return async <Row>(sql: string, more: Parameters = {}) =>
    (await warehouse.query<Row>(sql, { ...all, ...more }, BOUNDED)).rows;
}

interface Found extends Touched {
  readonly found: number;
  readonly examples: readonly (readonly [rank: number, member: string, reason: string])[];
}

async function reportGroup(
  ask: Ask,
  group: Group,
  { corrections, examples }: HygieneOptions,
  total: Touched,
): Promise<HygieneGroup> {
  const { key, title, rule, noun, unit, effect } = group;
  const correction = corrections.groups[key];
  const said = { key, title, rule, noun, effect, off: correction.off };
  if (correction.off) return { ...said, ...NOTHING };
  const sql = unit === "record" ? recordsSql(group, examples) : peopleSql(group, examples);
  const [row] = await ask<Found>(sql, { ...lists(correction) });
  const { found, people, lines, revenue } = row!;
  const named = row!.examples.map(([, member, reason]) => ({ member, reason }));
  return {
    ...said,
    ...{ found, people, lines, revenue },
    share: {
      people: part(people, total.people),
      lines: part(lines, total.lines),
      revenue: part(revenue, total.revenue),
    },
    examples: unit === "person" ? await withIdentifiers(ask, named) : named,
  };
}

const NOTHING = {
  ...{ found: 0, people: 0, lines: 0, revenue: 0, examples: [] },
  share: { people: 0, lines: 0, revenue: 0 },
} as const;

const part = (n: number, of: number): number => (of === 0 ? 0 : n / of);

const lists = ({ confirm, release }: Correction): Parameters => ({ confirm, release });

/** People whom identifiers of the file stand for. */
export const peopleNamed = (list: "confirm" | "release"): string =>
  `SELECT ${personOf()} AS person FROM aliases
   WHERE id_value IN {${list}:Array(String)} OR concat(id_kind, ':', id_value) IN {${list}:Array(String)}`;

/** `member`s that the file names, with their kind or without. */
const named = (list: "confirm" | "release"): string =>
  `(member IN {${list}:Array(String)} OR substring(member, position(member, ':') + 1) IN {${list}:Array(String)})`;

const CONFIRMED = "confirmed in hygiene.yaml";

/** (person, member, reason) of a group as corrected. */
export function correctedSql({ unit, found, effect }: Group): string {
  if (unit === "person") {
    return `SELECT person, member, reason FROM (${found})
      WHERE person GLOBAL NOT IN (${peopleNamed("release")})
      UNION ALL SELECT DISTINCT person, '', '${CONFIRMED}' FROM (${peopleNamed("confirm")})`;
  }
  const released = `SELECT person, member, reason FROM (${found}) WHERE NOT ${named("release")}`;
  if (effect !== "identifies nobody") return released;
  return `${released} UNION ALL
    SELECT person, concat(kind, ':', value) AS member, '${CONFIRMED}' AS reason FROM (${CONTACTS})
    WHERE ${named("confirm")}`;
}

/** Lines and revenue of each person. */
const SALES = `SELECT person, toUInt32(countIf(kind = 'line')) AS lines, sum(net) AS net
  FROM (${visibleFacts("kind, net", `${SOLD} AND alias != 0`)}) GROUP BY person`;

function peopleSql(group: Group, examples: number): string {
  const rank = "-toFloat64(s.net)";
  const reasons = "arrayStringConcat(arraySort(arrayMap(m -> m.2, f.members)), '; ')";
  const shown =
    group.unit === "person"
      ? `[(${rank}, toString(f.person), ${reasons})]`
      : `arrayMap(m -> (${rank}, m.1, m.2), f.members)`;
  return `SELECT toUInt32(count()) AS people, toUInt32(sum(s.lines)) AS lines, toFloat64(sum(s.net)) AS revenue,
      ${group.unit === "person" ? "people" : "toUInt32(uniqExactArray(arrayMap(m -> m.1, f.members)))"} AS found,
      ${best(examples, shown)} AS examples
    FROM (SELECT person, groupUniqArray((member, reason)) AS members
      FROM (${correctedSql(group)}) GROUP BY person) AS f
    GLOBAL LEFT JOIN (${SALES}) AS s ON s.person = f.person`;
}

function recordsSql(group: Group, examples: number): string {
  return `SELECT toUInt32(count()) AS found, toUInt32(uniqExactMerge(buyers)) AS people,
      toUInt32(sum(lines)) AS lines, toFloat64(sum(net)) AS revenue,
      ${best(examples, "[(-toFloat64(lines), member, reason)]")} AS examples
    FROM (SELECT member, sum(lines) AS lines, sum(net) AS net, max(reason) AS reason,
        uniqExactStateIf(person, person != 0) AS buyers
      FROM (${group.found}) WHERE NOT ${named("release")} GROUP BY member)`;
}

/** The first few of all in `arrays`, each member once: it may come with several people. */
function best(examples: number, arrays: string): string {
  const several = Math.max(examples * 4, 16);
  const sorted = `groupArraySortedArray(${several})(${arrays})`;
  return `arraySlice(arraySort(arrayMap(e -> (e.1, e.2, e.3),
    arrayFilter((e, first) -> first = 1, ${sorted}, arrayEnumerateUniq(arrayMap(e -> e.2, ${sorted}))))), 1, ${examples})`;
}

/** A person is shown by an identifier: an e-mail address if there is one. */
async function withIdentifiers(
  ask: Ask,
  examples: readonly HygieneExample[],
): Promise<HygieneExample[]> {
  if (examples.length === 0) return [];
  const rows = await ask<{ person: string; identifier: string }>(IDENTIFIERS_OF, {
    people: examples.map(({ member }) => BigInt(member)),
  });
  const by = new Map(rows.map(({ person, identifier }) => [person, identifier]));
  return examples.map(({ member, reason }) => ({ member: by.get(member) ?? member, reason }));
}

const IDENTIFIERS_OF = `SELECT toString(person) AS person,
    argMin(concat(id_kind, ':', id_value), (indexOf(['email', 'user_id', 'phone'], toString(id_kind)) + 9 * (id_kind NOT IN ('email', 'user_id', 'phone')), id_value)) AS identifier
  FROM (SELECT ${personOf()} AS person, id_kind, id_value FROM aliases)
  WHERE person IN {people:Array(UInt64)} GROUP BY person`;

const TOTAL = `SELECT
    (SELECT toUInt32(uniqExact(${personOf()})) FROM (SELECT DISTINCT alias FROM facts
      WHERE alias != 0 AND known_at <= fromUnixTimestamp64Milli({now:Int64}))) AS people,
    toUInt32(countIf(kind = 'line')) AS lines, toFloat64(sum(net)) AS revenue,
    toFloat64(sumIf(net, kind = 'line')) AS sold
  FROM (${visibleFacts("kind, net", SOLD)})`;
