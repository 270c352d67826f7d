/** Percentiles -> statements of their own. */

import type { PercentileStatistic, Plan, PlannedAttribute, Step, Truth } from "../plan/index.js";
import { list, type Sql, sql } from "./layers.js";
import type { ParameterBag } from "./parameters.js";
import { FILTERS, type People } from "./people.js";
import { MOST_CALLS_PER_STAGE, Stages, type Statement } from "./stages.js";
import { StatementCompiler } from "./statement-compiler.js";
import { AT_NOW, valueSql } from "./values.js";

/** Percentiles of one depth: a row for each person, then one query for each percentile. */
export interface CompiledStatistics {
  /** Columns of the table {people}, for CREATE TABLE. */
  readonly structure: string;
  /** SELECT the columns, of a range of people. */
  readonly rows: (people: People) => Statement;
  /** By index: SELECT value, n, wide_value, wide_n FROM {people}. `wide` = over all buyers ever. */
  readonly percentiles: readonly string[];
  /** By index: SELECT value, n FROM {people}: how often each value occurs that it is taken of. */
  readonly distributions: readonly string[];
  readonly parameters: ParameterBag["values"];
}

export function compileStatistics(
  statistics: readonly PercentileStatistic[],
  families: Plan["families"],
): CompiledStatistics {
  // Values and populations must be in the plan, which says how far back each stream is read.
  const attributes = statistics.flatMap(({ of }): PlannedAttribute[] => {
    const truth = of.kind === "facts" ? of.among : populationOf(of);
    const among: PlannedAttribute[] =
      truth === undefined
        ? []
        : [{ name: "among", type: "boolean", value: { kind: "truth", truth }, text: "" }];
    if (of.kind === "facts") return among;
    return [{ name: "value", type: "number", value: of.value, text: "" }, ...among];
  });
  const compiler = new StatementCompiler({ segments: [], families, attributes, statistics: [] });
  const { person } = compiler;
  const counted = statistics.map(({ of }) => (of.kind === "people" ? of.buyers : undefined));
  const wide = person.column(
    person.truth(
      buyers(
        undefined,
        counted.find((b) => b),
      ),
    ),
  );
  const columns: { readonly name: string; readonly type: string; readonly value: Sql }[] = [
    { name: "wide", type: "UInt8", value: sql`(${wide} > 0)` },
  ];
  const percentiles = statistics.map(({ percent, of }, i) => {
    const name = `v${i}`;
    if (of.kind === "facts") {
      const facts = person.own.facts(of.stream, of.value);
      const values = sql`arrayMap(x -> toFloat64(assumeNotNull(x.3)), arrayFilter(x -> isNotNull(x.3), ${facts}))`;
      const value =
        of.among === undefined
          ? values
          : sql`if(${person.column(person.truth(of.among))} > 0, ${values}, [])`;
      columns.push({ name, type: "Array(Float64)", value });
      return `SELECT quantileExactInclusiveOrNull(${percent / 100})(v) AS value, count() AS n, NULL AS wide_value, 0 AS wide_n
FROM (SELECT arrayJoin(${name}) AS v FROM {people:Identifier})`;
    }
    const value = sql`toNullable(toFloat64(${valueSql(of.value, person, AT_NOW)}))`;
    columns.push({ name, type: "Nullable(Float64)", value });
    const among = person.column(person.truth(populationOf(of)));
    columns.push({ name: `p${i}`, type: "UInt8", value: sql`(${among} > 0)` });
    const quantile = (population: string) =>
      `quantileExactInclusiveOrNullIf(${percent / 100})(assumeNotNull(${name}), ${population} = 1 AND ${name} IS NOT NULL)`;
    return `SELECT ${quantile(`p${i}`)} AS value, countIf(p${i} = 1) AS n, ${quantile("wide")} AS wide_value, countIf(wide = 1) AS wide_n
FROM {people:Identifier}`;
  });
  const values = list(columns.map((c) => c.value)).text;
  return {
    structure: columns.map((c) => `${c.name} ${c.type}`).join(", "),
    rows: (people) => {
      const stages = new Stages(MOST_CALLS_PER_STAGE);
      const rows = stages.from(compiler.text(FILTERS[people], `${values} present`, stages));
      return { stages: stages.list, text: `SELECT ${values} FROM ${rows} WHERE present = 1` };
    },
    percentiles,
    distributions: statistics.map(({ of }, i) => {
      const values =
        of.kind === "facts"
          ? `SELECT arrayJoin(v${i}) AS value FROM {people:Identifier}`
          : `SELECT assumeNotNull(v${i}) AS value FROM {people:Identifier} WHERE p${i} = 1 AND v${i} IS NOT NULL`;
      return `SELECT value, count() AS n FROM (${values}) GROUP BY value ORDER BY value`;
    }),
    parameters: compiler.bag.values,
  };
}

type OfPeople = Extract<PercentileStatistic["of"], { kind: "people" }>;

const populationOf = ({ among, window, buyers: step }: OfPeople): Truth =>
  among ?? buyers(window, step);

/** Who has a kept order, or what the store counts instead, in the window. */
function buyers(window: OfPeople["window"], step: Step = { source: "order" }): Truth {
  return {
    kind: "compare",
    op: ">=",
    left: {
      kind: "aggregate",
      type: "number",
      fn: "count",
      stream: { level: "person", steps: [step] },
      distinct: false,
      windows: window === undefined ? [] : [{ kind: "last", length: window }],
    },
    right: { kind: "literal", type: "number", value: 1 },
    text: "count(order) >= 1",
  };
}
