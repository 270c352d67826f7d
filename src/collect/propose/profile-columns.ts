/** What the values of each column look like: how many, how often, and what an import could read. */

import type { Warehouse } from "../../store/index.js";
import { decimalSql } from "../values/value-sql.js";
import { type InstantGroup, readInstants } from "./instants.js";
import type { Sample } from "./sample.js";

export interface ColumnProfile {
  readonly index: number;
  readonly name: string;
  /** Rows with a value. */
  readonly filled: number;
  readonly distinct: number;
  /** The most frequent values, at most `TOP`. */
  readonly top: readonly ValueCount[];
  /** Rows whose value is a number if the decimal mark is a point, or a comma; and only then. */
  readonly point: number;
  readonly comma: number;
  readonly pointOnly: number;
  readonly commaOnly: number;
  /** Rows with a number that is not whole, or below zero. */
  readonly fractional: number;
  readonly negative: number;
  readonly meanLength: number;
  /** Whether the file itself says that it is a number. */
  readonly numeric: boolean;
  /** Rows by the formats in which their value is an instant; none where that is none. */
  readonly instants: readonly InstantGroup[];
}

export interface ValueCount {
  readonly value: string;
  readonly rows: number;
}

const TOP = 100;

/** ARRAY JOIN, since arrayJoin() would repeat all cells of a row for each of them. */
const CELLS = `SELECT i, v FROM {sample:Identifier}
  ARRAY JOIN cells AS v, arrayEnumerate(cells) AS i`;

export async function profileColumns(
  warehouse: Warehouse,
  sample: Sample,
): Promise<readonly ColumnProfile[]> {
  const given = { sample: sample.table };
  const { rows } = await warehouse.query<Counts & { i: number }>(
    `SELECT i, toUInt32(sum(n)) AS filled, toUInt32(count()) AS distinct,
       toUInt32(sumIf(n, p IS NOT NULL)) AS point, toUInt32(sumIf(n, c IS NOT NULL)) AS comma,
       toUInt32(sumIf(n, p IS NOT NULL AND c IS NULL)) AS pointOnly,
       toUInt32(sumIf(n, c IS NOT NULL AND p IS NULL)) AS commaOnly,
       toUInt32(sumIf(n, ifNull(number != round(number), 0))) AS fractional,
       toUInt32(sumIf(n, ifNull(number < 0, 0))) AS negative,
       toFloat64(sum(n * lengthUTF8(v)) / sum(n)) AS meanLength
     FROM (SELECT i, v, n, p, c, ifNull(p, c) AS number FROM (
       SELECT i, v, count() AS n, ${decimalSql("v", ".")} AS p, ${decimalSql("v", ",")} AS c
       FROM (${CELLS}) WHERE v != '' GROUP BY i, v))
     GROUP BY i ORDER BY i`,
    given,
  );
  const top = await topValues(warehouse, sample);
  const instants = await readInstants(warehouse, sample);
  const counted = new Map(rows.map(({ i, ...counts }) => [i - 1, counts]));
  return sample.columns.map((name, index) => ({
    ...(counted.get(index) ?? BLANK),
    index,
    name,
    top: top.get(index + 1) ?? [],
    numeric: sample.numeric.has(index),
    instants: instants.get(index + 1) ?? [],
  }));
}

type Counts = Omit<ColumnProfile, "index" | "name" | "top" | "numeric" | "instants">;

const BLANK: Counts = {
  filled: 0,
  distinct: 0,
  point: 0,
  comma: 0,
  pointOnly: 0,
  commaOnly: 0,
  fractional: 0,
  negative: 0,
  meanLength: 0,
};

async function topValues(
  warehouse: Warehouse,
  sample: Sample,
): Promise<ReadonlyMap<number, readonly ValueCount[]>> {
  const { rows } = await warehouse.query<ValueCount & { i: number }>(
    `SELECT i, v AS value, toUInt32(count()) AS rows FROM (${CELLS}) WHERE v != ''
     GROUP BY i, v ORDER BY i, rows DESC, value LIMIT ${TOP} BY i`,
    { sample: sample.table },
  );
  const top = new Map<number, ValueCount[]>();
  for (const { i, value, rows: count } of rows) {
    const list = top.get(i) ?? [];
    list.push({ value, rows: count });
    top.set(i, list);
  }
  return top;
}

/** Share of the rows (of those with one of the most frequent values) whose value is such. */
export function shareOf({ top }: ColumnProfile, is: (value: string) => boolean): number {
  const all = top.reduce((sum, { rows }) => sum + rows, 0);
  const such = top.reduce((sum, { value, rows }) => sum + (is(value) ? rows : 0), 0);
  return all === 0 ? 0 : such / all;
}
