/**
 * Counts of placed orders by what the settings decide: their day, their season, their gift occasion.
 * They show what a setting does to a store; no segment is made of them.
 */

import type { PlanWindow, RowExpression } from "../plan/index.js";
import { constant, list } from "./layers.js";
import { NOW, ParameterBag } from "./parameters.js";
import { FILTERS } from "./people.js";
import { rowValueSql } from "./rows.js";
import { dayOf, inside } from "./time.js";
import { visibleFacts } from "./visible-facts.js";

export interface CompiledFigures {
  readonly text: string;
  readonly parameters: ParameterBag["values"];
}

const T = constant("t");

/** Orders placed, with the columns that a text over them names. */
function orders(bag: ParameterBag, text: string): string {
  const columns = bag.columns.named(text);
  const where = "kind = 'order' AND placed = 1";
  return `(${visibleFacts(FILTERS.all, { columns, where })}) WHERE t <= ${NOW}`;
}

/** One row: orders, other_day, without_country, taxed, tax_sum, and of each window how many lie inside. */
export function compileOrderFigures(windows: readonly PlanWindow[]): CompiledFigures {
  const within = windows.map((w) => {
    const condition = inside(w, T, constant(NOW), () => constant("NULL"));
    return { ...condition, text: `countIf(${condition.text})` };
  });
  const bag = new ParameterBag();
  const figures = `count() AS orders,
      countIf(${dayOf(T).text} != toInt64(toInt32(toDate32(ts, 'UTC')))) AS other_day,
      countIf(country = '') AS without_country, countIf(tax != 0) AS taxed,
      toFloat64(sum(tax)) AS tax_sum, arrayMap(n -> toFloat64(n), [${list([constant("0"), ...within]).text}]) AS within`;
  return {
    text: `SELECT ${figures} FROM ${orders(bag, figures)}`,
    parameters: bag.values,
  };
}

/** Rows (value, orders), the most frequent first: how often a field or property of orders occurs. */
export function compileFrequencies(of: RowExpression, most: number): CompiledFigures {
  const bag = new ParameterBag();
  const value = rowValueSql(of, bag);
  return {
    text: `SELECT value, count() AS orders FROM (SELECT ${value} AS value FROM ${orders(bag, value)})
    WHERE value IS NOT NULL GROUP BY value ORDER BY orders DESC, value LIMIT ${most}`,
    parameters: bag.values,
  };
}
