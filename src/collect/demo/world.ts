/** What all people of a demo store share. It depends on the seed and the last instant only. */

import { type Calendar, makeCalendar } from "./calendar.js";
import { type Campaign, campaignsFor } from "./campaigns.js";
import { type Catalogue, makeCatalogue } from "./catalogue.js";
import { PLACES } from "./places.js";

export interface World {
  readonly seed: number;
  readonly calendar: Calendar;
  readonly catalogue: Catalogue;
  /** By country. */
  readonly campaigns: ReadonlyMap<string, readonly Campaign[]>;
}

export interface WorldOptions {
  readonly seed: number;
  /** The last instant, in milliseconds. */
  readonly until: number;
}

export function makeWorld({ seed, until }: WorldOptions): World {
  const calendar = makeCalendar(until);
  return {
    seed,
    calendar,
    catalogue: makeCatalogue(seed, calendar),
    campaigns: new Map(PLACES.map(({ country }) => [country, campaignsFor(country, calendar)])),
  };
}
