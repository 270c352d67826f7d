/**
 * The sample store: a made-up retailer of clothes and things for the home, with two years of
 * orders and the site's events of the last six weeks. It ends at a fixed instant, so what the
 * program says about it is the same on every machine and every day.
 */

import { aliasOf } from "../../base/index.js";
import {
  type Fact,
  factRow,
  instantText,
  type Superseded,
  supersededRow,
  type Warehouse,
} from "../../store/index.js";
import { type Assortment, type Launch, makeAssortment, type Product } from "./assortment.js";
import { newDice } from "./dice.js";
import { makePurchase, money, purchaseFacts, SAMPLE_ID_KIND, SAMPLE_SOURCE } from "./purchase.js";
import { DAY_MS, makeShopper, orderTimes, type Shopper } from "./shopper.js";
import { visitFacts } from "./visit.js";

/** The sample's last instant: the eve of a November. */
export const SAMPLE_END = "2026-11-01T00:00:00Z";
export const SAMPLE_ZONE = "UTC";

/** Grows whenever the generator makes another store, so that an older one is made anew. */
export const SAMPLE_EDITION = 1;

const SAMPLE_FROM = Date.UTC(2024, 9, 1);
const EVENT_DAYS = 42;
const ROWS_PER_INSERT = 10_000;

const LAUNCHES: readonly Launch[] = [
  { collection: "classics", at: Date.UTC(2023, 8, 1) },
  { collection: "spring 25", at: Date.UTC(2025, 2, 1) },
  { collection: "autumn 25", at: Date.UTC(2025, 8, 1) },
  { collection: "spring 26", at: Date.UTC(2026, 2, 1) },
  { collection: "autumn 26", at: Date.UTC(2026, 8, 1) },
];

export interface SampleOptions {
  readonly seed: number;
  readonly people: number;
}

export interface SampleSummary {
  readonly people: number;
  readonly orders: number;
  readonly lines: number;
  readonly events: number;
}

/** Fills a warehouse that has no facts yet. The caller knows whether it finished. */
export async function makeSample(
  warehouse: Warehouse,
  { seed, people }: SampleOptions,
): Promise<SampleSummary> {
  const assortment = makeAssortment(newDice(seed, "assortment"), LAUNCHES);
  const counts = { orders: 0, lines: 0, events: 0 };
  let facts: Fact[] = [];
  let superseded: Superseded[] = [];
  await warehouse.insert("products", Object.values(assortment).flat().map(productRow));
  for (let n = 1; n <= people; n++) {
    const life = makeLife({ seed, number: n, assortment });
    facts.push(...life.facts);
    superseded.push(...life.superseded);
    counts.events += life.events;
    for (const fact of life.facts) {
      if (fact.version === 2) continue;
      if (fact.kind === "order") counts.orders += 1;
      else if (fact.kind === "line") counts.lines += 1;
    }
    if (facts.length < ROWS_PER_INSERT && n < people) continue;
    await insertFacts(warehouse, facts, superseded);
    facts = [];
    superseded = [];
  }
  await warehouse.insert(
    "aliases",
    Array.from({ length: people }, (_, i) => aliasRow(i + 1)),
  );
  return { people, ...counts };
}

async function insertFacts(
  warehouse: Warehouse,
  facts: readonly Fact[],
  superseded: readonly Superseded[],
): Promise<void> {
  const first = facts.filter((fact) => fact.version !== 2);
  await warehouse.insert(
    "superseded",
    superseded.map((row) => supersededRow(row)),
  );
  await warehouse.insert(
    "facts",
    facts.map((fact) => withoutMissing(factRow(fact))),
  );
  await warehouse.insert(
    "seen",
    first.map(({ factId }) => ({ fact_id: factId, import_id: 0 })),
  );
}

/** What is left out takes the column's default, which means missing: a third of the text to write. */
function withoutMissing(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const present: Record<string, unknown> = {};
  for (const column in row) {
    const value = row[column];
    if (value !== "" && value !== null && value !== "0") present[column] = value;
  }
  return present;
}

interface Life {
  readonly facts: readonly Fact[];
  readonly superseded: readonly Superseded[];
  readonly events: number;
}

function makeLife(of: {
  readonly seed: number;
  readonly number: number;
  readonly assortment: Assortment;
}): Life {
  const { assortment } = of;
  const until = Date.parse(SAMPLE_END);
  const dice = newDice(of.seed, `person ${of.number}`);
  const shopper = makeShopper(dice, personId(of.number), { from: SAMPLE_FROM, to: until });
  const purchases = orderTimes(dice, shopper, until).map((at, i) =>
    makePurchase(dice, shopper, { assortment, at, number: i + 1 }),
  );
  const made = purchases.map((purchase) => purchaseFacts(dice, shopper, { purchase, until }));
  const visits = visitFacts(dice, shopper, {
    assortment,
    purchases,
    since: until - EVENT_DAYS * DAY_MS,
    until,
  });
  return {
    facts: [traits(shopper), ...made.flatMap(({ facts }) => facts), ...visits],
    superseded: made.flatMap(({ superseded }) => superseded),
    events: visits.length,
  };
}

function personId(number: number): string {
  return `C${String(number).padStart(4, "0")}`;
}

function traits({ id, joinedAt, country, city, age }: Shopper): Fact {
  const alias = aliasOf(SAMPLE_ID_KIND, id);
  return {
    alias,
    ts: joinedAt,
    knownAt: joinedAt,
    factId: aliasOf("identified", id),
    kind: "identified",
    source: SAMPLE_SOURCE,
    country,
    props: { country, city, age },
  };
}

function aliasRow(number: number): Record<string, unknown> {
  const value = personId(number);
  const alias = aliasOf(SAMPLE_ID_KIND, value);
  return { alias, id_kind: SAMPLE_ID_KIND, id_value: value, import_id: 0 };
}

function productRow(product: Product): Record<string, unknown> {
  const { id, name, category, department, brand, collection } = product;
  const at = instantText(product.launchedAt);
  return {
    product: id,
    ts: at,
    known_at: at,
    name,
    category,
    department,
    brand,
    collection,
    price: money(product.priceMinor),
    cost: money(product.costMinor),
    launched_at: at,
    import_id: 0,
  };
}
