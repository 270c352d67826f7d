/** Runs the statements of `fact-sql.ts`: typed order lines -> finished rows in staging tables. */

import { availableParallelism } from "node:os";
import type { Parameters, Warehouse } from "../../../store/index.js";
import { findKnown } from "../../known-facts.js";
import type { Counts, Making } from "../record-kind.js";
import { addToKnownOrders } from "./changed-orders.js";
import { countLines } from "./count-lines.js";
import {
  INSERT_DISCOUNTED_LINES,
  INSERT_IDENTIFIERS,
  INSERT_LONE_DISCOUNTS,
  INSERT_ORDERS_AS_FACTS,
  INSERT_PEOPLE,
  INSERT_PLAIN_LINES,
  INSERT_PRODUCTS,
  INSERT_REPEATED,
  insertOrders,
  ORDER_COLUMNS,
} from "./fact-sql.js";
import type { OrdersMapping } from "./schema.js";

/** Writing the many columns of `facts` takes longer than making them. */
const WIDE = { settings: { max_insert_threads: Math.min(4, availableParallelism()) } } as const;

export async function makeOrders(
  warehouse: Warehouse,
  making: Making<OrdersMapping>,
): Promise<Counts> {
  const { mapping, importId, typed, tables, identifiers, table, now } = making;
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
    currency: mapping.currency ?? "",
  };
  const run = (sql: string) => warehouse.command(sql, parameters, WIDE);
  await run(
    `CREATE TABLE {orders:Identifier} (${ORDER_COLUMNS}) ENGINE = MergeTree ORDER BY order_id`,
  );
  await run("CREATE TABLE {repeated:Identifier} (content UInt64) ENGINE = Memory");
  await run(insertOrders(mapping));
  await run(INSERT_IDENTIFIERS);
  await run(INSERT_REPEATED);
  await run(INSERT_PLAIN_LINES);
  if (mapping.discounts.products.length > 0) {
    await run(INSERT_DISCOUNTED_LINES);
    await run(INSERT_LONE_DISCOUNTS);
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
  const notes =
    changedOrders > 0 ? [`${changedOrders} orders that were known have more lines now.`] : [];
  return {
    ...counted,
    notes: [...counted.notes, ...notes],
    alreadyPresent: count,
    changedOrders,
  };
}
