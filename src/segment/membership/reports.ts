/** The door to the reports about many people; and the two shortest questions. */

import type { Warehouse } from "../../store/index.js";
import type { Library } from "../plan/index.js";
import { compilePlan } from "../sql/index.js";
import type { AsOf } from "./as-of.js";
import { parseOrThrow, planOrThrow } from "./library.js";
import { crossPeople } from "./reports/cross.js";

export { type AsOf, statisticsAsOf } from "./as-of.js";
export * from "./reports/actions.js";
export * from "./reports/breakdown.js";
export * from "./reports/compare.js";
export {
  type Combination,
  type CrossReport,
  type CrossStep,
  crossChain,
  crossPeople,
} from "./reports/cross.js";
export * from "./reports/examples.js";
export * from "./reports/history.js";
export type { Lack } from "./reports/lacks.js";
export * from "./reports/overlap.js";
export * from "./reports/segments.js";
export type { Buckets, GroupValue } from "./reports/splits.js";
export type { Trend } from "./reports/trends.js";

export async function countPeople(
  warehouse: Warehouse,
  library: Library,
  expression: string,
  at: AsOf,
): Promise<{ readonly count: number; readonly people: number }> {
  const { steps, people } = await crossPeople(warehouse, library, [expression], at);
  return { count: steps.at(-1)?.size ?? 0, people };
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
