/** Runs the statements of `fact-sql.ts`: typed lines -> finished rows in staging tables. */

import { availableParallelism } from "node:os";
import { AppError } from "../base/index.js";
import type { Parameters, Warehouse } from "../store/index.js";
import { addToKnownOrders } from "./changed-orders.js";
import {
  COLLISIONS,
  INSERT_ALIASES,
  INSERT_DISCOUNTED_LINES,
  INSERT_LONE_DISCOUNTS,
  INSERT_ORDERS_AS_FACTS,
  INSERT_PEOPLE,
  INSERT_PLAIN_LINES,
  INSERT_PRODUCTS,
  INSERT_REPEATED,
  insertOrders,
  ORDER_COLUMNS,
} from "./fact-sql.js";
import { LANDING_TABLES, type LandingTable, shardedTables, stagingTable } from "./landing.js";
import type { Mapping } from "./mapping.js";

export interface Making {
  readonly mapping: Mapping;
  readonly importId: number;
  /** The table of typed lines. */
  readonly lines: string;
  readonly now: number;
}

/** Writing the many columns of `facts` takes longer than making them. */
const WIDE = { settings: { max_insert_threads: Math.min(4, availableParallelism()) } } as const;

export interface MadeFacts {
  /** Staging tables by the table that they will join. */
  readonly tables: Readonly<Record<LandingTable, string>>;
  readonly orders: string;
  /** Table of the contents that several lines have. */
  readonly repeated: string;
  /** Facts of this file that the store has already. */
  readonly alreadyPresent: number;
  /** Orders of the store that this file adds lines to. */
  readonly changedOrders: number;
}

/** Refuses (AppError) the file when two identifiers have one alias. */
export async function makeFacts(warehouse: Warehouse, making: Making): Promise<MadeFacts> {
  const { mapping, importId, lines, now } = making;
  const tables = Object.fromEntries(
    LANDING_TABLES.map((table) => [table, stagingTable(importId, table)]),
  ) as Record<LandingTable, string>;
  const orders = stagingTable(importId, "orders");
  const repeated = stagingTable(importId, "repeated");
  const parameters: Parameters = {
    ...tables,
    orders,
    repeated,
    lines,
    import_id: importId,
    source: mapping.source,
    id_kind: mapping.customer.kind,
    currency: mapping.currency ?? "",
  };
  await createTables(warehouse, tables);
  const run = (sql: string) => warehouse.command(sql, parameters, WIDE);
  await run(
    `CREATE TABLE {orders:Identifier} (${ORDER_COLUMNS}) ENGINE = MergeTree ORDER BY order_id`,
  );
  await run("CREATE TABLE {repeated:Identifier} (content UInt64) ENGINE = Memory");
  await run(insertOrders(mapping));
  await refuseCollisions(warehouse, parameters);
  await run(INSERT_REPEATED);
  await run(INSERT_PLAIN_LINES);
  if (mapping.discounts.products.length > 0) {
    await run(INSERT_DISCOUNTED_LINES);
    await run(INSERT_LONE_DISCOUNTS);
  }
  await run(INSERT_ORDERS_AS_FACTS);
  await run(INSERT_PEOPLE);
  await run(INSERT_ALIASES);
  await run(INSERT_PRODUCTS);
  const known = stagingTable(importId, "known");
  const alreadyPresent = await findKnown(warehouse, tables.facts, known);
  const changedOrders =
    alreadyPresent === 0 ? 0 : await addToKnownOrders(warehouse, { tables, known, importId, now });
  await run(`INSERT INTO {seen:Identifier} SELECT fact_id, import_id FROM {facts:Identifier}
    WHERE version = 1`);
  return { tables, orders, repeated, alreadyPresent, changedOrders };
}

async function createTables(
  warehouse: Warehouse,
  tables: Readonly<Record<LandingTable, string>>,
): Promise<void> {
  const sharded = await shardedTables(warehouse);
  for (const [table, staged] of Object.entries(tables)) {
    // Without an engine of its own it would be another name for the table on the shards.
    const engine = sharded.has(table) ? "ENGINE = MergeTree ORDER BY tuple()" : "";
    await warehouse.command(`CREATE TABLE {staged:Identifier} AS {table:Identifier} ${engine}`, {
      table,
      staged,
    });
  }
}

async function refuseCollisions(warehouse: Warehouse, parameters: Parameters): Promise<void> {
  const { rows } = await warehouse.query<{ alias: string; identifiers: unknown }>(
    COLLISIONS,
    parameters,
    { lane: "write" },
  );
  if (rows.length === 0) return;
  throw new AppError(
    "input.invalid",
    `Two identifiers have the same hash (${rows[0]!.alias}), so two people would become one.`,
    {
      hint: "Nothing was imported. Please report it: one of the identifiers needs another spelling.",
      cause: JSON.stringify(rows),
    },
  );
}

/** Fills `known` with the ids among `facts` that the store has, and counts them. */
async function findKnown(warehouse: Warehouse, facts: string, known: string): Promise<number> {
  const names = { facts, known };
  await warehouse.command(
    "CREATE TABLE {known:Identifier} (fact_id UInt64) ENGINE = MergeTree ORDER BY fact_id",
    names,
  );
  await warehouse.command(
    `INSERT INTO {known:Identifier} SELECT DISTINCT fact_id FROM seen
     WHERE fact_id IN (SELECT fact_id FROM {facts:Identifier})`,
    names,
  );
  const { rows } = await warehouse.query<{ n: number }>(
    "SELECT toUInt32(count()) AS n FROM {known:Identifier}",
    names,
  );
  return rows[0]!.n;
}
