/** Which facts touch which segments; that they change no others is a law of random texts (test/fuzz). */

import { expect, test } from "vitest";
import { makeLibrary, makePlan } from "../plan/index.js";
import { DEFAULT_SETTINGS } from "../settings.js";
import { parseDocument } from "../syntax/index.js";
import { touchedBy } from "./kinds-read.js";

const { document, diagnostics } = parseDocument(`
segment looked count(viewed in last 7 days) >= 3
segment bought_after_look count(viewed then order within 7 days) >= 1
segment undisturbed count(viewed then order without removed) >= 1
segment big sum(order.net) > 100
segment big_at_home big and person.country = 'DE'
segment visited count(session in last 7 days) > 1
segment took_quiz count(event where name = 'Quiz') >= 1
segment did_something count(event in last 7 days) > 0
segment seen_twice some product: count(viewed in last 7 days) >= 2
segment left_out some product: count(ordered_line) = 0
segment same_category some product: count(viewed) >= 1 and count(ordered_line of same category) = 0
segment of_the_house bucket(10, 'house') < 5
segment fan(c) count(line where category = c) >= 1 top 2 by sum(line.net where category = c)
segment home_fan fan('home')
`);
const { plan } = makePlan(makeLibrary([{ document }], DEFAULT_SETTINGS));

test.each([
  [
    "viewed",
    "Product Viewed",
    "looked bought_after_look undisturbed visited did_something seen_twice left_out same_category",
  ],
  ["removed", "Product Removed", "undisturbed visited did_something left_out same_category"],
  ["event", "Quiz", "took_quiz did_something left_out same_category"],
  ["event", "Other", "did_something left_out same_category"],
  ["order", "", "bought_after_look undisturbed big big_at_home left_out same_category"],
  ["line", "", "left_out same_category home_fan fan"],
  ["identified", "", "big_at_home left_out same_category"],
])("%s %s", (kind, name, expected) => {
  expect(diagnostics).toEqual([]);
  const { segments, families } = touchedBy(plan!, [{ kind, name }]);
  expect([...segments, ...families].join(" ")).toBe(expected);
});
