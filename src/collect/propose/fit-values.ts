/** How well the values of a column fit what a field needs, whatever the column's name. */

import { eventOf } from "../events/index.js";
import type { Meaning } from "./column-names.js";
import { instantRows, isCount } from "./instants.js";
import { foldText } from "./match-name.js";
import { type ColumnProfile, shareOf } from "./profile-columns.js";
import { COUNTRIES, CURRENCIES, EVENT_WORDS, STATUS_WORDS, YES_NO } from "./value-words.js";

export interface Fit {
  /** 1: the values are just such; 0: they cannot be. */
  readonly score: number;
  readonly why: string;
  /** The values alone say so, whatever the column is called. */
  readonly telling?: true;
}

type Expected =
  | "id"
  | "instant"
  | "number"
  | "units"
  | "email"
  | "phone"
  | "country"
  | "currency"
  | "yes or no"
  | "status"
  | "event"
  | "text";

const EXPECTED: Readonly<Partial<Record<Meaning, Expected>>> = {
  order: "id",
  customer: "id",
  visitor: "id",
  product: "id",
  postcode: "id",
  time: "instant",
  paid: "instant",
  fulfilled: "instant",
  cancelled: "instant",
  refunded_at: "instant",
  launched_at: "instant",
  birthday: "instant",
  quantity: "units",
  stock: "units",
  total_orders: "units",
  price: "number",
  amount: "number",
  discount: "number",
  order_discount: "number",
  refunded: "number",
  subtotal: "number",
  shipping: "number",
  tax: "number",
  total: "number",
  compare_at_price: "number",
  cost: "number",
  total_spent: "number",
  email: "email",
  phone: "phone",
  country: "country",
  currency: "currency",
  status: "status",
  event: "event",
  accepts_email: "yes or no",
  accepts_sms: "yes or no",
  tax_exempt: "yes or no",
  test: "yes or no",
  gift_card: "yes or no",
  taxable: "yes or no",
  tax_included: "yes or no",
};

/** Beyond it a column of codes or names is prose. */
const MAX_ID_LETTERS = 64;
const MAX_TEXT_LETTERS = 200;
/** A few rows out of a hundred may be faulty. */
const MOST = 0.95;
/** Faulty rows weigh more in a short file. */
const MANY = 0.8;

const scored = (score: number, why: string): Fit => ({ score, why });
const telling = (score: number, why: string): Fit => ({ score, why, telling: true });
const quiet = ({ score, why }: Fit): Fit => ({ score, why });
const NO: Fit = scored(0, "");

export const expectedOf = (meaning: Meaning): Expected => EXPECTED[meaning] ?? "text";

export function fitOf(meaning: Meaning, profile: ColumnProfile): Fit {
  if (profile.filled === 0) return scored(0.3, "blank on every row that was looked at");
  if (shareOf(profile, (value) => NESTED.test(value)) > 0.5) return NO;
  switch (expectedOf(meaning)) {
    case "id":
      return idFit(profile);
    case "instant":
      return instantFit(profile);
    case "number":
      return numberFit(profile);
    case "units":
      return unitsFit(profile);
    case "email":
      return shareFit(profile, (v) => EMAIL.test(v), "e-mail addresses");
    case "phone":
      return quiet(shareFit(profile, isPhone, "phone numbers"));
    case "country":
      return wordFit(profile, (v) => COUNTRIES.has(foldText(v)), "countries");
    case "currency":
      return wordFit(profile, (v) => CURRENCIES.has(v), "currency codes");
    case "yes or no":
      return quiet(shareFit(profile, (v) => YES_NO.has(foldText(v)), "yes or no"));
    case "status":
      return statusFit(profile);
    case "event":
      return eventFit(profile);
    case "text":
      return textFit(profile);
  }
}

/** An object or a list of JSON, which is no one value. */
const NESTED = /^(\{"|\[)/;
const EMAIL = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;
const isPhone = (text: string) => /^\+?[\d\s()./-]{7,20}$/.test(text) && /(\d\D*){7}/.test(text);

/** Share of the rows whose value is a number, by either decimal mark. */
const numberShare = ({ point, comma, filled }: ColumnProfile): number =>
  Math.max(point, comma) / filled;

const isWhole = (p: ColumnProfile): boolean => numberShare(p) >= MOST && p.fractional === 0;

const instantShare = ({ instants, filled }: ColumnProfile): number =>
  instantRows(instants) / filled;

/** Numbers of seconds, or dates without any sign, are ids as often. */
const isCounted = ({ instants }: ColumnProfile): boolean =>
  instants.every(({ formats }) => formats.every(isCount));

function idFit(profile: ColumnProfile): Fit {
  const { meanLength, filled } = profile;
  const dated = instantShare(profile) >= MOST && !isCounted(profile);
  const broken = numberShare(profile) >= MOST && profile.fractional > filled / 2;
  if (dated || broken || meanLength > MAX_ID_LETTERS) return NO;
  const spaced = shareOf(profile, (value) => /\s/.test(value));
  return scored(1 - spaced / 2, count(profile.distinct, "value"));
}

function instantFit(profile: ColumnProfile): Fit {
  const share = instantShare(profile);
  if (share < MANY) return NO;
  const why = share === 1 ? "every value is a time" : `${percent(share)} of the values are times`;
  if (share < MOST) return scored(0.8, why);
  // A count since 1970 needs no time zone, so it goes before a text that says the same.
  return isCounted(profile) ? scored(1, why) : telling(0.95, why);
}

function numberFit(profile: ColumnProfile): Fit {
  const share = numberShare(profile);
  if (share < MANY || (instantShare(profile) >= MOST && !isCounted(profile))) return NO;
  return scored(share === 1 ? 1 : 0.8, share === 1 ? "numbers" : `${percent(share)} are numbers`);
}

function unitsFit(profile: ColumnProfile): Fit {
  const numbers = numberFit(profile);
  if (numbers.score === 0) return NO;
  if (profile.fractional > 0) return scored(0.7, "numbers, not all of them whole");
  return numbers.score === 1 ? scored(1, "whole numbers") : numbers;
}

function shareFit(profile: ColumnProfile, is: (value: string) => boolean, what: string): Fit {
  const share = shareOf(profile, is);
  if (share < 0.7) return NO;
  if (share < MOST) return scored(0.7, `${percent(share)} are ${what}`);
  return telling(1, share === 1 ? what : `${percent(share)} are ${what}`);
}

/** One value says little of what the column is. */
function wordFit(profile: ColumnProfile, is: (value: string) => boolean, what: string): Fit {
  const found = shareFit(profile, is, what);
  return found.telling && profile.distinct < 2 ? scored(found.score, found.why) : found;
}

const MAX_STATES = 40;

function statusFit(profile: ColumnProfile): Fit {
  if (profile.distinct > MAX_STATES || isWhole(profile)) return NO;
  const known = Object.values(STATUS_WORDS);
  const share = shareOf(profile, (v) => known.some((list) => list.has(foldText(v))));
  if (share >= MOST) return telling(1, "states of orders");
  return scored(
    share > 0.3 ? 0.8 : 0.4,
    `${percent(share)} are states of orders that are known here`,
  );
}

function eventFit(profile: ColumnProfile): Fit {
  const known = (v: string) => eventOf(v) !== undefined || EVENT_WORDS.has(foldText(v));
  const share = shareOf(profile, known);
  if (share >= 0.5) return telling(1, "names of what people do in a shop");
  return profile.distinct <= 200 && !isWhole(profile) ? scored(0.5, "few different words") : NO;
}

function textFit(profile: ColumnProfile): Fit {
  if (instantShare(profile) >= MOST && !isCounted(profile)) return NO;
  if (profile.meanLength > MAX_TEXT_LETTERS) return NO;
  if (numberShare(profile) >= MOST) {
    return scored(profile.fractional > 0 ? 0.2 : 0.5, "numbers where a text is expected");
  }
  return scored(1, count(profile.distinct, "text"));
}

const count = (n: number, what: string): string =>
  n === 1 ? `one ${what}` : `${n} different ${what}s`;

const percent = (share: number): string => {
  const rounded = Math.round(share * 100);
  return rounded === 100 && share < 1 ? "nearly 100 %" : `${rounded} %`;
};
