/** When a person orders, and what is particular about each order: by habit, or as planted. */

import {
  atShoppingHour,
  type Calendar,
  DAY_MS,
  type GiftDay,
  giftDaysOf,
  isNovember,
} from "./calendar.js";
import type { Department } from "./catalogue.js";
import type { Dice } from "./dice.js";
import type { Person } from "./person.js";
import { plantedOrders } from "./planted-orders.js";

export interface OrderPlan {
  readonly at: number;
  readonly lines?: number;
  readonly units?: number;
  /** Each line is of this department or category with `share`, else of the person's taste. */
  readonly shelf?: string;
  readonly share?: number;
  readonly newest?: boolean;
  readonly departments?: readonly Department[];
  readonly reduced?: boolean;
  readonly percent?: number;
  readonly cheapest?: boolean;
  /** All lines are of the person's one resold product. */
  readonly resold?: boolean;
  readonly gift?: GiftDay;
  /** The order that a campaign brought about. */
  readonly campaign?: string;
}

export interface OrderPlans {
  readonly orders: readonly OrderPlan[];
  /** When the person stopped buying for good, by the model. Undefined: still here. */
  readonly stoppedAt: number | undefined;
}

export function planOrders(dice: Dice, person: Person, calendar: Calendar): OrderPlans {
  const { persona, habit } = person;
  const planted = persona === undefined ? undefined : plantedOrders(dice, person, calendar);
  if (planted !== undefined) return { orders: sorted(planted), stoppedAt: undefined };
  switch (habit) {
    case "browser":
    case "anonymous":
      return { orders: [], stoppedAt: undefined };
    case "once":
      return {
        orders: [{ at: atShoppingHour(dice, person.joinedAt) }],
        stoppedAt: person.joinedAt,
      };
    case "november":
      return { orders: novemberOrders(dice, person, calendar), stoppedAt: undefined };
    case "repeat": {
      const { times, stoppedAt } = repeatOrders(dice, person, calendar);
      const gifts = person.giftGiver ? giftOrders(dice, person, calendar) : [];
      const orders = [...times.map((at): OrderPlan => ({ at })), ...gifts];
      return { orders: sorted(orders), stoppedAt };
    }
  }
}

const sorted = (orders: readonly OrderPlan[]) => [...orders].sort((a, b) => a.at - b.at);

/** Exponential waits at the person's rate, until the person stops or the history ends. */
function repeatOrders(dice: Dice, person: Person, calendar: Calendar) {
  const { ordersPerDay, dropOut } = person.rates;
  const times: number[] = [];
  let at = atShoppingHour(dice, person.joinedAt);
  while (at < calendar.until) {
    times.push(at);
    if (dice.chance(dropOut)) return { times, stoppedAt: at };
    const days = Math.max(1, dice.wait(1 / ordersPerDay));
    at = atShoppingHour(dice, hurried(dice, at + days * DAY_MS, calendar));
  }
  return { times, stoppedAt: undefined };
}

/** An order due within three weeks of a November is often placed in it. */
function hurried(dice: Dice, at: number, calendar: Calendar): number {
  for (const november of calendar.novembers) {
    if (at >= november - 21 * DAY_MS && at < november && dice.chance(0.4)) {
      return november + dice.int(0, 29) * DAY_MS;
    }
  }
  return at;
}

function novemberOrders(dice: Dice, person: Person, calendar: Calendar): OrderPlan[] {
  const orders: OrderPlan[] = [];
  for (const november of calendar.novembers) {
    if (november + 29 * DAY_MS < person.joinedAt && isNovember(person.joinedAt)) continue;
    if (orders.length > 0 && dice.chance(0.5)) break;
    orders.push({ at: atShoppingHour(dice, november + dice.int(0, 29) * DAY_MS), reduced: true });
  }
  return orders;
}

/** On two gift days or more since the person joined, a week or two before the day. */
function giftOrders(dice: Dice, person: Person, calendar: Calendar): OrderPlan[] {
  const days = giftDaysOf(person.home.place.country, calendar).filter(
    ({ at }) => at > person.joinedAt + 21 * DAY_MS,
  );
  const chosen = days.filter((_, i) => i < 2 || dice.chance(0.35));
  return chosen.map((gift) => ({
    at: atShoppingHour(dice, gift.at - dice.int(4, 18) * DAY_MS),
    gift,
    lines: 1,
  }));
}
