/** Windows and lengths as written -> as planned: calendar names stay, dates become instants. */

import { Temporal } from "temporal-polyfill";
import { periodsBetween } from "../calendar/index.js";
import type { Season, StoreSettings } from "../settings.js";
import type {
  Duration,
  InSeason,
  Node,
  RangeWindow,
  SeasonWindow,
  Unit,
  Window,
} from "../syntax/index.js";
import { type Context, hintFor, report } from "./context.js";
import { nowDegree } from "./now-degree.js";
import type { Length, PlanWindow } from "./types.js";

const UNIT_MS: Readonly<Record<Exclude<Unit, "month" | "year">, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
};

/** Longer windows are surely a slip, and would leave the range of the engine's dates. */
const MAX_LENGTH_MS = 200 * 366 * 86_400_000;

export function planLength(duration: Duration, context: Context, node: Node): Length | undefined {
  const { amount, unit } = duration;
  const whole = Number.isInteger(amount) && amount > 0;
  if (unit === "month" || unit === "year") {
    const months = unit === "year" ? amount * 12 : amount;
    if (whole && months <= 2400) return { months };
  } else {
    const ms = Math.round(amount * UNIT_MS[unit]);
    if (ms >= 1 && ms <= MAX_LENGTH_MS) return { ms };
  }
  return report(context, node, {
    code: "bad-length",
    message: `${amount} ${unit}s is no length of time that can be used here`,
    hint: "use a positive number (of months and years a whole one), at most 200 years",
  });
}

/** A duration used as a value: exact only. */
export function exactMs(duration: Duration, context: Context, node: Node): number | undefined {
  const { amount, unit } = duration;
  if (unit === "month" || unit === "year") {
    return report(context, node, {
      code: "inexact-duration",
      message: `a ${unit} has no fixed length, so it cannot be a value`,
      hint: unit === "month" ? "write 30 days" : "write 365 days",
    });
  }
  const ms = Math.round(amount * UNIT_MS[unit]);
  if (Math.abs(ms) <= MAX_LENGTH_MS) return ms;
  return report(context, node, {
    code: "bad-length",
    message: `${amount} ${unit}s is too long`,
    hint: "at most 200 years",
  });
}

export function planWindows(
  windows: readonly Window[],
  context: Context,
): PlanWindow[] | undefined {
  const planned: PlanWindow[] = [];
  let failed = false;
  for (const window of windows) {
    const one = planWindow(window, context);
    if (one === undefined) failed = true;
    else planned.push(one);
  }
  return failed ? undefined : planned;
}

function planWindow(window: Window, context: Context): PlanWindow | undefined {
  switch (window.kind) {
    case "last": {
      const length = planLength(window.duration, context, window);
      return length && { kind: "last", length };
    }
    case "ago": {
      const to = planLength({ amount: window.to, unit: window.unit }, context, window);
      const from: Length | undefined =
        window.from === 0
          ? { ms: 0 }
          : planLength({ amount: window.from, unit: window.unit }, context, window);
      if (from === undefined || to === undefined) return undefined;
      if (window.from < window.to) return { kind: "ago", from, to };
      return report(context, window, {
        code: "empty-window",
        message: `between ${window.from} and ${window.to} ${window.unit}s ago contains no time`,
        hint: `write the smaller number first: between ${window.to} and ${window.from} ${window.unit}s ago`,
      });
    }
    case "calendar":
      return { kind: "calendar", which: window.which, unit: window.unit };
    case "range":
      return planRange(window, context);
    case "season":
      return planSeason(window, context);
    case "relative": {
      const moment = context.workspace.resolvers.resolve(window.moment, context, "moment");
      if (moment === undefined) return undefined;
      if (
        !("value" in moment) ||
        moment.value.type !== "moment" ||
        nowDegree(moment.value).degree !== 0
      ) {
        return report(context, window.moment, {
          code: "not-a-moment",
          message: `"${window.side}" needs a moment that does not move with the clock`,
          hint: `for instance ${window.side} first(order)`,
        });
      }
      if (window.within === undefined)
        return { kind: "relative", side: window.side, moment: moment.value };
      const within = planLength(window.within, context, window);
      return within && { kind: "relative", side: window.side, within, moment: moment.value };
    }
  }
}

function planRange(window: RangeWindow, context: Context): PlanWindow | undefined {
  const from = window.from === undefined ? undefined : instantMs(window.from, context, window);
  const to = window.to === undefined ? undefined : instantMs(window.to, context, window);
  if (
    (window.from !== undefined && from === undefined) ||
    (window.to !== undefined && to === undefined)
  ) {
    return undefined;
  }
  if (from !== undefined && to !== undefined && from >= to) {
    return report(context, window, {
      code: "empty-window",
      message: `from ${window.from} to ${window.to} contains no time`,
      hint: "the end is exclusive and must come after the beginning",
    });
  }
  return {
    kind: "range",
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

/** A date (its local midnight) or an instant, as milliseconds. */
export function instantMs(text: string, context: Context, node: Node): number | undefined {
  try {
    return /^\d{4}-\d{2}-\d{2}$/.test(text)
      ? Temporal.PlainDate.from(text, { overflow: "reject" }).toZonedDateTime(
          context.workspace.settings.timeZone,
        ).epochMilliseconds
      : Temporal.Instant.from(text).epochMilliseconds;
  } catch {
    return report(context, node, {
      code: "bad-date",
      message: `${text} is no date or instant`,
      hint: "write 2011-12-10, or 2011-12-10T10:30:00Z with a zone",
    });
  }
}

const MONTH_DAY = /^\d\d-\d\d$/;

function planSeason(window: SeasonWindow, context: Context): PlanWindow | undefined {
  const part = seasonAsked(window, context);
  return part && seasonWindow(part, context.workspace.settings.gifts);
}

/** The season or phase of the settings that a text names. */
export function seasonAsked(
  window: SeasonWindow | InSeason,
  context: Context,
): Pick<Season, "from" | "to"> | undefined {
  const { seasons } = context.workspace.settings;
  const season = seasons.find((s) => s.name === window.season);
  if (season === undefined) {
    return report(context, window, {
      code: "unknown-season",
      message: `there is no season ${window.season}`,
      hint: hintFor(
        window.season,
        seasons.map((s) => s.name),
      ),
    });
  }
  const part: Pick<Season, "from" | "to"> | undefined =
    window.phase === undefined ? season : season.phases.find((p) => p.name === window.phase);
  if (part === undefined) {
    return report(context, window, {
      code: "unknown-phase",
      message: `season ${season.name} has no phase ${window.phase}`,
      hint: hintFor(
        window.phase ?? "",
        season.phases.map((p) => p.name),
      ),
    });
  }
  return part;
}

/** Days of every year as they stand, or year by year where they lean on gift days. */
export function seasonWindow(
  part: Pick<Season, "from" | "to">,
  gifts: StoreSettings["gifts"],
): PlanWindow {
  if (!MONTH_DAY.test(part.from) || !MONTH_DAY.test(part.to))
    return { kind: "days", periods: periodsBetween(part, gifts) };
  const number = (text: string) => Number(text.slice(0, 2)) * 100 + Number(text.slice(3, 5));
  return { kind: "season", from: number(part.from), to: number(part.to) };
}
