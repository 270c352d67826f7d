/**
 * What a webhook alone does not say, because it names things by Shopify's numbers or says only what
 * is, not what changed. How a number is called here is remembered in `external_ids` and the stock of
 * each place in `stock_levels`: look-up tables beside the facts, in which a repeated row is the same
 * row. What lies in a cart is asked of the facts.
 */

import { instantText, type Warehouse } from "../../../store/index.js";
import { aliasSql } from "../../values/value-sql.js";
import type { CartContent } from "./carts.js";
import { SHOPIFY_SOURCE } from "./mappings.js";
import type { ItemStock, Level, SaidLevel } from "./stock.js";

export interface ExternalId {
  readonly kind: "order" | "product" | "inventory_item";
  readonly id: string;
  /** As facts and catalogue call it. */
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Names and levels that a slice of the log tells; `sequence` is the message's in the log. */
export async function remember(
  warehouse: Warehouse,
  {
    ids,
    levels,
  }: {
    readonly ids: readonly ExternalId[];
    readonly levels: readonly (SaidLevel & { readonly sequence: number })[];
  },
): Promise<void> {
  const dated = (rows: readonly (ExternalId | SaidLevel)[]): readonly Record<string, unknown>[] =>
    rows.map((row) => ({ source: SHOPIFY_SOURCE, ...row, at: instantText(row.at) }));
  if (ids.length > 0) await warehouse.insert("external_ids", dated(ids));
  if (levels.length > 0) await warehouse.insert("stock_levels", dated(levels));
}

/** Names by id, the latest first. */
export async function namesOf(
  warehouse: Warehouse,
  kind: ExternalId["kind"],
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (ids.length === 0) return new Map();
  const { rows } = await warehouse.query<{ id: string; names: string[] }>(
    `SELECT id, arrayMap(x -> x.2, arrayReverseSort(groupArray((latest, name)))) AS names
     FROM (SELECT id, name, max(at) AS latest FROM external_ids
       WHERE source = {source:String} AND kind = {kind:String} AND id IN {ids:Array(String)}
       GROUP BY id, name)
     GROUP BY id`,
    { source: SHOPIFY_SOURCE, kind, ids: [...ids] },
    WRITE,
  );
  return new Map(rows.map(({ id, names }) => [id, names]));
}

/**
 * The stock of items (id -> product) by messages before `sequence`, so that a slice of the log that
 * is read again is read as the first time.
 */
export async function stockOf(
  warehouse: Warehouse,
  items: ReadonlyMap<string, string>,
  sequence: number,
): Promise<ReadonlyMap<string, ItemStock>> {
  if (items.size === 0) return new Map();
  const { rows: levels } = await warehouse.query<LevelRow>(
    LEVELS,
    {
      source: SHOPIFY_SOURCE,
      items: [...items.keys()],
      sequence,
    },
    WRITE,
  );
  const { rows: totals } = await warehouse.query<{ product: string; stock: number }>(
    `SELECT product, toFloat64(argMax(assumeNotNull(p.stock), (ts, known_at))) AS stock
     FROM products AS p
     WHERE p.stock IS NOT NULL AND product IN {products:Array(String)} GROUP BY product`,
    { products: [...items.values()] },
    WRITE,
  );
  const byPlace = new Map<string, Map<string, Level>>();
  for (const { item, location, available, at } of levels) {
    const places = byPlace.get(item) ?? new Map();
    byPlace.set(item, places.set(location, { available, at: Number(at) }));
  }
  const total = new Map(totals.map(({ product, stock }) => [product, stock]));
  return new Map(
    [...items].map(([item, product]) => [
      item,
      { levels: byPlace.get(item) ?? new Map(), total: total.get(product) },
    ]),
  );
}

interface LevelRow {
  readonly item: string;
  readonly location: string;
  readonly available: number;
  readonly at: string;
}

const LEVELS = `
  SELECT item, location, toFloat64(argMax(available, (l.at, sequence))) AS available,
    toString(max(toUnixTimestamp64Milli(l.at))) AS at
  FROM stock_levels AS l
  WHERE source = {source:String} AND item IN {items:Array(String)} AND sequence < {sequence:UInt64}
  GROUP BY item, location`;

/** What the store's facts say is in these carts, by their tokens. */
export async function cartsOf(
  warehouse: Warehouse,
  tokens: readonly string[],
): Promise<ReadonlyMap<string, CartContent>> {
  if (tokens.length === 0) return new Map();
  const asked = { source: SHOPIFY_SOURCE, tokens: [...tokens] };
  const { rows } = await warehouse.query<CartRow>(CARTS, asked, WRITE);
  const carts = new Map<string, CartRow[]>();
  for (const row of rows) carts.set(row.cart, [...(carts.get(row.cart) ?? []), row]);
  return new Map(
    [...carts].map(([cart, lines]) => [
      cart,
      {
        at: Math.max(...lines.map(({ at }) => Number(at))),
        units: new Map(lines.map(({ product, units }) => [product, units])),
        prices: new Map(lines.map(({ product, price }) => [product, price])),
      },
    ]),
  );
}

interface CartRow {
  readonly cart: string;
  readonly product: string;
  readonly units: number;
  readonly price: string;
  readonly at: string;
}

/** A fact that was completed from the catalogue has several versions, of which one counts. */
const CARTS = `
  SELECT cart_id AS cart, product, toFloat64(sum(change)) AS units,
    toString(argMaxIf(paid, ts, kind = 'added')) AS price,
    toString(max(toUnixTimestamp64Milli(ts))) AS at
  FROM (
    SELECT cart_id, product, kind, ts, ifNull(price, 0) AS paid,
      if(kind = 'added', 1, -1) * ifNull(quantity, 1) AS change
    FROM facts
    WHERE alias IN (SELECT ${aliasSql("'anonymous_id'", "token")}
        FROM (SELECT arrayJoin({tokens:Array(String)}) AS token))
      AND kind IN ('added', 'removed') AND source = {source:String}
    ORDER BY version DESC LIMIT 1 BY fact_id)
  GROUP BY cart_id, product`;

/** After what was just landed. */
const WRITE = { lane: "write" } as const;
