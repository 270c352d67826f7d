/**
 * One purchase as facts: the order and its lines. What is sent back later is a second version of
 * both, known from that day on; until then the first version counts.
 */

import { aliasOf, halfMd5 } from "../../base/index.js";
import type { Fact, Superseded } from "../../store/index.js";
import type { Assortment, Product } from "./assortment.js";
import type { Dice } from "./dice.js";
import { chooseProduct, DAY_MS, isNovember, type Shopper } from "./shopper.js";

export const SAMPLE_SOURCE = "sample";
export const SAMPLE_ID_KIND = "user_id";

const RETURN_CHANCE = 0.07;
const SHIPPING_MINOR = 490;
const FREE_SHIPPING_FROM_MINOR = 6000;

export interface Purchase {
  readonly orderId: string;
  readonly at: number;
  readonly items: readonly Item[];
  readonly coupon: string | undefined;
}

interface Item {
  readonly product: Product;
  readonly quantity: number;
  readonly discountMinor: number;
}

export interface PurchaseFacts {
  readonly facts: readonly Fact[];
  readonly superseded: readonly Superseded[];
}

export function makePurchase(
  dice: Dice,
  shopper: Shopper,
  { assortment, at, number }: { assortment: Assortment; at: number; number: number },
): Purchase {
  const count = Math.min(8, 1 + Math.floor(dice.wait(shopper.basket - 1)));
  const november = isNovember(at);
  const reduced = dice.chance(november ? 0.5 + shopper.bargains / 2 : shopper.bargains);
  const percent = november ? dice.pick([20, 30, 40]) : dice.pick([10, 15, 20]);
  const items = Array.from({ length: count }, (): Item => {
    const product = chooseProduct(dice, shopper, { assortment, at });
    const quantity = dice.chance(0.12) ? 2 : 1;
    const discountMinor = reduced ? Math.round((product.priceMinor * quantity * percent) / 100) : 0;
    return { product, quantity, discountMinor };
  });
  const coupon = !reduced ? undefined : november ? "NOVEMBER" : number === 1 ? "WELCOME" : "EXTRA";
  return { orderId: `${shopper.id}-${number}`, at, items, coupon };
}

/** Returns that happen before `until` are in it. */
export function purchaseFacts(
  dice: Dice,
  shopper: Shopper,
  { purchase, until }: { readonly purchase: Purchase; readonly until: number },
): PurchaseFacts {
  const returned = purchase.items.map(() => dice.chance(RETURN_CHANCE));
  const returnedAt = purchase.at + dice.int(3, 21) * DAY_MS + dice.int(0, 86_399) * 1000;
  const first = version(shopper, purchase, { number: 1, knownAt: purchase.at, returned: [] });
  if (!returned.includes(true) || returnedAt >= until) return { facts: first, superseded: [] };
  const second = version(shopper, purchase, { number: 2, knownAt: returnedAt, returned });
  const changed = second.filter(
    (fact, i) => fact.refunded !== first[i]!.refunded || fact.kept !== first[i]!.kept,
  );
  const superseded = changed.map(({ alias, factId }) => ({
    alias,
    factId,
    version: 1,
    knownAt: returnedAt,
  }));
  return { facts: [...first, ...changed], superseded };
}

interface Version {
  readonly number: number;
  readonly knownAt: number;
  /** By line. */
  readonly returned: readonly boolean[];
}

function version(
  shopper: Shopper,
  { orderId, at, items, coupon }: Purchase,
  { number, knownAt, returned }: Version,
): readonly Fact[] {
  const grossMinor = items.reduce(
    (sum, { product, quantity }) => sum + product.priceMinor * quantity,
    0,
  );
  const shared = {
    alias: aliasOf(SAMPLE_ID_KIND, shopper.id),
    ts: at,
    knownAt,
    version: number,
    source: SAMPLE_SOURCE,
    order: orderId,
    channel: "web",
    country: shopper.country,
    // An order of which everything came back is not kept.
    kept: !(returned.length > 0 && returned.every(Boolean)),
    ...(coupon !== undefined && { coupon }),
  };
  const lines = items.map(({ product, quantity, discountMinor }, i): Fact => {
    const lineMinor = product.priceMinor * quantity;
    const refundedMinor = returned[i] ? lineMinor - discountMinor : 0;
    return {
      ...shared,
      ...productFields(product),
      factId: halfMd5(`line\0${SAMPLE_SOURCE}\0${orderId}\0${i + 1}`),
      kind: "line",
      ordinal: i + 1,
      quantity: String(quantity),
      price: money(product.priceMinor),
      gross: money(lineMinor),
      discount: money(discountMinor),
      refunded: money(refundedMinor),
      net: money(lineMinor - discountMinor - refundedMinor),
      cost: money(product.costMinor * quantity),
      launched: product.launchedAt,
    };
  });
  const sum = (amount: (fact: Fact) => string | undefined) =>
    money(lines.reduce((total, line) => total + Math.round(Number(amount(line)) * 100), 0));
  const order: Fact = {
    ...shared,
    factId: halfMd5(`order\0${SAMPLE_SOURCE}\0${orderId}`),
    kind: "order",
    ordinal: 1,
    quantity: String(items.reduce((total, item) => total + item.quantity, 0)),
    gross: money(grossMinor),
    discount: sum((line) => line.discount),
    refunded: sum((line) => line.refunded),
    net: sum((line) => line.net),
    shipping: money(grossMinor >= FREE_SHIPPING_FROM_MINOR ? 0 : SHIPPING_MINOR),
  };
  return [order, ...lines];
}

export function productFields({ id, category, department, brand, collection }: Product) {
  return { product: id, category, department, brand, collection };
}

export function money(minor: number): string {
  return (minor / 100).toFixed(2);
}
