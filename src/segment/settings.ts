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
}

/** A yearly recurring season, `from` and `to` as local "MM-DD", `to` exclusive; it may cross the new year. */
export interface Season {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly phases: readonly { readonly name: string; readonly from: string; readonly to: string }[];
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
        { name: "tease", from: "11-01", to: "11-11" },
        { name: "early", from: "11-11", to: "11-20" },
        { name: "peak", from: "11-20", to: "11-28" },
        { name: "last", from: "11-28", to: "12-01" },
      ],
    },
  ],
  activity: { kind: "orders" },
  gifts: { country: "", runUpDays: 21, own: {} },
};
