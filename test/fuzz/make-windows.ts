/** Random windows and durations, and where the limits of a text lie in time. */

import { Temporal } from "temporal-polyfill";
import type { Duration, Expression, Unit, Window } from "../../src/segment/syntax/tree.js";
import { deeper, type Maker, type Place } from "./maker.js";
import { duration } from "./nodes.js";
import type { Random } from "./random.js";

/** Lengths that histories are spaced by, months and years among them. */
export function randomDuration(
  { random }: Maker,
  options: { readonly exact?: boolean } = {},
): Duration {
  const exact = [
    [1, 30, "minute"],
    [1, 90, "minute"],
    [1, 1, "hour"],
    [2, 72, "hour"],
    [2, 1, "day"],
    [3, 3, "day"],
    [4, 7, "day"],
    [5, 30, "day"],
    [4, 90, "day"],
    [3, 365, "day"],
    [2, 2, "week"],
    [1, 1.5, "day"],
  ] as const;
  const calendar = [
    [3, 1, "month"],
    [3, 3, "month"],
    [2, 12, "month"],
    [1, 1, "year"],
  ] as const;
  const choices: readonly (readonly [number, number, Unit])[] =
    options.exact === true ? exact : [...exact, ...calendar];
  const [amount, unit] = random.weighted(
    choices.map(([weight, amount, unit]) => [weight, [amount, unit] as const] as const),
  );
  return duration(amount, unit);
}

/** A date or instant of the period as a text writes it. */
export function randomDate(maker: Maker): string {
  const { random, world } = maker;
  const ms = random.int(world.period.start, world.period.end);
  if (random.chance(0.3)) {
    const facts = world.history.facts;
    const at = facts.length > 0 && random.chance(0.5) ? random.pick(facts).ts : ms;
    return new Date(at - (at % 1000)).toISOString().replace(".000Z", "Z");
  }
  const zoned = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(
    world.settings.timeZone,
  );
  return zoned.toPlainDate().toString();
}

export function randomWindows(maker: Maker, place: Place): Window[] {
  const { random } = maker;
  const count = random.weighted([
    [5, 0],
    [7, 1],
    [2, 2],
  ]);
  return Array.from({ length: count }, () => randomWindow(maker, place));
}

export function randomWindow(maker: Maker, place: Place): Window {
  const { random } = maker;
  const kind = random.weighted([
    [8, "last"],
    [3, "ago"],
    [3, "calendar"],
    [3, "range"],
    [2, "season"],
    [place.depth > 0 ? 4 : 0, "relative"],
  ]);
  switch (kind) {
    case "last":
      return { kind: "last", duration: randomDuration(maker) };
    case "ago":
      return agoWindow(random);
    case "calendar":
      return {
        kind: "calendar",
        which: random.pick(["this", "previous"]),
        unit: random.weighted([
          [1, "day"],
          [2, "week"],
          [3, "month"],
          [3, "year"],
        ]),
      };
    case "range":
      return rangeWindow(maker);
    case "season": {
      const season = random.pick(maker.world.settings.seasons);
      const phase = random.chance(0.4) ? { phase: random.pick(season.phases).name } : {};
      return { kind: "season", season: season.name, ...phase };
    }
    default:
      return relativeWindow(maker, place);
  }
}

function agoWindow(random: Random): Window {
  const [from, to, unit] = random.pick<readonly [number, number, Unit]>([
    [30, 90, "day"],
    [1, 7, "day"],
    [0, 30, "day"],
    [90, 365, "day"],
    [1, 48, "hour"],
    [30, 600, "minute"],
    [1, 4, "week"],
    [1, 6, "month"],
    [0, 1, "year"],
  ]);
  return { kind: "ago", from, to, unit };
}

export function rangeWindow(maker: Maker): Window {
  const { random } = maker;
  const ends = [randomDate(maker), randomDate(maker)].sort() as [string, string];
  const form = random.pick(["both", "from", "to"]);
  return {
    kind: "range",
    ...(form !== "to" && { from: ends[0] }),
    ...(form !== "from" && { to: ends[1] }),
  };
}

function relativeWindow(maker: Maker, place: Place): Window {
  const { random } = maker;
  const moment: Expression = maker.moment(deeper(place));
  return {
    kind: "relative",
    side: random.pick(["after", "before"]),
    ...(random.chance(0.5) && { within: randomDuration(maker) }),
    moment,
  };
}
