/**
 * How the values of an attribute become groups: texts as they are, numbers in buckets between
 * quantiles (equal numbers are never split, so there may be fewer than asked for), moments by their
 * month in the store's zone; of a family of segments each argument is a group.
 */

import type { Parameters } from "../../../store/index.js";
import type { PlannedAttribute } from "../../plan/index.js";
import type { Everyone } from "../everyone.js";

const DAY_MS = 86_400_000;

/** Numbers are cut at quantiles, or at edges that are given. */
export type Buckets = { readonly count: number } | { readonly edges: readonly number[] };

/** `from` and `to` of a bucket of numbers (from <= x < to); null = without end, and of the others. */
export interface GroupValue {
  /** null = missing. */
  readonly text: string | null;
  readonly from: number | null;
  readonly to: number | null;
}

export const MISSING: GroupValue = { text: null, from: null, to: null };

export interface Split {
  /** SQL over the rows: the group's key, NULL = missing. */
  readonly key: string;
  /** Bound to it. */
  readonly parameters?: Parameters;
  value(key: string): GroupValue;
  /** Where the group stands; without it the one with the most people comes first. */
  place?(key: string): number;
}

/** By the i-th of the families whose arguments were asked for: a person stands at each of theirs. */
export function familySplit(i: number): Split {
  const texts = `CAST(arguments_${i}, 'Array(Nullable(String))')`;
  return { key: `arrayJoin(if(empty(arguments_${i}), [NULL], ${texts}))`, value: plain };
}

/** `among`: SQL over the rows, whose numbers the quantiles are of. */
export async function splitsOf(
  everyone: Everyone,
  among: string,
  buckets: Buckets,
): Promise<readonly Split[]> {
  const splits: Split[] = [];
  for (const [i, attribute] of everyone.attributes.entries()) {
    const column = `value_${i}`;
    switch (attribute.type) {
      case "number":
        splits.push(numberSplit(i, column, await edgesOf(everyone, column, { among, buckets })));
        break;
      case "duration": {
        const days = `${column} / ${DAY_MS}`;
        splits.push(numberSplit(i, days, await edgesOf(everyone, days, { among, buckets })));
        break;
      }
      case "moment": {
        const local = `toTimeZone(fromUnixTimestamp64Milli(${column}), {zone:String})`;
        const place = (key: string) => Number(key.replace("-", ""));
        splits.push({ key: `formatDateTime(${local}, '%Y-%m')`, value: plain, place });
        break;
      }
      case "boolean": {
        const place = (key: string) => (key === "yes" ? 0 : 1);
        splits.push({
          key: `transform(${column}, [1, 0], ['yes', 'no'], NULL)`,
          value: plain,
          place,
        });
        break;
      }
      case "text":
        splits.push({ key: column, value: plain, ...labelPlaces(attribute) });
    }
  }
  return splits;
}

const plain = (text: string): GroupValue => ({ text, from: null, to: null });

/** A classification's values stand in the order of its cases. */
function labelPlaces({ value }: PlannedAttribute): Pick<Split, "place"> {
  if (value.kind !== "label") return {};
  const { cases, otherwise } = value.classification;
  const labels = [...cases.map((c) => c.value), otherwise];
  return { place: (key) => labels.indexOf(key) };
}

/** Ascending, each once, none that nothing lies below. */
async function edgesOf(
  everyone: Everyone,
  number: string,
  { among, buckets }: { readonly among: string; readonly buckets: Buckets },
): Promise<readonly number[]> {
  if ("edges" in buckets) return buckets.edges;
  const levels = Array.from({ length: buckets.count - 1 }, (_, i) => (i + 1) / buckets.count);
  if (levels.length === 0) return [];
  const [found] = await everyone.ask<{ readonly least: number; readonly edges: readonly number[] }>(
    (rows) => `SELECT min(x) AS least, quantilesExactInclusive(${levels.join(", ")})(x) AS edges
FROM (SELECT assumeNotNull(${number}) AS x FROM ${rows} WHERE ${among} AND ${number} IS NOT NULL)`,
  );
  if (found === undefined) return [];
  return [...new Set(found.edges)].filter((edge) => edge > found.least);
}

function numberSplit(i: number, number: string, edges: readonly number[]): Split {
  return {
    key: `if(${number} IS NULL, NULL, arrayCount(edge -> ${number} >= edge, {edges_${i}:Array(Float64)}))`,
    parameters: { [`edges_${i}`]: edges },
    value(key) {
      const [from = null, to = null] = [edges[Number(key) - 1], edges[Number(key)]];
      return { text: bucketText(from, to), from, to };
    },
    place: Number,
  };
}

const digits = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });

function bucketText(from: number | null, to: number | null): string {
  if (from === null && to === null) return "any";
  if (from === null) return `under ${digits.format(to ?? 0)}`;
  if (to === null) return `${digits.format(from)} and more`;
  return `${digits.format(from)} to under ${digits.format(to)}`;
}
