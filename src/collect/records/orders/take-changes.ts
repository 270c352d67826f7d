/** Changes of orders, as a file says them -> the staging table of `order_changes`, each once. */

import type { Parameters, Warehouse } from "../../../store/index.js";
import { refused } from "../../files/source-file.js";
import type { CommonMapping } from "../../mapping/mapping-schema.js";
import type { Making } from "../record-kind.js";
import { settleCurrency } from "./order-currency.js";

/** Columns of a table of changes; `change_id` is the hash of what the change is. */
export const CHANGE_COLUMNS = `order_id String, change Enum8('cancelled' = 1, 'refunded' = 2),
  known_at DateTime64(3, 'UTC'), product String, quantity Nullable(Decimal(38, 4)),
  amount Nullable(Decimal(38, 4)), currency String, change_id UInt64`;

export interface TakenChanges {
  readonly added: number;
  readonly known: number;
  /** Of those that were added: their order is not in the store. */
  readonly waiting: number;
  /** Orders of the store that these change. */
  readonly changedOrders: number;
  readonly currency: string;
}

/**
 * `making.typed` is a table of changes, for orders of `mapping.source`. Amounts become the store's
 * currency at the rate of their day; refuses (AppError) the file where there is none.
 */
export async function takeChanges(
  warehouse: Warehouse,
  making: Making<CommonMapping & { readonly rates?: string | undefined }>,
): Promise<TakenChanges> {
  const { mapping, importId, typed, tables, path } = making;
  const { source } = mapping;
  const currency = await settleCurrency(warehouse, making);
  const parameters: Parameters = { ...tables, ...currency, typed, source, import_id: importId };
  const unrated = await one<{ n: number; currency: string }>(warehouse, UNRATED, parameters);
  if (unrated.n > 0) {
    throw refused(
      path,
      `no rate for ${unrated.n} amounts in ${unrated.currency}`,
      "The table of rates must begin on or before the first of them.",
    );
  }
  await warehouse.command(INSERT_CHANGES, parameters);
  const counts = await one<Omit<TakenChanges, "currency">>(warehouse, COUNTS, parameters);
  return { ...counts, currency: currency.currency };
}

const SALE_CURRENCY = "if(currency = '', {file_currency:String}, upper(currency))";

const RATED = `SELECT t.*,
    if(said_currency IN ('', {currency:String}) OR amount IS NULL, toDecimal256(1, 10), r.rate) AS rate
  FROM (SELECT * EXCEPT (currency), ${SALE_CURRENCY} AS said_currency FROM {typed:Identifier}) AS t
  ASOF LEFT JOIN {rates:Identifier} AS r ON t.said_currency = r.currency AND t.known_at >= r.since`;

const UNRATED = `SELECT toUInt32(count()) AS n, any(said_currency) AS currency FROM (${RATED}) WHERE rate = 0`;

const INSERT_CHANGES = `INSERT INTO {order_changes:Identifier}
  SELECT {source:String}, order_id, change, known_at, product, quantity,
    CAST(round(toDecimal256(amount, 8) * rate, 4), 'Nullable(Decimal(38, 4))'), change_id, {import_id:UInt32}
  FROM (${RATED})
  WHERE change_id NOT IN (SELECT change_id FROM order_changes)`;

const KNOWN_ORDERS = "SELECT order_id FROM facts WHERE kind = 'order' AND source = {source:String}";

const COUNTS = `SELECT toUInt32(count()) AS added,
    toUInt32((SELECT count() FROM {typed:Identifier}) - count()) AS known,
    toUInt32(countIf(order_id GLOBAL NOT IN (${KNOWN_ORDERS})
      AND order_id NOT IN (SELECT order_id FROM {facts:Identifier} WHERE kind = 'order'))) AS waiting,
    toUInt32(uniqExactIf(order_id, order_id GLOBAL IN (${KNOWN_ORDERS}))) AS changedOrders
  FROM {order_changes:Identifier}`;

async function one<Row>(warehouse: Warehouse, sql: string, parameters: Parameters): Promise<Row> {
  return (await warehouse.query<Row>(sql, parameters, { lane: "write" })).rows[0]!;
}
