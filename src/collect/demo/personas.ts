/**
 * Who lives in the demo store: habits that most people have, and personas that are planted so that
 * every segment of the playbook has people who are in it for a known reason. `rule` says what makes
 * each of them; docs/demo.md lists the table, and the truth file names each person's.
 */

import type { Dice } from "./dice.js";

/** How a person without a persona behaves. */
export type Habit = "repeat" | "once" | "november" | "browser" | "anonymous";

const HABITS: readonly (readonly [number, Habit])[] = [
  [46, "repeat"],
  [16, "once"],
  [5, "november"],
  [6, "browser"],
  [10, "anonymous"],
];

interface PersonaDefinition {
  /** Of a thousand people. */
  readonly perMille: number;
  readonly rule: string;
}

export const PERSONAS = {
  churned_footwear_fan: {
    perMille: 8,
    rule: "6-9 large orders, mostly running shoes, the last 210-300 days ago; this week a look at the newest running shoes",
  },
  gift_for_partner: {
    perMille: 9,
    rule: "a woman with 3-5 orders in 14 months, mostly men's things, mostly reduced; clicked on a gift campaign",
  },
  early_adopter: {
    perMille: 9,
    rule: "buys from four departments within 25 days of each launch, at full price; looked at the newest collection",
  },
  frequent_small: {
    perMille: 10,
    rule: "one cheap thing about every 24 days",
  },
  serial_returner: { perMille: 12, rule: "4-8 orders, sends back two thirds of the lines" },
  two_seasons: {
    perMille: 12,
    rule: "buys in November, in every November of the history, and at no other time",
  },
  returned: { perMille: 10, rule: "two orders 450-650 days ago, another in the last 70 days" },
  lapsed_hot: { perMille: 8, rule: "2-4 orders, the last 230-400 days ago; on the site this week" },
  lapsed_with_balance: {
    perMille: 10,
    rule: "3-5 orders, the last 230-420 days ago; a credit that was never spent",
  },
  silent_subscriber: {
    perMille: 12,
    rule: "subscribed, 1-2 orders long ago, gets every newsletter and never reacts",
  },
  cart_left: { perMille: 8, rule: "filled a cart in the last 60 hours and left" },
  checkout_left: { perMille: 5, rule: "began a checkout in the last 20 hours and left" },
  payment_failed: { perMille: 5, rule: "a payment failed in the last 20 hours" },
  fruitless_searcher: { perMille: 6, rule: "two searches without a result this week" },
  searcher: {
    perMille: 6,
    rule: "two searches with results this week, and looked at none of them",
  },
  watcher: {
    perMille: 8,
    rule: "wished for or watched a product that then became cheaper or came back",
  },
  complainer: { perMille: 6, rule: "an open complaint and a review of one star" },
  engaged_visitor: {
    perMille: 8,
    rule: "no order; clicks on messages and comes back, again and again",
  },
  business: { perMille: 8, rule: "a company: tax exempt, net terms, 60-200 units of a thing" },
  staff: { perMille: 5, rule: "writes from the store's own domain, tagged, buys at 30 % off" },
  reseller: { perMille: 4, rule: "6-20 pieces of one reduced product, again and again" },
  anonymous_intent: {
    perMille: 15,
    rule: "never identified; three things looked at or a cart this week",
  },
  first_time_visitor: {
    perMille: 10,
    rule: "never identified; the first visit was in the last 20 hours",
  },
} as const satisfies Readonly<Record<string, PersonaDefinition>>;

export type Persona = keyof typeof PERSONAS;

export const PERSONA_KEYS = Object.keys(PERSONAS) as readonly Persona[];

export interface Character {
  readonly persona: Persona | undefined;
  /** Of a persona: what the person would be without it; only the personas' rules count. */
  readonly habit: Habit;
}

export function makeCharacter(dice: Dice): Character {
  let left = dice.next() * 1000;
  for (const persona of PERSONA_KEYS) {
    left -= PERSONAS[persona].perMille;
    if (left < 0) return { persona, habit: HABIT_OF[persona] ?? "repeat" };
  }
  return { persona: undefined, habit: dice.weighted(HABITS) };
}

const HABIT_OF: Partial<Readonly<Record<Persona, Habit>>> = {
  engaged_visitor: "browser",
  fruitless_searcher: "browser",
  anonymous_intent: "anonymous",
  first_time_visitor: "anonymous",
  two_seasons: "november",
};

export type Role = "consumer" | "business" | "staff" | "reseller";

export function roleOf(persona: Persona | undefined): Role {
  return persona === "business" || persona === "staff" || persona === "reseller"
    ? persona
    : "consumer";
}
