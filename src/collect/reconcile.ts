/**
 * The reconciliation card: our totals per person beside those that the shop's own export of customers
 * states (traits `total_spent` and `total_orders`), with the reason for each difference.
 *
 * Shops mean different things by what a customer has spent. Our figure is net: after discounts and
 * refunds, without tax and shipping. For each person it is worked out in every other way too, and the
 * way that gives the stated figure with the fewest differences is the reason. What no way explains is
 * said to be so.
 */

import type { Warehouse } from "../store/index.js";

export type DifferenceReason =
  | "tax and shipping are included"
  | "refunds are not taken off"
  | "gift cards sold are included"
  | "unpaid, cancelled or test orders are included"
  | "orders in another currency"
  | "orders that are not in the files"
  | "orders that the shop does not count"
  | "no reason found";

export interface Difference {
  readonly reasons: readonly DifferenceReason[];
  readonly people: number;
  /** Stated minus ours, over these people; an exact decimal. */
  readonly amount: string;
}

export interface Reconciliation {
  /** People of whom the shop states what they spent. */
  readonly people: number;
  /** Of these, people for whom both figures are the same. */
  readonly equal: number;
  /** People for whom the number of orders is the same; of those of whom it is stated. */
  readonly equalOrders: number;
  readonly statedOrders: number;
  readonly stated: string;
  readonly ours: string;
  /** The most frequent first. */
  readonly differences: readonly Difference[];
}

/** One bit each: how the stated figure may differ from ours. */
const WAYS: readonly DifferenceReason[] = [
  "tax and shipping are included",
  "refunds are not taken off",
  "gift cards sold are included",
  "unpaid, cancelled or test orders are included",
];

/** What remains when no way explains a figure, numbered from where the ways end. */
const OTHERS: readonly DifferenceReason[] = [
  "orders in another currency",
  "orders that are not in the files",
  "orders that the shop does not count",
  "no reason found",
];

/** Every set of ways, those with the fewest first. */
const SETS = Array.from({ length: 2 ** WAYS.length }, (_, set) => set).sort(
  (a, b) => bits(a) - bits(b) || a - b,
);

/** undefined where no export of customers states what anyone spent. */
export async function reconcile(warehouse: Warehouse): Promise<Reconciliation | undefined> {
  const { rows } = await warehouse.query<Row>(COMPARED, { sets: SETS });
  if (rows.length === 0) return undefined;
  const sum = (of: (row: Row) => number) => rows.reduce((total, row) => total + of(row), 0);
  const differences = rows
    .filter(({ found }) => found !== 0)
    .map(({ found, people, stated, ours }) => ({
      reasons: reasonsOf(found),
      people,
      amount: decimal(Number(stated) - Number(ours)),
    }));
  return {
    people: sum(({ people }) => people),
    equal: sum(({ found, people }) => (found === 0 ? people : 0)),
    equalOrders: sum(({ equal_orders }) => equal_orders),
    statedOrders: sum(({ stated_orders }) => stated_orders),
    stated: decimal(sum(({ stated }) => Number(stated))),
    ours: decimal(sum(({ ours }) => Number(ours))),
    differences,
  };
}

interface Row {
  readonly found: number;
  readonly people: number;
  readonly stated: string;
  readonly ours: string;
  readonly equal_orders: number;
  readonly stated_orders: number;
}

function reasonsOf(found: number): DifferenceReason[] {
  if (found >= SETS.length) return [OTHERS[found - SETS.length]!];
  return WAYS.filter((_, bit) => (found & (1 << bit)) !== 0);
}

function bits(set: number): number {
  return set === 0 ? 0 : (set & 1) + bits(set >> 1);
}

/** Sums of amounts with 4 decimals, as text without needless zeros. */
const decimal = (value: number): string => String(Number(value.toFixed(2)));

const VISIBLE = "(fact_id, version) GLOBAL NOT IN (SELECT fact_id, version FROM superseded)";
const PERSON = "dictGetOrDefault('identity_now', 'person', alias, alias) AS person";

const number = (path: string): string =>
  `coalesce(toFloat64(props.${path}.:Int64), props.${path}.:Float64, toFloat64OrNull(props.${path}.:String))`;

const STATED = `
  SELECT ${PERSON}, argMax(spent, (ts, fact_id)) AS stated,
    argMaxIf(orders, (ts, fact_id), orders IS NOT NULL) AS stated_n
  FROM (SELECT alias, ts, fact_id, ${number("total_spent")} AS spent, ${number("total_orders")} AS orders
    FROM facts WHERE kind = 'identified' AND alias != 0 AND ${VISIBLE})
  WHERE spent IS NOT NULL GROUP BY person`;

/** Goods are before refunds. Without the order's own total, what was charged is net, tax and shipping. */
const OURS = `
  SELECT ${PERSON}, countIf(placed) AS placed_n,
    sumIf(o.goods, placed) AS goods, sumIf(o.back, placed) AS back, sumIf(g.gift, placed) AS gift,
    sumIf(o.charged, placed) AS charged, sumIf(o.paid_back, placed) AS paid_back,
    sumIf(o.goods - o.back, NOT placed) AS other_goods,
    sumIf(o.charged - o.paid_back, NOT placed) AS other_charged,
    sumIf(o.goods, NOT placed) AS other_goods_all, sumIf(o.charged, NOT placed) AS other_charged_all,
    uniqExact(o.currency) > 1 AS mixed
  FROM (
    SELECT alias, order_id, source, placed, toFloat64(net + refunded) AS goods, toFloat64(refunded) AS back,
      ifNull(${number("charged")}, toFloat64(net + refunded + tax + shipping)) AS charged,
      ifNull(${number("paid_back")}, toFloat64(refunded)) AS paid_back,
      ifNull(props.currency.:String, '') AS currency
    FROM facts WHERE kind = 'order' AND alias != 0 AND ${VISIBLE}) AS o
  LEFT JOIN (
    SELECT source, order_id, sum(toFloat64(ifNull(price, 0) * ifNull(quantity, 0))) AS gift
    FROM facts WHERE kind = 'line' AND props.gift_card.:Bool = true AND ${VISIBLE}
    GROUP BY source, order_id) AS g USING (source, order_id)
  GROUP BY person`;

/** What a person has spent in the ways of \`set\`. */
const IN_WAYS = `if(bitTest(set, 0), charged - if(bitTest(set, 2), 0, gift), goods + if(bitTest(set, 2), gift, 0))
  - if(bitTest(set, 1), 0, if(bitTest(set, 0), paid_back, back))
  + if(bitTest(set, 3), multiIf(bitTest(set, 0) AND bitTest(set, 1), other_charged_all,
      bitTest(set, 0), other_charged, bitTest(set, 1), other_goods_all, other_goods), 0)`;

/** Each order may be rounded to a cent. */
const COMPARED = `
  SELECT toUInt8(multiIf(
      set_found IS NOT NULL, assumeNotNull(set_found),
      mixed, ${SETS.length}, stated_n > placed_n, ${SETS.length + 1},
      stated_n < placed_n, ${SETS.length + 2}, ${SETS.length + 3})) AS found,
    toUInt32(count()) AS people, toString(sum(stated)) AS stated, toString(sum(goods - back)) AS ours,
    toUInt32(countIf(stated_n = placed_n)) AS equal_orders,
    toUInt32(countIf(stated_n IS NOT NULL)) AS stated_orders
  FROM (
    SELECT *, arrayFilter(set -> abs(${IN_WAYS} - stated) < 0.01 * (placed_n + 1),
        {sets:Array(UInt8)})[1] AS first_set,
      if(arrayExists(set -> abs(${IN_WAYS} - stated) < 0.01 * (placed_n + 1), {sets:Array(UInt8)}),
        first_set, NULL) AS set_found
    FROM (${STATED}) AS s LEFT JOIN (${OURS}) AS o USING (person))
  GROUP BY found ORDER BY people DESC, found`;
