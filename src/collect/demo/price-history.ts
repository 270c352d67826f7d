/**
 * What a product cost and whether there was any, from its launch to the last instant: markdowns
 * with a compare-at price, November prices, times when it was sold out. In the last two weeks more
 * prices fall and more stock comes back than usual, so that people who watch have something to see.
 */

import type { Decimal } from "../../store/index.js";
import { type Calendar, DAY_MS } from "./calendar.js";
import { money } from "./decimals.js";
import type { Dice } from "./dice.js";

/** Holds from `from` until the next one. */
export interface Offer {
  readonly from: number;
  readonly priceMinor: number;
  /** The same as a decimal. */
  readonly price: Decimal;
  readonly compareAtMinor: number | undefined;
  /** Since when the price has been below a compare-at price; undefined: it is not. */
  readonly reducedSince: number | undefined;
  readonly stock: number;
}

type Change = "markdown" | "promotion" | "promotion ends" | "sold out" | "restock" | "drop";

const MARKDOWN_CHANCE = 0.5;
const PROMOTION_CHANCE = 0.3;
const SOLD_OUT_CHANCE = 0.25;
const RECENT_DROP_CHANCE = 0.12;
const RECENT_RESTOCK_CHANCE = 0.1;

export function makeOffers(
  dice: Dice,
  { listMinor, launchedAt }: { readonly listMinor: number; readonly launchedAt: number },
  calendar: Calendar,
): readonly Offer[] {
  const changes = changesOf(dice, launchedAt, calendar);
  const offers = [listedAt(launchedAt, { listMinor, stock: dice.int(40, 400) })];
  for (const { at, change } of changes) {
    const next = changed(dice, offers.at(-1)!, { at, change, listMinor });
    if (next === undefined) continue;
    const before = offers.at(-1)!;
    // Of two changes in one hour the last one holds.
    if (before.from === next.from) offers.pop();
    const { compareAtMinor, priceMinor } = next;
    const isReduced = compareAtMinor !== undefined && compareAtMinor > priceMinor;
    const since = before.reducedSince ?? next.from;
    // Written out, so that all offers are of one shape: they are read more than anything else.
    offers.push({
      from: next.from,
      priceMinor,
      price: next.price,
      compareAtMinor,
      reducedSince: isReduced ? since : undefined,
      stock: next.stock,
    });
  }
  return offers;
}

const USUAL_DAYS = 30;

/**
 * The product's usual price on the day of an instant, as imports work it out: the middle price of the
 * 30 days before that day, by time. Undefined on the day of its launch.
 */
export function usualPrices(offers: readonly Offer[]): (at: number) => Decimal | undefined {
  const known = new Map<number, Decimal | undefined>();
  return (at) => {
    const day = Math.floor(at / DAY_MS) * DAY_MS;
    const offer = offerAt(offers, day - 1);
    // Mostly one price for all of the days.
    const began = offer === offers[0] ? day - 1 : day - USUAL_DAYS * DAY_MS;
    if (offer.from <= began) return offer.price;
    if (!known.has(day)) known.set(day, middlePrice(offers, day));
    return known.get(day);
  };
}

function middlePrice(offers: readonly Offer[], until: number): Decimal | undefined {
  const from = until - USUAL_DAYS * DAY_MS;
  const asked = offers
    .map(({ from: since, priceMinor }, i) => ({
      priceMinor,
      ms: Math.min(offers[i + 1]?.from ?? until, until) - Math.max(since, from),
    }))
    .filter(({ ms }) => ms > 0)
    .sort((a, b) => a.priceMinor - b.priceMinor);
  const total = asked.reduce((sum, { ms }) => sum + ms, 0);
  let passed = 0;
  for (const { priceMinor, ms } of asked) {
    passed += ms;
    if (passed >= total / 2) return money(priceMinor);
  }
  return undefined;
}

/** The offer at an instant; before the launch the first one. */
export function offerAt(offers: readonly Offer[], at: number): Offer {
  for (let i = offers.length - 1; i > 0; i--) if (offers[i]!.from <= at) return offers[i]!;
  return offers[0]!;
}

function changesOf(dice: Dice, launchedAt: number, calendar: Calendar) {
  const { until } = calendar;
  const changes: { readonly at: number; readonly change: Change }[] = [];
  const add = (change: Change, at: number) => changes.push({ change, at: wholeHour(at) });
  if (dice.chance(MARKDOWN_CHANCE)) add("markdown", launchedAt + dice.int(120, 240) * DAY_MS);
  for (const november of calendar.novembers) {
    if (!dice.chance(PROMOTION_CHANCE)) continue;
    add("promotion", november + 19 * DAY_MS);
    add("promotion ends", november + 30 * DAY_MS);
  }
  if (dice.chance(SOLD_OUT_CHANCE)) {
    const at = launchedAt + dice.int(20, 300) * DAY_MS;
    add("sold out", at);
    add("restock", at + dice.int(5, 25) * DAY_MS);
  }
  const recently = until - dice.between(1, 12) * DAY_MS;
  if (dice.chance(RECENT_DROP_CHANCE)) add("drop", recently);
  else if (dice.chance(RECENT_RESTOCK_CHANCE)) {
    add("sold out", recently - dice.int(3, 15) * DAY_MS);
    add("restock", recently);
  }
  return changes.filter(({ at }) => at > launchedAt && at < until).sort((a, b) => a.at - b.at);
}

function changed(
  dice: Dice,
  before: Offer,
  of: { readonly at: number; readonly change: Change; readonly listMinor: number },
): Offer | undefined {
  const { at, change, listMinor } = of;
  const reduced = (share: number): Offer => {
    const priceMinor = endingIn90(before.priceMinor * share);
    const price = money(priceMinor);
    return { ...before, from: at, priceMinor, price, compareAtMinor: listMinor };
  };
  switch (change) {
    case "markdown":
      return reduced(dice.between(0.6, 0.85));
    case "promotion":
      return before.compareAtMinor === undefined ? reduced(0.8) : undefined;
    case "promotion ends":
      // What was marked down for good stays so.
      return before.from < at - 12 * DAY_MS || before.compareAtMinor === undefined
        ? undefined
        : { ...before, from: at, ...listed(listMinor) };
    case "sold out":
      return { ...before, from: at, stock: 0 };
    case "restock":
      return { ...before, from: at, stock: dice.int(20, 200) };
    case "drop":
      return reduced(dice.between(0.75, 0.92));
  }
}

export function listedAt(
  from: number,
  { listMinor, stock }: { readonly listMinor: number; readonly stock: number },
): Offer {
  const { priceMinor, price, compareAtMinor, reducedSince } = listed(listMinor);
  return { from, priceMinor, price, compareAtMinor, reducedSince, stock };
}

function listed(listMinor: number) {
  const none = { compareAtMinor: undefined, reducedSince: undefined };
  return { priceMinor: listMinor, price: money(listMinor), ...none };
}

/** Prices end in 90 cents. */
export function endingIn90(minor: number): number {
  return Math.max(1, Math.round(minor / 100)) * 100 - 10;
}

function wholeHour(at: number): number {
  return Math.floor(at / 3_600_000) * 3_600_000;
}
