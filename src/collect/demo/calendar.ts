/**
 * The days that the demo store lives by: when its history begins, when collections come out, the
 * gift days of each country, November. Everything counts back from the last instant.
 */

import type { Dice } from "./dice.js";

export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;

/** Two years of orders and the month before, so that two whole Novembers are among them. */
const HISTORY_DAYS = 761;
/** What happens on the site is kept for so long. */
const EVENT_DAYS = 60;
const CLASSICS_BEFORE_DAYS = 400;

/** A collection comes out on the first of these months (0 = January). */
const DROPS = [
  [2, "spring"],
  [5, "summer"],
  [8, "autumn"],
  [11, "winter"],
] as const;

export interface Launch {
  readonly collection: string;
  readonly at: number;
}

export interface Calendar {
  readonly from: number;
  /** Nothing is known at or after this instant. */
  readonly until: number;
  readonly eventsSince: number;
  /** The first instants of the Novembers that begin in the history. */
  readonly novembers: readonly number[];
  /** In order of time; the first is the assortment that the store opened with. */
  readonly launches: readonly Launch[];
}

export function makeCalendar(until: number): Calendar {
  const from = until - HISTORY_DAYS * DAY_MS;
  const launches: Launch[] = [{ collection: "classics", at: from - CLASSICS_BEFORE_DAYS * DAY_MS }];
  for (const year of yearsOf(from, until)) {
    for (const [month, season] of DROPS) {
      const at = Date.UTC(year, month, 1);
      const collection = `${season} ${String(year % 100).padStart(2, "0")}`;
      if (at > from && at < until) launches.push({ collection, at });
    }
  }
  const novembers = yearsOf(from, until)
    .map((year) => Date.UTC(year, 10, 1))
    .filter((at) => at > from && at < until);
  return { from, until, eventsSince: until - EVENT_DAYS * DAY_MS, novembers, launches };
}

export function isNovember(at: number): boolean {
  return new Date(at).getUTCMonth() === 10;
}

export interface GiftDay {
  readonly occasion: string;
  /** Midnight of the day. */
  readonly at: number;
}

const GIFT_DAYS = new WeakMap<Calendar, Map<string, readonly GiftDay[]>>();

/** The country's gift days in the history. */
export function giftDaysOf(country: string, calendar: Calendar): readonly GiftDay[] {
  const known = GIFT_DAYS.get(calendar) ?? new Map<string, readonly GiftDay[]>();
  const days = known.get(country) ?? giftDays(country, calendar);
  GIFT_DAYS.set(calendar, known.set(country, days));
  return days;
}

function giftDays(country: string, { from, until }: Calendar): readonly GiftDay[] {
  return yearsOf(from, until)
    .flatMap((year) => [
      { occasion: `valentine ${year}`, at: Date.UTC(year, 1, 14) },
      { occasion: `mother ${year}`, at: mothersDay(country, year) },
      { occasion: `father ${year}`, at: fathersDay(country, year) },
      { occasion: `year end ${year}`, at: Date.UTC(year, 11, country === "TR" ? 31 : 24) },
    ])
    .filter(({ at }) => at > from && at < until);
}

/** The same day, between eight in the morning and midnight, mostly in the evening. */
export function atShoppingHour(dice: Dice, at: number): number {
  const hour = 8 + Math.floor(16 * Math.sqrt(dice.next()));
  const day = Math.floor(at / DAY_MS) * DAY_MS;
  return day + hour * HOUR_MS + dice.int(0, 3599) * 1000;
}

function mothersDay(country: string, year: number): number {
  if (country === "GB") return easter(year) - 21 * DAY_MS;
  if (country === "FR") return sundayFrom(Date.UTC(year, 4, 25));
  return sundayFrom(Date.UTC(year, 4, 8));
}

function fathersDay(country: string, year: number): number {
  return country === "DE" ? easter(year) + 39 * DAY_MS : sundayFrom(Date.UTC(year, 5, 15));
}

/** The first Sunday on or after a day. */
function sundayFrom(at: number): number {
  return at + ((7 - new Date(at).getUTCDay()) % 7) * DAY_MS;
}

/** Gregorian Easter Sunday (Meeus, Jones and Butcher). */
function easter(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const g = Math.floor((8 * b + 13) / 25);
  const h = (19 * a + b - Math.floor(b / 4) - g + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const day = h + l - 7 * m + 114;
  return Date.UTC(year, Math.floor(day / 31) - 1, (day % 31) + 1);
}

function yearsOf(from: number, until: number): number[] {
  const first = new Date(from).getUTCFullYear();
  const count = new Date(until).getUTCFullYear() - first + 1;
  return Array.from({ length: count }, (_, i) => first + i);
}
