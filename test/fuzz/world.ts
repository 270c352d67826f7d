/** A history with the settings and the period that texts about it should speak of. */

import {
  type Activity,
  DEFAULT_SETTINGS,
  type Season,
  type StoreSettings,
} from "../../src/segment/settings.js";
import type { History } from "../../src/store/facts.js";
import { newRandom } from "./random.js";
import { type HistoryOptions, PERIOD, randomHistory } from "./random-history.js";
import { ZONES } from "./vocabulary.js";

export interface World {
  readonly history: History;
  readonly settings: StoreSettings;
  readonly period: Period;
}

export interface Period {
  readonly start: number;
  readonly end: number;
}

export interface WorldOptions extends HistoryOptions {
  readonly zone?: string;
}

export function randomWorld(seed: number, options: WorldOptions = {}): World {
  const zone = options.zone ?? newRandom(seed, "zone").pick(ZONES);
  return {
    history: randomHistory(seed, { ...options, zone }),
    settings: { ...DEFAULT_SETTINGS, timeZone: zone, seasons: SEASONS, activity: activityOf(seed) },
    period: PERIOD,
  };
}

/** Orders mostly, else events that histories hold. */
function activityOf(seed: number): Activity {
  const random = newRandom(seed, "activity");
  if (random.chance(0.6)) return { kind: "orders" };
  const names = random.pick([["Level Up"], ["Quiz", "Product Viewed"]]);
  return { kind: "events", names, amount: ["rating"] };
}

/** One inside the year, one over the new year, both with phases. */
export const SEASONS: readonly Season[] = [
  {
    name: "november",
    from: "11-01",
    to: "12-01",
    phases: [
      { name: "early", from: "11-01", to: "11-20" },
      { name: "peak", from: "11-20", to: "12-01" },
    ],
  },
  {
    name: "winter",
    from: "12-15",
    to: "03-01",
    phases: [
      { name: "holidays", from: "12-24", to: "01-07" },
      { name: "sales", from: "01-07", to: "03-01" },
    ],
  },
];
