/** The rows of `profiles` that a refresh writes, and what is counted over them. */

import type { Warehouse } from "../../store/index.js";
import type { Plan, Truth } from "../plan/index.js";
import { compilePlan, FOREVER, WORD_BITS } from "../sql/index.js";
import type { EvaluationTime } from "./inputs.js";
import { exactAmountSql, placesSql } from "./patterns.js";
import { peopleRanges } from "./ranges.js";
import type { LastRefresh } from "./refresh.js";
import { evaluatingRanges } from "./run.js";
import type { Statistics } from "./statistics.js";

export interface ProfileJob {
  readonly plan: Plan;
  readonly conditions: readonly Truth[];
  readonly labels: readonly string[];
  readonly at: EvaluationTime;
  readonly statistics: Statistics;
  readonly refreshId: number;
  readonly previous: LastRefresh | undefined;
}

export async function writeProfiles(warehouse: Warehouse, job: ProfileJob): Promise<void> {
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
  ) => `INSERT INTO profiles (refresh_id, person, evaluated_at, due_at, known_last, late_facts, first_order_at, last_order_at, orders, orders_12m, net_12m, net_total, signed, conditions, held, segments, arguments, labels)
SELECT {refresh_id:UInt32}, person, fromUnixTimestamp64Milli({now:Int64}, 'UTC'), fromUnixTimestamp64Milli(least(${dues.join(", ")}), 'UTC'),
  fromUnixTimestamp64Milli(known_last, 'UTC'), late_facts, ${moment(attribute(0))}, ${moment(attribute(1))},
  toUInt32(${attribute(2)}), toUInt32(${attribute(3)}), ${exactAmountSql(attribute(4))}, ${exactAmountSql(attribute(5))},
  signed, conditions, ${HELD}, arrayMap(x -> x.1, arrayFilter(x -> x.2 > 0, arrayZip({names:Array(String)}, signed))),
  ${families.length === 0 ? "[]" : `arrayConcat(${families.join(", ")})`},
  map(${labels.map((l, i) => `{label_${i}:String}, toString(${labelAt(l)})`).join(", ")})
FROM (SELECT *, if(next_fact > 0, next_fact, ${FOREVER}) AS next, ${flagsOf(plan, job.conditions.length)} AS flags FROM (
${rows}
) WHERE present = 1)`;
  const names = plan.segments.map((s) => s.name);
  const extra = {
    refresh_id: job.refreshId,
    names: names.length > 0 ? names : [""],
    previous: job.previous?.asOf ?? 0,
    bits: Array.from({ length: WORD_BITS }, (_, i) => 1n << BigInt(i)),
    ...Object.fromEntries(plan.families.map((f, i) => [`family_${i}`, f.name])),
    ...Object.fromEntries(labels.map((l, i) => [`label_${i}`, l])),
  };
  const { parameters } = compiled;
  const ranges = await peopleRanges(warehouse);
  await evaluatingRanges(warehouse, ranges, async (session, { people, bounds }) => {
    const { stages, text } = compiled.statement(people);
    const statement = { stages, text: insertAs(text) };
    const inputs = { at: job.at, statistics, parameters, extra: { ...extra, ...bounds } };
    await session.command({ statement, ...inputs });
  });
}

/** Words of 64 flags, the first the lowest bit of the first word. */
const HELD = `arrayMap(w -> arraySum((flag, bit) -> flag * bit,
  arrayResize(arraySlice(flags, w * ${WORD_BITS} + 1, ${WORD_BITS}), ${WORD_BITS}), {bits:Array(UInt64)}),
  range(toUInt64(ceil(length(flags) / ${WORD_BITS}))))`;

/** 0 or 1 for each segment, family (with any argument) and condition: the bits of `held`. */
function flagsOf({ segments, families }: Plan, conditions: number): string {
  const held = (dues: string) => `arrayMap(s -> toUInt8(s > 0), ${dues})`;
  const any = families.map((_, i) => `toUInt8(arrayExists(f -> f.2 > 0, family_${i}))`);
  return `arrayConcat(${[
    ...(segments.length > 0 ? [held("signed")] : []),
    `CAST([${any.join(", ")}], 'Array(UInt8)')`,
    ...(conditions > 0 ? [held("conditions")] : []),
  ].join(", ")})`;
}

/** People of each segment and family of a refresh, in the order of `refreshes.segments`. */
export async function sizesOf(
  warehouse: Warehouse,
  refreshId: number,
  segments: number,
): Promise<readonly number[]> {
  const { rows } = await warehouse.query<{ place: string; people: string }>(
    `SELECT place, sum(n) AS people
     FROM (SELECT held, count() AS n FROM profiles WHERE refresh_id = {id:UInt32} GROUP BY held)
     ARRAY JOIN ${placesSql("held")} AS place
     WHERE place < {segments:UInt32} GROUP BY place`,
    { id: refreshId, segments },
    { lane: "evaluate" },
  );
  const found = new Map(rows.map((r) => [Number(r.place), Number(r.people)]));
  return Array.from({ length: segments }, (_, place) => found.get(place) ?? 0);
}

export async function countProfiles(warehouse: Warehouse, refreshId: number): Promise<number> {
  const { rows } = await warehouse.query<{ n: string }>(
    "SELECT count() AS n FROM profiles WHERE refresh_id = {id:UInt32}",
    { id: refreshId },
  );
  return Number(rows[0]?.n ?? 0);
}

/** Drops the profiles of all refreshes but these. */
export async function keepProfiles(
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
