/**
 * A full pass: statistics, then memberships of everyone in ranges, then the transitions against
 * the refresh before. The row in `refreshes` is written last; a crash before it leaves rows that
 * the next refresh removes, and readers never see.
 */

import { createHash } from "node:crypto";
import { AppError } from "../../base/index.js";
import { instantText, type Warehouse } from "../../store/index.js";
import { familiesIn, type Library, namedTruths, type Plan, type Truth } from "../plan/index.js";
import { FOREVER } from "../sql/index.js";
import { missingNeeds, needsOf } from "./availability.js";
import type { EvaluationTime } from "./inputs.js";
import { fullPlan } from "./profile.js";
import { computeStatistics } from "./statistics.js";
import { storeStatistics } from "./stored-statistics.js";
import { appendTransitions } from "./transitions.js";
import { countProfiles, keepProfiles, sizesOf, writeProfiles } from "./write-profiles.js";

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
  /** What they meant apart from calibrated limits. */
  readonly uncalibrated: readonly string[];
  readonly conditions: readonly string[];
  readonly conditionDefinitions: readonly string[];
  /** People of each of `segments`. */
  readonly sizes: readonly number[];
  /** What the segments' notes ask for, and what of it the store did not have. */
  readonly needs: readonly string[];
  readonly lacks: readonly string[];
  /** A file has landed since it was written. */
  readonly stale: boolean;
}

export interface WhichRefresh {
  /** Only those that wrote the log, which look-backs do not. */
  readonly logged?: boolean;
  /** As of an instant (ms since the epoch) before this one; as of this very one. */
  readonly before?: number;
  readonly at?: number;
}

/** The newest refresh of a kind. */
export async function lastRefresh(
  warehouse: Warehouse,
  { logged = false, before, at }: WhichRefresh = {},
): Promise<LastRefresh | undefined> {
  const { rows } = await warehouse.query<Record<string, unknown>>(
    `SELECT refresh_id, toUnixTimestamp64Milli(as_of) AS as_of_ms, people, statistics, segments, definitions,
       uncalibrated, conditions, condition_definitions, sizes, needs, lacks,
       (SELECT max(at) FROM imports) > finished_at AS stale
     FROM refreshes WHERE rehearsal <= {most:UInt8}
       AND as_of_ms BETWEEN {from:Int64} AND {to:Int64}
     ORDER BY refresh_id DESC LIMIT 1`,
    {
      most: logged ? 0 : 1,
      from: at ?? -FOREVER,
      to: at ?? (before === undefined ? FOREVER : before - 1),
    },
  );
  const row = rows[0];
  return (
    row && {
      refreshId: Number(row.refresh_id),
      asOf: Number(row.as_of_ms),
      people: Number(row.people),
      statistics: Number(row.statistics),
      segments: row.segments as string[],
      definitions: row.definitions as string[],
      uncalibrated: row.uncalibrated as string[],
      conditions: row.conditions as string[],
      conditionDefinitions: row.condition_definitions as string[],
      sizes: (row.sizes as string[]).map(Number),
      needs: row.needs as string[],
      lacks: row.lacks as string[],
      stale: row.stale === 1,
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
      meaningHash(meaningOf(truth.kind === "named" ? truth.truth : truth, families), timeZone),
    ),
    ...families.map((f) => meaningHash([f.key, ...meaningOf(f.truth, families), f.top], timeZone)),
  ];
}

/** A truth, and the families that it asks about, which it only names. */
function meaningOf(truth: Truth, families: Plan["families"]): readonly unknown[] {
  const asked = new Set<string>();
  const ask = (of: Truth) => {
    for (const name of familiesIn(of)) {
      if (asked.has(name)) continue;
      asked.add(name);
      for (const family of families) if (family.name === name) ask(family.truth);
    }
  };
  ask(truth);
  return [truth, ...families.filter(({ name }) => asked.has(name))];
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
  const version = await storeStatistics(warehouse, statistics, at, newest?.statistics ?? 0);
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
  const uncalibrated = library.uncalibrated
    ? definitionHashes(fullPlan(library.uncalibrated).plan, at.timeZone)
    : definitions;
  const names = namesOf(plan);
  const needs = new Set([...plan.segments, ...plan.families].flatMap((s) => needsOf(s.notes)));
  const changes = rehearsal
    ? { entered: 0, left: 0 }
    : await appendTransitions(warehouse, {
        refreshId,
        at,
        previous,
        names,
        definitions,
        uncalibrated,
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
      uncalibrated,
      conditions: conditions.map(([name]) => name),
      condition_definitions: conditions.map(([, truth]) =>
        meaningHash(meaningOf(truth, plan.families), at.timeZone),
      ),
      sizes: await sizesOf(warehouse, refreshId, names.length),
      needs: [...needs],
      lacks: [...(await missingNeeds(warehouse, needs, at, library.settings))],
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

/** For commands that need memberships: a clear word if there are none yet. */
export async function requireRefresh(warehouse: Warehouse): Promise<LastRefresh> {
  const found = await lastRefresh(warehouse);
  if (found === undefined)
    throw new AppError("input.missing", "this store has not been evaluated yet", {
      hint: "run: tessera refresh",
    });
  return found;
}
