/** The currencies of whole orders, and the rates at which they become the store's. */

import type { Warehouse } from "../../../store/index.js";
import { refused } from "../../files/source-file.js";
import type { CommonMapping } from "../../mapping/mapping-schema.js";
import { readRates, storeCurrency } from "../../money/currency.js";
import type { Making } from "../record-kind.js";

/** A mapping that may name a table of rates of its own. */
type Rated = CommonMapping & { readonly rates?: string | undefined };

/**
 * Makes the table of rates, and returns what the statements need to know of currencies. Refuses
 * (AppError) the file when it mixes currencies without rates.
 */
export async function settleCurrency(
  warehouse: Warehouse,
  { mapping, typed, table, path, currency: setting, rates: ratesOfStore }: Making<Rated>,
) {
  const file_currency = mapping.currency ?? "";
  const file = mapping.rates ?? ratesOfStore;
  const rates = file === undefined ? [] : readRates(file);
  const { rows: counts } = await warehouse.query<{ currency: string; orders: number }>(
    `SELECT if(said = '', {file_currency:String}, upper(said)) AS currency, toUInt32(count()) AS orders
     FROM (SELECT max(toString(currency)) AS said FROM {typed:Identifier} GROUP BY order_id)
     GROUP BY currency ORDER BY orders DESC, currency`,
    { typed, file_currency },
  );
  const currency = await storeCurrency(warehouse, { path, counts, setting, rates });
  const name = table("rates");
  await warehouse.command(
    `CREATE TABLE {name:Identifier} (currency String, since DateTime64(3, 'UTC'), rate Decimal256(10))
     ENGINE = Memory`,
    { name },
  );
  if (rates.length > 0) {
    const rows = rates.map(({ date, currency: of, rate }) => ({ currency: of, since: date, rate }));
    await warehouse.insert(name, rows);
  }
  return { rates: name, currency, file_currency };
}

/** Refuses (AppError) the file when an order is older than the first rate of its currency. */
export async function refuseUnrated(
  warehouse: Warehouse,
  { path, orders }: { readonly path: string; readonly orders: string },
): Promise<void> {
  const { rows } = await warehouse.query<{ sale_currency: string; day: string; n: number }>(
    `SELECT sale_currency, toString(toDate(min(ts))) AS day, toUInt32(count()) AS n
     FROM {orders:Identifier} WHERE rate = 0 GROUP BY sale_currency ORDER BY sale_currency LIMIT 1`,
    { orders },
  );
  const [first] = rows;
  if (first === undefined) return;
  throw refused(
    path,
    `no rate for ${first.n} orders in ${first.sale_currency}, the first of ${first.day}`,
    "The table of rates must begin on or before that day.",
  );
}
