/** Runs the statements that turn rows of whole orders into finished rows in staging tables. */

import { availableParallelism } from "node:os";
import type { Parameters, Warehouse } from "../../../store/index.js";
import { vatParameters } from "../../money/vat.js";
import { LOW_MEMORY } from "../../staging/staging.js";
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
import { orderNotes } from "./order-notes.js";
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
  const { mapping, typed, path } = making;
  const parameters = await parametersOf(warehouse, making);
  const statements = await statementsOver(warehouse, { typed, parameters });
  await statements.fill("orders", selectOrderStates(mapping, making.vat !== undefined));
  await refuseUnrated(warehouse, { path, orders: parameters.orders });
  const { fresh, changed, known } = await findFresh(warehouse, parameters);
  const lagMs = fresh > 0 ? await lagOf(warehouse, { mapping, parameters }) : undefined;
  if (lagMs !== undefined) {
    const dated = { ...parameters, lag_ms: lagMs };
    await makeOrderFacts(warehouse, { mapping, parameters: dated, statements });
  }
  await statements.run(INSERT_PRODUCTS);
  await statements.run("CREATE TABLE {repeated:Identifier} (content UInt64) ENGINE = Memory");
  await statements.run(INSERT_REPEATED);
  const counted = await countLines(warehouse, parameters);
  const notes = await orderNotes(warehouse, parameters, { changed, lagMs });
  return {
    ...counted,
    notes: [...counted.notes, ...notes],
    alreadyPresent: known,
    currency: parameters.currency,
    newOrders: fresh - changed,
    changedOrders: changed,
  };
}

/** How long after its order an undated refund is taken to be known. */
async function lagOf(
  warehouse: Warehouse,
  given: { readonly mapping: OrdersMapping; readonly parameters: Parameters },
): Promise<number> {
  const usual = Math.max(1, Math.round(given.mapping.refunds.lag_days * DAY_MS));
  return (await medianLag(warehouse, given.parameters)) ?? usual;
}

async function parametersOf(warehouse: Warehouse, making: Making<OrdersMapping>) {
  const { mapping, importId, typed, tables, identifiers, table } = making;
  return {
    ...tables,
    ...stateParameters(mapping),
    ...vatParameters(making.vat),
    identifiers,
    lines: typed,
    orders: table("orders"),
    repeated: table("repeated"),
    fresh: table("fresh"),
    versions: table("versions"),
    amounts: table("amounts"),
    import_id: importId,
    source: mapping.source,
    ...(await settleCurrency(warehouse, making)),
  };
}

/** The orders that are news, their lines, refunds, buyers, and who belongs together; `lag_ms` as `lagOf`. */
async function makeOrderFacts(
  warehouse: Warehouse,
  given: {
    readonly mapping: OrdersMapping;
    readonly parameters: Parameters;
    readonly statements: Statements;
  },
): Promise<void> {
  const { mapping, parameters, statements } = given;
  const { run, runInChunks, fill } = statements;
  await warehouse.command(CREATE_VERSIONS, parameters, WIDE);
  await fill("amounts", SELECT_AMOUNTS);
  await runInChunks(INSERT_LINES);
  await runInChunks(INSERT_ORDERS);
  for (const sql of [INSERT_REFUNDS, INSERT_TRAITS, INSERT_SUPERSEDED, INSERT_IDENTIFIERS]) {
    await run(sql);
  }
  await run(insertOtherIdentifiers(mapping));
  await run(insertLinks(mapping, factId("identified")));
}

interface Statements {
  run(sql: string): Promise<void>;
  /** For each part of the orders in turn: `IN_CHUNK` holds for its rows. */
  runInChunks(sql: string): Promise<void>;
  /** Makes the table that a parameter names, of the rows of `select`. */
  fill(name: string, select: string): Promise<void>;
}

async function statementsOver(
  warehouse: Warehouse,
  { typed, parameters }: { readonly typed: string; readonly parameters: Parameters },
): Promise<Statements> {
  const { rows } = await warehouse.query<{ n: string }>(
    "SELECT count() AS n FROM {typed:Identifier}",
    { typed },
  );
  const chunks = Math.max(1, Math.ceil(Number(rows[0]!.n) / CHUNK_LINES));
  const runInChunks = async (sql: string) => {
    for (let chunk = 0; chunk < chunks; chunk++) {
      await warehouse.command(sql, { ...parameters, chunks, chunk }, WIDE);
    }
  };
  return {
    run: (sql) => warehouse.command(sql, parameters, WIDE),
    runInChunks,
    async fill(name, select) {
      const into = `{${name}:Identifier}`;
      const create = `CREATE TABLE ${into} ENGINE = MergeTree ORDER BY order_id EMPTY AS ${select}`;
      await warehouse.command(create, { ...parameters, chunks, chunk: 0 });
      await runInChunks(`INSERT INTO ${into} ${select}`);
    },
  };
}
