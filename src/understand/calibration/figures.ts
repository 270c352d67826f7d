/**
 * The store's own figure for each limit that it can be worked out for, with how sure it is, or what
 * is lacking. docs/calibration.md says what each means and why so much evidence is asked for.
 */

import { type Count, MINIMUM_POPULATION } from "../../segment/index.js";
import type { Evidence } from "./evidence.js";
import { clusteredError, quantile, quantileInterval, total } from "./quantiles.js";
import { dayByWhich, returnCurve } from "./return-curve.js";

/** Attributes of the playbook, in the order in which a person meets them. */
export const LIMITS = [
  "new_days",
  "second_order_day",
  "churn_limit",
  "frequent_orders",
  "discount_share",
] as const;
export type LimitName = (typeof LIMITS)[number];

export interface Figure {
  readonly name: LimitName;
  /** null = there is not enough history, and `lacks` says what is missing. */
  readonly value: number | null;
  /** 95 %. */
  readonly interval: readonly [number, number] | null;
  /** Of how many it is taken: people, or gaps between their order days. */
  readonly n: number;
  readonly counted: "people" | "gaps";
  readonly lacks: string | null;
}

/** The horizon of "expected back", and the least history that can show it. */
export const HORIZON_DAYS = 365;
/** Returns that the height of the curve rests on. */
export const MINIMUM_RETURNS = 50;
export const CHURN_SHARE = 0.9;
const FREQUENT_SHARE = 0.8;
const LEAST_FREQUENT_ORDERS = 3;
const DISCOUNT_SHARE = 0.9;
/** At or below it somebody may be said to pay the full price (segment 11): the two must not meet. */
const LEAST_DISCOUNT_SHARE = 0.2;

/** `gapsAbout`: people by how their gaps lie about the churn limit (see evidence.ts). */
export function figuresOf(evidence: Evidence, gapsAbout: readonly Count[]): readonly Figure[] {
  return [
    returnFigure("new_days", evidence, 0.25),
    returnFigure("second_order_day", evidence, 0.5),
    churnFigure(evidence, gapsAbout),
    frequentFigure(evidence),
    discountFigure(evidence),
  ];
}

export const historyDays = ({ sinceFirst }: Evidence): number => sinceFirst.at(-1)?.value ?? 0;

/** Days that nine in ten gaps do not exceed; undefined where nobody came back. */
export function churnDays({ gaps }: Evidence): number | undefined {
  const days = quantile(gaps, CHURN_SHARE);
  return days === undefined ? undefined : Math.round(days);
}

function returnFigure(name: LimitName, evidence: Evidence, share: number): Figure {
  const { firstGaps, stillAway } = evidence;
  const n = total(firstGaps) + total(stillAway);
  const back = total(firstGaps.filter(({ value }) => value <= HORIZON_DAYS));
  const lacks =
    shortHistory(evidence) ??
    tooFew(n, MINIMUM_POPULATION, `with ${anyOf(evidence)}`) ??
    tooFew(back, MINIMUM_RETURNS, "who came back within a year");
  const curve = returnCurve(firstGaps, stillAway);
  const found = dayByWhich(curve, { share, horizonDays: HORIZON_DAYS });
  if (lacks !== undefined || found === undefined) return without(name, n, lacks);
  return { name, value: found.day, interval: found.interval, n, counted: "people", lacks: null };
}

function churnFigure(evidence: Evidence, gapsAbout: readonly Count[]): Figure {
  const { gaps, firstGaps } = evidence;
  const n = total(gaps);
  const value = churnDays(evidence);
  const lacks =
    shortHistory(evidence) ??
    tooFew(total(firstGaps), MINIMUM_POPULATION, "who came back on another day");
  if (lacks !== undefined || value === undefined)
    return { ...without("churn_limit", n, lacks), counted: "gaps" };
  const [low, high] = quantileInterval(gaps, CHURN_SHARE, clusteredError(gapsAbout, n));
  const interval = [Math.floor(low), Math.ceil(high)] as const;
  return { name: "churn_limit", value, interval, n, counted: "gaps", lacks: null };
}

function frequentFigure(evidence: Evidence): Figure {
  const { orders12m } = evidence;
  const n = total(orders12m);
  const lacks =
    shortHistory(evidence) ?? tooFew(n, MINIMUM_POPULATION, `with ${anyOf(evidence)} in 12 months`);
  if (lacks !== undefined) return without("frequent_orders", n, lacks);
  const whole = (orders: number) => Math.max(LEAST_FREQUENT_ORDERS, Math.ceil(orders));
  const value = whole(quantile(orders12m, FREQUENT_SHARE) ?? 0);
  const [low, high] = quantileInterval(orders12m, FREQUENT_SHARE);
  const interval = [whole(low), whole(high)] as const;
  return { name: "frequent_orders", value, interval, n, counted: "people", lacks: null };
}

function discountFigure({ expectedDiscount }: Evidence): Figure {
  const n = total(expectedDiscount);
  const expected = quantile(expectedDiscount, DISCOUNT_SHARE) ?? 0;
  const lacks =
    tooFew(n, MINIMUM_POPULATION, "with two orders or more") ??
    (expected > 0 ? undefined : "no discounts in the facts");
  if (lacks !== undefined) return without("discount_share", n, lacks);
  const share = (of: number) => Math.max(LEAST_DISCOUNT_SHARE, Math.round(of * 100) / 100);
  const [low, high] = quantileInterval(expectedDiscount, DISCOUNT_SHARE);
  const interval = [share(low), share(high)] as const;
  const value = share(expected);
  return { name: "discount_share", value, interval, n, counted: "people", lacks: null };
}

function without(name: LimitName, n: number, lacks: string | undefined): Figure {
  const nobody = lacks ?? "nobody came back";
  return { name, value: null, interval: null, n, counted: "people", lacks: nobody };
}

/** Whose history is shorter has not seen the long gaps, and short ones would seem to be all. */
function shortHistory(evidence: Evidence): string | undefined {
  const days = historyDays(evidence);
  if (days >= HORIZON_DAYS) return undefined;
  return `${days} days of history, ${HORIZON_DAYS} are needed`;
}

/** In words. */
const anyOf = ({ counted }: Pick<Evidence, "counted">): string =>
  counted === "order" ? "an order" : "any activity";

function tooFew(n: number, needed: number, who: string): string | undefined {
  if (n >= needed) return undefined;
  return `${n} ${n === 1 ? "person" : "people"} ${who}, ${needed} are needed`;
}

export interface Returns {
  readonly limitDays: number;
  /** How often anybody had no order for longer than the limit, so far. */
  readonly times: number;
  /** How many of these times ended with an order. */
  readonly returned: number;
}

/** Of those who were churned at a limit: how many came back all the same, so far. */
export function returnsAfter({ gaps, sinceLast }: Evidence, limitDays: number): Returns {
  const longer = (counts: readonly Count[]) => total(counts.filter((c) => c.value > limitDays));
  const returned = longer(gaps);
  return { limitDays, times: returned + longer(sinceLast), returned };
}
