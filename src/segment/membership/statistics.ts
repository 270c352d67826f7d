/**
 * Frozen inputs: percentiles computed from the facts as of an instant, level by level (one may be
 * taken among people whom another one chooses).
 */

import type { Warehouse } from "../../store/index.js";
import type { Plan } from "../plan/index.js";
import { compileStatistics } from "../sql/index.js";
import type { EvaluationTime } from "./inputs.js";
import { runQuery } from "./run.js";

/** Fewer people than this are thin evidence: the percentile is then taken over all buyers ever. */
export const MINIMUM_POPULATION = 200;

export interface StatisticValue {
  readonly key: string;
  readonly text: string;
  /** null = taken of nothing. */
  readonly value: number | null;
  readonly n: number;
  readonly thin: boolean;
}

export type Statistics = ReadonlyMap<string, StatisticValue>;

interface Row {
  readonly value: number | null;
  readonly n: string;
  readonly wide_value: number | null;
  readonly wide_n: string;
}

export async function computeStatistics(
  warehouse: Warehouse,
  plan: Plan,
  at: EvaluationTime,
  minimumPopulation: number = MINIMUM_POPULATION,
): Promise<Statistics> {
  const found = new Map<string, StatisticValue>();
  const statements = compileStatistics(plan.statistics, plan);
  for (const [i, statistic] of plan.statistics.entries()) {
    const statement = statements[i];
    if (statement === undefined) continue;
    const { rows } = await runQuery<Row>(warehouse, statement, at, found);
    const row = rows[0] ?? { value: null, n: "0", wide_value: null, wide_n: "0" };
    const thin =
      statistic.of.kind === "people" &&
      statistic.of.among === undefined &&
      Number(row.n) < minimumPopulation;
    found.set(statistic.key, {
      key: statistic.key,
      text: statistic.text,
      value: thin ? row.wide_value : row.value,
      n: Number(thin ? row.wide_n : row.n),
      thin: thin || Number(row.n) < minimumPopulation,
    });
  }
  return found;
}
