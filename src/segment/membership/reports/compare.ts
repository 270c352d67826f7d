/**
 * Two groups of people side by side: who is in one, both, or the other, and what tells them apart.
 * Differences of different measures are ranked by their size in standard deviations, taken of both
 * groups put together with equal weight: d = (m1 - m2) / sqrt((v1 + v2) / 2 + (m1 - m2)^2 / 4).
 * It lies between -2 and 2 also where a group does not vary at all, as shares of 0 and 1 do not.
 */

import type { Warehouse } from "../../../store/index.js";
import {
  type Library,
  makePlan,
  type PlannedAttribute,
  visitTruth,
  visitValue,
} from "../../plan/index.js";
import type { AsOf } from "../as-of.js";
import { type Everyone, withEveryone } from "../everyone.js";
import { parseOrThrow, planOrThrow } from "../library.js";
import { type Lack, lacksOf } from "./lacks.js";

export interface CompareReport {
  readonly asOf: string;
  readonly a: { readonly expr: string; readonly size: number };
  readonly b: { readonly expr: string; readonly size: number };
  readonly onlyA: number;
  readonly both: number;
  readonly onlyB: number;
  /** The greatest first. */
  readonly differences: readonly Difference[];
  readonly lacks: readonly Lack[];
}

export interface Difference {
  readonly attribute: string;
  /** Of a classification, text or truth; null: `a` and `b` are medians of a number. */
  readonly value: string | null;
  /** Median, or share of the people who have a value; null = of nothing. */
  readonly a: number | null;
  readonly b: number | null;
  /** People who have a value, of all in the group. */
  readonly knownA: number | null;
  readonly knownB: number | null;
  /** Standardised; positive = greater in `a`. */
  readonly standardised: number;
}

/** A value that hardly anybody has tells nothing, and a text may have a value for each person. */
const LEAST_SHARE = 0.01;
const MOST_VALUES = 50;

export async function compareGroups(
  warehouse: Warehouse,
  library: Library,
  [a, b]: readonly [string, string],
  asOf: AsOf,
): Promise<CompareReport> {
  const conditions = [a, b].map((expr, i) => {
    const expression = parseOrThrow(expr);
    // Planned alone, so that a fault is shown in its own text.
    planOrThrow(library, { segments: [], expressions: [{ name: "asked", expression }] }, expr);
    return { name: NAMES[i] ?? "", expression };
  });
  const attributes = comparable(library);
  const question = { conditions, attributes, among: NAMES };
  return withEveryone(warehouse, library, question, asOf, async (everyone) => {
    const [inA, inB] = [everyone.held("a"), everyone.held("b")];
    const [sizes] = await everyone.ask<Record<"only_a" | "both" | "only_b", string>>(
      (rows) => `SELECT sumIf(n, NOT ${inB}) AS only_a, sumIf(n, ${inA} AND ${inB}) AS both,
  sumIf(n, NOT ${inA}) AS only_b FROM ${rows}`,
    );
    const [onlyA, both, onlyB] = [sizes?.only_a, sizes?.both, sizes?.only_b].map(Number) as [
      number,
      number,
      number,
    ];
    const differences: Difference[] = [];
    for (const [i, attribute] of everyone.attributes.entries()) {
      const of = { attribute, column: `value_${i}`, sizeA: onlyA + both, sizeB: onlyB + both };
      if (attribute.type === "number") differences.push(...(await medians(everyone, of)));
      else differences.push(...(await shares(everyone, of)));
    }
    return {
      asOf: new Date(asOf.asOf).toISOString(),
      a: { expr: a, size: onlyA + both },
      b: { expr: b, size: onlyB + both },
      onlyA,
      both,
      onlyB,
      differences: differences.sort((x, y) => Math.abs(y.standardised) - Math.abs(x.standardised)),
      lacks: await lacksOf(warehouse, library, everyone, asOf),
    };
  });
}

const NAMES = ["a", "b"] as const;

/** Attributes of a person that facts decide: limits and percentiles are the same for everyone. */
function comparable(library: Library): readonly string[] {
  const { plan } = makePlan(library, { segments: [], attributes: "all" });
  return (plan?.attributes ?? [])
    .filter(({ type }) => type === "number" || type === "text" || type === "boolean")
    .filter(readsFacts)
    .map(({ name }) => name);
}

function readsFacts({ value }: PlannedAttribute): boolean {
  let reads = false;
  const see = (v: { readonly kind: string }) => {
    reads ||= v.kind === "aggregate";
  };
  const seeTruth = (t: { readonly kind: string }) => {
    reads ||= t.kind === "quantifier" || t.kind === "member";
  };
  if (value.kind === "truth") visitTruth(value.truth, see, seeTruth);
  else visitValue(value, see, seeTruth);
  return reads;
}

interface Compared {
  readonly attribute: PlannedAttribute;
  readonly column: string;
  readonly sizeA: number;
  readonly sizeB: number;
}

/** SELECT side ('a' or 'b'), x, n of the values that are not missing; of people in both, two rows. */
function sides({ held }: Everyone, column: string, rows: string): string {
  return `SELECT arrayJoin(arrayConcat(if(${held("a")}, ['a'], []), if(${held("b")}, ['b'], []))) AS side,
  assumeNotNull(${column}) AS x, n FROM ${rows} WHERE ${column} IS NOT NULL`;
}

interface Moments {
  readonly side: string;
  readonly median: number;
  readonly mean: number;
  readonly variance: number;
  readonly known: string;
}

/** Means and variances are of values cut at P1 and P99 of both groups, medians of all values. */
async function medians(everyone: Everyone, of: Compared): Promise<Difference[]> {
  const rows = await everyone.ask<Moments>(
    (
      people,
    ) => `WITH (SELECT quantilesExactInclusive(0.01, 0.99)(x) FROM (${sides(everyone, of.column, people)})) AS ends
SELECT side, quantileExactInclusive(0.5)(x) AS median, avg(greatest(least(x, ends[2]), ends[1])) AS mean,
  varPop(greatest(least(x, ends[2]), ends[1])) AS variance, count() AS known
FROM (${sides(everyone, of.column, people)}) GROUP BY side`,
  );
  const [a, b] = NAMES.map((name) => rows.find(({ side }) => side === name));
  return [
    {
      attribute: of.attribute.name,
      value: null,
      a: a?.median ?? null,
      b: b?.median ?? null,
      knownA: shareOf(Number(a?.known ?? 0), of.sizeA),
      knownB: shareOf(Number(b?.known ?? 0), of.sizeB),
      standardised: a === undefined || b === undefined ? 0 : standardised(a, b),
    },
  ];
}

/** Of the people who have a value, those with each of the most frequent ones. */
async function shares(everyone: Everyone, of: Compared): Promise<Difference[]> {
  const found = await everyone.ask<{
    x: string;
    a: string;
    b: string;
    all_a: string;
    all_b: string;
  }>(
    (rows) => `SELECT toString(x) AS x, sumIf(n, side = 'a') AS a, sumIf(n, side = 'b') AS b,
  sum(a) OVER () AS all_a, sum(b) OVER () AS all_b
FROM (${sides(everyone, of.column, rows)}) GROUP BY x ORDER BY a + b DESC, x LIMIT ${MOST_VALUES}`,
  );
  const truth = of.attribute.type === "boolean";
  return found
    .map((row): Difference => {
      const [allA, allB] = [Number(row.all_a), Number(row.all_b)];
      const [a, b] = [shareOf(Number(row.a), allA), shareOf(Number(row.b), allB)];
      const ofShare = (mean: number) => ({ mean, variance: mean * (1 - mean) });
      return {
        attribute: of.attribute.name,
        value: truth ? (row.x === "1" ? "yes" : "no") : row.x,
        a,
        b,
        knownA: shareOf(allA, of.sizeA),
        knownB: shareOf(allB, of.sizeB),
        standardised: a === null || b === null ? 0 : standardised(ofShare(a), ofShare(b)),
      };
    })
    .filter(
      ({ value, a, b }) => !(truth && value === "no") && Math.max(a ?? 0, b ?? 0) >= LEAST_SHARE,
    );
}

const shareOf = (n: number, all: number): number | null => (all === 0 ? null : n / all);

type Spread = { readonly mean: number; readonly variance: number };

function standardised(a: Spread, b: Spread): number {
  const difference = a.mean - b.mean;
  const variance = (a.variance + b.variance) / 2 + difference ** 2 / 4;
  return variance === 0 ? 0 : difference / Math.sqrt(variance);
}
