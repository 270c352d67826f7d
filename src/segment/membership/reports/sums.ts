/** Sums over people, as reports show them. Amounts are exact until they are shown. */

/** Stored amounts have four decimals; as whole numbers their totals are exact. */
const MONEY_SCALE = 10_000;

/** Columns of a query over patterns or rows: people, revenue and orders. Texts, because exact. */
export interface SumsRow {
  readonly people: string;
  readonly revenue: string;
  readonly order_count: string;
}

/** SELECT list of `SumsRow` over rows of everyone; `where` = a condition on them, as SQL. */
export function sumsSql(where = "1"): string {
  return `sumIf(n, ${where}) AS people, ${exactSql(`sumIf(net, ${where})`)} AS revenue, sumIf(orders, ${where}) AS order_count`;
}

/** An exact decimal as the text of a whole number. */
export const exactSql = (amount: string): string =>
  `toString(toInt128(${amount} * ${MONEY_SCALE}))`;

export interface Sums {
  readonly people: number;
  /** Net of refunds over the last 365 days. */
  readonly revenue: number;
  /** That revenue per kept order of the same days; null where there is none. */
  readonly averageOrder: number | null;
}

export function sumsOf(rows: readonly SumsRow[]): Sums {
  const add = (column: keyof SumsRow) => rows.reduce((sum, row) => sum + BigInt(row[column]), 0n);
  const [people, orders] = [Number(add("people")), Number(add("order_count"))];
  const revenue = Number(add("revenue")) / MONEY_SCALE;
  return { people, revenue, averageOrder: orders === 0 ? null : revenue / orders };
}
