import { expect, it } from "vitest";
import type { UnavailableSegment } from "../segment/index.js";
import { lacksText } from "./store-lacks.js";

const lacking = (title: string, needs: readonly string[], place = 20_000): UnavailableSegment => ({
  key: title,
  title,
  needs,
  place,
});

it("says nothing where nothing is missing", () => {
  expect(lacksText([])).toEqual([]);
});

it("says what each source of facts would give, the most first, and the first of its segments", () => {
  expect(
    lacksText([
      lacking("Hot", ["site"]),
      lacking("Cart", ["added"], 2),
      lacking("Checkout", ["checkout or payment_entered"], 1),
      lacking("Viewer", ["viewed"], 5),
      lacking("Early", ["line.launched", "price_dropped or back_in_stock"]),
      lacking("Balance", ["'Balance Updated' or person.balance"]),
      lacking("Own", ["opened"]),
      lacking("Fans", ["line.category", "viewed.launched", "site"]),
    ]),
  ).toEqual([
    "8 ready segments wait for facts that this store lacks:",
    `  4 with the shop's website (visits, carts, checkouts, ...): "Checkout", "Cart", "Viewer", ...`,
    `  1 with a file of products (launch dates, changes of price): "Early"`,
    `  1 with a file of people (the trait balance): "Balance"`,
    `  1 with a file of events (events opened): "Own"`,
    `  1 with several of these together: "Fans"`,
    "tessera segments lists them all, each with what it needs.",
  ]);
});
