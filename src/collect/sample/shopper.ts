/**
 * One person of the sample store: what they like, and when they buy. A buyer waits between orders
 * around a mean of their own and may stop after any of them, as the models of customer value
 * assume; some come in November only, and some have an account and never buy.
 */

import { type Assortment, DEPARTMENTS, type Department, type Product } from "./assortment.js";
import type { Dice } from "./dice.js";

export const DAY_MS = 86_400_000;

export type Habit = "repeat" | "once" | "november" | "visitor";

export interface Shopper {
  readonly id: string;
  readonly habit: Habit;
  readonly joinedAt: number;
  readonly country: string;
  readonly city: string;
  readonly age: number;
  readonly department: Department;
  readonly brand: string;
  /** Share of purchases from the department of choice. */
  readonly loyalty: number;
  /** How much of what they buy they buy reduced, 0..1. */
  readonly bargains: number;
  /** Mean days between orders. */
  readonly gapDays: number;
  /** Chance to stop for good after an order. */
  readonly stops: number;
  /** Mean lines in an order, from 1. */
  readonly basket: number;
  /** Mean days between visits without a purchase, while they are here. */
  readonly visitDays: number;
}

const CITIES: Readonly<Record<string, readonly string[]>> = {
  TR: ["İstanbul", "İzmir", "Ankara"],
  DE: ["Berlin", "Köln", "Hamburg"],
  GB: ["London", "Leeds", "Bristol"],
  FR: ["Paris", "Lyon", "Nîmes"],
};

/** Joins between `from` and `to`, in November more often than in other months. */
export function makeShopper(
  dice: Dice,
  id: string,
  { from, to }: { readonly from: number; readonly to: number },
): Shopper {
  const habit = dice.weighted<Habit>([
    [58, "repeat"],
    [22, "once"],
    [8, "november"],
    [12, "visitor"],
  ]);
  let joinedAt = from + dice.next() * (to - from);
  const wantsNovember = habit === "november" || dice.chance(0.15);
  for (let tries = 0; wantsNovember && !isNovember(joinedAt) && tries < 200; tries++) {
    joinedAt = from + dice.next() * (to - from);
  }
  // Visitors without an order are those of the last weeks: older ones are forgotten.
  if (habit === "visitor") joinedAt = to - dice.next() * 60 * DAY_MS;
  const country = dice.weighted([
    [5, "TR"],
    [3, "DE"],
    [3, "GB"],
    [2, "FR"],
  ]);
  const department = dice.weighted<Department>([
    [5, "women"],
    [3, "men"],
    [2, "kids"],
    [2, "home"],
  ]);
  return {
    id,
    habit,
    joinedAt: Math.floor(joinedAt / 1000) * 1000,
    country,
    city: dice.pick(CITIES[country]!),
    age: dice.int(18, 72),
    department,
    brand: dice.pick(["Alba", "Marlowe", "Stride"]),
    loyalty: 0.4 + 0.6 * dice.next(),
    bargains: dice.weighted([
      [4, 0.08],
      [4, 0.3],
      [2, 0.85],
    ]),
    gapDays: dice.around(70, 0.7),
    stops: 0.03 + 0.18 * dice.next(),
    basket: 1 + dice.wait(1.2),
    visitDays: dice.around(12, 0.8),
  };
}

export function isNovember(at: number): boolean {
  return new Date(at).getUTCMonth() === 10;
}

/** The instants of a person's orders up to `until`, ascending. */
export function orderTimes(dice: Dice, shopper: Shopper, until: number): readonly number[] {
  const { habit, joinedAt, gapDays, stops } = shopper;
  if (habit === "visitor") return [];
  const times: number[] = [];
  let at = atShoppingHour(dice, joinedAt);
  while (at < until) {
    times.push(at);
    if (habit === "once" || dice.chance(stops)) break;
    const days = habit === "november" ? 330 + dice.int(0, 60) : Math.max(1, dice.wait(gapDays));
    at = atShoppingHour(dice, hurried(dice, at, { days, until }));
    if (habit === "november" && !isNovember(at)) break;
  }
  return times;
}

/** An order due within three weeks of a November that the sample knows is often placed in it. */
function hurried(
  dice: Dice,
  last: number,
  { days, until }: { readonly days: number; readonly until: number },
): number {
  const at = last + days * DAY_MS;
  const november = Date.UTC(new Date(at).getUTCFullYear(), 10, 1);
  const near = november < until && at >= november - 21 * DAY_MS && at < november;
  return near && dice.chance(0.4) ? november + dice.int(0, 29) * DAY_MS : at;
}

/** The same day, between eight in the morning and midnight, mostly in the evening. */
export function atShoppingHour(dice: Dice, at: number): number {
  const hour = 8 + Math.floor(16 * Math.sqrt(dice.next()));
  const day = Math.floor(at / DAY_MS) * DAY_MS;
  return day + hour * 3_600_000 + dice.int(0, 3599) * 1000;
}

/** Something that this person would look at or buy at this time. */
export function chooseProduct(
  dice: Dice,
  shopper: Shopper,
  { assortment, at }: { readonly assortment: Assortment; readonly at: number },
): Product {
  const department = dice.chance(shopper.loyalty) ? shopper.department : dice.pick(DEPARTMENTS);
  const choice = assortment[department];
  for (;;) {
    const product = dice.pick(choice);
    const likes = product.brand === shopper.brand || dice.chance(0.5);
    if (likes && product.launchedAt <= at) return product;
  }
}
