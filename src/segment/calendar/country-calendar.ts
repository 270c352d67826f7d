/**
 * Which days a country has, by the table and what the store changed, and how a country is written
 * in a store's files: by its code, its name in English or in its own language.
 */

import { assert } from "../../base/index.js";
import { type Day, type DayRule, daysIn, namesIn, parseDayRule } from "./day-rule.js";
import { COUNTRIES, EVERYWHERE, SALE_DAYS } from "./gift-days.js";

/** `off`, or when the day is; a day that is no gift day only serves other rules and seasons. */
export type OwnDay = "off" | { readonly rule: string; readonly gift: boolean };

/** Changes by country code; `every` = in each country. */
export type OwnDays = Readonly<Record<string, Readonly<Record<string, OwnDay>>>>;

/** What the store's settings say of gift days. */
export interface GiftCalendar {
  /** ISO 3166 code of the store's own country, for orders that name none; "" = unknown. */
  readonly country: string;
  /** Days before a gift day that belong to it. */
  readonly runUpDays: number;
  readonly own: OwnDays;
}

export interface CalendarDay {
  readonly rule: DayRule;
  readonly gift: boolean;
}

/** The days of a country ("" or an unknown one: those of every country), by name. */
export function daysOf(country: string, own: OwnDays): ReadonlyMap<string, CalendarDay> {
  const days = new Map<string, CalendarDay>();
  for (const rules of [EVERYWHERE, COUNTRIES[country] ?? {}]) {
    for (const [name, rule] of Object.entries(rules))
      days.set(name, { rule: ruleOf(rule), gift: !SALE_DAYS.has(name) });
  }
  for (const changes of [own.every ?? {}, own[country] ?? {}]) {
    for (const [name, day] of Object.entries(changes)) {
      if (day === "off") days.delete(name);
      else days.set(name, { rule: ruleOf(day.rule), gift: day.gift });
    }
  }
  return days;
}

/** When a country has a day, in a year: mostly once; never if it has no such day. */
export function daysNamed(
  year: number,
  name: string,
  days: ReadonlyMap<string, CalendarDay>,
): readonly Day[] {
  const day = days.get(name);
  return day === undefined ? [] : daysIn(year, day.rule, (other) => days.get(other)?.rule);
}

/** What is wrong with a country's days: rules that lean on a missing day or on themselves. */
export function faultsOf(country: string, own: OwnDays): readonly string[] {
  const days = daysOf(country, own);
  const faults: string[] = [];
  const walk = (name: string, path: readonly string[]): void => {
    if (path.includes(name)) faults.push(`${[...path, name].join(" leans on ")}`);
    else if (!days.has(name)) faults.push(`${path.at(-1)} leans on ${name}, which is no day`);
    else for (const other of namesIn(days.get(name)!.rule)) walk(other, [...path, name]);
  };
  for (const name of Object.keys({ ...own.every, ...own[country] })) {
    if (days.has(name)) walk(name, []);
  }
  return [...new Set(faults)];
}

/** Rules of the table and of checked settings are rules. */
function ruleOf(text: string): DayRule {
  const rule = parseDayRule(text);
  assert(!("fault" in rule), `"${text}" is a rule`);
  return rule;
}

/** All countries with days of their own, of the table or of the store. */
export const countriesWith = (own: OwnDays): readonly string[] =>
  [...new Set([...Object.keys(COUNTRIES), ...Object.keys(own)])]
    .filter((c) => c !== "every")
    .sort();

const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  GB: ["uk", "great britain", "england", "scotland", "wales", "northern ireland"],
  US: ["usa", "united states of america"],
  AE: ["uae"],
  IE: ["eire", "republic of ireland"],
  TR: ["turkey"],
  CZ: ["czech republic"],
  NL: ["the netherlands", "holland"],
  KR: ["korea", "republic of korea"],
  RU: ["russian federation"],
};

/** How a country may be written in a file, in lower case. */
export function spellingsOf(country: string): readonly string[] {
  const { language } = new Intl.Locale(`und-${country}`).maximize();
  const name = (of: string) =>
    new Intl.DisplayNames([of], { type: "region", fallback: "none" }).of(country);
  const names = [country, name("en"), name(language), ...(OTHER_NAMES[country] ?? [])];
  return [...new Set(names.flatMap((n) => (n === undefined ? [] : [n.toLowerCase()])))];
}
