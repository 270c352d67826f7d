/** Runs the statements that turn rows of whole orders into finished rows in staging tables. */

import { availableParallelism } from "node:os";
import type { Parameters, Warehouse } from "../../../store/index.js";
import { LOW_MEMORY } from "../../staging.js";
import type { Counts, Making } from "../record-kind.js";
import { countLines } from "./count-lines.js";
import { INSERT_PRODUCTS, INSERT_REPEATED } from "./fact-sql.js";
import { refuseUnrated, settleCurrency } from "./order-currency.js";
import {
  CREATE_VERSIONS,
  factId,
  INSERT_LINES,
  INSERT_ORDERS,
  INSERT_REFUNDS,
  INSERT_SUPERSEDED,
  INSERT_TRAITS,
  SELECT_AMOUNTS,
} from "./order-facts.js";
import { INSERT_IDENTIFIERS, insertLinks, insertOtherIdentifiers } from "./order-identities.js";
import { findFresh } from "./order-records.js";
import { selectOrderStates, stateParameters } from "./order-state.js";
import { medianLag } from "./refund-lag.js";
import type { OrdersMapping } from "./schema.js";

/** Lines that are worked on at a time; a few hundred megabytes. */
const CHUNK_LINES = 500_000;

const DAY_MS = 86_400_000;

const WIDE = {
  settings: { max_insert_threads: Math.min(4, availableParallelism()), ...LOW_MEMORY },
} as const;

export async function makeWholeOrders(
  warehouse: Warehouse,
  making: Making<OrdersMapping>,
): Promise<Counts> {
  const { mapping, importId, typed, tables, identifiers, table } = making;
  const orders = table("orders");
  const repeated = table("repeated");
  const parameters: Parameters = {
    ...tables,
    ...stateParameters(mapping),
    identifiers,
    orders,
    repeated,
    lines: typed,
    fresh: table("fresh"),
    versions: table("versions"),
    amounts: table("amounts"),
    import_id: importId,
    source: mapping.source,
    ...(await settleCurrency(warehouse, making)),
  };
  const run = (sql: string) => warehouse.command(sql, parameters, WIDE);
  const chunks = await countChunks(warehouse, typed);
  const runInChunks = async (sql: string) => {
    for (let chunk = 0; chunk < chunks; chunk++) {
      await warehouse.command(sql, { ...parameters, chunks, chunk }, WIDE);
    }
  };
  /** Makes a table of the rows of `select`. */
  const fill = async (name: string, select: string) => {
    const into = `{${name}:Identifier}`;
    const create = `CREATE TABLE ${into} ENGINE = MergeTree ORDER BY order_id EMPTY AS ${select}`;
    await warehouse.command(create, { ...parameters, chunks, chunk: 0 });
    await runInChunks(`INSERT INTO ${into} ${select}`);
  };
  await fill("orders", selectOrderStates(mapping));
  await refuseUnrated(warehouse, { path: making.path, orders });
  const { fresh, changed, known } = await findFresh(warehouse, parameters);
  const usual = Math.max(1, Math.round(mapping.refunds.lag_days * DAY_MS));
  const dated = { ...parameters, lag_ms: (await medianLag(warehouse, parameters)) ?? usual };
  await warehouse.command(CREATE_VERSIONS, dated, WIDE);
  await fill("amounts", SELECT_AMOUNTS);
  await runInChunks(INSERT_LINES);
  await runInChunks(INSERT_ORDERS);
  await run(INSERT_REFUNDS);
  await run(INSERT_TRAITS);
  await run(INSERT_SUPERSEDED);
  await run(INSERT_IDENTIFIERS);
  if (mapping.customer.identifying.length > 0) {
    await run(insertOtherIdentifiers(mapping));
    await run(insertLinks(mapping, factId("identified")));
  }
  await run(INSERT_PRODUCTS);
  await run("CREATE TABLE {repeated:Identifier} (content UInt64) ENGINE = Memory");
  await run(INSERT_REPEATED);
  const counted = await countLines(warehouse, { lines: typed, orders, repeated });
  const notes =
    changed > 0
      ? [`${changed} orders that were known have another state now; their lines count as added.`]
      : [];
  return {
    ...counted,
    notes: [...counted.notes, ...notes],
    alreadyPresent: known,
    currency: String(parameters.currency),
    newOrders: fresh - changed,
    changedOrders: changed,
  };
}

async function countChunks(warehouse: Warehouse, typed: string): Promise<number> {
  const { rows } = await warehouse.query<{ n: string }>(
    "SELECT count() AS n FROM {typed:Identifier}",
    { typed },
  );
  return Math.max(1, Math.ceil(Number(rows[0]!.n) / CHUNK_LINES));
}
