/**
 * What is usual, as one statement: every fact falls into the cell of its own values, and WITH ROLLUP
 * adds the cells of one dimension less, down to the one of all facts.
 *
 *   category | month  | n     value
 *   =shoes   | =202411| 120   0.61       '=' tells a missing value from a dimension that was dropped
 *   =shoes   |        | 900   0.34
 *            |        | 4000  0.22
 */

import type { UsualStatistic } from "../plan/index.js";
import { constant } from "./layers.js";
import { NOW, ParameterBag } from "./parameters.js";
import { FILTERS } from "./people.js";
import { dimensionSql, isDecimal, rowConditionSql, rowValueSql } from "./rows.js";
import { belonging, sourceOf } from "./scan.js";
import { inside } from "./time.js";
import { visibleFacts } from "./visible-facts.js";

export interface CompiledUsual {
  /**
   * SELECT cell, n, value: the values of the cell's dimensions in order (fewer where some were
   * dropped, none for all facts), the facts in it whose value is not missing, and what is usual. The
   * cell of all facts, and of the others the {most} of most facts that have at least {least}.
   */
  readonly text: string;
  readonly parameters: ParameterBag["values"];
}

export function compileUsual({ of }: UsualStatistic): CompiledUsual {
  const { fn, step, value, by, windows } = of;
  const bag = new ParameterBag();
  const where = step.where === undefined ? "1" : rowConditionSql(step.where, bag);
  const conditions = [
    ...belonging(sourceOf(step)),
    `t <= ${NOW}`,
    ...windows.map((w) => inside(w, constant("t"), constant(NOW), () => constant("NULL")).text),
    ...(fn === "share" ? [] : [where]),
  ];
  const names = by.map((_, i) => `d${i}`);
  const dimensions = by.map((d, i) => `concat('=', ${dimensionSql(d, bag)}) AS d${i}`);
  const sum = (condition: string) =>
    isDecimal(value)
      ? `toFloat64(ifNull(sumIf(v, ${condition}), 0))`
      : `arraySum(arraySort(groupArrayIf(assumeNotNull(v), ${condition} AND v IS NOT NULL)))`;
  const values = {
    share: `${sum("hit = 1")} / nullIf(${sum("1")}, 0)`,
    average: `${sum("1")} / nullIf(n, 0)`,
    median: "quantileExactInclusiveOrNull(0.5)(toFloat64(v))",
  };
  const text = `SELECT arrayMap(d -> substring(d, 2), arrayFilter(d -> d != '', [${names.join(", ")}])) AS cell, n, value
FROM (
SELECT ${names.join(", ")}, count(v) AS n, ${values[fn]} AS value
FROM (
SELECT ${dimensions.join(", ")}, ${rowValueSql(value, bag)} AS v, ${where} AS hit
FROM (${visibleFacts(FILTERS.all)})
WHERE ${conditions.join(" AND ")}
)
GROUP BY ${names.join(", ")} WITH ROLLUP
)
WHERE n >= {least:UInt64} OR empty(cell)
ORDER BY empty(cell) DESC, n DESC, cell
LIMIT {most:UInt64}`;
  return { text, parameters: bag.values };
}
