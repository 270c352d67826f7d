/**
 * Frozen inputs: percentiles, and what is usual, computed from the facts as of an instant, level by
 * level (one may be taken among people whom another one chooses).
 */

import type { Warehouse } from "../../store/index.js";
import type { PercentileStatistic, Plan, Statistic, UsualStatistic } from "../plan/index.js";
import { type CompiledStatistics, compileStatistics, compileUsual } from "../sql/index.js";
import type { EvaluationTime } from "./inputs.js";
import { peopleRanges } from "./ranges.js";
import { evaluating } from "./run.js";

/** Fewer people than this are thin evidence: the percentile is then taken over all buyers ever. */
export const MINIMUM_POPULATION = 200;

export interface StatisticValue {
  readonly key: string;
  readonly text: string;
  /** null = taken of nothing. */
  readonly value: number | null;
  readonly n: number;
  readonly thin: boolean;
  /** Of what is usual, `value` and `n` being over all facts. */
  readonly cells?: readonly Cell[];
}

/** The facts that share these values of a statistic's first dimensions. */
export interface Cell {
  readonly values: readonly string[];
  readonly value: number | null;
  readonly n: number;
}

export type Statistics = ReadonlyMap<string, StatisticValue>;

/** Of fewer facts than this a cell says too little: one dimension less is taken. */
export const MINIMUM_CELL = 30;
/** Cells are part of the statements, which the engine plans some 7 microseconds longer for each. */
export const MOST_CELLS = 10_000;

const isUsual = (s: Statistic): s is UsualStatistic => s.of.kind === "usual";

interface UsualRow {
  readonly cell: readonly string[];
  readonly value: number | null;
  readonly n: string;
}

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
  minimumCell: number = MINIMUM_CELL,
): Promise<Statistics> {
  const found = new Map<string, StatisticValue>();
  const depths = [...new Set(plan.statistics.map((s) => s.depth))].sort((a, b) => a - b);
  for (const depth of depths) {
    const here = plan.statistics.filter((s) => s.depth === depth);
    const usual = here.filter(isUsual);
    const asked = here.filter((s): s is PercentileStatistic => !isUsual(s));
    const values = await usualValues(warehouse, { usual, found, minimumCell }, at);
    const rows =
      asked.length === 0
        ? []
        : await percentiles(warehouse, { asked, families: plan.families, found }, at);
    for (const [i, { key, text, of }] of asked.entries()) {
      const row = rows[i] ?? { value: null, n: "0", wide_value: null, wide_n: "0" };
      const small = Number(row.n) < minimumPopulation;
      const wide = small && of.kind === "people" && of.among === undefined;
      found.set(key, {
        key,
        text,
        value: wide ? row.wide_value : row.value,
        n: Number(wide ? row.wide_n : row.n),
        thin: small,
      });
    }
    for (const value of values) found.set(value.key, value);
  }
  return found;
}

/** One statement for each, over the facts of everyone. */
async function usualValues(
  warehouse: Warehouse,
  of: {
    readonly usual: readonly UsualStatistic[];
    readonly found: Statistics;
    readonly minimumCell: number;
  },
  at: EvaluationTime,
): Promise<StatisticValue[]> {
  return evaluating(warehouse, async (session) => {
    const values: StatisticValue[] = [];
    for (const statistic of of.usual) {
      const { key, text } = statistic;
      const compiled = compileUsual(statistic);
      const { rows } = await session.query<UsualRow>({
        statement: { stages: [], text: compiled.text },
        at,
        statistics: of.found,
        parameters: compiled.parameters,
        extra: { least: of.minimumCell, most: MOST_CELLS + 1 },
      });
      const all = rows.map(({ cell, value, n }) => ({ values: cell, value, n: Number(n) }));
      const [total = { value: null, n: 0 }, ...cells] = all;
      const thin = total.n < of.minimumCell;
      values.push({ key, text, value: total.value, n: total.n, thin, cells });
    }
    return values;
  });
}

/** One pass over everyone for all percentiles of a depth. */
async function percentiles(
  warehouse: Warehouse,
  of: {
    readonly asked: readonly PercentileStatistic[];
    readonly families: Plan["families"];
    readonly found: Statistics;
  },
  at: EvaluationTime,
): Promise<Row[]> {
  const compiled = compileStatistics(of.asked, of.families);
  const answers = await ofEveryone<Row>(warehouse, compiled, {
    texts: compiled.percentiles,
    at,
    statistics: of.found,
  });
  return answers.flat();
}

/** One pass over everyone, which fills {people}; then the answers to each of the texts. */
export async function ofEveryone<Row>(
  warehouse: Warehouse,
  compiled: CompiledStatistics,
  asked: {
    readonly texts: readonly string[];
    readonly at: EvaluationTime;
    readonly statistics: Statistics;
  },
): Promise<readonly (readonly Row[])[]> {
  const { at, statistics } = asked;
  const inputs = { at, statistics, parameters: compiled.parameters };
  return evaluating(warehouse, async (session) => {
    const people = await session.table(`(${compiled.structure}) ENGINE = Memory`);
    for (const range of await peopleRanges(warehouse)) {
      const { stages, text } = compiled.rows(range.people);
      const statement = { stages, text: `INSERT INTO {people:Identifier} ${text}` };
      await session.command({ statement, ...inputs, extra: { ...range.bounds, people } });
    }
    const answers: (readonly Row[])[] = [];
    for (const text of asked.texts) {
      const statement = { stages: [], text };
      const { rows } = await session.query<Row>({ statement, ...inputs, extra: { people } });
      answers.push(rows);
    }
    return answers;
  });
}
