/** The visits of each persona: what its rule says that it did of late. */

import { type Calendar, DAY_MS, HOUR_MS } from "./calendar.js";
import type { Catalogue, Product } from "./catalogue.js";
import type { Dice } from "./dice.js";
import type { Person } from "./person.js";
import type { Purpose, VisitPlan } from "./visits.js";

export function plantedVisits(
  dice: Dice,
  person: Person,
  { calendar, catalogue }: { readonly calendar: Calendar; readonly catalogue: Catalogue },
): readonly VisitPlan[] {
  const { until } = calendar;
  const visit = (purpose: Purpose, fewest: number, most: number, unit = DAY_MS): VisitPlan => ({
    purpose,
    at: Math.floor(until - dice.between(fewest, most) * unit),
  });
  switch (person.persona) {
    case "churned_footwear_fan":
      return [visit("newest_running", 0.2, 6), visit("newest_running", 0.2, 6)];
    case "early_adopter":
      return [visit("newest", 0.5, 6), visit("newest", 7, 12)];
    case "lapsed_hot":
      return [visit("browse", 0.1, 6.5)];
    case "cart_left":
      return [visit("cart", 2, 60, HOUR_MS)];
    case "checkout_left":
      return [visit("checkout", 1.5, 20, HOUR_MS)];
    case "payment_failed":
      return [visit("payment_failed", 1.5, 20, HOUR_MS)];
    case "searcher":
      return [visit("search", 0.2, 6)];
    case "fruitless_searcher":
      return [visit("search_nothing", 0.2, 6)];
    case "watcher":
      return watching(dice, catalogue);
    case "engaged_visitor":
      return Array.from({ length: 4 }, () => visit("browse", 0.2, 13));
    case "anonymous_intent":
      return [visit(dice.chance(0.5) ? "cart" : "browse", 0.2, 6), visit("newest", 0.2, 6)];
    case "first_time_visitor":
      return [visit(dice.chance(0.5) ? "browse" : "newest", 1.5, 20, HOUR_MS)];
    default:
      return [];
  }
}

/** A few days before its price fell or its stock came back. */
function watching(dice: Dice, { betterOfLate }: Catalogue): VisitPlan[] {
  if (betterOfLate.length === 0) return [];
  const product: Product = dice.pick(betterOfLate);
  const [before, last] = product.offers.slice(-2);
  const soldOut = before!.stock === 0;
  return [
    {
      at: last!.from - Math.floor(dice.between(0.3, 2.5) * DAY_MS),
      purpose: "browse",
      products: [product],
      wish: soldOut ? "watched" : "wished",
    },
  ];
}
