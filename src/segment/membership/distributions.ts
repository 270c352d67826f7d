/**
 * What percentiles are taken of: instead of one figure, how often each value occurs. Every other
 * percentile of the same follows from it, with how sure it is, and the facts are read once for all.
 */

import { assert } from "../../base/index.js";
import type { Warehouse } from "../../store/index.js";
import type { Library, PercentileStatistic } from "../plan/index.js";
import { compileStatistics } from "../sql/index.js";
import type { EvaluationTime } from "./inputs.js";
import { parseOrThrow, planOrThrow } from "./library.js";
import { computeStatistics, ofEveryone } from "./statistics.js";

export interface Count {
  readonly value: number;
  /** How often it occurs. */
  readonly n: number;
}

/**
 * By text, `p50(x among C)` or `store p50(gap.days among C)`: what it is taken of, the least value
 * first. The texts may name the library's attributes and segments, but no percentile another one of
 * them. Throws DiagnosticsError.
 */
export async function distributionsOf(
  warehouse: Warehouse,
  library: Library,
  texts: readonly string[],
  at: EvaluationTime,
): Promise<readonly (readonly Count[])[]> {
  const names = texts.map((_, i) => `distribution_${i}`);
  const definitions = new Map(library.definitions);
  texts.forEach((text, i) => {
    const name = names[i] ?? "";
    const declaration = {
      kind: "attribute",
      name,
      parameters: [],
      body: parseOrThrow(text),
    } as const;
    definitions.set(name, { declaration });
  });
  const wanted = { segments: [], attributes: names };
  const plan = planOrThrow({ ...library, definitions }, wanted);
  const asked = plan.attributes.map(({ value }): PercentileStatistic => {
    const found = plan.statistics.find(
      (s): s is PercentileStatistic =>
        s.of.kind !== "usual" && value.kind === "statistic" && s.key === value.key,
    );
    assert(found !== undefined, "a distribution is asked for by a percentile");
    return found;
  });
  const others = plan.statistics.filter((s) => !asked.some((a) => a.key === s.key));
  const statistics = await computeStatistics(warehouse, { ...plan, statistics: others }, at);
  const compiled = compileStatistics(asked, plan.families);
  const rows = await ofEveryone<{ readonly value: number; readonly n: string }>(
    warehouse,
    compiled,
    { texts: compiled.distributions, at, statistics },
  );
  return rows.map((counts) => counts.map(({ value, n }) => ({ value, n: Number(n) })));
}
