/**
 * A full pass: statistics, then memberships of everyone in ranges, then the transitions against
 * the refresh before. The row in `refreshes` is written last; a crash before it leaves rows that
 * the next refresh removes, and readers never see.
 */

import { createHash } from "node:crypto";
import { AppError } from "../../base/index.js";
import { instantText, type Warehouse } from "../../store/index.js";
import { type Library, namedTruths, type Plan, type Truth } from "../plan/index.js";
import { compilePlan, FOREVER } from "../sql/index.js";
import type { EvaluationTime } from "./inputs.js";
import { fullPlan } from "./profile.js";
import { peopleRanges } from "./ranges.js";
import { evaluating } from "./run.js";
import { computeStatistics, type Statistics } from "./statistics.js";
import { appendTransitions } from "./transitions.js";

export interface RefreshReport {
  readonly refreshId: number;
  readonly asOf: string;
  readonly people: number;
  readonly segments: number;
  readonly entered: number;
  readonly left: number;
  readonly statistics: readonly {
    readonly text: string;
    readonly value: number | null;
    readonly n: number;
    readonly thin: boolean;
  }[];
  readonly elapsedMs: number;
  /** Looking back before the newest refresh: memberships are shown, the log stays as it is. */
  readonly rehearsal: boolean;
}

export interface LastRefresh {
  readonly refreshId: number;
  readonly asOf: number;
  readonly people: number;
  readonly statistics: number;
  readonly segments: readonly string[];
  readonly definitions: readonly string[];
  readonly conditions: readonly string[];
  readonly conditionDefinitions: readonly string[];
}

/** The newest refresh; or the newest that wrote the log, which look-backs do not. */
export async function lastRefresh(
  warehouse: Warehouse,
  { logged }: { readonly logged: boolean } = { logged: false },
): Promise<LastRefresh | undefined> {
  const { rows } = await warehouse.query<Record<string, unknown>>(
    `SELECT refresh_id, toUnixTimestamp64Milli(as_of) AS as_of, people, statistics, segments, definitions,
       conditions, condition_definitions
     FROM refreshes WHERE rehearsal <= {most:UInt8} ORDER BY refresh_id DESC LIMIT 1`,
    { most: logged ? 0 : 1 },
  );
  const row = rows[0];
  return (
    row && {
      refreshId: Number(row.refresh_id),
      asOf: Number(row.as_of),
      people: Number(row.people),
      statistics: Number(row.statistics),
      segments: row.segments as string[],
      definitions: row.definitions as string[],
      conditions: row.conditions as string[],
      conditionDefinitions: row.condition_definitions as string[],
    }
  );
}

/** Segments, then families: the order of `refreshes.segments`. */
const namesOf = (plan: Plan): readonly string[] =>
  [...plan.segments, ...plan.families].map((s) => s.name);

/** What a truth or family means in this zone: equal hashes mean the same. */
export function meaningHash(meaning: readonly unknown[], timeZone: string): string {
  const text = JSON.stringify([timeZone, meaning]);
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** Of each segment, then of each family. */
export function definitionHashes({ segments, families }: Plan, timeZone: string): string[] {
  return [
    ...segments.map(({ truth }) =>
      meaningHash([truth.kind === "named" ? truth.truth : truth], timeZone),
    ),
    ...families.map((f) => meaningHash([f.key, f.truth, f.top], timeZone)),
  ];
}

export async function refresh(
  warehouse: Warehouse,
  library: Library,
  options: { readonly asOf: number },
): Promise<RefreshReport> {
  const began = performance.now();
  const at: EvaluationTime = { now: options.asOf, timeZone: library.settings.timeZone };
  const { plan, labels } = fullPlan(library);
  const newest = await lastRefresh(warehouse);
  const previous = await lastRefresh(warehouse, { logged: true });
  const refreshId = (newest?.refreshId ?? 0) + 1;
  await removeUnfinished(warehouse, newest?.refreshId ?? 0);
  const statistics = await computeStatistics(warehouse, plan, at);
  const version = await storeStatistics(warehouse, statistics, at, newest);
  const conditions = [...namedTruths(plan)].filter(
    ([name]) => !plan.segments.some((s) => s.name === name),
  );
  await writeProfiles(warehouse, {
    plan,
    conditions: conditions.map(([, truth]) => truth),
    labels,
    at,
    statistics,
    refreshId,
    previous,
  });
  const people = await countProfiles(warehouse, refreshId);
  const rehearsal = previous !== undefined && at.now < previous.asOf;
  const definitions = definitionHashes(plan, at.timeZone);
  const names = namesOf(plan);
  const changes = rehearsal
    ? { entered: 0, left: 0 }
    : await appendTransitions(warehouse, {
        refreshId,
        at,
        previous,
        names,
        definitions,
        version,
      });
  await warehouse.insert("refreshes", [
    {
      refresh_id: refreshId,
      as_of: instantText(at.now),
      finished_at: instantText(Date.now()),
      people,
      statistics: version,
      rehearsal: rehearsal ? 1 : 0,
      segments: names,
      definitions,
      conditions: conditions.map(([name]) => name),
      condition_definitions: conditions.map(([, truth]) => meaningHash([truth], at.timeZone)),
    },
  ]);
  await keepProfiles(warehouse, rehearsal ? [refreshId, previous?.refreshId] : [refreshId]);
  return {
    refreshId,
    asOf: new Date(at.now).toISOString(),
    people,
    segments: plan.segments.length + plan.families.length,
    ...changes,
    statistics: [...statistics.values()].map(({ text, value, n, thin }) => ({
      text,
      value,
      n,
      thin,
    })),
    elapsedMs: Math.round(performance.now() - began),
    rehearsal,
  };
}

/** Drops the profiles of all refreshes but these. */
async function keepProfiles(
  warehouse: Warehouse,
  kept: readonly (number | undefined)[],
): Promise<void> {
  const { rows } = await warehouse.query<{ refresh_id: number }>(
    "SELECT DISTINCT refresh_id FROM profiles",
  );
  for (const { refresh_id: id } of rows) {
    if (!kept.includes(Number(id)))
      await warehouse.command(`ALTER TABLE profiles DROP PARTITION ${Number(id)}`);
  }
}

/** What a crashed refresh left behind. */
async function removeUnfinished(warehouse: Warehouse, lastId: number): Promise<void> {
  const { rows } = await warehouse.query<{ refresh_id: number }>(
    "SELECT DISTINCT refresh_id FROM profiles WHERE refresh_id > {last:UInt32}",
    { last: lastId },
  );
  for (const row of rows)
    await warehouse.command(`ALTER TABLE profiles DROP PARTITION ${Number(row.refresh_id)}`);
  for (const table of ["transitions", "store_stats"]) {
    const column = table === "transitions" ? "refresh_id" : "version";
    const known = table === "transitions" ? lastId : await lastVersion(warehouse);
    const leftover = await warehouse.query(
      `SELECT 1 AS x FROM ${table} WHERE ${column} > {known:UInt32} LIMIT 1`,
      { known },
    );
    if (leftover.rows.length > 0) {
      await warehouse.command(
        `DELETE FROM ${table} WHERE ${column} > {known:UInt32}`,
        { known },
        { settings: { lightweight_deletes_sync: 2 } },
      );
    }
  }
}

async function lastVersion(warehouse: Warehouse): Promise<number> {
  const { rows } = await warehouse.query<{ v: number }>(
    "SELECT max(statistics) AS v FROM refreshes",
  );
  return Number(rows[0]?.v ?? 0);
}

/** Frozen under a new version if any value differs from the last accepted one. */
async function storeStatistics(
  warehouse: Warehouse,
  statistics: Statistics,
  at: EvaluationTime,
  previous: LastRefresh | undefined,
): Promise<number> {
  const last = previous?.statistics ?? 0;
  const { rows } = await warehouse.query<{ key: string; value: number | null }>(
    "SELECT key, value FROM store_stats WHERE version = {version:UInt32}",
    { version: last },
  );
  const known = new Map(rows.map((r) => [r.key, r.value]));
  const same =
    known.size === statistics.size &&
    [...statistics.values()].every((s) => known.has(s.key) && known.get(s.key) === s.value);
  if (same) return last;
  await warehouse.insert(
    "store_stats",
    [...statistics.values()].map((s) => ({
      version: last + 1,
      as_of: instantText(at.now),
      key: s.key,
      value: s.value,
      n: s.n,
      thin: s.thin ? 1 : 0,
    })),
  );
  return last + 1;
}

/** The accepted statistics of the last refresh. */
export async function acceptedStatistics(
  warehouse: Warehouse,
  version: number,
): Promise<Statistics> {
  const { rows } = await warehouse.query<{
    key: string;
    value: number | null;
    n: string;
    thin: number;
  }>("SELECT key, value, n, thin FROM store_stats WHERE version = {version:UInt32}", { version });
  return new Map(
    rows.map((r) => [
      r.key,
      { key: r.key, text: "", value: r.value, n: Number(r.n), thin: r.thin === 1 },
    ]),
  );
}

interface ProfileJob {
  readonly plan: Plan;
  readonly conditions: readonly Truth[];
  readonly labels: readonly string[];
  readonly at: EvaluationTime;
  readonly statistics: Statistics;
  readonly refreshId: number;
  readonly previous: LastRefresh | undefined;
}

async function writeProfiles(warehouse: Warehouse, job: ProfileJob): Promise<void> {
  const { plan, labels, statistics } = job;
  const compiled = compilePlan(plan, job.conditions);
  const first = plan.attributes.findIndex((a) => a.name === "profile_first_order");
  const attribute = (i: number) => `attribute_${first + i}`;
  const labelAt = (name: string) =>
    `attribute_${plan.attributes.findIndex((a) => a.name === name)}`;
  const moment = (column: string) =>
    `if(isNull(${column}), NULL, fromUnixTimestamp64Milli(assumeNotNull(${column}), 'UTC'))`;
  const families = plan.families.map(
    (_, i) =>
      `arrayMap(f -> ({family_${i}:String}, f.1, f.2), arrayFilter(f -> f.2 > 0, family_${i}))`,
  );
  const dues = [
    "next",
    "arrayMin(arrayMap(s -> toInt64(abs(s)), signed))",
    ...plan.families.map(
      (_, i) =>
        `arrayMin(arrayConcat([${FOREVER}], arrayMap(f -> toInt64(abs(f.2)), family_${i})))`,
    ),
  ];
  const insertAs = (
    rows: string,
  ) => `INSERT INTO profiles (refresh_id, person, evaluated_at, due_at, known_last, late_facts, first_order_at, last_order_at, orders, net_12m, net_total, signed, conditions, segments, arguments, labels)
SELECT {refresh_id:UInt32}, person, fromUnixTimestamp64Milli({now:Int64}, 'UTC'), fromUnixTimestamp64Milli(least(${dues.join(", ")}), 'UTC'),
  fromUnixTimestamp64Milli(known_last, 'UTC'), late_facts, ${moment(attribute(0))}, ${moment(attribute(1))},
  toUInt32(${attribute(2)}), toDecimal128(ifNull(${attribute(3)}, 0), 4), toDecimal128(ifNull(${attribute(4)}, 0), 4),
  signed, conditions, arrayMap(x -> x.1, arrayFilter(x -> x.2 > 0, arrayZip({names:Array(String)}, signed))),
  ${families.length === 0 ? "[]" : `arrayConcat(${families.join(", ")})`},
  map(${labels.map((l, i) => `{label_${i}:String}, toString(${labelAt(l)})`).join(", ")})
FROM (SELECT *, if(next_fact > 0, next_fact, ${FOREVER}) AS next FROM (
${rows}
) WHERE present = 1)`;
  const names = plan.segments.map((s) => s.name);
  const extra = {
    refresh_id: job.refreshId,
    names: names.length > 0 ? names : [""],
    previous: job.previous?.asOf ?? 0,
    ...Object.fromEntries(plan.families.map((f, i) => [`family_${i}`, f.name])),
    ...Object.fromEntries(labels.map((l, i) => [`label_${i}`, l])),
  };
  const { parameters } = compiled;
  await evaluating(warehouse, async (session) => {
    for (const { people, bounds } of await peopleRanges(warehouse)) {
      const { stages, text } = compiled.statement(people);
      const statement = { stages, text: insertAs(text) };
      const inputs = { at: job.at, statistics, parameters, extra: { ...extra, ...bounds } };
      await session.command({ statement, ...inputs });
    }
  });
}

async function countProfiles(warehouse: Warehouse, refreshId: number): Promise<number> {
  const { rows } = await warehouse.query<{ n: string }>(
    "SELECT count() AS n FROM profiles WHERE refresh_id = {id:UInt32}",
    { id: refreshId },
  );
  return Number(rows[0]?.n ?? 0);
}

/** For commands that need memberships: a clear word if there are none yet. */
export async function requireRefresh(warehouse: Warehouse): Promise<LastRefresh> {
  const found = await lastRefresh(warehouse);
  if (found === undefined)
    throw new AppError("input.missing", "this store has not been evaluated yet", {
      hint: "run: tessera refresh",
    });
  return found;
}
