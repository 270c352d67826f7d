/**
 * Conditions crossed: the people left after every one, and every combination of up to eight. All
 * of it comes from one count by pattern: each person holds exactly one combination.
 */

import { assert } from "../../../base/index.js";
import type { Warehouse } from "../../../store/index.js";
import type { Library } from "../../plan/index.js";
import { type Expression, formatExpression } from "../../syntax/index.js";
import { type AsOf, evaluationAt } from "../as-of.js";
import { type Everyone, withEveryone } from "../everyone.js";
import { refreshAt } from "../known.js";
import { parseOrThrow, planOrThrow } from "../library.js";
import { type Lack, lacksIn, lacksOf } from "./lacks.js";
import { type Sums, type SumsRow, sumsOf, sumsSql } from "./sums.js";

/** 2^8 combinations are still a table. */
export const MOST_COMBINED = 8;

export interface CrossReport {
  readonly asOf: string;
  readonly people: number;
  /** After each condition, of those for whom all conditions up to it hold. */
  readonly steps: readonly CrossStep[];
  /** Every combination, most people first; null for one condition and for more than eight. */
  readonly combinations: readonly Combination[] | null;
  /** Segments among the conditions for which the store lacks facts. */
  readonly lacks: readonly Lack[];
}

export interface CrossStep {
  readonly expr: string;
  readonly size: number;
  readonly revenue: number;
  readonly averageOrder: number | null;
}

export interface Combination {
  /** By condition, in the order given. */
  readonly holds: readonly boolean[];
  /** People for whom just these conditions hold. */
  readonly exactly: number;
  /** People for whom these hold, and maybe others. */
  readonly atLeast: number;
  /** Of those in `exactly`. */
  readonly revenue: number;
  readonly averageOrder: number | null;
}

/** Throws DiagnosticsError for a faulty condition. */
export async function crossPeople(
  warehouse: Warehouse,
  library: Library,
  expressions: readonly string[],
  asOf: AsOf,
): Promise<CrossReport> {
  const [report] = await crossEach(warehouse, library, [expressions], asOf);
  assert(report !== undefined, "one was asked for");
  return report;
}

/** Several at once: whatever has to be read of the facts for any of them is read once. */
export async function crossEach(
  warehouse: Warehouse,
  library: Library,
  chains: readonly (readonly string[])[],
  asOf: AsOf,
): Promise<readonly CrossReport[]> {
  const conditions = [...new Set(chains.flat())].map((expr) => {
    const expression = parseOrThrow(expr);
    // Planned alone, so that a fault is shown in its own text.
    planOrThrow(library, { segments: [], expressions: [{ name: "asked", expression }] }, expr);
    return { name: expr, expression };
  });
  return withEveryone(warehouse, library, { conditions }, asOf, async (everyone) => {
    const lacks = await lacksOf(warehouse, library, everyone, asOf);
    const reports: CrossReport[] = [];
    for (const chain of chains) {
      const groups = await groupsOf(everyone, chain);
      const after = (n: number) => sumsOf(groups.filter((g) => g.leading >= n));
      reports.push({
        asOf: new Date(asOf.asOf).toISOString(),
        people: after(0).people,
        steps: chain.map((expr, i) => step(expr, after(i + 1))),
        combinations: combinationsOf(groups, chain.length),
        lacks,
      });
    }
    return reports;
  });
}

const step = (expr: string, { people: size, revenue, averageOrder }: Sums): CrossStep => ({
  expr,
  size,
  revenue,
  averageOrder,
});

/** As `crossPeople`; a single name of a segment joined by `and` stands for its conditions. */
export async function crossChain(
  warehouse: Warehouse,
  library: Library,
  expressions: readonly string[],
  asOf: AsOf,
): Promise<CrossReport> {
  const [only = "", ...more] = expressions;
  const chain = more.length === 0 ? chainOf(library, only.trim()) : [];
  if (chain.length < 2) return crossPeople(warehouse, library, expressions, asOf);
  const report = await crossPeople(warehouse, library, chain, asOf);
  const refreshed = await refreshAt(warehouse, evaluationAt(library, asOf));
  const own = await lacksIn(warehouse, library, { names: [only.trim()], refreshed }, asOf);
  return { ...report, lacks: [...own, ...report.lacks] };
}

/** The conditions that a segment joins by `and`, as texts of one line; none of anything else. */
export function chainOf({ definitions }: Library, name: string): readonly string[] {
  const declaration = definitions.get(name)?.declaration;
  if (declaration?.kind !== "segment" || declaration.parameters.length > 0) return [];
  return operandsOf(declaration.condition).map((operand) =>
    formatExpression(operand).replaceAll(/\n\s*/g, " "),
  );
}

const operandsOf = (expression: Expression): readonly Expression[] =>
  expression.kind === "and" ? expression.operands.flatMap(operandsOf) : [expression];

/** People of one pattern. Of more than eight conditions only the leading ones tell them apart. */
interface Group extends SumsRow {
  /** Bit i = condition i holds; unknown where there are more than eight. */
  readonly mask: number;
  /** How many conditions hold before the first that does not. */
  readonly leading: number;
}

async function groupsOf(
  everyone: Everyone,
  conditions: readonly string[],
): Promise<readonly Group[]> {
  const bits = conditions.map(everyone.held);
  const combined = conditions.length <= MOST_COMBINED;
  const key = combined
    ? bits.map((bit, i) => `bitShiftLeft(toUInt16(${bit}), ${i})`).join(" + ")
    : `arrayFirstIndex(bit -> bit = 0, [${bits.join(", ")}, 0]) - 1`;
  const rows = await everyone.ask<SumsRow & { readonly key: number }>(
    (people) =>
      `SELECT toUInt16(${key}) AS key, ${sumsSql()} FROM ${people} GROUP BY key ORDER BY key`,
  );
  return rows.map((row) => {
    const leading = combined ? trailingOnes(row.key) : row.key;
    return { ...row, mask: combined ? row.key : 0, leading };
  });
}

/** How many of the lowest bits are set, up to the first that is not. */
const trailingOnes = (mask: number): number => (mask & 1 ? 1 + trailingOnes(mask >> 1) : 0);

function combinationsOf(groups: readonly Group[], conditions: number): Combination[] | null {
  if (conditions < 2 || conditions > MOST_COMBINED) return null;
  return Array.from({ length: 2 ** conditions }, (_, mask): Combination => {
    const { people, revenue, averageOrder } = sumsOf(groups.filter((g) => g.mask === mask));
    return {
      holds: Array.from({ length: conditions }, (_, i) => Boolean(mask & (1 << i))),
      exactly: people,
      atLeast: sumsOf(groups.filter((g) => (g.mask & mask) === mask)).people,
      revenue,
      averageOrder,
    };
  }).sort((a, b) => b.exactly - a.exactly);
}
