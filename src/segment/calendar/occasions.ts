/**
 * Gift occasions: each local day belongs to the first gift day at or after it, if that is not
 * farther away than the run-up. So the days of a country are cut into periods that do not overlap,
 *
 *   19 Apr ... 10 May: mothers_day 2026   11-30 May: none   31 May ... 21 Jun: fathers_day 2026
 *
 * of which a sorted table is made for all countries at once, so that the engine finds an order's
 * occasion by one search. Countries with the same gift days share their part of it.
 */

import { assert } from "../../base/index.js";
import {
  countriesWith,
  daysNamed,
  daysOf,
  type GiftCalendar,
  spellingsOf,
} from "./country-calendar.js";
import { type Day, yearOf } from "./day-rule.js";

/**
 * Days outside of these years have no occasion. Each statement that asks for one carries the table of
 * all of them, so there are no more than a store's history needs.
 */
const FIRST_YEAR = 2008;
const LAST_YEAR = 2032;

export interface Occasion {
  /** "mothers_day 2026": the day's name and the year that it lies in. */
  readonly name: string;
  /** Both inside. */
  readonly from: Day;
  readonly to: Day;
}

/** The occasions of a country's years, in order. */
export function occasionsOf(
  country: string,
  { runUpDays, own }: GiftCalendar,
  years: { readonly from: number; readonly to: number },
): readonly Occasion[] {
  const days = daysOf(country, own);
  const gifts = [...days].filter(([, { gift }]) => gift).map(([name]) => name);
  const all = gifts.flatMap((name) =>
    yearsOf(years).flatMap((year) =>
      daysNamed(year, name, days).map((day) => ({ name: `${name} ${year}`, day })),
    ),
  );
  all.sort((a, b) => a.day - b.day || compare(a.name, b.name));
  const occasions: Occasion[] = [];
  for (const { name, day } of all) {
    const last = occasions.at(-1)?.to ?? Number.NEGATIVE_INFINITY;
    if (day === last) continue; // two on one day: the first by name
    occasions.push({ name, from: Math.max(day - runUpDays, last + 1), to: day });
  }
  return occasions;
}

/** The occasion of a local day in a country (by its code; "" = unknown), if there is one. */
export function occasionOn(day: Day, country: string, calendar: GiftCalendar): string | undefined {
  const year = yearOf(day);
  const near = occasionsOf(country, calendar, { from: year - 1, to: year + 1 });
  return near.find(({ from, to }) => from <= day && day <= to)?.name;
}

export interface OccasionTable {
  /** As countries are written in files, in lower case ("" = not at all), and the group of each. */
  readonly countries: readonly string[];
  readonly groups: readonly number[];
  /** The group of countries that are not among them. */
  readonly others: number;
  /**
   * Ascending: (group * GROUP_DAYS + the day on which a period begins) * CODES + the position of
   * its occasion in `names`, from 1; 0 = a period without one.
   */
  readonly periods: readonly number[];
  readonly names: readonly string[];
}

/** More than there are days up to the last year, and more than there are occasions. */
export const GROUP_DAYS = 30_000;
export const CODES = 10_000;

export function occasionTable(calendar: GiftCalendar): OccasionTable {
  const groups = new Map<string, readonly Occasion[]>();
  const groupOf = (country: string): number => {
    const days = [...daysOf(country, calendar.own)].filter(([, { gift }]) => gift);
    const id = JSON.stringify(days.sort(([a], [b]) => compare(a, b)));
    if (!groups.has(id))
      groups.set(id, occasionsOf(country, calendar, { from: FIRST_YEAR, to: LAST_YEAR }));
    return [...groups.keys()].indexOf(id);
  };
  const others = groupOf("");
  const written = countriesWith(calendar.own).flatMap((country) => {
    const group = groupOf(country);
    return spellingsOf(country).map((spelling) => ({ spelling, group }));
  });
  written.push({ spelling: "", group: groupOf(calendar.country) });
  const names = [...new Set([...groups.values()].flat().map(({ name }) => name))].sort(compare);
  assert(names.length < CODES, "each occasion has a code");
  const codes = new Map(names.map((name, i) => [name, i + 1]));
  return {
    countries: written.map(({ spelling }) => spelling),
    groups: written.map(({ group }) => group),
    others,
    periods: [...groups.values()].flatMap((occasions, i) => periodsOf(i, occasions, codes)),
    names,
  };
}

function periodsOf(
  group: number,
  occasions: readonly Occasion[],
  codes: ReadonlyMap<string, number>,
): readonly number[] {
  const begins = new Map<Day, number>([[0, 0]]);
  for (const { name, from, to } of occasions) {
    begins.set(from, codes.get(name) ?? 0);
    begins.set(to + 1, 0);
  }
  return [...begins].map(([day, code]) => (group * GROUP_DAYS + day) * CODES + code);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const yearsOf = ({ from, to }: { readonly from: number; readonly to: number }): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);
