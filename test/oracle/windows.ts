/** Section 5: is an instant inside a window? */

import type { Temporal } from "temporal-polyfill";
import {
  type DayRule,
  daysIn,
  daysOf,
  isoDate,
  parseDayRule,
} from "../../src/segment/calendar/index.js";
import type { RelativeWindow, Window } from "../../src/segment/syntax/tree.js";
import {
  localDate,
  midnight,
  monthDay,
  nextPeriod,
  periodStart,
  readInstant,
  shift,
} from "./calendar.js";
import type { Run, Scope } from "./run.js";
import { isMoment } from "./values.js";

/** Whether all windows hold of an instant. A relative window's moment is found once. */
export function insideAll(
  run: Run,
  windows: readonly Window[],
  scope: Scope,
): (ts: number) => boolean {
  const tests = windows.map((window) => inside(run, window, scope));
  return (ts) => tests.every((test) => test(ts));
}

function inside(run: Run, window: Window, scope: Scope): (ts: number) => boolean {
  const { now, zone } = run;
  switch (window.kind) {
    case "last":
      return (ts) => ts <= now && now < shift(ts, window.duration, 1, zone);
    case "ago": {
      const { unit } = window;
      return (ts) =>
        shift(ts, { amount: window.from, unit }, 1, zone) <= now &&
        now < shift(ts, { amount: window.to, unit }, 1, zone);
    }
    case "calendar": {
      const current = periodStart(localDate(now, zone), window.unit);
      const first = window.which === "this" ? current : nextPeriod(current, window.unit, -1);
      const start = midnight(first, zone);
      const end = midnight(nextPeriod(first, window.unit, 1), zone);
      return (ts) => start <= ts && ts < end;
    }
    case "range": {
      const from = window.from === undefined ? -Infinity : readInstant(window.from, zone);
      const to = window.to === undefined ? Infinity : readInstant(window.to, zone);
      return (ts) => from <= ts && ts < to;
    }
    case "season":
      return (ts) => insideSeason(run, window.season, window.phase, ts);
    case "relative": {
      const value = run.value(window.moment, scope, "moment");
      if (value === undefined) return () => false;
      if (!isMoment(value)) throw new Error("ill-typed: a window needs a moment");
      return besideMoment(window, value.ms, zone);
    }
  }
}

function besideMoment(window: RelativeWindow, m: number, zone: string): (ts: number) => boolean {
  const { side, within } = window;
  if (side === "after") {
    const end = within === undefined ? Infinity : shift(m, within, 1, zone);
    return (ts) => m < ts && ts <= end;
  }
  const start = within === undefined ? -Infinity : shift(m, within, -1, zone);
  return (ts) => start <= ts && ts < m;
}

/** Days of the year from `from` to before `to`, over the new year if `to` is not later. */
function insideSeason(run: Run, name: string, phaseName: string | undefined, ts: number): boolean {
  const season = run.settings.seasons.find((s) => s.name === name);
  const period =
    phaseName === undefined ? season : season?.phases.find((p) => p.name === phaseName);
  if (period === undefined) throw new Error(`no season ${name} or phase ${phaseName}`);
  const { from, to } = period;
  if (!/^\d\d-\d\d$/.test(from) || !/^\d\d-\d\d$/.test(to))
    return betweenDays(run, from, to, localDate(ts, run.zone));
  const day = monthDay(ts, run.zone);
  return from < to ? from <= day && day < to : from <= day || day < to;
}

/** On or after the last `from`, and before the first `to` behind that; by the store's gift days. */
function betweenDays({ settings }: Run, from: string, to: string, date: Temporal.PlainDate) {
  const days = daysOf(settings.gifts.country, settings.gifts.own);
  const near = (text: string): string[] => {
    const rule = parseDayRule(text) as DayRule;
    const years = [date.year - 1, date.year, date.year + 1];
    return years.flatMap((y) => daysIn(y, rule, (name) => days.get(name)?.rule)).map(isoDate);
  };
  const begin = near(from).findLast((day) => day <= date.toString());
  if (begin === undefined) return false;
  const end = near(to).find((day) => day > begin);
  return end !== undefined && date.toString() < end;
}
