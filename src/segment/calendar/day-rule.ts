/**
 * When a day falls, year by year, from a short text that people can read and write:
 *
 *   02-14                        a fixed day (02-29 only in leap years)
 *   2nd sunday of may            1st ... 4th, or last
 *   easter - 21 days             Western Easter Sunday; orthodox easter + 1 day
 *   thanksgiving + 1 day         another day of the same country
 *   islamic 10-01                a day of the calendar of Umm al-Qura; also chinese, hebrew
 *   2026-11-08, 2027-10-29       dates, for what follows no rule
 *   A unless B then C            C in the years in which A and B are the same day
 *
 * Pure: no clock, no settings.
 */

import { Temporal } from "temporal-polyfill/full";
import { orthodoxEaster, westernEaster } from "./easter.js";

export type DayRule =
  | { readonly kind: "fixed"; readonly month: number; readonly day: number }
  /** `nth` -1 = the last one; weekdays from 1 = Monday. */
  | {
      readonly kind: "weekday";
      readonly nth: number;
      readonly weekday: number;
      readonly month: number;
    }
  | { readonly kind: "easter"; readonly orthodox: boolean }
  | { readonly kind: "named"; readonly name: string }
  | {
      readonly kind: "other calendar";
      readonly calendar: keyof typeof CALENDARS;
      readonly month: number;
      readonly day: number;
    }
  | { readonly kind: "dates"; readonly dates: readonly string[] }
  | { readonly kind: "offset"; readonly from: DayRule; readonly days: number }
  | {
      readonly kind: "unless";
      readonly usual: DayRule;
      readonly except: DayRule;
      readonly instead: DayRule;
    };

/** A rule's own word for a calendar -> its name in Unicode. */
const CALENDARS = { islamic: "islamic-umalqura", chinese: "chinese", hebrew: "hebrew" } as const;

/** In order: 1 = Monday, 1 = January. */
const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const MONTHS = [
  ...["january", "february", "march", "april", "may", "june", "july", "august"],
  ...["september", "october", "november", "december"],
];
const ORDINALS = ["1st", "2nd", "3rd", "4th"];

/** An offset farther than a year is surely a slip. */
const MOST_DAYS = 366;

/** The rule of a text, or what is wrong with it. */
export function parseDayRule(text: string): DayRule | { readonly fault: string } {
  const plain = text.trim().toLowerCase().replace(/\s+/g, " ");
  const [, usual, except, then] = /^(.+) unless (.+) then (.+)$/.exec(plain) ?? [];
  if (usual !== undefined && except !== undefined && then !== undefined) {
    const rules = [usual, except, then].map(parseSimple);
    const [a, b, c] = rules;
    if (a && b && c) return { kind: "unless", usual: a, except: b, instead: c };
  }
  return parseSimple(plain) ?? { fault: `"${text}" is no rule for a day; ${RULES}` };
}

const RULES =
  'write "02-14", "2nd sunday of may", "last friday of november", "easter - 21 days", ' +
  '"thanksgiving + 1 day", "islamic 10-01" or dates as "2026-11-08, 2027-10-29"';

function parseSimple(text: string): DayRule | undefined {
  const [, base = text, sign, amount] = /^(.+?) ([+-]) (\d{1,3}) days?$/.exec(text) ?? [];
  const rule = parseBase(base);
  if (rule === undefined || sign === undefined) return rule;
  const days = Number(amount) * (sign === "-" ? -1 : 1);
  return Math.abs(days) <= MOST_DAYS ? { kind: "offset", from: rule, days } : undefined;
}

function parseBase(text: string): DayRule | undefined {
  const fixed = monthDay(text);
  if (fixed !== undefined) return { kind: "fixed", ...fixed };
  if (text === "easter" || text === "orthodox easter")
    return { kind: "easter", orthodox: text !== "easter" };
  const [, nth = "", weekday = "", month = ""] = /^(\w+) (\w+) of (\w+)$/.exec(text) ?? [];
  if (WEEKDAYS.includes(weekday) && MONTHS.includes(month)) {
    const n = nth === "last" ? -1 : ORDINALS.indexOf(nth) + 1;
    if (n === 0) return undefined;
    const [w, m] = [WEEKDAYS.indexOf(weekday) + 1, MONTHS.indexOf(month) + 1];
    return { kind: "weekday", nth: n, weekday: w, month: m };
  }
  const [, calendar = "", day = ""] = /^(\w+) (\d\d-\d\d)$/.exec(text) ?? [];
  const other = otherMonthDay(day);
  if (calendar in CALENDARS && other !== undefined)
    return { kind: "other calendar", calendar: calendar as keyof typeof CALENDARS, ...other };
  const dates = text.split(/ ?, ?/);
  if (dates.every(isDate)) return { kind: "dates", dates };
  return /^[a-z][a-z0-9_]*$/.test(text) ? { kind: "named", name: text } : undefined;
}

function monthDay(text: string): { readonly month: number; readonly day: number } | undefined {
  const found = otherMonthDay(text);
  // 2024 is a leap year: 29 February is a day.
  return found !== undefined && isDate(`2024-${text}`) ? found : undefined;
}

function otherMonthDay(text: string) {
  const [, month, day] = /^(\d\d)-(\d\d)$/.exec(text) ?? [];
  const [m, d] = [Number(month), Number(day)];
  return m >= 1 && m <= 13 && d >= 1 && d <= 31 ? { month: m, day: d } : undefined;
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  try {
    Temporal.PlainDate.from(text, { overflow: "reject" });
    return true;
  } catch {
    return false;
  }
}

/** The names of other days that a rule leans on. */
export function namesIn(rule: DayRule): readonly string[] {
  switch (rule.kind) {
    case "named":
      return [rule.name];
    case "offset":
      return namesIn(rule.from);
    case "unless":
      return [rule.usual, rule.except, rule.instead].flatMap(namesIn);
    default:
      return [];
  }
}

/** The rule of another day of the same country. */
export type NamedRule = (name: string) => DayRule | undefined;

/** Days since 1 January 1970: what all days are here. */
export type Day = number;

const DAY_MS = 86_400_000;

/** Of our calendar; `month` from 1. A day beyond the month's last lies in the next one. */
export const dayOf = (year: number, month: number, day: number): Day =>
  Date.UTC(year, month - 1, day) / DAY_MS;

export const isoDate = (day: Day): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

export const yearOf = (day: Day): number => new Date(day * DAY_MS).getUTCFullYear();

/** The days of a rule that fall into a year, ascending; mostly one. */
export function daysIn(year: number, rule: DayRule, named: NamedRule): readonly Day[] {
  switch (rule.kind) {
    case "fixed": {
      const day = dayOf(year, rule.month, rule.day);
      return new Date(day * DAY_MS).getUTCMonth() === rule.month - 1 ? [day] : [];
    }
    case "weekday":
      return [weekdayOf(year, rule)];
    case "easter":
      return [rule.orthodox ? orthodoxEaster(year) : westernEaster(year)];
    case "named": {
      const other = named(rule.name);
      return other === undefined ? [] : daysIn(year, other, named);
    }
    case "other calendar":
      return inOtherCalendar(year, rule);
    case "dates":
      return rule.dates
        .filter((date) => date.startsWith(`${year}-`))
        .map((date) => Date.parse(date) / DAY_MS)
        .sort((a, b) => a - b);
    case "offset":
      // The day that is moved may lie in the year beside.
      return [year - 1, year, year + 1]
        .flatMap((near) => daysIn(near, rule.from, named))
        .map((day) => day + rule.days)
        .filter((day) => yearOf(day) === year);
    case "unless": {
      const except = daysIn(year, rule.except, named);
      const usual = daysIn(year, rule.usual, named);
      return usual.some((day) => except.includes(day)) ? daysIn(year, rule.instead, named) : usual;
    }
  }
}

/** 1 = Monday; 1 January 1970 was a Thursday. */
const weekdayNumber = (day: Day): number => ((((day + 3) % 7) + 7) % 7) + 1;

function weekdayOf(
  year: number,
  { nth, weekday, month }: Extract<DayRule, { kind: "weekday" }>,
): Day {
  if (nth > 0) {
    const first = dayOf(year, month, 1);
    return first + ((weekday - weekdayNumber(first) + 7) % 7) + (nth - 1) * 7;
  }
  const last = dayOf(year, month + 1, 1) - 1;
  return last - ((weekdayNumber(last) - weekday + 7) % 7);
}

/** The same days are asked for by many countries, and conversions are slow. */
const converted = new Map<string, readonly Day[]>();

function inOtherCalendar(
  year: number,
  rule: Extract<DayRule, { kind: "other calendar" }>,
): readonly Day[] {
  const id = `${rule.calendar} ${year}-${rule.month}-${rule.day}`;
  const days = converted.get(id) ?? convert(year, rule);
  converted.set(id, days);
  return days;
}

/** A lunar year is shorter than ours, so its day can fall twice into one of ours, or never. */
function convert(
  year: number,
  { calendar: name, month, day }: Extract<DayRule, { kind: "other calendar" }>,
): readonly Day[] {
  const calendar = CALENDARS[name];
  const of = (date: string) => Temporal.PlainDate.from(date).withCalendar(calendar).year;
  const [first, last] = [of(`${year}-01-01`), of(`${year}-12-31`)];
  const years = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  return years
    .map((y) => Temporal.PlainDate.from({ calendar, year: y, monthCode: `M${two(month)}`, day }))
    .map((date) => Date.parse(date.withCalendar("iso8601").toString()) / DAY_MS)
    .filter((found) => yearOf(found) === year);
}

const two = (n: number): string => String(n).padStart(2, "0");
