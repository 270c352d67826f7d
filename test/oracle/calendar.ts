/**
 * Calendar arithmetic in the store's zone, by Temporal. Instants are milliseconds since the epoch;
 * a fraction of a millisecond (a moment moved by a divided duration) is only cut for local dates.
 */

import { Temporal } from "temporal-polyfill";
import type { Duration, Unit } from "../../src/segment/syntax/tree.js";

const MS_PER: Readonly<Record<"minute" | "hour" | "day" | "week", number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
};

export type CalendarUnit = "day" | "week" | "month" | "year";

const zoned = (ms: number, zone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(Math.floor(ms)).toZonedDateTimeISO(zone);

export const isCalendarUnit = (unit: Unit): boolean => unit === "month" || unit === "year";

/** Milliseconds of a duration that is not in months or years. */
export function exactMs(duration: Duration): number {
  const { amount, unit } = duration;
  if (unit === "month" || unit === "year") throw new Error("months and years have no exact length");
  return amount * MS_PER[unit];
}

/** Months of a duration in months or years. */
export const calendarMonths = (duration: Duration): number =>
  duration.unit === "year" ? duration.amount * 12 : duration.amount;

/** `ms` moved by a duration, `times` = 1 forwards, -1 backwards. */
export function shift(ms: number, duration: Duration, times: 1 | -1, zone: string): number {
  if (!isCalendarUnit(duration.unit)) return ms + times * exactMs(duration);
  const moved = zoned(ms, zone)
    .toPlainDateTime()
    .add({ months: times * calendarMonths(duration) }, { overflow: "constrain" });
  return moved.toZonedDateTime(zone, { disambiguation: "earlier" }).epochMilliseconds;
}

export const localDate = (ms: number, zone: string): Temporal.PlainDate =>
  zoned(ms, zone).toPlainDate();

export const midnight = (date: Temporal.PlainDate, zone: string): number =>
  date.toZonedDateTime(zone).epochMilliseconds;

/** Calendar days from the local date of one instant to that of another. */
export const daysBetween = (from: number, to: number, zone: string): number =>
  localDate(from, zone).until(localDate(to, zone), { largestUnit: "day" }).days;

/** First day of the period that a date lies in; weeks begin on Monday. */
export function periodStart(date: Temporal.PlainDate, unit: CalendarUnit): Temporal.PlainDate {
  switch (unit) {
    case "day":
      return date;
    case "week":
      return date.subtract({ days: date.dayOfWeek - 1 });
    case "month":
      return date.with({ day: 1 });
    case "year":
      return date.with({ month: 1, day: 1 });
  }
}

export const nextPeriod = (
  start: Temporal.PlainDate,
  unit: CalendarUnit,
  count: number,
): Temporal.PlainDate => start.add({ [`${unit}s`]: count });

/** Names the local day, ISO week or month of an instant. */
export const periodName = (ms: number, unit: CalendarUnit, zone: string): string =>
  periodStart(localDate(ms, zone), unit).toString();

/** `2011-12-10` (local midnight) or an instant, as written in a text. */
export function readInstant(text: string, zone: string): number {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return midnight(Temporal.PlainDate.from(text), zone);
  return Temporal.Instant.from(text).epochMilliseconds;
}

/** "MM-DD" of the local date. */
export const monthDay = (ms: number, zone: string): string =>
  localDate(ms, zone).toString().slice(5);
