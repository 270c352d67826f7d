/**
 * Every segment with its size, money and trend, and how far it overlaps with those that go before
 * it in the order of rules for caps. A segment that lacks facts has no size: not even zero.
 */

import type { Warehouse } from "../../../store/index.js";
import { noteOf, placeIn } from "../../notes.js";
import type { Library, PlannedFamily, PlannedSegment } from "../../plan/index.js";
import { WORD_BITS } from "../../sql/index.js";
import { type AsOf, evaluationAt } from "../as-of.js";
import { countEveryone, type Everyone, withEveryone } from "../everyone.js";
import { patternsSql } from "../patterns.js";
import { lacksOf } from "./lacks.js";
import { exactSql, type Sums, type SumsRow, sumsOf } from "./sums.js";
import { type Trend, trendsOf } from "./trends.js";

export interface SegmentSize {
  readonly key: string;
  readonly name: string;
  /** Whether it is one for each value of something; its size is the people with any of them. */
  readonly family: boolean;
  /** People. 0 where facts are missing. */
  readonly size: number;
  /** Of all people, 0..1. */
  readonly share: number;
  /** Net of refunds over the last 365 days, of the segment's people. */
  readonly revenue12m: number;
  /** That revenue per order of the same days; null where there is none. */
  readonly averageOrder: number | null;
  /** null where there is no refresh before, or the segment meant something else then. */
  readonly trend: Trend | null;
  /** Of its people, those whom a segment earlier in the value order has; null outside that order. */
  readonly claimed: number | null;
  /** Whether the store has the facts that it needs. */
  readonly available: boolean;
  /** Sources, and fields of sources, that are missing. */
  readonly needs: readonly string[];
  readonly group: string;
  /** The segment that it is a part of. */
  readonly partOf: string | null;
  /** The file whose definition it replaces. */
  readonly overrides: string | null;
  readonly notes: readonly { readonly key: string; readonly text: string }[];
}

export interface SegmentsReport {
  readonly asOf: string;
  readonly people: number;
  /** Percentiles that were taken of too few to rely on; the fewest first. */
  readonly thin: readonly { readonly text: string; readonly n: number }[];
  readonly segments: readonly SegmentSize[];
}

type Planned = PlannedSegment | PlannedFamily;

/** Families too. */
export const segmentNames = ({ definitions }: Library): readonly string[] =>
  [...definitions].flatMap(([name, d]) => (d.declaration.kind === "segment" ? [name] : []));

export async function reportSegments(
  warehouse: Warehouse,
  library: Library,
  asOf: AsOf,
): Promise<SegmentsReport> {
  const names = segmentNames(library);
  return withEveryone(warehouse, library, { segments: names }, asOf, async (everyone) => {
    const { plan } = everyone;
    const planned: readonly Planned[] = [...plan.segments, ...plan.families];
    const lacks = await lacksOf(warehouse, library, everyone, asOf);
    // Nobody is in a segment that lacks facts, so it claims nobody.
    const order = valueOrder(planned);
    for (const { segment } of lacks) order.delete(segment);
    const people = await countEveryone(everyone);
    const sizes = await sizesOf(everyone, order);
    const found = planned.map((segment) => {
      const needs = lacks.find((lack) => lack.segment === segment.name)?.needs ?? [];
      const size = needs.length > 0 ? NOBODY : (sizes.get(segment.name) ?? NOBODY);
      return { segment, needs, ...size };
    });
    const counted = new Map([...sizes].map(([name, size]) => [name, size.people]));
    const statistics = await everyone.statistics();
    const thin = plan.statistics
      .map(({ key, text }) => ({ text, found: statistics.get(key) }))
      .flatMap(({ text, found: one }) => (one?.thin === true ? [{ text, n: one.n }] : []))
      .sort((a, b) => a.n - b.n);
    const trends = await trendsOf(warehouse, plan, evaluationAt(library, asOf), counted);
    return {
      asOf: new Date(asOf.asOf).toISOString(),
      people,
      thin,
      segments: found.map(
        ({ segment, needs, claimed, ...sums }): SegmentSize => ({
          key: segment.name,
          name: segment.title ?? segment.name,
          family: plan.families.some(({ name }) => name === segment.name),
          size: sums.people,
          share: people === 0 ? 0 : sums.people / people,
          revenue12m: sums.revenue,
          averageOrder: sums.averageOrder,
          trend: needs.length > 0 ? null : (trends.get(segment.name) ?? null),
          claimed: order.has(segment.name) ? claimed : null,
          available: needs.length === 0,
          needs,
          group: noteOf(segment.notes, "group") ?? "own",
          partOf: noteOf(segment.notes, "part_of") ?? null,
          overrides: library.definitions.get(segment.name)?.overrides?.file ?? null,
          notes: segment.notes,
        }),
      ),
    };
  });
}

/** By segment, its place in the order of rules for caps; a part without one has its whole's. */
function valueOrder(planned: readonly Planned[]): Map<string, number> {
  const byName = new Map(planned.map((segment) => [segment.name, segment]));
  const placeOf = (name: string, above: readonly string[]): number | undefined => {
    const notes = byName.get(name)?.notes;
    if (notes === undefined || above.includes(name)) return undefined;
    return placeIn(notes, "value") ?? placeOf(noteOf(notes, "part_of") ?? "", [...above, name]);
  };
  return new Map(
    planned.flatMap(({ name }) => {
      const place = placeOf(name, []);
      return place === undefined ? [] : [[name, place] as const];
    }),
  );
}

type Size = Sums & { readonly claimed: number };

const NOBODY: Size = { people: 0, revenue: 0, averageOrder: null, claimed: 0 };

async function sizesOf(
  everyone: Everyone,
  order: ReadonlyMap<string, number>,
): Promise<ReadonlyMap<string, Size>> {
  // By place among the bits: 0 = not in the order.
  const positions = Array.from({ length: everyone.words * WORD_BITS }, () => 0);
  const names = new Map<number, string>();
  for (const [name, { word, bit }] of everyone.places) {
    positions[word * WORD_BITS + bit] = order.get(name) ?? 0;
    names.set(word * WORD_BITS + bit, name);
  }
  const rows = await everyone.ask<SumsRow & { readonly place: string; readonly claimed: string }>(
    (
      people,
    ) => `SELECT place, sum(pattern.people) AS people, ${exactSql("sum(net_sum)")} AS revenue,
  sum(orders_sum) AS order_count, sumIf(pattern.people, first > 0 AND first < positions[place + 1]) AS claimed
FROM (SELECT *, {positions:Array(UInt16)} AS positions,
  arrayMin(arrayFilter(p -> p > 0, arrayMap(p -> positions[p + 1], places))) AS first
  FROM (${patternsSql(people, everyone.words)})) AS pattern
ARRAY JOIN places AS place GROUP BY place`,
    { positions },
  );
  return new Map(
    rows.map((row) => [
      names.get(Number(row.place)) ?? "",
      { ...sumsOf([row]), claimed: Number(row.claimed) },
    ]),
  );
}
