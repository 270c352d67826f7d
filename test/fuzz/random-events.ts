/** Events on the site and elsewhere, visits made of several, and traits. */

import type { Fact } from "../../src/store/facts.js";
import { type Draft, knownAtOf } from "./draft.js";
import type { Random } from "./random.js";
import { catalogued, optionally } from "./random-orders.js";
import {
  COMMON_KINDS,
  EVENT_KINDS,
  PRICES,
  PRODUCTS,
  PROPERTIES,
  TRAITS,
  WORDS,
} from "./vocabulary.js";

/** Distances inside a visit; half an hour and more begins a new one. */
const VISIT_STEPS_MS = [0, 1, 60_000, 600_000, 1_799_999, 1_800_000, 1_800_001] as const;

export function randomEvents(draft: Draft, alias: bigint, ts: number): void {
  const { random } = draft;
  if (random.chance(0.1)) {
    draft.facts.push(identified(random, alias, ts));
    return;
  }
  let at = ts;
  for (
    let left = random.weighted([
      [5, 1],
      [3, 3],
      [1, 8],
    ]);
    left > 0;
    left--
  ) {
    draft.facts.push(event(random, alias, at));
    draft.used.push(at);
    at += random.pick(VISIT_STEPS_MS);
  }
}

function event(random: Random, alias: bigint, ts: number): Fact {
  const kind = random.chance(0.75)
    ? random.pick(COMMON_KINDS)
    : random.pick(Object.keys(EVENT_KINDS));
  const base: Fact = {
    alias,
    ts,
    knownAt: knownAtOf(random, ts),
    factId: random.id(),
    kind,
    name: kind === "event" ? random.pick(WORDS.name as readonly string[]) : "Product Viewed",
    ...optionally(random, 0.7, "source"),
    ...optionally(random, 0.5, "channel"),
    ...optionally(random, 0.3, "campaign"),
    ...optionally(random, 0.3, "theme"),
    ...optionally(random, 0.5, "country"),
    ...(random.chance(0.1) && { human: false }),
    ...(random.chance(0.6) && { props: properties(random, PROPERTIES) }),
  };
  const fields = (EVENT_KINDS[kind] ?? []).map((field) => fieldOf(random, field));
  return Object.assign(base, ...fields) as Fact;
}

function fieldOf(random: Random, field: string): Partial<Fact> {
  switch (field) {
    case "product": {
      if (random.chance(0.1)) return {};
      const product = random.pick(PRODUCTS);
      return { product, ...catalogued(random, product) };
    }
    case "price":
      return random.chance(0.8) ? { price: random.pick(PRICES) } : {};
    case "quantity":
      return random.chance(0.7) ? { quantity: random.pick(["1", "2"]) } : {};
    case "results":
      return random.chance(0.8) ? { results: random.pick(["0", "3", "20"]) } : {};
    default:
      return optionally(random, 0.85, field);
  }
}

function identified(random: Random, alias: bigint, ts: number): Fact {
  return {
    alias,
    ts,
    knownAt: knownAtOf(random, ts),
    factId: random.id(),
    kind: "identified",
    ...optionally(random, 0.5, "source"),
    ...optionally(random, 0.5, "country"),
    props: properties(random, TRAITS),
  };
}

/** Some of the paths, nested as their dots say; a path left out is missing. */
function properties(
  random: Random,
  paths: Readonly<Record<string, readonly unknown[]>>,
): Record<string, unknown> {
  const props: Record<string, unknown> = {};
  for (const [path, values] of Object.entries(paths)) {
    if (!random.chance(0.6)) continue;
    const parts = path.split(".");
    let at = props;
    for (const part of parts.slice(0, -1)) {
      at[part] ??= {};
      at = at[part] as Record<string, unknown>;
    }
    at[parts.at(-1) as string] = random.pick(values);
  }
  return props;
}
