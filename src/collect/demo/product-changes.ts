/** What happened to products, as events of nobody: a price changed, stock ran out or came back. */

import type { Fact } from "../../store/index.js";
import { newDiary } from "./diary.js";
import type { World } from "./world.js";

const NOBODY = 0n;

/** As long as the site's events are kept. */
export function productChanges({ calendar, catalogue }: World): readonly Fact[] {
  const diary = newDiary(0, calendar.until);
  for (const product of catalogue.products) {
    for (const [i, offer] of product.offers.entries()) {
      const before = product.offers[i - 1];
      if (before === undefined || offer.from < calendar.eventsSince) continue;
      const shared = { alias: NOBODY, ts: offer.from, kind: "event", about: product };
      if (offer.priceMinor !== before.priceMinor) {
        const props = { previous_price: Number(before.price) };
        diary.write({ ...shared, name: "Product Price Changed", props });
      }
      if (offer.stock !== before.stock) {
        const props = { stock: offer.stock, previous_stock: before.stock };
        diary.write({ ...shared, name: "Product Stock Changed", props });
      }
    }
  }
  return diary.facts;
}
