/** Runs the statements that turn typed events into finished rows in staging tables. */

import type { Parameters, Warehouse } from "../../../store/index.js";
import { CREATE_STATEMENTS, INSERT_NEW_STATEMENTS } from "../../catalogue/statements.js";
import { leaveOutKnown } from "../../landing/known-facts.js";
import { LOW_MEMORY } from "../../staging/staging.js";
import { describeStaged } from "../contacts/undated-contacts.js";
import { makeOrders } from "../orders/make-orders.js";
import { type TakenChanges, takeChanges } from "../orders/take-changes.js";
import type { Counts, Making } from "../record-kind.js";
import { CREATE_ORDER_CHANGES, INSERT_ORDER_CHANGES } from "./event-changes.js";
import { INSERT_CONSENTS, TELLS_CONSENT } from "./event-consents.js";
import {
  CREATE_REPEATED,
  CREATE_TAKEN,
  createEvents,
  FACTLESS,
  INSERT_SEEN,
  INSERT_TRAITS,
  insertEvents,
  LISTED,
} from "./event-facts.js";
import {
  CREATE_OBSERVED,
  INSERT_IDENTIFIERS,
  INSERT_LINKS,
  insertObserved,
  LINKING,
} from "./event-identities.js";
import {
  CREATE_SALES,
  createOrderLines,
  INSERT_ORDER_EVENTS,
  INSERT_ORDER_LINES,
  INSERT_SALES,
  ordersOf,
} from "./event-orders.js";
import { INSERT_STATEMENTS, TELLS_OF_PRODUCT } from "./event-statements.js";
import { withoutAmounts } from "./order-amounts.js";
import type { EventsMapping } from "./schema.js";

export async function makeEvents(
  warehouse: Warehouse,
  making: Making<EventsMapping>,
): Promise<Counts> {
  const { mapping, importId, typed, tables, identifiers, table } = making;
  const events = table("events");
  const parameters: Parameters = {
    ...tables,
    identifiers,
    typed,
    events,
    repeated: table("repeated"),
    taken: table("taken"),
    observed: table("observed"),
    statements: table("statements"),
    sales: table("sales"),
    order_lines: table("order_lines"),
    order_changes_said: table("order_changes_said"),
    import_id: importId,
    source: mapping.source,
  };
  const run = (sql: string) => warehouse.command(sql, parameters, { settings: LOW_MEMORY });
  await run(CREATE_REPEATED);
  await run(createEvents({ repeated: await anyRepeated(warehouse, parameters) }));
  await run(CREATE_TAKEN);
  const counted = await count(warehouse, parameters);
  const ordered =
    counted.sales > 0 ? await makeEventOrders(warehouse, making, parameters) : undefined;
  const changed =
    counted.changes > 0 ? await takeEventChanges(warehouse, making, parameters) : undefined;
  if (counted.told > 0) {
    for (const sql of [CREATE_STATEMENTS, INSERT_STATEMENTS, INSERT_NEW_STATEMENTS]) await run(sql);
  }
  await run(insertEvents({ listed: counted.listed > 0 }));
  if (counted.identified > 0) await run(INSERT_TRAITS);
  if (counted.consents > 0) await run(INSERT_CONSENTS);
  if (counted.factless > 0) await run(INSERT_SEEN);
  await run(CREATE_OBSERVED);
  if (counted.linking > 0) await run(insertObserved(mapping));
  await run(INSERT_IDENTIFIERS);
  if (counted.linking > 0) await run(INSERT_LINKS);
  await describeStaged(warehouse, making);
  const known = await leaveOutKnown(warehouse, { facts: tables.facts, known: table("known") });
  const column = String(mapping.columns.properties ?? "properties");
  const amended =
    counted.sales + counted.changes > 0
      ? await withoutAmounts(warehouse, { typed, column })
      : undefined;
  const { repeated, copies, people, nobody, from, to } = counted;
  const notes = [...(ordered?.notes ?? [])];
  if (repeated > 0)
    notes.push(`${repeated} rows equal another row in every column; they were kept.`);
  if (changed !== undefined && changed.waiting > 0) {
    notes.push(
      `${changed.waiting} refunds or cancellations wait for an order that is not there yet.`,
    );
  }
  if (copies > 0) {
    notes.push(`${copies} events have the message id of another one and were taken once.`);
  }
  return {
    duplicates: repeated,
    people,
    nobody,
    newOrders: ordered?.newOrders ?? 0,
    changedOrders: (ordered?.changedOrders ?? 0) + (changed?.changedOrders ?? 0),
    alreadyPresent: known + (ordered?.alreadyPresent ?? 0),
    currency: ordered?.currency ?? "",
    from,
    to,
    amended,
    notes,
  };
}

/** What the events say of orders, by the rules of the orders kind. */
async function makeEventOrders(
  warehouse: Warehouse,
  making: Making<EventsMapping>,
  parameters: Parameters,
): Promise<Counts> {
  const { mapping, table } = making;
  const gather = [INSERT_ORDER_EVENTS, CREATE_SALES, INSERT_SALES];
  for (const sql of [...gather, createOrderLines(mapping), INSERT_ORDER_LINES]) {
    await warehouse.command(sql, parameters);
  }
  return makeOrders(warehouse, {
    ...making,
    mapping: ordersOf(mapping),
    typed: table("order_lines"),
    table: (purpose) => table(`sales_${purpose}`),
  });
}

/** What the events say became of orders; it is applied when the import is settled. */
async function takeEventChanges(
  warehouse: Warehouse,
  making: Making<EventsMapping>,
  parameters: Parameters,
): Promise<TakenChanges> {
  const { mapping, table } = making;
  await warehouse.command(CREATE_ORDER_CHANGES, parameters);
  await warehouse.command(INSERT_ORDER_CHANGES, parameters);
  return takeChanges(warehouse, {
    ...making,
    mapping: ordersOf(mapping),
    typed: table("order_changes_said"),
    table: (purpose) => table(`changes_${purpose}`),
  });
}

interface Counted {
  readonly sales: number;
  readonly changes: number;
  readonly identified: number;
  /** Events that leave no fact of their own. */
  readonly factless: number;
  /** What they tell of products. */
  readonly told: number;
  readonly consents: number;
  /** Events with a list of products, and those that name two identifiers. */
  readonly listed: number;
  readonly linking: number;
  readonly repeated: number;
  readonly copies: number;
  readonly people: number;
  readonly nobody: number;
  readonly from: string;
  readonly to: string;
}

async function anyRepeated(warehouse: Warehouse, parameters: Parameters): Promise<boolean> {
  const { rows } = await warehouse.query<{ n: number }>(
    "SELECT toUInt32(count()) AS n FROM {repeated:Identifier}",
    parameters,
    { lane: "write" },
  );
  return rows[0]!.n > 0;
}

async function count(warehouse: Warehouse, parameters: Parameters): Promise<Counted> {
  const iso = (time: string) =>
    `if(count() = 0, '', formatDateTime(${time}, '%Y-%m-%dT%H:%i:%SZ', 'UTC'))`;
  const { rows } = await warehouse.query<Counted>(
    `SELECT toUInt32(countIf(kind IN ('order_completed', 'order_updated'))) AS sales,
       toUInt32(countIf(kind IN ('order_cancelled', 'order_refunded'))) AS changes,
       toUInt32(countIf(kind = 'identify')) AS identified, toUInt32(countIf(${FACTLESS})) AS factless,
       toUInt32(countIf(${TELLS_OF_PRODUCT})) AS told,
       toUInt32(countIf(${TELLS_CONSENT})) AS consents,
       toUInt32(countIf(${LISTED})) AS listed, toUInt32(countIf(${LINKING})) AS linking,
       toUInt32(countIf(message = '') - uniqExactIf(content, message = '')) AS repeated,
       toUInt32((SELECT count() FROM {typed:Identifier}) - count()) AS copies,
       toUInt32(uniqExactIf(alias, alias != 0)) AS people,
       toUInt32(countIf(alias = 0 AND NOT (${TELLS_OF_PRODUCT}))) AS nobody,
       ${iso("min(time)")} AS from, ${iso("max(time)")} AS to
     FROM {events:Identifier}`,
    parameters,
    { lane: "write" },
  );
  return rows[0]!;
}
