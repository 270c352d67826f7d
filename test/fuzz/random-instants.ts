/** Instants where meanings differ: midnights, month ends, clock changes, and exact distances. */

import { Temporal } from "temporal-polyfill";
import type { Random } from "./random.js";
import { SPACINGS_MS } from "./vocabulary.js";

const DAY_MS = 86_400_000;

/** An instant of the period, often beside one that is used already. */
export function randomInstant(
  random: Random,
  period: { readonly start: number; readonly end: number },
  zone: string,
  used: readonly number[],
): number {
  const kind = random.weighted([
    [used.length === 0 ? 0 : 5, "same"],
    [used.length === 0 ? 0 : 7, "spaced"],
    [4, "midnight"],
    [3, "month end"],
    [2, "clock change"],
    [12, "recent"],
    [12, "any"],
  ]);
  const ms = instantOf(kind, random, period, zone, used);
  return Math.min(Math.max(ms, period.start), period.end);
}

function instantOf(
  kind: string,
  random: Random,
  period: { readonly start: number; readonly end: number },
  zone: string,
  used: readonly number[],
): number {
  const anywhere = () => random.int(period.start, period.end);
  switch (kind) {
    case "same":
      return random.pick(used);
    case "spaced": {
      const off = random.pick([0, 0, 1, -1]);
      return random.pick(used) + random.pick([1, -1]) * random.pick(SPACINGS_MS) + off;
    }
    case "midnight":
      return dayStart(anywhere(), zone) + random.pick([0, -1, 1]);
    case "month end": {
      const date = plainDate(anywhere(), zone);
      const last = date.with({ day: date.daysInMonth }).toZonedDateTime(zone).epochMilliseconds;
      return last + random.pick([0, 10 * 3_600_000, DAY_MS - 1]);
    }
    case "clock change": {
      const change = Temporal.Instant.fromEpochMilliseconds(anywhere())
        .toZonedDateTimeISO(zone)
        .getTimeZoneTransition("next");
      const at = change?.epochMilliseconds ?? anywhere();
      return at + random.pick([0, -1, 1, 3_600_000, -3_600_000, DAY_MS, -DAY_MS]);
    }
    case "recent":
      // Most texts speak of the last days; whole minutes collide more often.
      return Math.floor((period.end - DAY_MS * 60 * random.next() ** 2) / 60_000) * 60_000;
    default:
      return anywhere();
  }
}

const plainDate = (ms: number, zone: string): Temporal.PlainDate =>
  Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toPlainDate();

export const dayStart = (ms: number, zone: string): number =>
  plainDate(ms, zone).toZonedDateTime(zone).epochMilliseconds;
