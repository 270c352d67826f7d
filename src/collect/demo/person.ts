/**
 * One person of the demo store: who they are, where they live and with whom, what they like, and
 * how their purchases come about. Orders follow the BG/NBD model (Fader, Hardie and Lee, 2005): a
 * purchase rate drawn from a gamma, a chance to stop after each order drawn from a beta.
 */

import { type Calendar, DAY_MS, isNovember } from "./calendar.js";
import { DEPARTMENTS, type Department } from "./catalogue.js";
import { type Dice, newDice } from "./dice.js";
import {
  type Character,
  type Habit,
  makeCharacter,
  type Persona,
  type Role,
  roleOf,
} from "./personas.js";
import {
  COMPANIES,
  JUNK_MAIL,
  MAIL_DOMAINS,
  PLACES,
  type Place,
  plainLetters,
  RELAY_DOMAINS,
  STORE_DOMAIN,
} from "./places.js";

export type EmailKind = "own" | "shared" | "relay" | "junk";

export interface Person {
  readonly number: number;
  /** The account's id, `C0017`. */
  readonly id: string;
  readonly persona: Persona | undefined;
  readonly habit: Habit;
  readonly role: Role;
  readonly joinedAt: number;
  readonly home: Home;
  readonly firstName: string;
  readonly gender: "female" | "male";
  /** Whether the store was told the gender. */
  readonly genderKnown: boolean;
  readonly age: number;
  readonly company: string | undefined;
  readonly email: string;
  readonly emailKind: EmailKind;
  readonly phone: string | undefined;
  readonly consents: Consents;
  readonly tastes: Tastes;
  readonly rates: Rates;
  readonly giftGiver: boolean;
}

/** What two people of a household share. */
export interface Home {
  readonly place: Place;
  readonly city: string;
  readonly postcode: string;
  readonly street: string;
  readonly lastName: string;
  readonly household: string | undefined;
}

/** Of each channel: undefined = was never asked. */
export interface Consents {
  readonly email: boolean | undefined;
  readonly sms: boolean | undefined;
  readonly push: boolean | undefined;
}

export interface Tastes {
  readonly department: Department;
  /** Share of purchases from the department of choice. */
  readonly loyalty: number;
  readonly brand: string;
  /** How much of what they buy they buy reduced, 0..1. */
  readonly bargains: number;
  /** Mean lines in an order, from 1. */
  readonly basket: number;
  /** Mean days between visits without a purchase, while they are here. */
  readonly visitDays: number;
}

export interface Rates {
  readonly ordersPerDay: number;
  /** Chance to stop for good after an order. */
  readonly dropOut: number;
}

const BRANDS_LIKED = ["Alba", "Marlowe", "Stride", "Hollis"] as const;
const PLACE_WEIGHTS: readonly (readonly [number, Place])[] = PLACES.map((p) => [p.weight, p]);
const NEIGHBOURS = 10;
const HOUSEHOLD_CHANCE = 0.6;

export function makePerson(
  dice: Dice,
  of: { readonly seed: number; readonly number: number; readonly calendar: Calendar },
): Person {
  const { seed, number, calendar } = of;
  const character = makeCharacter(dice);
  const { persona, habit } = character;
  const role = roleOf(persona);
  const home = makeHome(seed, number, dice);
  const gender = persona === "gift_for_partner" || dice.chance(0.55) ? "female" : "male";
  const firstName = dice.pick(gender === "female" ? home.place.women : home.place.men);
  const { email, kind } = makeEmail(dice, { number, role, firstName, home });
  const bargains = dice.weighted(BARGAINS);
  return {
    number,
    id: `C${String(number).padStart(4, "0")}`,
    persona,
    habit,
    role,
    joinedAt: joined(dice, character, calendar),
    home,
    firstName,
    gender,
    genderKnown: persona === "gift_for_partner" || dice.chance(0.6),
    age: dice.int(18, 72),
    company: role === "business" ? `${home.lastName} ${dice.pick(COMPANIES)}` : undefined,
    email,
    emailKind: kind,
    phone: dice.chance(0.6) ? `${home.place.dialling}${1_000_000 + number}` : undefined,
    consents: makeConsents(dice, persona),
    tastes: {
      department: dice.weighted(FAVOURITES),
      loyalty: dice.between(0.4, 1),
      brand: dice.pick(BRANDS_LIKED),
      bargains,
      basket: 1 + dice.wait(1.1),
      visitDays: dice.around(22, 0.8),
    },
    rates: { ordersPerDay: dice.gamma(1.4, 1 / 75), dropOut: dice.beta(1.2, 5) },
    giftGiver: role === "consumer" && habit === "repeat" && dice.chance(0.2),
  };
}

const BARGAINS = [
  [35, 0.05],
  [40, 0.3],
  [25, 0.85],
] as const;

const FAVOURITES: readonly (readonly [number, Department])[] = DEPARTMENTS.map((department) => [
  department === "women" ? 5 : department === "kids" ? 2 : 3,
  department,
]);

/** In November more often than in other months. Who only browses is forgotten after two months. */
function joined(dice: Dice, { habit, persona }: Character, { from, until }: Calendar): number {
  if (habit === "browser" || habit === "anonymous") {
    return wholeSecond(until - dice.between(1, 60) * DAY_MS);
  }
  let at = dice.between(from, until);
  const wantsNovember = habit === "november" || (persona === undefined && dice.chance(0.15));
  for (let tries = 0; wantsNovember && !isNovember(at) && tries < 200; tries++) {
    at = dice.between(from, until);
  }
  return wholeSecond(at);
}

function wholeSecond(at: number): number {
  return Math.floor(at / 1000) * 1000;
}

/** Of ten neighbours two often live together. Who they are does not depend on the store's size. */
function makeHome(seed: number, number: number, dice: Dice): Home {
  const block = Math.floor((number - 1) / NEIGHBOURS);
  const shared = newDice(seed, `neighbours ${block}`);
  const together = shared.chance(HOUSEHOLD_CHANCE);
  const first = shared.int(0, NEIGHBOURS - 2);
  const slot = (number - 1) % NEIGHBOURS;
  const isShared = together && (slot === first || slot === first + 1);
  const of = isShared ? shared : dice;
  const place = of.weighted(PLACE_WEIGHTS);
  const [city, postcode] = of.pick(place.cities);
  return {
    place,
    city,
    postcode: `${postcode}${of.int(100, 999)}`,
    street: `${of.pick(place.streets)} ${of.int(1, 120)}`,
    lastName: of.pick(place.lastNames),
    household: isShared ? `H${block + 1}` : undefined,
  };
}

function makeEmail(
  dice: Dice,
  of: {
    readonly number: number;
    readonly role: Role;
    readonly firstName: string;
    readonly home: Home;
  },
): { readonly email: string; readonly kind: EmailKind } {
  const { number, role, firstName, home } = of;
  const own = `${plainLetters(firstName)}.${plainLetters(home.lastName)}${number}`;
  if (role === "staff") return { email: `${own}@${STORE_DOMAIN}`, kind: "own" };
  const kind = dice.weighted(EMAIL_KINDS);
  if (home.household !== undefined && kind === "own" && dice.chance(0.7)) {
    const email = `${plainLetters(home.lastName)}.${home.household.toLowerCase()}@example.com`;
    return { email, kind: "shared" };
  }
  if (kind === "junk") return { email: dice.pick(JUNK_MAIL), kind };
  const domain = dice.pick(kind === "relay" ? RELAY_DOMAINS : MAIL_DOMAINS);
  return { email: `${own}@${domain}`, kind };
}

const EMAIL_KINDS: readonly (readonly [number, EmailKind])[] = [
  [97, "own"],
  [2, "relay"],
  [1, "junk"],
];

/** Personas that are spoken to must have said yes. */
const SUBSCRIBED: ReadonlySet<Persona | undefined> = new Set<Persona>([
  "silent_subscriber",
  "engaged_visitor",
  "gift_for_partner",
]);

function makeConsents(dice: Dice, persona: Persona | undefined): Consents {
  const asked = (yes: number, no: number) => {
    const drawn = dice.next();
    return drawn < yes ? true : drawn < yes + no ? false : undefined;
  };
  const email = asked(0.58, 0.24);
  return {
    email: SUBSCRIBED.has(persona) ? true : email,
    sms: asked(0.22, 0.4),
    push: asked(0.18, 0.3),
  };
}
