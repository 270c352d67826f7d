/**
 * How far groups of people are the same: every pair of them, from one count by pattern. Thousands
 * of patterns stand for a million people, so 60 segments and their 1,770 pairs take no longer.
 */

import type { Warehouse } from "../../../store/index.js";
import { noteOf } from "../../notes.js";
import type { Library } from "../../plan/index.js";
import { WORD_BITS } from "../../sql/index.js";
import type { AsOf } from "../as-of.js";
import { countEveryone, type Everyone, type Question, withEveryone } from "../everyone.js";
import { parseOrThrow, planOrThrow } from "../library.js";
import { patternsSql } from "../patterns.js";
import { type Lack, lacksOf } from "./lacks.js";
import { segmentNames } from "./segments.js";

export interface OverlapReport {
  readonly asOf: string;
  readonly people: number;
  /** In the order given, else of the library. */
  readonly groups: readonly {
    readonly expr: string;
    readonly size: number;
    readonly share: number;
  }[];
  /** Of groups that both have people. */
  readonly pairs: readonly Pair[];
  readonly lacks: readonly Lack[];
}

export interface Pair {
  readonly a: string;
  readonly b: string;
  readonly both: number;
  /** Of the people of `a`, those who are in `b` too. */
  readonly shareOfA: number;
  readonly shareOfB: number;
  /** Both / either. */
  readonly jaccard: number;
  /** Both / what it would be if the two had nothing to do with each other. */
  readonly lift: number;
}

/** Every pair of these conditions; without any, of all segments except a part with its whole. */
export async function overlapGroups(
  warehouse: Warehouse,
  library: Library,
  expressions: readonly string[],
  asOf: AsOf,
): Promise<OverlapReport> {
  const asked = expressions.length > 0;
  const names = asked ? expressions : segmentNames(library);
  const question = asked ? { conditions: conditionsOf(library, names) } : { segments: names };
  return withEveryone(warehouse, library, question, asOf, async (everyone) => {
    const counts = await countPairs(everyone, names);
    const lacks = await lacksOf(warehouse, library, everyone, asOf);
    const lacking = new Set(lacks.map(({ segment }) => segment));
    const groups = names
      .filter((name) => asked || !lacking.has(name))
      .map((expr) => {
        const size = counts.both(expr, expr);
        return { expr, size, share: counts.people === 0 ? 0 : size / counts.people };
      });
    const pairs = groups.flatMap((a, i) =>
      groups
        .slice(i + 1)
        .filter((b) => a.size > 0 && b.size > 0)
        .filter(
          (b) => asked || !(isPart(library, a.expr, b.expr) || isPart(library, b.expr, a.expr)),
        )
        .map((b) => pairOf(a, b, counts)),
    );
    return { asOf: new Date(asOf.asOf).toISOString(), people: counts.people, groups, pairs, lacks };
  });
}

function conditionsOf(library: Library, expressions: readonly string[]): Question["conditions"] {
  return [...new Set(expressions)].map((expr) => {
    const expression = parseOrThrow(expr);
    // Planned alone, so that a fault is shown in its own text.
    planOrThrow(library, { segments: [], expressions: [{ name: "asked", expression }] }, expr);
    return { name: expr, expression };
  });
}

/** Whether a segment is a part of the other, or of one that is. */
function isPart(library: Library, part: string, whole: string): boolean {
  const seen = new Set<string>();
  for (let name: string | undefined = part; name !== undefined && !seen.has(name); ) {
    seen.add(name);
    const declaration: { readonly kind: string; readonly notes?: Notes } | undefined =
      library.definitions.get(name)?.declaration;
    name = noteOf(declaration?.notes ?? [], "part_of");
    if (name === whole) return true;
  }
  return false;
}

type Notes = Parameters<typeof noteOf>[0];

interface Counts {
  readonly people: number;
  /** People in both groups; of one and the same, its size. */
  both(a: string, b: string): number;
}

async function countPairs(everyone: Everyone, names: readonly string[]): Promise<Counts> {
  const people = await countEveryone(everyone);
  const rows = await everyone.ask<{
    readonly a: string;
    readonly b: string;
    readonly both: string;
  }>(
    (rows) => `SELECT a, b, sum(people) AS both
FROM (SELECT people, places, arrayJoin(places) AS a FROM (${patternsSql(rows, everyone.words)}))
ARRAY JOIN places AS b WHERE a <= b GROUP BY a, b`,
  );
  const found = new Map(rows.map((row) => [`${row.a} ${row.b}`, Number(row.both)]));
  const places = new Map(
    names.map((name) => {
      const place = everyone.places.get(name);
      return [name, place === undefined ? -1 : place.word * WORD_BITS + place.bit] as const;
    }),
  );
  return {
    people,
    both(a, b) {
      const [low, high] = [places.get(a) ?? -1, places.get(b) ?? -1].sort((x, y) => x - y);
      return found.get(`${low} ${high}`) ?? 0;
    },
  };
}

function pairOf(
  a: { expr: string; size: number },
  b: { expr: string; size: number },
  counts: Counts,
): Pair {
  const both = counts.both(a.expr, b.expr);
  return {
    a: a.expr,
    b: b.expr,
    both,
    shareOfA: both / a.size,
    shareOfB: both / b.size,
    jaccard: both / (a.size + b.size - both),
    lift: (both * counts.people) / (a.size * b.size),
  };
}
