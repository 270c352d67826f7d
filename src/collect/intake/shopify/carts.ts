/**
 * Carts -> `Product Added` and `Product Removed`. A cart's webhook is a picture of what is in it, so
 * what was put in or taken out is the difference to what the store knows of that cart; a picture
 * older than that tells nothing new. A cart names nobody: its token is the id of a device, and a
 * checkout says whose it was.
 */

import {
  amountOf,
  instantOf,
  lineName,
  listOf,
  type Payload,
  productOf,
  type Row,
  rowOf,
  textOf,
} from "./payload.js";

/** What a cart holds by all that is known of it. */
export interface CartContent {
  /** Milliseconds since the epoch: when something was last put in or taken out. */
  readonly at: number;
  readonly units: ReadonlyMap<string, number>;
  /** The price of each product when it was last put in. */
  readonly prices: ReadonlyMap<string, string>;
}

export const EMPTY_CART: CartContent = { at: 0, units: new Map(), prices: new Map() };

export const cartToken = (cart: Payload): string => textOf(cart, "token", "id");

/** The events that lead from `before` to the picture, and what the cart holds then. */
export function cartRows(
  cart: Payload,
  before: CartContent,
  known: string,
): { readonly rows: readonly Row[]; readonly after: CartContent } {
  const time = textOf(cart, "updated_at", "created_at");
  const at = instantOf(time) ?? 0;
  if (at < before.at) return { rows: [], after: before };
  const token = cartToken(cart);
  const { units, prices, names } = pictured(cart);
  const products = new Set([...units.keys(), ...before.units.keys()]);
  const rows = [...products].flatMap((product) => {
    const more = (units.get(product) ?? 0) - (before.units.get(product) ?? 0);
    if (more === 0) return [];
    const row = rowOf({
      name: more > 0 ? "Product Added" : "Product Removed",
      message: `shopify cart ${token} ${at} ${units.get(product) ?? 0} ${product}`,
      time,
      known,
      anonymous: token,
      cart: token,
      product,
      product_name: names.get(product) ?? "",
      price: prices.get(product) ?? before.prices.get(product) ?? "",
      quantity: String(Math.abs(more)),
    });
    return [row];
  });
  const latest = rows.length > 0 ? at : before.at;
  return { rows, after: { at: latest, units, prices: new Map([...before.prices, ...prices]) } };
}

function pictured(cart: Payload) {
  const units = new Map<string, number>();
  const prices = new Map<string, string>();
  const names = new Map<string, string>();
  for (const line of listOf(cart, "line_items")) {
    const product = productOf(line);
    const quantity = Number(textOf(line, "quantity"));
    if (product === "" || !(quantity > 0)) continue;
    units.set(product, (units.get(product) ?? 0) + quantity);
    prices.set(product, amountOf(line, "price"));
    names.set(product, lineName(line));
  }
  return { units, prices, names };
}
