/** What follows an order: parcels, points and credits, reviews, complaints. */

import { type Calendar, DAY_MS, HOUR_MS } from "./calendar.js";
import type { Diary } from "./diary.js";
import type { Dice } from "./dice.js";
import type { Person } from "./person.js";
import type { Purchase } from "./purchase.js";

/** Parcels and points are kept for so many days. */
const RECENT_DAYS = 60;
const REVIEWS_DAYS = 180;
const MEMBER_CHANCE = 0.25;
const REVIEW_CHANCE = 0.06;
const COMPLAINT_CHANCE = 0.015;
const CREDIT_CHANCE = 0.03;

export interface ServiceContext {
  readonly person: Person;
  readonly calendar: Calendar;
  readonly diary: Diary;
  readonly purchases: readonly Purchase[];
}

export function writeService(dice: Dice, context: ServiceContext): void {
  const { person, calendar, purchases } = context;
  const member = dice.chance(MEMBER_CHANCE);
  for (const [i, purchase] of purchases.entries()) {
    const last = i === purchases.length - 1;
    if (purchase.at > calendar.until - RECENT_DAYS * DAY_MS) {
      parcel(dice, context, purchase);
      if (member) balance(context, purchase, { kind: "points", amount: 10 * (i + 1), days: 1 });
    }
    if (purchase.at > calendar.until - REVIEWS_DAYS * DAY_MS) {
      reviews(dice, context, { purchase, last });
      complaint(dice, context, { purchase, last });
    }
    if (last && person.persona === "lapsed_with_balance") {
      const kind = dice.pick(["credit", "gift_card", "account"] as const);
      balance(context, purchase, { kind, amount: dice.int(10, 60), days: 20 });
    } else if (dice.chance(CREDIT_CHANCE)) {
      balance(context, purchase, { kind: "credit", amount: dice.int(5, 40), days: 12 });
      if (!last) balance(context, purchases[i + 1]!, { kind: "credit", amount: 0, days: 0 });
    }
  }
}

function parcel(dice: Dice, { person, diary }: ServiceContext, purchase: Purchase): void {
  const { alias, at, orderId, channel } = purchase;
  if (channel === "store") return;
  const { country } = person.home.place;
  const shippedAt = at + dice.int(4, 40) * HOUR_MS;
  const write = (name: string, ts: number) =>
    diary.write({ alias, kind: "event", order: orderId, country, ts, name });
  write("Order Shipped", shippedAt);
  write("Order Delivered", shippedAt + dice.int(20, 80) * HOUR_MS);
}

function balance(
  { person, diary }: ServiceContext,
  { alias, at }: Purchase,
  of: { readonly kind: string; readonly amount: number; readonly days: number },
): void {
  const { kind, amount, days } = of;
  diary.write({
    alias,
    ts: at + days * DAY_MS,
    kind: "event",
    name: "Balance Updated",
    country: person.home.place.country,
    props: { kind, amount, currency: "EUR" },
  });
}

interface Recent {
  readonly purchase: Purchase;
  readonly last: boolean;
}

function reviews(dice: Dice, context: ServiceContext, { purchase, last }: Recent): void {
  const { person, diary } = context;
  const unhappy = person.persona === "complainer";
  for (const [i, { product }] of purchase.basket.items.entries()) {
    const certainly = unhappy && last && i === 0;
    if (!certainly && !dice.chance(REVIEW_CHANCE)) continue;
    const ts = purchase.at + (certainly ? 4 : dice.int(5, 25)) * DAY_MS;
    const rating = certainly ? 1 : person.persona === "early_adopter" ? 5 : dice.weighted(RATINGS);
    diary.write({
      alias: purchase.alias,
      ts,
      kind: "reviewed",
      name: "Product Reviewed",
      country: person.home.place.country,
      about: product,
      props: { rating },
    });
  }
}

const RATINGS = [
  [50, 5],
  [28, 4],
  [11, 3],
  [6, 2],
  [5, 1],
] as const;

/** Most are settled within ten days. */
function complaint(dice: Dice, context: ServiceContext, { purchase, last }: Recent): void {
  const { person, diary } = context;
  const { alias, at, orderId } = purchase;
  const open = last && person.persona === "complainer";
  if (!open && (person.persona === "early_adopter" || !dice.chance(COMPLAINT_CHANCE))) return;
  const shared = { alias, order: orderId, country: person.home.place.country };
  const ts = at + (open ? 3 : dice.int(2, 12)) * DAY_MS;
  diary.write({ ...shared, ts, kind: "complaint_opened", name: "Complaint Opened" });
  if (open || dice.chance(0.15)) return;
  const closedAt = ts + dice.int(1, 10) * DAY_MS;
  diary.write({ ...shared, ts: closedAt, kind: "complaint_closed", name: "Complaint Closed" });
}
