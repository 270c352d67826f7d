/**
 * Orders in a currency for which there is no rate. A file with such orders is refused as a whole, so
 * that its owner gives the rates; of what is sent live, the orders go to the rejects by themselves,
 * lest anybody who may send could hold up all others.
 */

import type { Warehouse } from "../../store/index.js";
import { ORDER_KINDS } from "../events/index.js";
import type { CommonMapping } from "../mapping/mapping-schema.js";
import type { RejectLog } from "../rejects/rejects.js";
import { currencyOfImports, readRates } from "./currency.js";

export interface OrdersAtHand {
  readonly mapping: CommonMapping & { readonly rates?: string | undefined };
  /** The table of typed rows; those that are set aside are removed. */
  readonly typed: string;
  readonly rejects: RejectLog;
  /** As the store's settings say. */
  readonly currency: string | undefined;
  readonly rates: string | undefined;
}

/** What the rows of an order have in common, and which rows are of orders, by the kind of record. */
const ORDERS: Readonly<Record<string, { readonly key: string; readonly condition: string }>> = {
  orders: { key: "order_id", condition: "true" },
  events: {
    key: "line",
    condition: `kind IN (${ORDER_KINDS.map((kind) => `'${kind}'`).join(", ")})`,
  },
};

const FOREIGN = `SELECT key FROM (
    SELECT {key:Identifier} AS key, upper(max(toString(currency))) AS said,
      if(said = '', {file_currency:String}, said) AS asked,
      transform(asked, {rated:Array(String)}, {since:Array(String)}, '9999') AS first_day,
      minIf(time, toUnixTimestamp64Milli(time) > 0) AS at
    FROM {typed:Identifier} WHERE CONDITION GROUP BY key)
  WHERE asked NOT IN ('', {own:String}) AND toString(toDate(at)) < first_day`;

/** Nothing while the store has no currency: the first order says it. */
export async function setAsideForeign(warehouse: Warehouse, given: OrdersAtHand): Promise<void> {
  const { mapping, typed, rejects } = given;
  const orders =
    mapping.columns.currency || mapping.record === "events" ? ORDERS[mapping.record] : undefined;
  const own = given.currency ?? (await currencyOfImports(warehouse));
  if (orders === undefined || own === "") return;
  const file = mapping.rates ?? given.rates;
  const first = new Map<string, string>();
  for (const { currency, date } of file === undefined ? [] : readRates(file)) {
    if (date < (first.get(currency) ?? "9999")) first.set(currency, date);
  }
  const parameters = {
    ...{ typed, own, key: orders.key, file_currency: mapping.currency ?? "" },
    ...{ rated: [...first.keys()], since: [...first.values()] },
  };
  const foreign = FOREIGN.replace("CONDITION", orders.condition);
  const { rows } = await warehouse.query<{ line: string; currency: string }>(
    `SELECT line, toString(currency) AS currency FROM {typed:Identifier}
     WHERE ${orders.key} IN (${foreign}) ORDER BY line`,
    parameters,
    { lane: "write" },
  );
  if (rows.length === 0) return;
  for (const { line, currency } of rows) {
    const reason = `no rate for its currency, the store's is ${own}`;
    rejects.add({ line: Number(line), column: "currency", value: currency, reason });
  }
  await warehouse.command(
    `ALTER TABLE {typed:Identifier} DELETE WHERE ${orders.key} IN (${foreign})
     SETTINGS mutations_sync = 1`,
    parameters,
  );
}
