/** What is in an order: products on sale at its instant, chosen by plan and taste. */

import { isNovember } from "./calendar.js";
import { type Catalogue, DEPARTMENTS, GIFT_CARDS, type Product, type Shelf } from "./catalogue.js";
import type { Dice } from "./dice.js";
import type { OrderPlan } from "./order-plans.js";
import type { Person } from "./person.js";
import { type Offer, offerAt } from "./price-history.js";
import { times } from "./times.js";

export interface Item {
  readonly product: Product;
  readonly offer: Offer;
  readonly units: number;
  readonly discountMinor: number;
  readonly size: string | undefined;
}

export interface Basket {
  readonly items: readonly Item[];
  readonly coupon: string | undefined;
}

const MOST_LINES = 8;
/** A second piece is rare. */
const TWO_UNITS_CHANCE = 0.1;
/** Of a gift: with a card on top. */
const GIFT_CARD_CHANCE = 0.15;

export function fillBasket(
  dice: Dice,
  person: Person,
  { plan, catalogue, first }: { plan: OrderPlan; catalogue: Catalogue; first: boolean },
): Basket {
  const { at } = plan;
  const { bargains, basket } = person.tastes;
  const count = plan.lines ?? Math.min(MOST_LINES, 1 + Math.floor(dice.wait(basket - 0.6)));
  const november = isNovember(at);
  const reduced =
    plan.reduced ?? dice.chance(november ? Math.min(1, 0.45 + bargains / 2) : bargains);
  const percent = plan.percent ?? dice.pick(november ? [20, 30, 40] : [10, 15, 20]);
  const chosen = new Set<Product>();
  const items = times(count, (i): Item => {
    let product = chooseForOrder(dice, person, { plan, catalogue, line: i });
    // Equal lines are real, but rare.
    if (chosen.has(product)) product = chooseForOrder(dice, person, { plan, catalogue, line: i });
    chosen.add(product);
    const offer = offerAt(product.offers, at);
    const units = plan.units ?? (dice.chance(TWO_UNITS_CHANCE) ? 2 : 1);
    const discountMinor = reduced ? Math.round((offer.priceMinor * units * percent) / 100) : 0;
    const size = product.sizes.length > 0 ? dice.pick(product.sizes) : undefined;
    return { product, offer, units, discountMinor, size };
  });
  const card = plan.gift !== undefined && dice.chance(GIFT_CARD_CHANCE);
  if (card) items.push(giftCard(dice, plan, catalogue));
  const coupon = !reduced
    ? undefined
    : person.role === "staff"
      ? "STAFF"
      : november
        ? "NOVEMBER"
        : first
          ? "WELCOME"
          : "EXTRA";
  return { items, coupon };
}

/** Never reduced. */
function giftCard(dice: Dice, { at }: OrderPlan, { shelves }: Catalogue): Item {
  const product = dice.pick(shelves.get(GIFT_CARDS)!);
  const offer = offerAt(product.offers, at);
  return { product, offer, units: 1, discountMinor: 0, size: undefined };
}

function chooseForOrder(
  dice: Dice,
  person: Person,
  { plan, catalogue, line }: { plan: OrderPlan; catalogue: Catalogue; line: number },
): Product {
  const { at } = plan;
  if (plan.resold) {
    const shelf = catalogue.shelves.get(person.tastes.department)!;
    return shelf[person.number % onSale(shelf, shelf[0]!.launchedAt)]!;
  }
  if (plan.departments !== undefined) {
    const department = plan.departments[line % plan.departments.length]!;
    return chooseFrom(dice, catalogue.shelves.get(department)!, {
      at,
      newest: plan.newest ?? false,
    });
  }
  if (plan.shelf !== undefined && dice.chance(plan.share ?? 1)) {
    return chooseFrom(dice, catalogue.shelves.get(plan.shelf)!, { at, newest: false });
  }
  if (plan.gift !== undefined) {
    const others = DEPARTMENTS.filter((d) => d !== person.tastes.department);
    return chooseFrom(dice, catalogue.shelves.get(dice.pick(others))!, { at, newest: false });
  }
  if (plan.cheapest) {
    const few = times(4, () => chooseProduct(dice, person, { catalogue, at }));
    const price = (product: Product) => offerAt(product.offers, at).priceMinor;
    return few.reduce((a, b) => (price(b) < price(a) ? b : a));
  }
  return chooseProduct(dice, person, { catalogue, at });
}

/** Something that this person would look at or buy at this time. */
export function chooseProduct(
  dice: Dice,
  { tastes }: Person,
  { catalogue, at }: { readonly catalogue: Catalogue; readonly at: number },
): Product {
  const department = dice.chance(tastes.loyalty) ? tastes.department : dice.pick(DEPARTMENTS);
  const shelf = catalogue.shelves.get(department)!;
  const count = onSale(shelf, at);
  let product = shelf[dice.int(0, count - 1)]!;
  for (let tries = 0; tries < 3; tries++) {
    const likes = product.brand === tastes.brand || dice.chance(0.4);
    if (likes && offerAt(product.offers, at).stock > 0) break;
    product = shelf[dice.int(0, count - 1)]!;
  }
  return product;
}

/** `newest`: of the collection that came out last. */
export function chooseFrom(
  dice: Dice,
  shelf: Shelf,
  { at, newest }: { readonly at: number; readonly newest: boolean },
): Product {
  const count = onSale(shelf, at);
  if (!newest) return shelf[dice.int(0, count - 1)]!;
  const { launchedAt } = shelf[count - 1]!;
  return shelf[dice.int(onSale(shelf, launchedAt - 1), count - 1)]!;
}

/** How many products at the front of a shelf, which is in order of launch, are out. */
function onSale(shelf: Shelf, at: number): number {
  let low = 0;
  let high = shelf.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (shelf[middle]!.launchedAt <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}
