/**
 * Conditions in the language, and what they must count, as ClickHouse SQL written by hand on the
 * raw Parquet file: plain rows, self-joins and calendar arithmetic, none of the compiler's ways.
 *
 * The file's times are wall-clock times of London. An order is an invoice of a known customer, not
 * beginning with C, with at least one line sold at a price; its lines are all its rows.
 */

import { resolve } from "node:path";

export const FILE = resolve(
  import.meta.dirname,
  "../../../shared/data/online-retail/online_retail.parquet",
);

export interface Question {
  readonly ask: string;
  /** A query with one number. */
  readonly sql: string;
}

/** Common table expressions that a query may read; `T` is the instant that all ask about. */
export const PRELUDE = `WITH toDateTime('2011-12-10 00:00:00', 'Europe/London') AS T,
  rows AS (
    SELECT assumeNotNull(InvoiceNo) AS inv, assumeNotNull(StockCode) AS code, CustomerID AS who,
      assumeNotNull(Quantity) AS qty, Country AS land,
      toDecimal64(toString(assumeNotNull(UnitPrice)), 4) AS price, qty * price AS amount,
      toDateTime(substring(toString(assumeNotNull(InvoiceDate)), 1, 19), 'Europe/London') AS at
    FROM file('${FILE}', Parquet) WHERE CustomerID IS NOT NULL),
  o AS (
    SELECT x.who AS who, x.inv AS inv, min(x.at) AS at, sum(x.amount) AS net, sum(x.qty) AS qty,
      any(x.land) AS land
    FROM rows AS x WHERE x.inv NOT LIKE 'C%'
    GROUP BY x.who, x.inv HAVING max(x.qty > 0 AND x.price > 0)),
  l AS (SELECT x.who AS who, x.inv AS inv, x.code AS code, x.qty AS qty, x.price AS price,
      x.amount AS amount, o.at AS at
    FROM rows AS x INNER JOIN o ON x.inv = o.inv),
  r AS (SELECT who, inv, at, amount FROM rows WHERE inv LIKE 'C%'),
  days AS (SELECT DISTINCT who, toDate(at, 'Europe/London') AS day FROM o),
  gaps AS (
    SELECT a.who AS who, b.day AS day, min(b.day - a.day) AS gap FROM days AS a
    INNER JOIN days AS b ON a.who = b.who WHERE b.day > a.day GROUP BY a.who, b.day)
`;

const having = (condition: string, from = "o"): string =>
  `${PRELUDE} SELECT count() AS n FROM (SELECT who FROM ${from} GROUP BY who HAVING ${condition})`;
const pairs = (condition: string): string =>
  `${PRELUDE} SELECT uniqExact(a.who) AS n FROM o AS a INNER JOIN o AS b ON a.who = b.who
   WHERE a.at < b.at AND ${condition}`;

const last = (days: number) => `toUnixTimestamp(at) + ${days} * 86400 > toUnixTimestamp(T)`;
const ago = (from: number, to: number) => `${last(to)} AND NOT ${last(from)}`;
const local = "toDate(at, 'Europe/London')";
const today = "toDate('2011-12-10')";

export const QUESTIONS: readonly Question[] = [
  { ask: "count(order) >= 1", sql: having("count() >= 1") },
  { ask: "count(order) = 1", sql: having("count() = 1") },
  { ask: "count(order in last 30 days) >= 1", sql: having(`countIf(${last(30)}) > 0`) },
  {
    ask: "count(order between 30 and 90 days ago) >= 1 and count(order in last 30 days) = 0",
    sql: having(`countIf(${ago(30, 90)}) > 0 AND countIf(${last(30)}) = 0`),
  },
  {
    ask: "count(order in last 3 months) >= 2",
    sql: having("countIf(addMonths(at, 3) > T) >= 2"),
  },
  {
    ask: "count(order in last 26 weeks) >= 4",
    sql: having(`countIf(${last(182)}) >= 4`),
  },
  {
    ask: "sum(order.net in last 365 days) > 1000",
    sql: having(`sumIf(net, ${last(365)}) > 1000`),
  },
  {
    ask: "sum(order.net from 2011-11-01 to 2011-12-01) > 300",
    sql: having(`sumIf(net, toYYYYMM(${local}) = 201111) > 300`),
  },
  {
    ask: "count(order from 2011-06-01T10:30:00Z) = 0 and count(order) >= 1",
    sql: having("countIf(at >= toDateTime('2011-06-01 10:30:00', 'UTC')) = 0"),
  },
  { ask: "count(order in this month) >= 1", sql: having(`max(${local}) >= '2011-12-01'`) },
  {
    ask: "count(order in previous month) >= 2",
    sql: having(`countIf(toStartOfMonth(${local}) = '2011-11-01') >= 2`),
  },
  {
    // 2011-12-10 is a Saturday; the week before its own began on Monday, 28 November.
    ask: "count(order in previous week) >= 1",
    sql: having(`countIf(${local} BETWEEN '2011-11-28' AND '2011-12-04') > 0`),
  },
  { ask: "count(order in previous year) >= 1", sql: having(`min(toYear(${local})) = 2010`) },
  {
    ask: "count(order in season november) >= 1 and count(order in season november.peak) = 0",
    sql: having(
      `countIf(toMonth(${local}) = 11) > 0 AND
       countIf(${local} >= '2011-11-25' AND ${local} < '2011-11-28') = 0`,
    ),
  },
  {
    ask: "count(order days in last 180 days) >= 3",
    sql: having(`uniqExactIf(${local}, ${last(180)}) >= 3`),
  },
  { ask: "count(order weeks) >= 4", sql: having(`uniqExact(toMonday(${local})) >= 4`) },
  { ask: "count(order months) >= 5", sql: having(`uniqExact(toYYYYMM(${local})) >= 5`) },
  { ask: "count(distinct line.product) >= 50", sql: having("uniqExact(code) >= 50", "l") },
  {
    ask: "count(distinct line.product in last 90 days) > 20",
    sql: having(`uniqExactIf(code, ${last(90)}) > 20`, "l"),
  },
  { ask: "average(order.net) > 300", sql: having("sum(net) / count() > 300") },
  {
    ask: "median(order.net) > 300",
    sql: having("quantileExactInclusive(0.5)(toFloat64(net)) > 300"),
  },
  { ask: "max(order.net) > 1000", sql: having("max(net) > 1000") },
  { ask: "min(line.price) < 0.3", sql: having("min(price) < 0.3", "l") },
  {
    ask: "sum(line.quantity where price > 10) >= 5",
    sql: having("sumIf(qty, price > 10) >= 5", "l"),
  },
  {
    ask: "share(line.net where price >= 5) >= 0.4",
    sql: having("sumIf(amount, price >= 5) >= 0.4 * sum(amount) AND sum(amount) != 0", "l"),
  },
  {
    ask: "count(line where product starts with '22' and not (quantity >= 6)) between 5 and 20",
    sql: having("countIf(left(code, 2) = '22' AND qty < 6) BETWEEN 5 AND 20", "l"),
  },
  {
    ask: "count(line where product contains 'A' or price * quantity > 100) >= 3",
    sql: having("countIf(position(code, 'A') > 0 OR amount > 100) >= 3", "l"),
  },
  {
    ask: "days since last(order) between 30 and 60",
    sql: having(`dateDiff('day', max(${local}), ${today}) BETWEEN 30 AND 60`),
  },
  { ask: "first(order) in last 90 days", sql: having(`NOT countIf(NOT ${last(90)})`) },
  {
    ask: "last(order) - first(order) > 200 days",
    sql: having("dateDiff('second', min(at), max(at)) > 200 * 86400"),
  },
  {
    ask: "time since first(order) > 300 days and count(order) <= 2",
    sql: having("dateDiff('second', min(at), any(T)) > 300 * 86400 AND count() < 3"),
  },
  { ask: "max(gap.days) > 100", sql: having("max(gap) > 100", "gaps") },
  { ask: "average(gap.days) < 30", sql: having("avg(gap) < 30", "gaps") },
  { ask: "sum(ln(gap.days)) / count(gap) < 3.5", sql: having("avg(log(gap)) < 3.5", "gaps") },
  {
    ask: "count(gap where days > 90 in last 90 days) >= 1",
    sql: `${PRELUDE} SELECT uniqExact(who) AS n FROM gaps WHERE gap > 90 AND (who, day) IN (
      SELECT who, toDate(min(at), 'Europe/London') FROM o GROUP BY who, ${local} HAVING ${last(90).replace("at)", "min(at))")})`,
  },
  {
    ask: "count(order then order within 7 days) >= 1",
    sql: pairs("toUnixTimestamp(b.at) - toUnixTimestamp(a.at) <= 7 * 86400"),
  },
  {
    ask: "count(order where net > 500 then order where net < 200 within 60 days) >= 1",
    sql: pairs(
      `a.net > 500 AND b.net < 200 AND toUnixTimestamp(b.at) - toUnixTimestamp(a.at) <= 60 * 86400`,
    ),
  },
  {
    ask: "count(order then order within 90 days without refund) = 0 and count(order) >= 2",
    sql: `${PRELUDE} SELECT uniqExact(who) AS n FROM o WHERE who IN (
        SELECT who FROM o GROUP BY who HAVING count() >= 2)
      AND who NOT IN (SELECT who FROM (
        SELECT a.who AS who, a.at AS a_at, b.at AS b_at FROM o AS a
        INNER JOIN o AS b ON a.who = b.who
        WHERE a.at < b.at AND toUnixTimestamp(b.at) - toUnixTimestamp(a.at) <= 90 * 86400) AS p
        LEFT JOIN (SELECT who, groupArray(at) AS back FROM r GROUP BY who) AS s USING (who)
        WHERE NOT arrayExists(t -> t > a_at AND t < b_at, back))`,
  },
  {
    ask: "some product: count(line) >= 3",
    sql: `${PRELUDE} SELECT uniqExact(who) AS n FROM
      (SELECT who, code FROM l GROUP BY who, code HAVING count() >= 3)`,
  },
  {
    ask: "at least 5 product: count(distinct line.order) >= 2",
    sql: `${PRELUDE} SELECT count() AS n FROM (SELECT who FROM
      (SELECT who, code FROM l GROUP BY who, code HAVING uniqExact(inv) >= 2)
      GROUP BY who HAVING count() >= 5)`,
  },
  {
    ask: "no order: sum(line.quantity) > 500",
    sql: `${PRELUDE} SELECT uniqExact(who) AS n FROM rows
      WHERE who NOT IN (SELECT who FROM o WHERE qty > 500)`,
  },
  {
    ask: "at least 2 order: sum(line.net where price > 5) > 50",
    sql: `${PRELUDE} SELECT count() AS n FROM (SELECT who FROM
      (SELECT who, inv FROM l WHERE price > 5 GROUP BY who, inv HAVING sum(amount) > 50)
      GROUP BY who HAVING count() >= 2)`,
  },
  {
    ask: "every product: sum(line.quantity) >= 6",
    // Of everything that the person bought or brought back, six pieces at least were bought.
    sql: `${PRELUDE} SELECT count() AS n FROM (
      SELECT DISTINCT who FROM rows WHERE who NOT IN (
        SELECT who FROM (
          SELECT who, code, sumIf(qty, inv IN (SELECT inv FROM o)) AS bought FROM rows
          WHERE code != 'D' OR inv NOT LIKE 'C%' GROUP BY who, code) WHERE bought < 6))`,
  },
  {
    ask: "sum(order.net) >= p90",
    sql: `${PRELUDE} SELECT length(arrayFilter(x -> x >= edge, spent)) AS n FROM (
      SELECT quantileExactInclusive(0.9)(s) AS edge, groupArray(s) AS spent FROM (
        SELECT toFloat64(sum(net)) AS s FROM o GROUP BY who))`,
  },
  {
    ask: "count(order) > p75(count(order) among count(order) >= 2)",
    sql: `${PRELUDE}, per AS (SELECT who, count() AS k FROM o GROUP BY who)
      SELECT count() AS n FROM per
      WHERE k > (SELECT quantileExactInclusive(0.75)(k) FROM per WHERE k >= 2)`,
  },
  {
    ask: "days since last(order) > store p90(gap.days)",
    sql: `${PRELUDE} SELECT count() AS n FROM (
      SELECT who FROM o GROUP BY who HAVING dateDiff('day', max(${local}), ${today}) >
        (SELECT quantileExactInclusive(0.9)(gap) FROM gaps))`,
  },
  {
    ask: "last(order.country) is 'Germany' or 'France'",
    sql: having("argMax(land, at) IN ('Germany', 'France')"),
  },
  {
    ask: "person.country != 'United Kingdom'",
    sql: having("argMin(land, at) != 'United Kingdom'", "rows"),
  },
  { ask: "count(refund) >= 1 and sum(refund.net) < -50", sql: having("sum(amount) < -50", "r") },
  {
    ask: "abs(sum(refund.net)) > 0.1 * sum(order.net)",
    sql: `${PRELUDE} SELECT countIf(abs(back) > 0.1 * spent) AS n FROM
      (SELECT who, sum(amount) AS back FROM r GROUP BY who) AS x
      LEFT JOIN (SELECT who, sum(net) AS spent FROM o GROUP BY who) AS y USING (who)`,
  },
  {
    ask: "sum(order.net in last 6 months) > 2 * sum(order.net between 6 and 12 months ago)",
    sql: having(
      `sumIf(net, addMonths(at, 6) > T) >
       2 * sumIf(net, addMonths(at, 12) > T AND addMonths(at, 6) <= T)`,
    ),
  },
  {
    ask: "count(order within 30 days after first(order)) >= 2",
    sql: `${PRELUDE} SELECT count() AS n FROM (
      SELECT who FROM o INNER JOIN (SELECT who, min(at) AS begun FROM o GROUP BY who) AS f USING (who)
      WHERE at > begun AND toUnixTimestamp(at) <= toUnixTimestamp(begun) + 30 * 86400
      GROUP BY who HAVING count() >= 2)`,
  },
  {
    ask: "count(refund within 14 days before last(order)) >= 1",
    sql: `${PRELUDE} SELECT uniqExact(who) AS n FROM r
      INNER JOIN (SELECT who, max(at) AS newest FROM o GROUP BY who) AS z USING (who)
      WHERE at < newest AND toUnixTimestamp(at) >= toUnixTimestamp(newest) - 14 * 86400`,
  },
  {
    ask: "bucket(10, 'x') = 3",
    sql: `${PRELUDE} SELECT countIf(halfMD5(concat('x:', toString(id))) % 10 = 3) AS n FROM (
      SELECT DISTINCT halfMD5(concat('user_id', char(0), toString(who))) AS id FROM rows)`,
  },
  {
    ask: "stage is churned and value_tier is not low",
    sql: `${PRELUDE}, per AS (
        SELECT who, max(${local}) AS newest FROM o GROUP BY who),
      spent AS (
        SELECT who, toFloat64(sum(amount)) AS s FROM (
          SELECT who, net AS amount FROM o UNION ALL SELECT who, amount FROM r)
        GROUP BY who)
      SELECT count() AS n FROM spent WHERE who IN (
          SELECT who FROM per WHERE dateDiff('day', newest, ${today}) > 180)
        AND s >= (SELECT quantileExactInclusive(0.4)(s) FROM spent WHERE who IN (SELECT who FROM o))`,
  },
];
