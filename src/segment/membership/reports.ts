/** Questions about everyone: sizes of segments, of expressions, of crossings. */

import type { Parameters, Warehouse } from "../../store/index.js";
import type { Library, Plan } from "../plan/index.js";
import { type CompiledPlan, compileMembers, compilePlan } from "../sql/index.js";
import { missingNeeds, needsOf } from "./availability.js";
import type { EvaluationTime } from "./inputs.js";
import { knownAt, refreshAt } from "./known.js";
import { parseOrThrow, planOrThrow } from "./library.js";
import { fullPlan, PROFILE_ATTRIBUTES, withProfile } from "./profile.js";
import { ALL, peopleRanges } from "./ranges.js";
import { acceptedStatistics, definitionHashes, lastRefresh } from "./refresh.js";
import { evaluating } from "./run.js";
import { computeStatistics, type Statistics } from "./statistics.js";

export interface AsOf {
  /** Milliseconds since the epoch. */
  readonly asOf: number;
}

export interface SegmentSize {
  readonly key: string;
  readonly name: string;
  /** People; for a family, people with at least one argument. */
  readonly size: number;
  /** Of all people, 0..1. */
  readonly share: number;
  /** Net of refunds over the last 365 days, of the segment's people. */
  readonly revenue12m: number;
  /** Whether the store has the facts that it needs. */
  readonly available: boolean;
  /** Sources, and fields of sources, that are missing. */
  readonly needs: readonly string[];
  readonly group: string;
  readonly notes: readonly { readonly key: string; readonly text: string }[];
}

export interface SegmentsReport {
  readonly asOf: string;
  readonly people: number;
  readonly segments: readonly SegmentSize[];
}

/**
 * Statistics for looking at the store as of an instant: those that a refresh at that very instant
 * froze, or else computed from what was known then.
 */
export async function statisticsAsOf(
  warehouse: Warehouse,
  plan: Plan,
  at: EvaluationTime,
): Promise<Statistics> {
  if (plan.statistics.length === 0) return new Map();
  const last = await lastRefresh(warehouse);
  if (last !== undefined && last.asOf === at.now) {
    const accepted = await acceptedStatistics(warehouse, last.statistics);
    if (plan.statistics.every((s) => accepted.has(s.key))) return accepted;
  }
  return computeStatistics(warehouse, plan, at);
}

export async function reportSegments(
  warehouse: Warehouse,
  library: Library,
  { asOf }: AsOf,
): Promise<SegmentsReport> {
  const at: EvaluationTime = { now: asOf, timeZone: library.settings.timeZone };
  const { plan } = fullPlan(library);
  const needed = new Set([...plan.segments, ...plan.families].flatMap((p) => needsOf(p.notes)));
  const missing = await missingNeeds(warehouse, needed, at);
  const sizes =
    (await refreshedSizes(warehouse, plan, at)) ?? (await evaluatedSizes(warehouse, plan, at));
  const entries = [...plan.segments, ...plan.families].map((segment): SegmentSize => {
    const found = sizes.segments.get(segment.name) ?? { size: 0, revenue: 0 };
    const needs = needsOf(segment.notes).filter((need) => missing.has(need));
    return {
      key: segment.name,
      name: segment.title ?? segment.name,
      size: found.size,
      share: sizes.people === 0 ? 0 : found.size / sizes.people,
      revenue12m: found.revenue,
      available: needs.length === 0,
      needs,
      group: segment.notes.find((n) => n.key === "group")?.text ?? "own",
      notes: segment.notes,
    };
  });
  return { asOf: new Date(asOf).toISOString(), people: sizes.people, segments: entries };
}

interface Sizes {
  readonly people: number;
  readonly segments: ReadonlyMap<string, { readonly size: number; readonly revenue: number }>;
}

/** From the profiles, if they are of this very instant and of these very definitions. */
async function refreshedSizes(
  warehouse: Warehouse,
  plan: Plan,
  at: EvaluationTime,
): Promise<Sizes | undefined> {
  const last = await refreshAt(warehouse, at);
  if (last?.definitions.join() !== definitionHashes(plan, at.timeZone).join()) return undefined;
  const { rows } = await warehouse.query<{ segment: string; size: string; revenue: number }>(
    `SELECT segment, count() AS size, toFloat64(sum(net_12m)) AS revenue FROM (
       SELECT net_12m, arrayJoin(arrayDistinct(arrayConcat(arrayMap(s -> toString(s), segments), arrayMap(a -> toString(a.1), arguments)))) AS segment
       FROM profiles WHERE refresh_id = {id:UInt32}) GROUP BY segment`,
    { id: last.refreshId },
  );
  return {
    people: last.people,
    segments: new Map(rows.map((r) => [r.segment, { size: Number(r.size), revenue: r.revenue }])),
  };
}

/** Amounts have four decimals; as whole numbers their totals are exact. */
const MONEY_SCALE = 10_000;

interface RangeTotals {
  readonly people: string;
  readonly sizes: readonly string[];
  readonly revenues: readonly string[];
}

/** Evaluated now, for this question: sizes and revenue of every segment of the plan. */
async function evaluatedSizes(
  warehouse: Warehouse,
  plan: Plan,
  at: EvaluationTime,
): Promise<Sizes> {
  const statistics = await statisticsAsOf(warehouse, plan, at);
  const net = plan.attributes.findIndex((a) => a.name === "profile_net_12m");
  const compiled = compilePlan(plan);
  return totals(warehouse, { plan, compiled, net: `attribute_${net}`, at, statistics });
}

/** As far as the refresh at this instant knows the answers, they are taken from its profiles. */
async function crossedSizes(warehouse: Warehouse, plan: Plan, at: EvaluationTime): Promise<Sizes> {
  const last = await refreshAt(warehouse, at);
  if (last === undefined) return evaluatedSizes(warehouse, plan, at);
  const compiled = compileMembers(plan, knownAt(last, at.timeZone));
  const statistics = compiled.readsFacts ? await statisticsAsOf(warehouse, plan, at) : new Map();
  const extra = { profile_id: last.refreshId };
  const members = { ...plan, families: [] };
  const net = "profile_net_12m";
  return totals(warehouse, { plan: members, compiled, net, at, statistics, extra });
}

interface Totalled {
  readonly plan: Plan;
  readonly compiled: CompiledPlan;
  /** Column with the revenue of a person. */
  readonly net: string;
  readonly at: EvaluationTime;
  readonly statistics: Statistics;
  readonly extra?: Parameters;
}

async function totals(warehouse: Warehouse, of: Totalled): Promise<Sizes> {
  const { plan, compiled, at, statistics } = of;
  const families = plan.families.map((_, i) => `toUInt8(arrayExists(f -> f.2 > 0, family_${i}))`);
  const members = `arrayConcat(arrayMap(s -> toUInt8(s > 0), signed), CAST([${families.join(", ")}], 'Array(UInt8)'))`;
  const totalsOf = (
    rows: string,
  ) => `SELECT count() AS people, sumForEach(members) AS sizes, sumForEach(arrayMap(m -> if(m = 1, net, 0), members)) AS revenues
FROM (SELECT ${members} AS members, toInt128(toDecimal128(ifNull(${of.net}, 0), 4) * ${MONEY_SCALE}) AS net FROM (
${rows}
) WHERE present = 1)`;
  const names = [
    ...plan.segments.map((s) => s.name),
    ...(plan.segments.length === 0 ? [""] : []),
    ...plan.families.map((f) => f.name),
  ];
  let people = 0;
  const found = names.map(() => ({ size: 0, revenue: 0n }));
  const ranges = compiled.readsFacts ? await peopleRanges(warehouse) : [ALL];
  await evaluating(warehouse, async (session) => {
    for (const range of ranges) {
      const { stages, text } = compiled.statement(range.people);
      const statement = { stages, text: totalsOf(text) };
      const extra = { ...of.extra, ...range.bounds };
      const job = { statement, at, statistics, parameters: compiled.parameters, extra };
      const { rows } = await session.query<RangeTotals>(job);
      const row = rows[0];
      if (row === undefined) continue;
      people += Number(row.people);
      found.forEach((total, i) => {
        total.size += Number(row.sizes[i] ?? 0);
        total.revenue += BigInt(row.revenues[i] ?? 0);
      });
    }
  });
  const segments = found.map(({ size, revenue }, i) => {
    return [names[i] ?? "", { size, revenue: Number(revenue) / MONEY_SCALE }] as const;
  });
  return { people, segments: new Map(segments) };
}

export interface CrossReport {
  readonly asOf: string;
  readonly people: number;
  /** After each condition, of those for whom all conditions up to it hold. */
  readonly steps: readonly {
    readonly expr: string;
    readonly size: number;
    readonly revenue: number;
  }[];
}

/** The size after every condition. Throws DiagnosticsError for a faulty one. */
export async function crossPeople(
  warehouse: Warehouse,
  library: Library,
  expressions: readonly string[],
  { asOf }: AsOf,
): Promise<CrossReport> {
  const at: EvaluationTime = { now: asOf, timeZone: library.settings.timeZone };
  const parsed = expressions.map(parseOrThrow);
  const wanted = parsed.map((first, i) => ({
    name: `step ${i}`,
    expression: i === 0 ? first : ({ kind: "and", operands: parsed.slice(0, i + 1) } as const),
  }));
  expressions.forEach((text, i) => {
    const expression = parsed[i];
    if (expression !== undefined)
      planOrThrow(library, { segments: [], expressions: [{ name: "asked", expression }] }, text);
  });
  const plan = planOrThrow(withProfile(library), {
    segments: [],
    attributes: PROFILE_ATTRIBUTES,
    expressions: wanted,
  });
  const sizes = await crossedSizes(warehouse, plan, at);
  return {
    asOf: new Date(asOf).toISOString(),
    people: sizes.people,
    steps: expressions.map((expr, i) => {
      const found = sizes.segments.get(`step ${i}`) ?? { size: 0, revenue: 0 };
      return { expr, size: found.size, revenue: found.revenue };
    }),
  };
}

export async function countPeople(
  warehouse: Warehouse,
  library: Library,
  expression: string,
  at: AsOf,
): Promise<{ readonly count: number; readonly people: number }> {
  const { steps, people } = await crossPeople(warehouse, library, [expression], at);
  return { count: steps[0]?.size ?? 0, people };
}

/** The statement that answers an expression, for the engineer and the analyst. */
export function sqlOf(
  library: Library,
  expression: string,
): {
  readonly sql: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly unbounded: readonly string[];
} {
  const plan = planOrThrow(
    library,
    { segments: [], expressions: [{ name: "asked", expression: parseOrThrow(expression) }] },
    expression,
  );
  const compiled = compilePlan(plan);
  return {
    sql: compiled.statement("all", Number.POSITIVE_INFINITY).text,
    parameters: compiled.parameters,
    unbounded: compiled.unbounded,
  };
}
