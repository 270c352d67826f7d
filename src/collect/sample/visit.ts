/** Visits to the sample store's site: what was looked at, searched and put into the cart. */

import { aliasOf, halfMd5 } from "../../base/index.js";
import type { Fact } from "../../store/index.js";
import type { Assortment, Product } from "./assortment.js";
import type { Dice } from "./dice.js";
import { money, type Purchase, productFields, SAMPLE_ID_KIND, SAMPLE_SOURCE } from "./purchase.js";
import { atShoppingHour, chooseProduct, DAY_MS, type Shopper } from "./shopper.js";

const MOST_VIEWS = 9;
const CART_CHANCE = 0.18;

export interface VisitInput {
  readonly assortment: Assortment;
  readonly purchases: readonly Purchase[];
  /** Events are kept from this instant on, before `until`. */
  readonly since: number;
  readonly until: number;
}

/** The visits that led to a purchase, and those that did not. */
export function visitFacts(dice: Dice, shopper: Shopper, input: VisitInput): readonly Fact[] {
  const { assortment, purchases, since, until } = input;
  const facts: Fact[] = [];
  let number = 0;
  for (const purchase of purchases) {
    if (purchase.at < since) continue;
    number += 1;
    facts.push(...purchaseVisit(dice, shopper, { purchase, number }));
  }
  const last = purchases.at(-1)?.at ?? shopper.joinedAt;
  // Who has not bought for long looks in rarely.
  const patience = Math.max(1, (until - last) / (90 * DAY_MS));
  let at = Math.max(since, shopper.joinedAt);
  for (;;) {
    at = atShoppingHour(dice, at + DAY_MS * Math.max(0.5, dice.wait(shopper.visitDays * patience)));
    if (at >= until - 3_600_000) return facts;
    number += 1;
    const views = Math.min(MOST_VIEWS, 1 + Math.floor(dice.wait(2.5)));
    const looked = Array.from({ length: views }, () =>
      chooseProduct(dice, shopper, { assortment, at }),
    );
    facts.push(...browsing(dice, { shopper, at, number, looked }));
  }
}

interface Visit {
  readonly shopper: Shopper;
  readonly at: number;
  /** Of the person's visits. */
  readonly number: number;
  readonly looked: readonly Product[];
}

function browsing(dice: Dice, { shopper, at, number, looked }: Visit): Fact[] {
  const write = writer(shopper, number);
  const facts: Fact[] = [];
  let time = at;
  if (dice.chance(0.25)) {
    const results = dice.chance(0.1) ? 0 : dice.int(3, 60);
    facts.push(write("searched", time, { query: looked[0]!.category, results: String(results) }));
  }
  for (const product of looked) {
    time += dice.int(15, 240) * 1000;
    facts.push(
      write("viewed", time, { ...productFields(product), price: money(product.priceMinor) }),
    );
    // The second look comes at once more often than not.
    if (dice.chance(0.2)) {
      time += dice.int(20, 200) * 1000;
      facts.push(
        write("viewed", time, { ...productFields(product), price: money(product.priceMinor) }),
      );
    }
    if (!dice.chance(CART_CHANCE)) continue;
    time += dice.int(5, 60) * 1000;
    const cart = `${shopper.id}-c${number}`;
    facts.push(write("added", time, { ...productFields(product), cart, quantity: "1" }));
  }
  return facts;
}

function purchaseVisit(
  dice: Dice,
  shopper: Shopper,
  { purchase, number }: { readonly purchase: Purchase; readonly number: number },
): Fact[] {
  const write = writer(shopper, number);
  const cart = `${shopper.id}-c${number}`;
  const facts: Fact[] = [];
  let time = purchase.at - (purchase.items.length + 2) * 120_000;
  for (const { product, quantity } of purchase.items) {
    time += dice.int(20, 100) * 1000;
    facts.push(
      write("viewed", time, { ...productFields(product), price: money(product.priceMinor) }),
    );
    facts.push(
      write("added", time + 10_000, {
        ...productFields(product),
        cart,
        quantity: String(quantity),
      }),
    );
  }
  facts.push(write("checkout", purchase.at - 60_000, { cart, order: purchase.orderId }));
  return facts;
}

function writer(shopper: Shopper, visit: number) {
  let count = 0;
  return (kind: string, ts: number, fields: Partial<Fact>): Fact => {
    count += 1;
    return {
      ...fields,
      alias: aliasOf(SAMPLE_ID_KIND, shopper.id),
      ts,
      knownAt: ts,
      factId: halfMd5(`event\0${SAMPLE_SOURCE}\0${shopper.id}\0${visit}\0${count}`),
      kind,
      source: SAMPLE_SOURCE,
      channel: "web",
      country: shopper.country,
    };
  };
}
