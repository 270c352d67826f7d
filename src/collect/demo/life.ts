/**
 * One person's whole life in the demo store: everything that the store learns of them, and what is
 * true of them by construction. It depends on the seed, the last instant and the person's number,
 * and on nothing else: person 17 is the same in a store of 20 and in one of a million.
 */

import { type Basket, fillBasket } from "./baskets.js";
import { DAY_MS } from "./calendar.js";
import { drawExperiment, type Experiment } from "./campaigns.js";
import { type Diary, newDiary } from "./diary.js";
import { type Dice, newDice } from "./dice.js";
import { type Identifiers, knownAs, makeIdentifiers } from "./identifiers.js";
import { writeMessages } from "./messages.js";
import { type OrderPlan, planOrders } from "./order-plans.js";
import { makePerson, type Person } from "./person.js";
import { type Purchase, writePurchase } from "./purchase.js";
import { writeService } from "./service.js";
import { writeLinks, writeTraits, writeWithdrawal } from "./traits.js";
import { writeVisits } from "./visits.js";
import type { World } from "./world.js";

export interface Life {
  readonly person: Person;
  readonly identifiers: Identifiers;
  readonly diary: Diary;
  readonly purchases: readonly Purchase[];
  readonly experiment: Experiment | undefined;
  readonly joinedAt: number;
  /** When the purchase process ended for good; undefined where it goes on or never was. */
  readonly stoppedAt: number | undefined;
}

/** An order brought about by the experiment comes so many days after its message, at most. */
const RESPONSE_DAYS = 10;
/** Of who has two accounts. */
const FORGOTTEN_ORDERS = 0.4;

export function makeLife(world: World, number: number): Life {
  const { calendar, catalogue } = world;
  const { until } = calendar;
  const dice = newDice(world.seed, `person ${number}`);
  const person = makePerson(dice, { seed: world.seed, number, calendar });
  const { orders: planned, stoppedAt } = planOrders(dice, person, calendar);
  const experiment = drawExperiment(dice, person, { orders: planned, calendar });
  const orders = withResponse(dice, planned, experiment).filter(({ at }) => at < until);
  // Who ordered has joined.
  const joinedAt = Math.min(person.joinedAt, (orders[0]?.at ?? person.joinedAt) - 60_000);
  const identifiers = makeIdentifiers(dice, { person, joinedAt, calendar });
  const diary = newDiary(number, until);
  const purchases = orders.map((plan, index) => {
    const basket = fillBasket(dice, person, { plan, catalogue, first: index === 0 });
    return makePurchase(dice, { person, identifiers, plan, basket, index });
  });
  writeLinks(identifiers, { number, diary, until });
  let arrivals: readonly number[] = [];
  if (person.habit !== "anonymous") {
    writeTraits(dice, { person, identifiers, diary, joinedAt });
    const { alias } = identifiers.main;
    const campaigns = world.campaigns.get(person.home.place.country)!;
    const sent = { person, joinedAt, alias, campaigns, calendar, diary, experiment };
    const reactions = writeMessages(dice, sent);
    arrivals = reactions.arrivals;
    const at = reactions.unsubscribedAt;
    if (at !== undefined) writeWithdrawal(person, { alias, diary, at });
  }
  for (const purchase of purchases) writePurchase(dice, person, { purchase, diary, until });
  writeVisits(dice, { person, identifiers, calendar, catalogue, diary, purchases, arrivals });
  writeService(dice, { person, calendar, diary, purchases });
  return { person, identifiers, diary, purchases, experiment, joinedAt, stoppedAt };
}

function withResponse(
  dice: Dice,
  orders: readonly OrderPlan[],
  experiment: Experiment | undefined,
): readonly OrderPlan[] {
  if (experiment?.arm !== "treated" || !experiment.responds) return orders;
  const { campaign, sentAt } = experiment;
  const at = sentAt + Math.ceil(dice.between(0.1, RESPONSE_DAYS) * DAY_MS);
  return [...orders, { at, campaign }].sort((a, b) => a.at - b.at);
}

function makePurchase(
  dice: Dice,
  of: {
    readonly person: Person;
    readonly identifiers: Identifiers;
    readonly plan: OrderPlan;
    readonly basket: Basket;
    /** Of the person's orders. */
    readonly index: number;
  },
): Purchase {
  const { person, identifiers, plan, basket, index } = of;
  const { forgotten } = identifiers;
  const usesForgotten = forgotten !== undefined && dice.chance(FORGOTTEN_ORDERS);
  const known = usesForgotten ? forgotten : knownAs(identifiers, plan.at);
  const online = plan.campaign !== undefined || dice.chance(0.88);
  const onDelivery = person.home.place.country === "TR" && online && dice.chance(0.06);
  return {
    orderId: `${person.id}-${index + 1}`,
    at: plan.at,
    plan,
    basket,
    alias: known.alias,
    channel: !online ? "store" : dice.chance(0.3) ? "app" : "web",
    payment:
      person.role === "business"
        ? "invoice"
        : onDelivery
          ? "cash_on_delivery"
          : dice.chance(0.3)
            ? "wallet"
            : "card",
  };
}
