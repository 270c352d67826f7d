/** The instant that a question is about, and the frozen statistics that belong to it. */

import type { Warehouse } from "../../store/index.js";
import type { Library, Plan } from "../plan/index.js";
import type { EvaluationTime } from "./inputs.js";
import { lastRefresh } from "./refresh.js";
import { computeStatistics, type Statistics } from "./statistics.js";
import { acceptedStatistics } from "./stored-statistics.js";

export interface AsOf {
  /** Milliseconds since the epoch. */
  readonly asOf: number;
}

export function evaluationAt(library: Library, { asOf }: AsOf): EvaluationTime {
  return { now: asOf, timeZone: library.settings.timeZone };
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
