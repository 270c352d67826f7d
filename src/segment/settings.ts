/**
 * The store's settings that give texts their meaning; everything else is in the text or the facts.
 * They are read and checked by `cli`; here is what they are, and what holds where nothing is said.
 */

import type { GiftCalendar } from "./calendar/index.js";

export interface StoreSettings {
  /** IANA name of the store's zone: calendar days, periods, dates. */
  readonly timeZone: string;
  readonly seasons: readonly Season[];
  readonly activity: Activity;
  readonly gifts: GiftCalendar;
  /** Days after an order in which it may be sent back. */
  readonly returnWindowDays: number;
}

/**
 * A yearly recurring season. `from` and `to` are days of the store's zone, "11-01" or any other rule
 * of the calendar ("black_friday - 7 days", of the store's own country); `to` is exclusive and the
 * first such day after `from`, so it may lie in the new year.
 */
export interface Season {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly phases: readonly { readonly name: string; readonly from: string; readonly to: string }[];
}

/**
 * The store's seasons beside the default ones, of which it replaces those of the same name, and of
 * these the phases that it names: the playbook speaks of `november` and its phases, and must not
 * lose its words where a store also has a summer sale.
 */
export function withDefaultSeasons(own: readonly Season[]): readonly Season[] {
  const kept = DEFAULT_SETTINGS.seasons.map((season) => {
    const said = own.find((s) => s.name === season.name);
    if (said === undefined) return season;
    const rest = season.phases.filter((p) => !said.phases.some((o) => o.name === p.name));
    return { ...said, phases: [...said.phases, ...rest] };
  });
  return [...kept, ...own.filter((s) => !kept.some((k) => k.name === s.name))];
}

/** What a store counts as activity: orders, or events of its own (a deposit, a game, a trade). */
export type Activity =
  | { readonly kind: "orders" }
  | {
      readonly kind: "events";
      /** Any of them, as they are called in the facts. */
      readonly names: readonly string[];
      /** Path of the property that says what one was worth: `activity.amount`. */
      readonly amount: readonly string[];
    };

export const DEFAULT_SETTINGS: StoreSettings = {
  timeZone: "UTC",
  seasons: [
    {
      name: "november",
      from: "11-01",
      to: "12-01",
      phases: [
        { name: "tease", from: "11-01", to: "black_friday - 14 days" },
        { name: "early", from: "black_friday - 14 days", to: "black_friday - 7 days" },
        { name: "opening", from: "black_friday - 7 days", to: "black_friday" },
        { name: "peak", from: "black_friday", to: "cyber_monday" },
        { name: "last", from: "cyber_monday", to: "cyber_monday + 1 day" },
        { name: "after", from: "cyber_monday + 1 day", to: "12-10" },
        { name: "cutoff", from: "12-10", to: "12-20" },
      ],
    },
  ],
  activity: { kind: "orders" },
  gifts: { country: "", runUpDays: 21, own: {} },
  returnWindowDays: 30,
};
