/**
 * The people of a condition split by attributes: a classification by its values, a number at its
 * quantiles among these people, a moment by its month; or by a family of segments, whose arguments a
 * person can have several of. Beside each group how much more frequent it is here than among everyone.
 */

import type { Warehouse } from "../../../store/index.js";
import type { Library } from "../../plan/index.js";
import type { AsOf } from "../as-of.js";
import { withEveryone } from "../everyone.js";
import { parseOrThrow, planOrThrow } from "../library.js";
import { type Lack, lacksOf } from "./lacks.js";
import {
  type Buckets,
  familySplit,
  type GroupValue,
  MISSING,
  type Split,
  splitsOf,
} from "./splits.js";
import { type Sums, type SumsRow, sumsOf, sumsSql } from "./sums.js";

export interface BreakdownOptions extends AsOf {
  readonly buckets: Buckets;
  /** Rows at most: those with the most people. */
  readonly limit: number;
}

export interface BreakdownReport {
  readonly asOf: string;
  readonly everyone: number;
  /** Of the condition. */
  readonly people: number;
  /** Their net revenue over the last 365 days. */
  readonly revenue: number;
  /** Those split by that are families: a person counts in each row of an argument of theirs. */
  readonly families: readonly string[];
  readonly rows: readonly BreakdownRow[];
  /** People of the condition in rows beyond the limit, each as often as they stand there. */
  readonly others: number;
  readonly lacks: readonly Lack[];
}

export interface BreakdownRow extends Sums {
  /** By attribute, in the order asked for. */
  readonly values: readonly GroupValue[];
  /** Of the people of the condition, 0..1. */
  readonly share: number;
  /** 100 = as frequent as among everyone. */
  readonly index: number;
}

interface Row extends SumsRow {
  readonly keys: readonly (string | null)[];
  readonly in_all: string;
  /** Of all rows together, also those beyond the limit. */
  readonly in_rows: string;
}

const ASKED = "asked";

/** Throws DiagnosticsError for a fault of the condition or of what it is split by. */
export async function breakDown(
  warehouse: Warehouse,
  library: Library,
  condition: string,
  by: readonly string[],
  options: BreakdownOptions,
): Promise<BreakdownReport> {
  const expression = parseOrThrow(condition);
  planOrThrow(library, { segments: [], expressions: [{ name: ASKED, expression }] }, condition);
  const families = by.filter((name) => isFamily(library, name));
  const values = by.filter((text) => !families.includes(text));
  const { library: extended, names } = withValues(library, values);
  const question = {
    conditions: [{ name: ASKED, expression }],
    attributes: names,
    argumentsOf: families,
  };
  return withEveryone(warehouse, extended, question, options, async (everyone) => {
    const asked = everyone.held(ASKED);
    const byValues = await splitsOf(everyone, asked, options.buckets);
    const splits = by.flatMap(
      (text) => byValues[values.indexOf(text)] ?? familySplit(families.indexOf(text)),
    );
    const [total] = await everyone.ask<SumsRow & { readonly in_all: string }>(
      (rows) => `SELECT ${sumsSql(asked)}, sum(n) AS in_all FROM ${rows}`,
    );
    const { people, revenue } = sumsOf(total === undefined ? [] : [total]);
    const all = Number(total?.in_all ?? 0);
    const keys = splits.map(({ key }) => `toString(${key})`).join(", ");
    const found = await everyone.ask<Row>(
      (rows) => `SELECT *, sum(people) OVER () AS in_rows
FROM (SELECT [${keys}] AS keys, ${sumsSql(asked)}, sum(n) AS in_all FROM ${rows}
  GROUP BY keys HAVING people > 0)
ORDER BY people DESC, keys LIMIT {limit:UInt32}`,
      Object.assign({ limit: options.limit }, ...splits.map((split) => split.parameters ?? {})),
    );
    const rows = found.map((row): BreakdownRow => {
      const sums = sumsOf([row]);
      const share = sums.people / people;
      return {
        values: row.keys.map(
          (key, i) => (key === null ? MISSING : splits[i]?.value(key)) ?? MISSING,
        ),
        ...sums,
        share,
        index: (100 * share) / (Number(row.in_all) / all),
      };
    });
    return {
      asOf: new Date(options.asOf).toISOString(),
      everyone: all,
      people,
      revenue,
      families,
      rows: inOrder(found, rows, splits),
      others: Number(found[0]?.in_rows ?? 0) - rows.reduce((sum, row) => sum + row.people, 0),
      lacks: await lacksOf(warehouse, library, everyone, options),
    };
  });
}

function isFamily({ definitions }: Library, text: string): boolean {
  const declaration = definitions.get(text)?.declaration;
  return declaration?.kind === "segment" && declaration.parameters.length > 0;
}

/** The library with these expressions as attributes, under names that no text can have. */
function withValues(
  library: Library,
  texts: readonly string[],
): { readonly library: Library; readonly names: readonly string[] } {
  const definitions = new Map(library.definitions);
  const names = texts.map((text, i) => {
    const name = `by ${i}`;
    const body = parseOrThrow(text);
    definitions.set(name, {
      declaration: { kind: "attribute", name, parameters: [], body },
    });
    planOrThrow({ ...library, definitions }, { segments: [], attributes: [name] }, text);
    return name;
  });
  return { library: { ...library, definitions }, names };
}

/** By the place of the first value, then of the second, ...; missing ones last. */
function inOrder(
  found: readonly Row[],
  rows: readonly BreakdownRow[],
  splits: readonly Split[],
): readonly BreakdownRow[] {
  const keys = new Map(rows.map((row, i) => [row, found[i]?.keys ?? []]));
  const people = splits.map((_, i) => {
    const sums = new Map<string | null, number>();
    for (const row of rows) {
      const key = keys.get(row)?.[i] ?? null;
      sums.set(key, (sums.get(key) ?? 0) + row.people);
    }
    return sums;
  });
  const place = (row: BreakdownRow, i: number): number => {
    const key = keys.get(row)?.[i] ?? null;
    if (key === null) return Number.POSITIVE_INFINITY;
    return splits[i]?.place?.(key) ?? -(people[i]?.get(key) ?? 0);
  };
  const compare = (a: number, b: number) => (a === b ? 0 : a < b ? -1 : 1);
  return [...rows].sort((a, b) =>
    splits.reduce((order, _, i) => order || compare(place(a, i), place(b, i)), 0),
  );
}
