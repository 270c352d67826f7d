/** Runs the statements of `fact-sql.ts`: typed order lines -> finished rows in staging tables. */

import { availableParallelism } from "node:os";
import type { Parameters, Warehouse } from "../../../store/index.js";
import { findKnown } from "../../landing/known-facts.js";
import { storeCurrency } from "../../money/currency.js";
import { vatNote, vatParameters } from "../../money/vat.js";
import { LOW_MEMORY } from "../../staging/staging.js";
import type { Counts, Making } from "../record-kind.js";
import { addToKnownOrders } from "./changed-orders.js";
import { countLines } from "./count-lines.js";
import {
  INSERT_IDENTIFIERS,
  INSERT_ORDERS_AS_FACTS,
  INSERT_PEOPLE,
  INSERT_PRODUCTS,
  INSERT_REPEATED,
  insertDiscountedLines,
  insertLoneDiscounts,
  insertOrders,
  insertPlainLines,
  ORDER_COLUMNS,
} from "./fact-sql.js";
import { makeWholeOrders } from "./make-whole.js";
import { isWhole, type OrdersMapping } from "./schema.js";

/** Writing the many columns of `facts` takes longer than making them. */
const WIDE = {
  settings: { max_insert_threads: Math.min(4, availableParallelism()), ...LOW_MEMORY },
} as const;

export async function makeOrders(
  warehouse: Warehouse,
  making: Making<OrdersMapping>,
): Promise<Counts> {
  const { mapping, importId, typed, tables, identifiers, table, now } = making;
  if (isWhole(mapping)) return makeWholeOrders(warehouse, making);
  const counts = [
    { currency: mapping.currency ?? "", orders: await countOrders(warehouse, typed) },
  ];
  const asked = { path: making.path, counts, setting: making.currency, rates: [] };
  const currency = await storeCurrency(warehouse, asked);
  const orders = table("orders");
  const repeated = table("repeated");
  const parameters: Parameters = {
    ...tables,
    identifiers,
    orders,
    repeated,
    lines: typed,
    import_id: importId,
    source: mapping.source,
    id_kind: mapping.customer.kind,
    currency,
    ...vatParameters(making.vat),
  };
  const vat = making.vat !== undefined && mapping.taxes.included !== "no" ? "included" : "excluded";
  const run = (sql: string) => warehouse.command(sql, parameters, WIDE);
  await run(
    `CREATE TABLE {orders:Identifier} (${ORDER_COLUMNS}) ENGINE = MergeTree ORDER BY order_id`,
  );
  await run("CREATE TABLE {repeated:Identifier} (content UInt64) ENGINE = Memory");
  const wholeKnown = await leaveOutWhole(warehouse, parameters);
  await run(insertOrders(mapping));
  await run(INSERT_IDENTIFIERS);
  await run(INSERT_REPEATED);
  await run(insertPlainLines(vat));
  if (mapping.discounts.products.length > 0) {
    await run(insertDiscountedLines(vat));
    await run(insertLoneDiscounts(vat));
  }
  await run(INSERT_ORDERS_AS_FACTS);
  await run(INSERT_PEOPLE);
  await run(INSERT_PRODUCTS);
  const { known, count } = await findKnown(warehouse, {
    facts: tables.facts,
    known: table("known"),
  });
  const changedOrders =
    count === 0 ? 0 : await addToKnownOrders(warehouse, { tables, known, importId, now });
  const counted = await countLines(warehouse, { lines: typed, orders, repeated });
  const taxNotes = vat === "included" ? [vatNote(await countOrders(warehouse, typed))] : [];
  const notes =
    changedOrders > 0 ? [`${changedOrders} orders that were known have more lines now.`] : [];
  return {
    ...counted,
    notes: [...counted.notes, ...notes, ...taxNotes],
    alreadyPresent: count + wholeKnown,
    currency,
    newOrders: await countNew(warehouse, tables.facts),
    changedOrders,
  };
}

async function countOrders(warehouse: Warehouse, typed: string): Promise<number> {
  const { rows } = await warehouse.query<{ n: number }>(
    "SELECT toUInt32(uniqExact(order_id)) AS n FROM {typed:Identifier}",
    { typed },
  );
  return rows[0]!.n;
}

async function countNew(warehouse: Warehouse, facts: string): Promise<number> {
  const { rows } = await warehouse.query<{ n: number }>(
    "SELECT toUInt32(count()) AS n FROM {facts:Identifier} WHERE kind = 'order' AND version = 1",
    { facts },
  );
  return rows[0]!.n;
}

/** Removes lines of orders that the store has as a whole, and says how many there were. */
async function leaveOutWhole(warehouse: Warehouse, parameters: Parameters): Promise<number> {
  const whole = "SELECT order_id FROM order_records WHERE source = {source:String}";
  const { rows } = await warehouse.query<{ n: number }>(
    `SELECT toUInt32(count()) AS n FROM {lines:Identifier} WHERE order_id IN (${whole})`,
    parameters,
  );
  const { n } = rows[0]!;
  if (n > 0) {
    await warehouse.command(
      `ALTER TABLE {lines:Identifier} DELETE WHERE order_id IN (${whole}) SETTINGS mutations_sync = 1`,
      parameters,
    );
  }
  return n;
}
