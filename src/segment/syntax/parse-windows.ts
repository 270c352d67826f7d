/**
 * Windows: `in last 7 days`, `between 30 and 90 days ago`, `today`, `from D to D`, ...
 *
 * Their words also occur elsewhere (`x between 2 and 5`, `then B within 3 days`), so
 * `startsWindow` in `look-ahead.ts` decides alone what is a window.
 */

import {
  advance,
  at,
  expected,
  fault,
  hintFor,
  inMode,
  need,
  needKind,
  needName,
  needWord,
  type Parser,
  peek,
  spanFrom,
  take,
} from "./cursor.js";
import { startsWindow } from "./look-ahead.js";
import type { CalendarWindow, Duration, RelativeWindow, Unit, Window } from "./tree.js";
import { UNIT_WORDS, unitOf } from "./words.js";

const CALENDAR_UNITS = ["day", "week", "month", "year"] as const;

/** All windows from here on. */
export function parseWindows(p: Parser): Window[] {
  const windows: Window[] = [];
  while (startsWindow(p)) windows.push(parseWindow(p));
  return windows;
}

export function parseWindow(p: Parser): Window {
  const { start } = peek(p);
  if (take(p, "in")) return parseInWindow(p, start);
  if (take(p, "between")) return parseAgo(p, start);
  if (take(p, "today")) return calendar(p, start, "this", "day");
  if (take(p, "yesterday")) return calendar(p, start, "previous", "day");
  if (at(p, "from") || at(p, "to")) return parseRange(p, start);
  return parseRelative(p, start);
}

/** `7 days`. */
export function parseDuration(p: Parser): Duration {
  const hint = "A length of time is a number and a unit: 7 days.";
  const number = needKind(p, "number", "a number", hint);
  if (number.text.endsWith("%")) {
    fault(p, "expected", number, "expected a number of units, found a percentage", hint);
  }
  const unit = parseUnit(p);
  const whole = Number.isSafeInteger(number.value) || (unit !== "month" && unit !== "year");
  if (!whole) fault(p, "bad-number", number, `${unit}s cannot be parted`, "Use days.");
  return { amount: number.value, unit, span: spanFrom(p, number.start) };
}

function parseUnit(p: Parser): Unit {
  const token = peek(p);
  const unit = token.kind === "word" ? unitOf(token.text) : undefined;
  if (unit === undefined)
    expected(
      p,
      "a unit of time",
      hintFor(
        token,
        UNIT_WORDS.filter((w) => w.endsWith("s")),
      ),
    );
  p.index += 1;
  return unit;
}

/** `november.peak`. */
export function parseSeason(p: Parser): { season: string; phase?: string } {
  const season = needName(p, "the name of a season").text;
  return { season, ...(take(p, ".") && { phase: needName(p, "the name of a phase").text }) };
}

function parseInWindow(p: Parser, start: number): Window {
  const which = needWord(p, ["last", "this", "previous", "season"], "a window");
  switch (which) {
    case "last":
      needAmount(p);
      return { kind: "last", duration: parseDuration(p), span: spanFrom(p, start) };
    case "season":
      return { kind: "season", ...parseSeason(p), span: spanFrom(p, start) };
    default:
      return calendar(p, start, which, needWord(p, CALENDAR_UNITS, "a calendar period"));
  }
}

function needAmount(p: Parser): void {
  const { kind, text } = peek(p);
  if (kind === "number") return;
  const hint =
    kind === "word" && unitOf(text) !== undefined
      ? `Write \`in last 1 ${text}\`, or \`in previous ${text}\` for the calendar's.`
      : "Write the number in digits: in last 7 days.";
  expected(p, "a number", hint);
}

function calendar(
  p: Parser,
  start: number,
  which: CalendarWindow["which"],
  unit: CalendarWindow["unit"],
): CalendarWindow {
  return { kind: "calendar", which, unit, span: spanFrom(p, start) };
}

function parseAgo(p: Parser, start: number): Window {
  const from = advance(p).value;
  need(p, "and");
  const { amount: to, unit } = parseDuration(p);
  need(p, "ago");
  return { kind: "ago", from, to, unit, span: spanFrom(p, start) };
}

function parseRange(p: Parser, start: number): Window {
  const hint = "Write a date as 2011-12-10, an instant as 2011-12-10T10:30:00Z (UTC).";
  const from = take(p, "from") ? needKind(p, "instant", "a date", hint).text : undefined;
  const to = take(p, "to") ? needKind(p, "instant", "a date", hint).text : undefined;
  return {
    kind: "range",
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    span: spanFrom(p, start),
  };
}

function parseRelative(p: Parser, start: number): RelativeWindow {
  const within = take(p, "within") ? parseDuration(p) : undefined;
  const side = needWord(p, ["after", "before"], "`after` or `before`");
  const moment = inMode(p, { windows: false }, () => p.rules.sum(p));
  return {
    kind: "relative",
    side,
    ...(within !== undefined && { within }),
    moment,
    span: spanFrom(p, start),
  };
}
