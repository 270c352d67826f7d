/**
 * What a store lacks is said, never shown as zero: with orders alone the rows 1 to 11 and 17 are
 * there and the others name what they need. With few buyers percentiles are thin and say so.
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { unavailableSegments } from "../../src/segment/membership/availability.js";
import { computeStatistics } from "../../src/segment/membership/statistics.js";
import { noteOf } from "../../src/segment/notes.js";
import { makePlan } from "../../src/segment/plan/index.js";
import { type Fact, factRow, type Warehouse } from "../../src/store/index.js";
import { oneEngine } from "../shown/snapshot.js";
import { playbookLibrary } from "./library.js";
import { factsOf, NOW } from "./store.js";

const library = playbookLibrary();
const { plan } = makePlan(library);
const segments = [...plan!.segments, ...plan!.families];
const engine = oneEngine("chdb");
let warehouse: Warehouse;
let lacking: ReadonlyMap<string, readonly string[]>;

async function bring(facts: readonly Fact[]): Promise<void> {
  await warehouse.insert(
    "facts",
    facts.map((f) => factRow(f)),
  );
  const found = await unavailableSegments(warehouse, library, { asOf: NOW });
  lacking = new Map(found.map(({ key, needs }) => [key, needs]));
}

/** Rows of which no segment lacks anything, but for parts. */
function rowsThere(): readonly string[] {
  const rows = segments.flatMap(({ name, notes }) => {
    const number = noteOf(notes, "number");
    return number === undefined || lacking.has(name) ? [] : [number];
  });
  return [...new Set(rows)].sort((a, b) => Number(a) - Number(b));
}

const ORDERS = Array.from({ length: 40 }, (_, i) => BigInt(i + 1)).flatMap((person) =>
  factsOf(person, [
    "nameless",
    "2024-01-10 20 category=shoes brand=acme department=women off=1 cost=9",
    `2024-05-${String((Number(person) % 20) + 10)} ${person} category=hats brand=acme`,
  ]),
);

beforeAll(async () => {
  warehouse = await engine.open();
  await bring(ORDERS);
});
afterAll(() => engine.close());

describe("a store of orders alone", () => {
  it("has the rows 1 to 11 and 17", () => {
    const numbers = [...Array.from({ length: 11 }, (_, i) => String(i + 1)), "17"];
    expect(rowsThere()).toEqual(numbers);
  });

  it("says what the others need", () => {
    expect(Object.fromEntries(lacking)).toMatchObject({
      cart_abandoner: ["added"],
      checkout_abandoner: ["checkout or payment_entered"],
      product_viewer: ["viewed"],
      searcher: ["searched"],
      no_result: ["searched.results"],
      watcher: ["price_dropped or back_in_stock"],
      gift_giver: ["order.gift or message_clicked.theme"],
      engaged_non_buyer: ["site or message_clicked"],
      anonymous_high_intent: ["site"],
      first_time_visitor: ["site"],
      no_consent_email: ["person.accepts_email"],
      held_out: ["person.holdout"],
      example_footwear_fans: ["viewed.launched"],
    });
  });

  it("has the examples that it can compute", () => {
    const there = segments.filter(
      ({ name, notes }) => noteOf(notes, "example") && !lacking.has(name),
    );
    expect(there.map(({ notes }) => noteOf(notes, "example"))).toEqual(["0", "4"]);
  });

  it("with 40 buyers has thin percentiles, over all who ever bought, and the default limits", async () => {
    const at = { now: NOW, timeZone: "UTC" };
    const statistics = [...(await computeStatistics(warehouse, plan!, at)).values()];
    const ranked = statistics.filter(({ text }) => /^p\d/.test(text));
    expect(ranked.length).toBeGreaterThan(10);
    expect(ranked.filter(({ thin }) => !thin)).toEqual([]);
    expect(ranked.find(({ text }) => text === "p90(net_12m)")).toMatchObject({ n: 40, thin: true });
  });
});

describe("as facts come in", () => {
  it.each([
    ["2024-06-01 added p1", "cart_abandoner"],
    ["2024-06-01 viewed p1", "product_viewer"],
    ["2024-06-01 searched query=lamp results=0", "no_result"],
    ["2024-06-01 identified accepts_email=no", "no_consent_email"],
    ["2024-06-01 identified holdout=no", "held_out"],
    ["2024-06-01 balance credit 5", "was_active_with_balance"],
    ["2024-06-01 20 gift", "gift_giver"],
    ["2024-06-01 back_in_stock p1", "watcher"],
  ])("%s brings %s", async (text, segment) => {
    expect(lacking.has(segment)).toBe(true);
    await bring(factsOf(BigInt(1000 + lacking.size), ["nameless", text]));
    expect(lacking.has(segment)).toBe(false);
  });
});
