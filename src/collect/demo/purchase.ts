/**
 * One purchase and what becomes of it. An order has a state that changes: paid on delivery,
 * cancelled, sent back in part or whole, exchanged. Each change makes a new version of those of its
 * facts that differ, known from that instant on; until then the version before counts.
 */

import type { Fact } from "../../store/index.js";
import type { Basket } from "./baskets.js";
import { DAY_MS, HOUR_MS } from "./calendar.js";
import { GIFT_CARDS } from "./catalogue.js";
import { money } from "./decimals.js";
import { DEMO_SOURCE, type Diary } from "./diary.js";
import type { Dice } from "./dice.js";
import type { OrderPlan } from "./order-plans.js";
import type { Person } from "./person.js";
import { times } from "./times.js";

export interface Purchase {
  readonly orderId: string;
  readonly at: number;
  readonly plan: OrderPlan;
  readonly basket: Basket;
  /** Who it was ordered as. */
  readonly alias: bigint;
  readonly channel: "web" | "app" | "store";
  readonly payment: "card" | "wallet" | "cash_on_delivery" | "invoice" | "gift_card";
}

interface OrderState {
  readonly placed: boolean;
  readonly cancelled: boolean;
  readonly test: boolean;
  /** Units given back, by line. */
  readonly returned: readonly number[];
  readonly exchanged: readonly boolean[];
}

interface Change {
  readonly at: number;
  readonly apply: (state: OrderState) => OrderState;
}

const RETURN_CHANCE = 0.07;
const CANCEL_CHANCE = 0.015;
const EXCHANGE_CHANCE = 0.02;
const SHIPPING_MINOR = 490;
const FREE_SHIPPING_FROM_MINOR = 6000;

/** Writes the order with its lines, and every later version of them. */
export function writePurchase(
  dice: Dice,
  person: Person,
  { purchase, diary, until }: { purchase: Purchase; diary: Diary; until: number },
): void {
  const count = purchase.basket.items.length;
  const ids = times(count + 1, diary.newId);
  let state: OrderState = {
    placed: purchase.payment !== "cash_on_delivery",
    cancelled: false,
    test: person.role === "staff" && dice.chance(0.1),
    returned: Array(count).fill(0),
    exchanged: Array(count).fill(false),
  };
  const extras = orderExtras(dice, person, purchase);
  const make = (knownAt: number, versions: readonly number[]) =>
    orderFacts(person, { purchase, state, ids, versions, knownAt, extras });
  let current = make(purchase.at, Array(count + 1).fill(1));
  for (const fact of current) diary.writeVersion(fact);
  for (const { at, apply } of changesOf(dice, person, purchase)) {
    if (at >= until) return;
    state = apply(state);
    const before = current;
    const next = before.map(({ version }) => version! + 1);
    current = make(at, next).map((fact, i) => {
      if (sameContent(fact, before[i]!)) return before[i]!;
      diary.writeVersion(fact);
      return fact;
    });
  }
}

/** In order of time. */
function changesOf(dice: Dice, person: Person, { at, basket, payment }: Purchase): Change[] {
  if (dice.chance(CANCEL_CHANCE)) {
    return [{ at: at + dice.int(1, 20) * HOUR_MS, apply: (s) => ({ ...s, cancelled: true }) }];
  }
  const changes: Change[] = [];
  if (payment === "cash_on_delivery") {
    const paidAt = at + dice.int(2, 5) * DAY_MS + dice.int(0, 9) * HOUR_MS;
    changes.push({ at: paidAt, apply: (s) => ({ ...s, placed: true }) });
  }
  const chance = returnChance(person);
  const returned = basket.items.map(({ product, units }) => {
    if (product.category === GIFT_CARDS || !dice.chance(chance)) return 0;
    return units > 1 ? dice.int(1, units) : 1;
  });
  const later = at + dice.int(6, 26) * DAY_MS + dice.int(0, 86_399) * 1000;
  if (returned.some((units) => units > 0)) {
    changes.push({ at: later, apply: (s) => ({ ...s, returned }) });
  }
  const exchanged = basket.items.map(
    ({ size }, i) => size !== undefined && returned[i] === 0 && dice.chance(EXCHANGE_CHANCE),
  );
  if (exchanged.includes(true)) {
    changes.push({ at: later + HOUR_MS, apply: (s) => ({ ...s, exchanged }) });
  }
  return changes;
}

function returnChance({ persona }: Person): number {
  if (persona === "serial_returner") return 0.66;
  return persona === "early_adopter" ? 0 : RETURN_CHANCE;
}

type Props = Readonly<Record<string, unknown>>;

/** What an order says beyond its amounts. */
function orderExtras(dice: Dice, person: Person, { plan, payment, channel }: Purchase): Props {
  const { firstName, home } = person;
  const extras: Record<string, unknown> = { payment_method: payment };
  if (channel === "store") extras.location = `${home.city} store`;
  if (person.company !== undefined) {
    Object.assign(extras, { company: person.company, payment_terms: "net30" });
  }
  // Now and then somebody gives something without being a giver of gifts.
  const isGift = plan.gift !== undefined || dice.chance(0.012);
  if (!isGift) return extras;
  const names = person.gender === "female" ? home.place.men : home.place.women;
  extras.bill_name = `${firstName} ${home.lastName}`;
  extras.ship_name = `${dice.pick(names)} ${dice.pick(home.place.lastNames)}`;
  if (dice.chance(0.6)) extras.gift_wrap = true;
  if (dice.chance(0.4)) extras.gift_note = "With love";
  return extras;
}

/** By the same signs as an import: another name on the parcel, wrapping, a note, a gift card. */
const isGift = ({ ship_name }: Props, { items }: Basket): boolean =>
  ship_name !== undefined || items.some(({ product }) => product.category === GIFT_CARDS);

interface Written {
  readonly purchase: Purchase;
  readonly state: OrderState;
  /** Of the order, then of its lines. */
  readonly ids: readonly bigint[];
  readonly versions: readonly number[];
  readonly knownAt: number;
  readonly extras: Props;
}

function orderFacts(
  person: Person,
  { purchase, state, ids, versions, knownAt, extras }: Written,
): readonly Fact[] {
  const { basket, alias, orderId, at, channel } = purchase;
  const gift = isGift(extras, basket);
  const { country } = person.home.place;
  const counts = state.placed && !state.cancelled && !state.test;
  const allBack = basket.items.every(({ units }, i) => units === state.returned[i]);
  const kept = counts && !allBack;
  const coupon = basket.coupon ?? "";
  const sums = { units: 0, gross: 0, discount: 0, refunded: 0, net: 0 };
  // Written out twice rather than spread from a shared part, which costs ten times as much.
  const lines = basket.items.map(({ product, offer, units, discountMinor, size }, i): Fact => {
    // A gift card has a price and is no revenue.
    const grossMinor = product.category === GIFT_CARDS ? 0 : offer.priceMinor * units;
    const paidMinor = grossMinor - discountMinor;
    const refundedMinor = Math.round((paidMinor * state.returned[i]!) / units);
    const netMinor = paidMinor - refundedMinor;
    sums.units += units;
    sums.gross += grossMinor;
    sums.discount += discountMinor;
    sums.refunded += refundedMinor;
    sums.net += netMinor;
    return {
      alias,
      ts: at,
      knownAt,
      version: versions[i + 1]!,
      source: DEMO_SOURCE,
      order: orderId,
      channel,
      country,
      coupon,
      placed: counts,
      kept,
      factId: ids[i + 1]!,
      kind: "line",
      ordinal: i + 1,
      product: product.id,
      category: product.category,
      department: product.department,
      brand: product.brand,
      collection: product.collection,
      quantity: String(units),
      price: offer.price,
      gross: money(grossMinor),
      discount: money(discountMinor),
      refunded: money(refundedMinor),
      net: money(netMinor),
      tax: taxOf(person, netMinor),
      cost: money(product.costMinor * units),
      launched: product.launchedAt,
      usualPrice: product.usualPriceAt(at),
      compareAt: offer.reducedSince === undefined ? undefined : money(offer.compareAtMinor!),
      compareAtSince: offer.reducedSince,
      gift,
      props:
        product.category === GIFT_CARDS ? GIFT_CARD_PROPS : lineProps(size, state.exchanged[i]!),
    };
  });
  const shippingMinor = sums.gross >= FREE_SHIPPING_FROM_MINOR ? 0 : SHIPPING_MINOR;
  const order: Fact = {
    alias,
    ts: at,
    knownAt,
    version: versions[0]!,
    source: DEMO_SOURCE,
    order: orderId,
    channel,
    country,
    coupon,
    placed: counts,
    // An order of which everything came back is not kept.
    kept,
    factId: ids[0]!,
    kind: "order",
    ordinal: 1,
    quantity: String(sums.units),
    gross: money(sums.gross),
    discount: money(sums.discount),
    refunded: money(sums.refunded),
    net: money(sums.net),
    tax: taxOf(person, sums.net),
    shipping: money(shippingMinor),
    gift,
    props: state.test ? { ...extras, test: true } : extras,
  };
  return [order, ...lines];
}

/** Amounts are without tax; companies with an exemption pay none. */
function taxOf({ role, home }: Person, netMinor: number): string {
  return money(role === "business" ? 0 : Math.round((netMinor * home.place.taxPercent) / 100));
}

const NO_PROPS: Props = {};
const GIFT_CARD_PROPS: Props = { gift_card: true };

/** Only what comes in a size is exchanged. */
function lineProps(size: string | undefined, exchanged: boolean): Props {
  if (size === undefined) return NO_PROPS;
  return exchanged ? { variant: size, exchanged: true } : { variant: size };
}

/** Facts of one order that are told apart only by version and by when they became known. */
function sameContent(a: Fact, b: Fact): boolean {
  return (
    a.refunded === b.refunded &&
    a.kept === b.kept &&
    a.placed === b.placed &&
    a.props?.exchanged === b.props?.exchanged
  );
}
