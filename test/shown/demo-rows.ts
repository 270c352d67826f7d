/**
 * A seeded store for what must be shown: the rows of the demo store, held in memory, so that a test
 * can put them in in any order, leave some out, or add others; and the same as a history for the
 * oracle.
 */

import { knownIdentifiers } from "../../src/collect/demo/block.js";
import { productRows } from "../../src/collect/demo/catalogue.js";
import { DEMO_END } from "../../src/collect/demo/index.js";
import { makeLife } from "../../src/collect/demo/life.js";
import { productChanges } from "../../src/collect/demo/product-changes.js";
import { makeWorld } from "../../src/collect/demo/world.js";
import {
  type Fact,
  factRow,
  type History,
  type IdentityLink,
  identityRow,
  type Superseded,
  supersededRow,
  type Warehouse,
} from "../../src/store/index.js";

export type Row = Readonly<Record<string, unknown>>;
/** Table -> rows. */
export type Rows = Readonly<Record<string, readonly Row[]>>;

export const SEED = 20_261_101;

/** The people's own aliases come first, so that the first n aliases are n persons. */
export function demoRows({ people, seed = SEED }: { people: number; seed?: number }): Rows {
  const world = makeWorld({ seed, until: Date.parse(DEMO_END) });
  const lives = Array.from({ length: people }, (_, i) => makeLife(world, i + 1));
  const facts = [...productChanges(world), ...lives.flatMap(({ diary }) => diary.facts)];
  const identifiers = lives.map(knownIdentifiers);
  const isMain = new Set(lives.map((life) => life.identifiers.main));
  const aliases = identifiers.flat().map((identifier) => ({
    identifier,
    row: {
      alias: identifier.alias,
      id_kind: identifier.kind,
      id_value: identifier.value,
      import_id: 0,
    },
  }));
  const [own, others] = [true, false].map((main) =>
    aliases.filter(({ identifier }) => isMain.has(identifier) === main).map(({ row }) => row),
  );
  return {
    products: productRows(world.catalogue),
    aliases: [...own!, ...others!],
    identity: lives.flatMap(({ diary }) => diary.identity.map((link) => identityRow(link))),
    superseded: lives.flatMap(({ diary }) => diary.superseded.map((row) => supersededRow(row))),
    facts: facts.map((fact) => factRow(fact)),
    seen: facts
      .filter(({ version = 1 }) => version === 1)
      .map(({ factId }) => ({ fact_id: factId, import_id: 0 })),
  };
}

export async function insertRows(warehouse: Warehouse, rows: Rows): Promise<void> {
  for (const [table, more] of Object.entries(rows)) await warehouse.insert(table, more);
  await warehouse.reloadIdentity();
}

export function join(...parts: readonly Rows[]): Rows {
  const joined: Record<string, readonly Row[]> = {};
  for (const [table, rows] of parts.flatMap((part) => Object.entries(part))) {
    joined[table] = [...(joined[table] ?? []), ...rows];
  }
  return joined;
}

export const instant = (text: unknown): number => Date.parse(`${String(text).replace(" ", "T")}Z`);

/** The rows as the oracle takes them. */
export function historyOf(rows: Rows): History {
  return {
    facts: (rows.facts ?? []).map(factOf),
    superseded: (rows.superseded ?? []).map(
      (row): Superseded => ({
        alias: row.alias as bigint,
        factId: row.fact_id as bigint,
        version: Number(row.version),
        knownAt: instant(row.known_at),
      }),
    ),
    identity: (rows.identity ?? []).map(
      (row): IdentityLink => ({
        alias: row.alias as bigint,
        person: row.person as bigint,
        knownAt: instant(row.known_at),
        sequence: Number(row.sequence),
        cause: String(row.cause),
      }),
    ),
  };
}

const TEXTS = {
  order_id: "order",
  cart_id: "cart",
  usual_price: "usualPrice",
  compare_at: "compareAt",
  price_before: "priceBefore",
} as const;
const INSTANTS = { launched_at: "launched", compare_at_since: "compareAtSince" } as const;
const SAME = [
  ...["name", "source", "product", "category", "department", "brand", "collection", "query"],
  ...["coupon", "campaign", "theme", "channel", "country", "quantity", "price", "results"],
  ...["gross", "discount", "refunded", "net", "tax", "shipping", "cost", "ordinal", "version"],
  "props",
] as const;

function factOf(row: Row): Fact {
  const fact: Record<string, unknown> = {
    alias: row.alias,
    ts: instant(row.ts),
    knownAt: instant(row.known_at),
    factId: row.fact_id,
    kind: row.kind,
    placed: row.placed !== 0,
    kept: row.kept !== 0,
    human: row.human !== 0,
    gift: row.gift === 1,
  };
  for (const [column, field] of Object.entries(TEXTS)) {
    if (row[column]) fact[field] = row[column];
  }
  for (const field of SAME) {
    if (row[field] !== undefined && row[field] !== null && row[field] !== "") {
      fact[field] = row[field];
    }
  }
  for (const [column, field] of Object.entries(INSTANTS)) {
    if (row[column]) fact[field] = instant(row[column]);
  }
  return fact as unknown as Fact;
}
