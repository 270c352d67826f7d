/**
 * What a person did and what became known of them, newest first, in plain words. An order stands for
 * its lines, of which it names the products.
 */

import type { Parameters, Warehouse } from "../../store/index.js";
import { FILTERS, visibleFacts } from "../sql/index.js";

export interface TimelineFact {
  readonly at: string;
  /** When the store knew it, where that was later. */
  readonly knownAt: string | null;
  readonly kind: string;
  readonly text: string;
}

export interface Timeline {
  /** Of the person, lines of orders not counted. */
  readonly total: number;
  readonly facts: readonly TimelineFact[];
}

interface Row {
  /** Milliseconds, as is `known`. */
  readonly happened: string;
  readonly known: string;
  readonly kind: string;
  readonly name: string;
  readonly order_id: string;
  readonly source: string;
  readonly product: string;
  readonly category: string;
  readonly query: string;
  readonly campaign: string;
  readonly results: string | null;
  readonly price: string | null;
  readonly price_before: string | null;
  readonly net: string;
  readonly refunded: string;
  readonly placed: number;
  readonly kept: number;
  readonly traits: string;
  /** Of the page, where its message says it. */
  readonly path: string;
}

/** A person's facts as they were known: needs {aliases}, {people} and {known}. */
export const OWN_FACTS = visibleFacts(FILTERS.some);

/** `parameters` bind the person's aliases, the person and the instant. */
export async function readTimeline(
  warehouse: Warehouse,
  parameters: Parameters,
  most: number,
): Promise<Timeline> {
  const own = `FROM (${OWN_FACTS}) WHERE kind != 'line' AND t <= {known:Int64}`;
  const { rows } = await warehouse.query<Row>(
    `SELECT toString(t) AS happened, toString(toUnixTimestamp64Milli(known_at)) AS known,
       toString(kind) AS kind, toString(name) AS name, order_id, toString(source) AS source, product,
       toString(category) AS category, query, toString(campaign) AS campaign, results, price,
       price_before, net, refunded, placed, kept,
       if(kind = 'identified', toJSONString(props), '') AS traits, ifNull(props.path.:String, '') AS path
     ${own} ORDER BY ts DESC, fact_id DESC LIMIT {most:UInt32}`,
    { ...parameters, most },
  );
  const counted = await warehouse.query<{ n: string }>(`SELECT count() AS n ${own}`, parameters);
  const orders = [...new Set(rows.map(({ order_id: id }) => id).filter((id) => id !== ""))];
  const lines = await readLines(warehouse, parameters, orders);
  const products = [...rows.map((row) => row.product), ...[...lines.values()].flat()];
  const names = await readNames(warehouse, products);
  const called = (product: string) => names.get(product) ?? product;
  const named = (all: readonly string[]) => all.filter((product) => product !== "");
  return {
    total: Number(counted.rows[0]?.n ?? 0),
    facts: rows.map((row) => ({
      at: new Date(Number(row.happened)).toISOString(),
      knownAt: row.known === row.happened ? null : new Date(Number(row.known)).toISOString(),
      kind: row.kind,
      text: inWords(row, called, named(lines.get(orderKey(row)) ?? []).map(called)),
    })),
  };
}

type OfOrder = { readonly source: string; readonly order_id: string };
const orderKey = ({ source, order_id: id }: OfOrder): string => `${source}\0${id}`;

/** The products of orders, by order. */
async function readLines(
  warehouse: Warehouse,
  parameters: Parameters,
  orders: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (orders.length === 0) return new Map();
  const { rows } = await warehouse.query<OfOrder & { readonly products: readonly string[] }>(
    `SELECT toString(source) AS source, order_id, arraySort(groupArray(product)) AS products
     FROM (${OWN_FACTS}) WHERE kind = 'line' AND order_id IN {orders:Array(String)}
     GROUP BY source, order_id`,
    { ...parameters, orders },
  );
  return new Map(rows.map((row) => [orderKey(row), row.products]));
}

/** The last name that the catalogue gave each product. */
async function readNames(
  warehouse: Warehouse,
  products: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const asked = [...new Set(products)].filter((product) => product !== "");
  if (asked.length === 0) return new Map();
  const { rows } = await warehouse.query<{ product: string; called: string }>(
    `SELECT product, argMax(name, (ts, known_at)) AS called FROM products
     WHERE product IN {products:Array(String)} AND name != '' GROUP BY product`,
    { products: asked },
  );
  return new Map(rows.map((row) => [row.product, row.called]));
}

const SHOWN_PRODUCTS = 3;
const SHOWN_TRAITS = 6;

function inWords(row: Row, called: (product: string) => string, items: readonly string[]): string {
  const product = row.product === "" ? "" : called(row.product);
  const price = row.price === null ? "" : ` at ${money(row.price)}`;
  switch (row.kind) {
    case "order":
      return orderInWords(row, items);
    case "refund":
      return `was paid back ${money(row.net.replace("-", ""))}${product && ` for ${product}`}`;
    case "identified":
      return `told of themselves: ${traitsInWords(row.traits)}`;
    case "page":
      return pageInWords(row);
    case "viewed":
      return `looked at ${product}${price}`;
    case "searched":
      return `searched for "${row.query}"${row.results === null ? "" : `, ${plain(row.results)} results`}`;
    case "added":
      return `put ${product} into the cart${price}`;
    case "removed":
      return `took ${product} out of the cart`;
    case "wished":
      return `wished for ${product}${price}`;
    case "watched":
      return `asked for news of ${product}`;
    case "price_dropped":
      return `${product} became cheaper: ${row.price_before === null ? "" : `${money(row.price_before)} to `}${money(row.price ?? "0")}`;
    case "back_in_stock":
      return `${product} came back in stock`;
    default: {
      const what = row.name === "" ? row.kind.replaceAll("_", " ") : row.name;
      const about = [product, row.category, row.campaign, row.order_id && `order ${row.order_id}`];
      const said = about.find((text) => text !== "");
      return said === undefined ? what : `${what}: ${said}`;
    }
  }
}

/** A page without a name has the event's, which is its call. */
function pageInWords({ name, path }: Row): string {
  const named = name.toLowerCase() === "page" ? "" : name;
  const said = named && path ? `${named} (${path})` : named || path;
  return said ? `saw the page ${said}` : "saw a page";
}

function orderInWords(row: Row, items: readonly string[]): string {
  const more = items.length - SHOWN_PRODUCTS;
  const named = items.slice(0, SHOWN_PRODUCTS).join(", ");
  const goods = items.length === 0 ? "" : `: ${named}${more > 0 ? ` and ${more} more` : ""}`;
  const back = Number(row.refunded) === 0 ? "" : `, ${money(row.refunded)} paid back`;
  const end = row.kept === 1 ? "" : row.placed === 1 ? ", not kept" : ", cancelled or not placed";
  return `ordered for ${money(row.net)} net (${row.order_id})${goods}${back}${end}`;
}

function traitsInWords(text: string): string {
  const traits = Object.entries(JSON.parse(text === "" ? "{}" : text) as Record<string, unknown>);
  const shown = traits
    .slice(0, SHOWN_TRAITS)
    .map(([key, value]) => `${key} ${typeof value === "string" ? value : JSON.stringify(value)}`);
  return [...shown, ...(traits.length > SHOWN_TRAITS ? ["..."] : [])].join(", ");
}

const money = (decimal: string): string => Number(decimal).toFixed(2);
const plain = (decimal: string): string => String(Number(decimal));
