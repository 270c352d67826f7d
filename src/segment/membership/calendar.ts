/** Calendar periods around an instant in the store's zone, as the parameters that statements name. */

import { Temporal } from "temporal-polyfill";

const UNITS = ["day", "week", "month", "year"] as const;
type Unit = (typeof UNITS)[number];
const EPOCH = Temporal.PlainDate.from("1970-01-01");

/** `today` in days since 1970; `this_day_lo0`, `previous_month_hi1`, ...: see `sql/time.ts`. Milliseconds. */
export function calendarParameters(now: number, timeZone: string): Record<string, number> {
  const today = Temporal.Instant.fromEpochMilliseconds(now)
    .toZonedDateTimeISO(timeZone)
    .toPlainDate();
  const parameters: Record<string, number> = { today: today.since(EPOCH).days };
  for (const unit of UNITS) {
    const starts = [-1, 0, 1, 2].map(
      (n) => shiftStart(today, unit, n).toZonedDateTime(timeZone).epochMilliseconds,
    );
    const [previous, current, next, end] = starts as [number, number, number, number];
    const name = (which: string, part: string) => `${which}_${unit}_${part}`;
    for (const which of ["this", "previous"] as const) {
      const here = which === "this";
      parameters[name(which, "lo0")] = here ? current : previous;
      parameters[name(which, "hi0")] = here ? next : current;
      parameters[name(which, "lo1")] = here ? next : current;
      parameters[name(which, "hi1")] = here ? end : next;
      parameters[name(which, "next")] = next;
      parameters[name(which, "end")] = end;
    }
  }
  return parameters;
}

/** The first day of the n-th period from the one that holds `date`. */
function shiftStart(date: Temporal.PlainDate, unit: Unit, n: number): Temporal.PlainDate {
  if (unit === "day") return date.add({ days: n });
  if (unit === "week") return date.subtract({ days: date.dayOfWeek - 1 }).add({ weeks: n });
  if (unit === "month") return date.with({ day: 1 }).add({ months: n });
  return date.with({ month: 1, day: 1 }).add({ years: n });
}
