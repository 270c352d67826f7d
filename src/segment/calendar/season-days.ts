/**
 * A season or phase whose ends lean on a gift day ("black_friday - 7 days"): its local days, year by
 * year. Ends that are the same day every year need no list.
 */

import { type CalendarDay, daysOf, type GiftCalendar } from "./country-calendar.js";
import { type Day, daysIn, parseDayRule } from "./day-rule.js";

/** Any history, and any text that is written today. */
const FIRST_YEAR = 1990;
const LAST_YEAR = 2050;

/** Two rules; `to` is the first such day after `from`, exclusive, so it may lie in the next year. */
export interface Ends {
  readonly from: string;
  readonly to: string;
}

/** In order, [from, to), by the days of the store's own country. */
export function periodsBetween(
  { from, to }: Ends,
  { country, own }: GiftCalendar,
): readonly (readonly [from: Day, to: Day])[] {
  const days = daysOf(country, own);
  const begins = allDays(from, days);
  const ends = allDays(to, days);
  return begins.flatMap((begin, i) => {
    const end = ends.find((day) => day > begin);
    const next = begins[i + 1] ?? Number.POSITIVE_INFINITY;
    return end === undefined ? [] : [[begin, Math.min(end, next)] as const];
  });
}

function allDays(text: string, days: ReadonlyMap<string, CalendarDay>): readonly Day[] {
  const rule = parseDayRule(text);
  if ("fault" in rule) return [];
  const years = Array.from({ length: LAST_YEAR - FIRST_YEAR + 1 }, (_, i) => FIRST_YEAR + i);
  return years.flatMap((year) => daysIn(year, rule, (name) => days.get(name)?.rule));
}
