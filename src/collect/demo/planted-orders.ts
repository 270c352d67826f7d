/** The orders of each persona: its rule as dates and baskets. */

import { unreachable } from "../../base/index.js";
import { atShoppingHour, type Calendar, DAY_MS, giftDaysOf } from "./calendar.js";
import { DEPARTMENTS, RUNNING_SHOES } from "./catalogue.js";
import type { Dice } from "./dice.js";
import type { OrderPlan } from "./order-plans.js";
import type { Person } from "./person.js";
import { times } from "./times.js";

/** Undefined: as the habit says. */
export function plantedOrders(
  dice: Dice,
  person: Person,
  calendar: Calendar,
): readonly OrderPlan[] | undefined {
  const { until } = calendar;
  const persona = person.persona!;
  /** That many days before the last instant. */
  const ago = (days: number) => atShoppingHour(dice, until - days * DAY_MS);
  /** `count` orders between two numbers of days ago, one of them at the nearer end. */
  const spread = (
    count: number,
    farDays: number,
    nearDays: number,
    plan: Partial<OrderPlan> = {},
  ) =>
    times(count, (i): OrderPlan => {
      const days = nearDays + ((farDays - nearDays) * (i + (i > 0 ? dice.next() : 0))) / count;
      return { ...plan, at: ago(days) };
    });
  switch (persona) {
    case "churned_footwear_fan": {
      const last = dice.int(210, 300);
      const plan = { shelf: RUNNING_SHOES, share: 0.8, lines: dice.int(2, 3), reduced: false };
      return spread(dice.int(6, 9), last + 260, last, plan);
    }
    case "gift_for_partner": {
      const plan = { shelf: "men", share: 0.75, reduced: true, lines: 2 };
      const gifts = giftDaysOf(person.home.place.country, calendar).slice(-2);
      return [
        ...spread(dice.int(2, 3), 420, dice.int(8, 70), plan),
        ...gifts.map((gift) => ({
          ...plan,
          gift,
          at: atShoppingHour(dice, gift.at - dice.int(4, 18) * DAY_MS),
        })),
      ];
    }
    case "early_adopter":
      return calendar.launches.slice(-6).map(({ at }) => ({
        at: atShoppingHour(dice, at + dice.int(1, 25) * DAY_MS),
        newest: true,
        departments: DEPARTMENTS.slice(0, 4),
        lines: 4,
        reduced: false,
      }));
    case "frequent_small":
      return spread(dice.int(15, 20), 420, dice.int(2, 20), { lines: 1, units: 1, cheapest: true });
    case "serial_returner":
      return spread(dice.int(4, 8), 500, dice.int(40, 90), { lines: dice.int(2, 4) });
    case "two_seasons":
      return calendar.novembers.map((november) => ({
        at: atShoppingHour(dice, november + dice.int(3, 28) * DAY_MS),
        reduced: true,
      }));
    case "returned":
      return [...spread(2, 650, dice.int(450, 500)), ...spread(1, 0, dice.int(2, 70))];
    case "lapsed_hot":
      return spread(dice.int(2, 4), 600, dice.int(230, 400));
    case "lapsed_with_balance":
      return spread(dice.int(3, 5), 640, dice.int(230, 420));
    case "silent_subscriber":
      return spread(dice.int(1, 2), 650, dice.int(230, 500));
    case "business":
      return spread(dice.int(2, 5), 600, dice.int(5, 60), {
        shelf: dice.pick(["candles", "kitchen", "toys"]),
        lines: 1,
        units: dice.int(60, 200),
      });
    case "staff":
      return spread(dice.int(2, 6), 500, dice.int(5, 80), { reduced: true, percent: 30 });
    case "reseller":
      return spread(dice.int(6, 10), 400, dice.int(4, 30), {
        resold: true,
        lines: 1,
        units: dice.int(6, 20),
        reduced: true,
      });
    case "complainer":
      return spread(dice.int(2, 4), 300, dice.int(6, 25));
    case "cart_left":
    case "checkout_left":
    case "payment_failed":
    case "searcher":
    case "watcher":
      return spread(dice.int(1, 4), 500, dice.int(20, 120));
    case "fruitless_searcher":
    case "engaged_visitor":
    case "anonymous_intent":
    case "first_time_visitor":
      return [];
    default:
      return unreachable(persona);
  }
}
