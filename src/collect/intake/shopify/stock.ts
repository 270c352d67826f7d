/**
 * `inventory_levels/update` says what lies at one place; the catalogue holds what there is in all,
 * as the products' webhooks say. As long as the levels known of an item add up to that, all places
 * are known, and a change at one of them is a change of the whole. Otherwise the level is only
 * remembered, and the product's next webhook says the rest.
 */

import { instantOf, type Payload, textOf } from "./payload.js";

export interface Level {
  readonly available: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface ItemStock {
  /** By place. */
  readonly levels: ReadonlyMap<string, Level>;
  /** Undefined where nobody said it. */
  readonly total: number | undefined;
}

export interface SaidLevel extends Level {
  readonly item: string;
  readonly location: string;
}

/** Undefined where the item is not counted at that place. */
export function levelOf(payload: Payload): SaidLevel | undefined {
  const said = textOf(payload, "available");
  if (!/^-?\d{1,12}$/.test(said)) return undefined;
  return {
    item: textOf(payload, "inventory_item_id"),
    location: textOf(payload, "location_id"),
    available: Number(said),
    at: instantOf(textOf(payload, "updated_at")) ?? 0,
  };
}

/** `total` is another one than before where this level changes the whole. */
export function withLevel(stock: ItemStock, { location, available, at }: SaidLevel): ItemStock {
  const before = stock.levels.get(location);
  if (before !== undefined && before.at > at) return stock;
  const levels = new Map(stock.levels).set(location, { available, at });
  const complete = before !== undefined && sumOf(stock.levels) === stock.total;
  return { levels, total: complete ? sumOf(levels) : stock.total };
}

const sumOf = (levels: ReadonlyMap<string, Level>): number =>
  [...levels.values()].reduce((sum, { available }) => sum + available, 0);
