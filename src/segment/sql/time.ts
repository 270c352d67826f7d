/** Instants, lengths and windows in SQL. An instant is an Int64 of milliseconds since the epoch. */

import type { Length, PlanWindow } from "../plan/index.js";
import { type Sql, sql } from "./layers.js";
import { ZONE } from "./parameters.js";

/** Later than any instant in use: year 2255. +FOREVER = true, -FOREVER = false, until a new fact. */
export const FOREVER = 9_000_000_000_000;

const local = (instant: Sql): Sql => sql`fromUnixTimestamp64Milli(${instant}, ${ZONE})`;

/** instant + length (sign 1) or - length (sign -1); months keep the local time of day. */
export function shift(instant: Sql, length: Length, sign: 1 | -1 = 1): Sql {
  if ("ms" in length) return sql`(${instant} ${sign === 1 ? "+" : "-"} ${length.ms})`;
  return sql`toUnixTimestamp64Milli(addMonths(${local(instant)}, ${sign * length.months}))`;
}

/** Local calendar day as days since 1970-01-01. */
export const dayOf = (instant: Sql): Sql => sql`toInt64(toInt32(toDate32(${local(instant)})))`;

/** The first instant of a local day. */
export const startOfDay = (day: Sql): Sql =>
  sql`toUnixTimestamp64Milli(toDateTime64(toDate32(toInt32(${day})), 3, ${ZONE}))`;

export function periodOf(instant: Sql, per: "day" | "week" | "month"): Sql {
  if (per === "day") return dayOf(instant);
  if (per === "week") return sql`toMonday(${local(instant)})`;
  return sql`toYYYYMM(${local(instant)})`;
}

/** Upper bound of a length in ms, to cut scans with. */
export function atMost(length: Length): number {
  return "ms" in length ? length.ms : (length.months * 31 + 2) * 86_400_000;
}

export const CALENDAR_PARTS = ["lo0", "hi0", "next", "lo1", "hi1", "end"] as const;

/** Names of the bound instants of a calendar window: this period's, when it ends, the next one's. */
export function calendarParameter(
  window: Extract<PlanWindow, { kind: "calendar" }>,
  part: (typeof CALENDAR_PARTS)[number],
): string {
  return `${window.which}_${window.unit}_${part}`;
}

const bound = (
  window: Extract<PlanWindow, { kind: "calendar" }>,
  part: (typeof CALENDAR_PARTS)[number],
) => `{${calendarParameter(window, part)}:Int64}`;

/** Whether an instant is inside a window at time `at`. `moment` gives a relative window's M at `at`. */
export function inside(
  window: PlanWindow,
  instant: Sql,
  at: Sql,
  moment: (w: Extract<PlanWindow, { kind: "relative" }>) => Sql,
): Sql {
  switch (window.kind) {
    case "last":
      return "ms" in window.length
        ? sql`${instant} > ${at} - ${window.length.ms}`
        : sql`${shift(instant, window.length)} > ${at}`;
    case "ago":
      return sql`${shift(instant, window.from)} <= ${at} AND ${shift(instant, window.to)} > ${at}`;
    case "calendar": {
      const lo = sql`if(${at} < ${bound(window, "next")}, ${bound(window, "lo0")}, ${bound(window, "lo1")})`;
      const hi = sql`if(${at} < ${bound(window, "next")}, ${bound(window, "hi0")}, ${bound(window, "hi1")})`;
      return sql`${instant} >= ${lo} AND ${instant} < ${hi}`;
    }
    case "range": {
      const from = window.from === undefined ? "" : `${instant.text} >= ${window.from}`;
      const to = window.to === undefined ? "" : `${instant.text} < ${window.to}`;
      return {
        text: [from, to].filter((t) => t !== "").join(" AND ") || "1",
        layer: instant.layer,
      };
    }
    case "season": {
      const day = sql`(toMonth(${local(instant)}) * 100 + toDayOfMonth(${local(instant)}))`;
      const join = window.from < window.to ? "AND" : "OR";
      return sql`(${day} >= ${window.from} ${join} ${day} < ${window.to})`;
    }
    case "days": {
      if (window.periods.length === 0) return sql`0`;
      const begins = window.periods.map(([from]) => from).join(", ");
      const turns = window.periods.flat().join(", "); // each period ends where the next one begins, or before
      return sql`has([${begins}], roundDown(${dayOf(instant)}, [toInt64(0), ${turns}]))`;
    }
    case "relative": {
      const m = moment(window);
      const after = window.side === "after";
      const beyond = sql`${instant} ${after ? ">" : "<"} ${m}`;
      if (window.within === undefined) return sql`ifNull(${beyond}, 0)`;
      const edge = shift(m, window.within, after ? 1 : -1);
      return sql`ifNull(${beyond} AND ${instant} ${after ? "<=" : ">="} ${edge}, 0)`;
    }
  }
}

/** Instants at which a fact at `instant` may enter or leave the window by the clock. */
export function turns(window: PlanWindow, instant: Sql): readonly Sql[] {
  switch (window.kind) {
    case "last":
      return [shift(instant, window.length)];
    case "ago":
      return [shift(instant, window.from), shift(instant, window.to)];
    default:
      return [];
  }
}

/** When calendar windows next turn, and until when that is all that is known about them. */
export function calendarTurn(
  window: PlanWindow,
): { readonly next: Sql; readonly end: Sql } | undefined {
  if (window.kind !== "calendar") return undefined;
  return {
    next: { text: bound(window, "next"), layer: 0 },
    end: { text: bound(window, "end"), layer: 0 },
  };
}
