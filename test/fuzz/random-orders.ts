/** An order with its lines, its later versions, and refunds that name none. */

import type { Fact } from "../../src/store/facts.js";
import { type Draft, knownAtOf } from "./draft.js";
import type { Random } from "./random.js";
import { CATALOGUE, PRICES, PRODUCTS, WORDS } from "./vocabulary.js";

export function randomOrder(draft: Draft, alias: bigint, ts: number): void {
  const { random } = draft;
  if (random.chance(0.08)) {
    draft.facts.push(refund(random, alias, ts));
    return;
  }
  const order = random.chance(0.1) ? (WORDS.order as readonly string[])[0] : `o${random.id()}`;
  const knownAt = knownAtOf(random, ts);
  const base = {
    alias,
    ts,
    knownAt,
    order,
    ...optionally(random, 0.8, "source"),
    ...optionally(random, 0.7, "channel"),
    ...optionally(random, 0.3, "coupon"),
    ...optionally(random, 0.8, "country"),
  };
  const lines = Array.from({ length: random.int(1, 3) }, (_, ordinal) =>
    line(random, base, ordinal),
  );
  const sum = (field: "gross" | "discount" | "net") =>
    cents(lines.reduce((total, l) => total + toCents(l[field]), 0));
  const head: Fact = {
    ...base,
    factId: random.id(),
    kind: "order",
    quantity: String(lines.length),
    gross: sum("gross"),
    discount: sum("discount"),
    net: sum("net"),
    tax: random.pick(["0", "1.9"]),
    ...(random.chance(0.5) && { shipping: random.pick(["0", "4.95"]) }),
  };
  addVersions(draft, [head, ...lines]);
}

function line(random: Random, base: Omit<Fact, "factId" | "kind">, ordinal: number): Fact {
  const product = random.pick(PRODUCTS);
  const quantity = random.int(1, 2);
  const gross = quantity * toCents(random.pick(PRICES));
  const discount = random.chance(0.4) ? Math.floor(gross / 5) : 0;
  return {
    ...base,
    factId: random.id(),
    kind: "line",
    ordinal,
    product,
    ...catalogued(random, product),
    quantity: String(quantity),
    ...(random.chance(0.8) && { price: cents(gross / quantity) }),
    gross: cents(gross),
    discount: cents(discount),
    net: cents(gross - discount),
    ...(random.chance(0.6) && { cost: random.pick(["5", "10.005", "0.1"]) }),
    ...(random.chance(0.5) && { launched: base.ts - random.pick([0, 1, 5, 30, 200]) * 86_400_000 }),
  };
}

/** What the catalogue says; sometimes nothing, sometimes something new. */
export function catalogued(random: Random, product: (typeof PRODUCTS)[number]): Partial<Fact> {
  const known = CATALOGUE[product];
  if (random.chance(0.1)) return {};
  const category = random.chance(0.1) ? random.pick(["shoes", "outer"]) : known.category;
  const brand = random.chance(0.1) ? "" : known.brand;
  return { ...known, category, brand, ...optionally(random, 0.4, "collection") };
}

/** kept -> partly refunded -> cancelled or sent back: each version supersedes the one before. */
function addVersions(draft: Draft, facts: readonly Fact[]): void {
  const { random } = draft;
  let current = facts.map((fact) => ({ ...fact, ...firstState(random) }));
  const placedAt = current[0] as Fact;
  current = current.map((fact) => ({
    ...fact,
    placed: placedAt.placed ?? true,
    kept: placedAt.kept ?? true,
  }));
  draft.facts.push(...current);
  let { knownAt } = placedAt;
  for (let version = 2; random.chance(0.25); version++) {
    knownAt += random.pick([0, 1, 86_400_000, 20 * 86_400_000]);
    for (const fact of current) {
      const old = fact.version ?? 1;
      draft.superseded.push({ alias: fact.alias, factId: fact.factId, version: old, knownAt });
    }
    const change = changeOf(random);
    current = current.map((fact) => ({ ...fact, ...change(fact), version, knownAt }));
    draft.facts.push(...current);
  }
}

function firstState(random: Random): Pick<Fact, "placed" | "kept"> {
  return random.chance(0.05) ? { placed: false, kept: false } : {};
}

function changeOf(random: Random): (fact: Fact) => Partial<Fact> {
  return random.pick<(fact: Fact) => Partial<Fact>>([
    () => ({ kept: false }),
    () => ({ placed: false, kept: false }),
    () => ({ placed: true, kept: true }),
    (fact) => ({
      refunded: cents(Math.floor(toCents(fact.net) / 2)),
      net: cents(Math.ceil(toCents(fact.net) / 2)),
    }),
  ]);
}

function refund(random: Random, alias: bigint, ts: number): Fact {
  const product = random.pick(PRODUCTS);
  const amount = random.pick(PRICES);
  return {
    alias,
    ts,
    knownAt: knownAtOf(random, ts),
    factId: random.id(),
    kind: "refund",
    ...(random.chance(0.3) && { order: "o1" }),
    ...(random.chance(0.7) && { product, ...catalogued(random, product) }),
    quantity: "1",
    price: amount,
    gross: `-${amount}`,
    net: `-${amount}`,
  };
}

/** The field with a random word, or nothing: missing, or stored as empty. */
export function optionally(random: Random, probability: number, field: string): Partial<Fact> {
  if (!random.chance(probability)) return random.chance(0.5) ? {} : { [field]: "" };
  return { [field]: random.pick(WORDS[field] as readonly string[]) };
}

export const toCents = (amount: string | undefined): number =>
  Math.round(Number(amount ?? "0") * 100);

export const cents = (amount: number): string => (amount / 100).toFixed(2);
