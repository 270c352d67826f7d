/**
 * Events of one visit to the demo store's site, one after the other: the vocabulary of the site
 * with the names that Segment gives it. A few events come in late (an app that was offline), and a
 * few are fired twice.
 */

import { DAY_MS } from "./calendar.js";
import type { Product } from "./catalogue.js";
import type { Diary, Entry } from "./diary.js";
import type { Dice } from "./dice.js";

const NAMES = {
  page: "Page",
  viewed: "Product Viewed",
  clicked: "Product Clicked",
  listed: "Product List Viewed",
  filtered: "Product List Filtered",
  searched: "Products Searched",
  added: "Product Added",
  removed: "Product Removed",
  cart_viewed: "Cart Viewed",
  checkout: "Checkout Started",
  checkout_step: "Checkout Step Completed",
  payment_entered: "Payment Info Entered",
  payment_failed: "Payment Failed",
  wished: "Product Added to Wishlist",
  unwished: "Product Removed from Wishlist",
  watched: "Product Watched",
  reviewed: "Product Reviewed",
} as const;

export type SiteKind = keyof typeof NAMES;

const LATE_CHANCE = 0.012;
const TWICE_CHANCE = 0.006;

export type SiteFields = Pick<
  Entry,
  "about" | "category" | "cart" | "order" | "query" | "quantity" | "results" | "props"
>;

export interface Visit {
  readonly alias: bigint;
  readonly country: string;
  readonly channel: "web" | "app";
  /** Of the person's carts. */
  readonly cart: string;
  /** Seconds pass, then it happens. */
  readonly wait: (fewest: number, most: number) => void;
  readonly now: () => number;
  readonly event: (kind: SiteKind, fields?: SiteFields) => void;
  readonly view: (product: Product) => void;
}

export function newVisit(
  dice: Dice,
  diary: Diary,
  of: Pick<Visit, "alias" | "country" | "channel" | "cart"> & { readonly at: number },
): Visit {
  const { alias, country, channel, cart } = of;
  let now = of.at;
  const wait = (fewest: number, most: number) => {
    now += dice.int(fewest, most) * 1000;
  };
  const write = (kind: SiteKind, ts: number, { knownAt, fields = NOTHING }: Happened) =>
    diary.write({
      alias,
      ts,
      knownAt,
      kind,
      name: NAMES[kind],
      channel,
      country,
      about: fields.about,
      category: fields.category,
      cart: fields.cart,
      order: fields.order,
      query: fields.query,
      quantity: fields.quantity,
      results: fields.results,
      props: fields.props,
    });
  const event: Visit["event"] = (kind, fields) => {
    const late = dice.chance(LATE_CHANCE);
    const knownAt = late ? now + Math.ceil(dice.wait(0.4 * DAY_MS)) : now;
    write(kind, now, { knownAt, fields });
    if (!dice.chance(TWICE_CHANCE)) return;
    const again = now + dice.int(200, 2500);
    write(kind, again, { knownAt: Math.max(knownAt, again), fields });
  };
  return {
    alias,
    country,
    channel,
    cart,
    wait,
    now: () => now,
    event,
    view(product) {
      wait(15, 200);
      const dwell = Math.round(dice.around(20_000, 0.9));
      event("viewed", {
        about: product,
        props: { dwell_ms: dwell, depth: dice.int(10, 100) },
      });
    },
  };
}

interface Happened {
  readonly knownAt: number;
  readonly fields: SiteFields | undefined;
}

const NOTHING: SiteFields = {};
