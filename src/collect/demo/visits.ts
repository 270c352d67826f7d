/** What people do on a visit: look around, search, fill a cart, begin to check out, buy. */

import { chooseFrom, chooseProduct } from "./baskets.js";
import { atShoppingHour, type Calendar, DAY_MS, HOUR_MS } from "./calendar.js";
import { type Catalogue, type Product, RUNNING_SHOES } from "./catalogue.js";
import type { Diary } from "./diary.js";
import type { Dice } from "./dice.js";
import type { Identifiers } from "./identifiers.js";
import type { Person } from "./person.js";
import { plantedVisits } from "./planted-visits.js";
import type { Purchase } from "./purchase.js";
import { newVisit, type SiteKind, type Visit } from "./site-events.js";
import { times } from "./times.js";

/** How a visit ends that is not a purchase. */
export type Purpose =
  | "browse"
  | "newest"
  | "newest_running"
  | "search"
  | "search_nothing"
  | "cart"
  | "checkout"
  | "payment_failed";

export interface VisitPlan {
  readonly at: number;
  readonly purpose: Purpose;
  /** Looked at, in the given order, instead of what the person would choose. */
  readonly products?: readonly Product[];
  readonly wish?: "wished" | "watched";
}

export interface VisitContext {
  readonly person: Person;
  readonly identifiers: Identifiers;
  readonly calendar: Calendar;
  readonly catalogue: Catalogue;
  readonly diary: Diary;
  readonly purchases: readonly Purchase[];
  /** Instants of clicks in messages that led to the site. */
  readonly arrivals: readonly number[];
}

const CART_CHANCE = 0.13;
const WISH_CHANCE = 0.04;
const SEARCH_CHANCE = 0.2;
const MOST_VIEWS = 8;

/** The visits that led to a purchase, and those that did not. */
export function writeVisits(dice: Dice, context: VisitContext): void {
  const { person, calendar, purchases, arrivals } = context;
  let number = 0;
  const open = (at: number, known?: bigint) => {
    number += 1;
    return newVisit(dice, context.diary, {
      at,
      alias: known ?? aliasOn(dice, context.identifiers, at),
      country: person.home.place.country,
      channel: dice.chance(0.3) ? "app" : "web",
      cart: `${person.id}-c${number}`,
    });
  };
  for (const purchase of purchases) {
    if (purchase.at < calendar.eventsSince || purchase.channel === "store") continue;
    const begun = purchase.at - (purchase.basket.items.length + 3) * 110_000;
    buyOnline(dice, open(begun, purchase.alias), purchase);
  }
  const plans = [
    ...ownVisits(dice, context),
    ...arrivals.map((at): VisitPlan => ({ at: at + 4000, purpose: "browse" })),
    ...plantedVisits(dice, person, { calendar, catalogue: context.catalogue }),
  ];
  for (const plan of plans) lookAround(dice, open(plan.at), { plan, context });
  const { kiosk } = context.identifiers;
  if (kiosk === undefined) return;
  const plan: VisitPlan = { at: kiosk.linkedAt! + 5000, purpose: "browse" };
  lookAround(dice, open(plan.at, kiosk.alias), { plan, context });
}

/** Under the account where the person is logged in, else under the device. */
function aliasOn(dice: Dice, { main, devices }: Identifiers, at: number): bigint {
  const device = dice.pick(devices);
  const known = device.linkedAt !== undefined && device.linkedAt <= at;
  return known && dice.chance(0.75) ? main.alias : device.alias;
}

/** Who has not bought for long looks in rarely; who is spoken of in a plan comes by plan only. */
function ownVisits(dice: Dice, { person, calendar, purchases }: VisitContext): VisitPlan[] {
  const { until, eventsSince } = calendar;
  if (person.persona !== undefined && !BROWSING.has(person.persona)) return [];
  const last = purchases.at(-1)?.at ?? person.joinedAt;
  const patience = Math.max(1, (until - last) / (70 * DAY_MS));
  const visits: VisitPlan[] = [];
  let at = Math.max(eventsSince, person.joinedAt);
  for (;;) {
    const days = Math.max(0.5, dice.wait(person.tastes.visitDays * patience));
    at = atShoppingHour(dice, at + DAY_MS * days);
    if (at >= until - HOUR_MS) return visits;
    visits.push({ at, purpose: dice.weighted(PURPOSES) });
  }
}

const BROWSING: ReadonlySet<string> = new Set(["frequent_small", "early_adopter", "business"]);

const PURPOSES: readonly (readonly [number, Purpose])[] = [
  [88, "browse"],
  [6, "newest"],
  [4, "checkout"],
  [1, "search"],
  [1, "payment_failed"],
];

function lookAround(
  dice: Dice,
  visit: Visit,
  { plan, context }: { readonly plan: VisitPlan; readonly context: VisitContext },
): void {
  const { purpose, products } = plan;
  if (dice.chance(0.3)) {
    visit.event("page", { props: { path: "/", referrer: dice.pick(REFERRERS) } });
  }
  if (purpose === "search" || purpose === "search_nothing") {
    searchOnly(dice, visit, { found: purpose === "search" });
    return;
  }
  const looked = products ?? chooseLooked(dice, visit, { plan, context });
  if (products === undefined && dice.chance(SEARCH_CHANCE)) search(dice, visit, looked[0]!);
  if (dice.chance(0.15)) {
    visit.wait(5, 40);
    visit.event("listed", { category: looked[0]!.category });
  }
  const wantsCart = purpose === "cart" || purpose === "checkout" || purpose === "payment_failed";
  let added = 0;
  for (const [i, product] of looked.entries()) {
    visit.view(product);
    // The second look comes at once more often than not.
    if (dice.chance(0.15)) visit.view(product);
    const wish = plan.wish ?? (dice.chance(WISH_CHANCE) ? "wished" : undefined);
    if (wish !== undefined) productEvent(visit, wish, product);
    if (i === 0 ? wantsCart || dice.chance(CART_CHANCE) : dice.chance(CART_CHANCE)) {
      productEvent(visit, "added", product);
      added += 1;
      if (!wantsCart && dice.chance(0.12)) {
        productEvent(visit, "removed", product);
        added -= 1;
      }
    }
  }
  if (added > 0 && dice.chance(0.4)) visit.event("cart_viewed", { cart: visit.cart });
  if (purpose === "checkout" || purpose === "payment_failed") {
    checkOut(visit, { order: `${visit.cart}-lost`, failing: purpose === "payment_failed" });
  }
}

const REFERRERS = ["https://www.google.com/", "https://www.instagram.com/", "", "https://t.co/"];

function chooseLooked(
  dice: Dice,
  visit: Visit,
  { plan, context }: { readonly plan: VisitPlan; readonly context: VisitContext },
): Product[] {
  const { person, catalogue } = context;
  const at = visit.now();
  const count = Math.min(MOST_VIEWS, 1 + Math.floor(dice.wait(1.4)));
  const choose = (): Product => {
    if (plan.purpose === "newest") {
      const shelf = catalogue.shelves.get(person.tastes.department)!;
      return chooseFrom(dice, shelf, { at, newest: true });
    }
    if (plan.purpose === "newest_running") {
      return chooseFrom(dice, catalogue.shelves.get(RUNNING_SHOES)!, { at, newest: true });
    }
    return chooseProduct(dice, person, { catalogue, at });
  };
  return times(count, choose);
}

/** Queries as people type them; the last ones find nothing. */
const FRUITLESS = ["garden chair", "size 52 boots", "gift voucher tin", "rain poncho", "yoga mat"];
const FRUITFUL = ["running shoes", "linen dress", "lamp brass", "wool jumper", "denim jacket"];

function search(dice: Dice, visit: Visit, wanted: Product): void {
  if (dice.chance(0.08)) {
    visit.event("searched", { query: dice.pick(FRUITLESS), results: "0" });
    visit.wait(5, 30);
  }
  visit.event("searched", { query: wanted.category, results: String(dice.int(3, 60)) });
}

function searchOnly(dice: Dice, visit: Visit, { found }: { readonly found: boolean }): void {
  const queries = found ? FRUITFUL : FRUITLESS;
  const first = dice.int(0, queries.length - 2);
  for (const query of queries.slice(first, first + 2)) {
    visit.wait(10, 60);
    visit.event("searched", { query, results: found ? String(dice.int(3, 60)) : "0" });
  }
}

function buyOnline(dice: Dice, visit: Visit, { basket, orderId, at }: Purchase): void {
  for (const { product, units } of basket.items) {
    visit.view(product);
    productEvent(visit, "added", product, { quantity: String(units) });
  }
  if (visit.now() > at - 90_000) return;
  visit.wait(20, 40);
  checkOut(visit, { order: orderId, failing: dice.chance(0.03) });
}

function productEvent(
  visit: Visit,
  kind: SiteKind & ("added" | "removed" | "wished" | "watched"),
  product: Product,
  more: { readonly quantity?: string } = {},
): void {
  visit.wait(5, 40);
  const { quantity = "1" } = more;
  const inCart = kind === "added" || kind === "removed";
  visit.event(kind, inCart ? { about: product, cart: visit.cart, quantity } : { about: product });
}

function checkOut(visit: Visit, of: { readonly order: string; readonly failing: boolean }): void {
  const { order, failing } = of;
  const fields = { cart: visit.cart, order, props: { checkout_id: `k-${order}` } };
  visit.event("checkout", fields);
  visit.wait(5, 20);
  visit.event("payment_entered", fields);
  if (!failing) return;
  visit.wait(2, 10);
  visit.event("payment_failed", { ...fields, props: { ...fields.props, reason: "declined" } });
}
