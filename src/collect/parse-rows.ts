/**
 * Staged text -> a table of typed order lines. A list of conditions says what makes a row unusable.
 * Clean files pay for it once, as a filter; only when rows are missing afterwards are they read
 * again to name each one's fault.
 */

import { availableParallelism } from "node:os";
import type { Warehouse } from "../store/index.js";
import { FIELDS, type Mapping } from "./mapping.js";
import { MAX_LISTED_REJECTS, type RejectLog } from "./rejects.js";
import { type Fault, faultsOf } from "./row-faults.js";
import { LINE_COLUMNS, lineSelect, rowParameters, valueSelect } from "./row-select.js";
import type { StagedRows } from "./staging.js";

export interface Parsing {
  readonly mapping: Mapping;
  readonly staged: StagedRows;
  /** Name of the table to make. */
  readonly table: string;
  readonly rejects: RejectLog;
}

/** One thread, since rowNumberInAllBlocks() counts rows as they come. */
const IN_ORDER = { settings: { max_threads: 1 } } as const;
const PARALLEL = { settings: { max_insert_threads: Math.min(4, availableParallelism()) } } as const;

/** Makes and fills `table` with `LINE_COLUMNS`. */
export async function parseRows(warehouse: Warehouse, parsing: Parsing): Promise<void> {
  const { mapping, staged, table, rejects } = parsing;
  const faults = faultsOf(mapping, staged);
  const parameters = { ...rowParameters(mapping, staged), table };
  const fill = `INSERT INTO {table:Identifier} ${lineSelect(mapping, staged)}
    WHERE NOT (${anyOf(faults)})`;
  await warehouse.command(
    `CREATE TABLE {table:Identifier} (${LINE_COLUMNS}) ENGINE = MergeTree ORDER BY tuple()`,
    { table },
  );
  await warehouse.command(fill, parameters, PARALLEL);
  const { rows } = await warehouse.query<{ missing: number; divided: number }>(
    `SELECT toUInt32((SELECT count() FROM {raw:Identifier}) - count()) AS missing,
       toUInt32((SELECT count() FROM (${DIVIDED_ORDERS}))) AS divided FROM {table:Identifier}`,
    parameters,
  );
  const { missing, divided } = rows[0]!;
  if (missing > 0) await listFaults(warehouse, parsing, faults);
  rejects.addUnlisted(Math.max(0, missing - MAX_LISTED_REJECTS));
  if (divided === 0) return;
  if (staged.ordered) {
    await warehouse.command("TRUNCATE TABLE {table:Identifier}", { table });
    await warehouse.command(fill, parameters, IN_ORDER);
  }
  await rejectDivided(warehouse, parsing);
}

/** Orders whose lines name two customers. */
const DIVIDED_ORDERS = `SELECT order_id FROM {table:Identifier}
  GROUP BY order_id HAVING uniqExactIf(customer, customer != '') > 1`;

function anyOf(faults: readonly Fault[]): string {
  return faults.map((fault) => `(${fault.condition})`).join(" OR ");
}

/** The first fault of each unusable row goes to the rejects. */
async function listFaults(
  warehouse: Warehouse,
  { mapping, staged, rejects }: Parsing,
  faults: readonly Fault[],
): Promise<void> {
  const first = faults.map((fault, i) => `${fault.condition}, ${i}`).join(", ");
  const values = FIELDS.map((field) => `toValidUTF8(f_${field})`).join(", ");
  const { rows } = await warehouse.query<{ line: string; fault: number; texts: string[] }>(
    `SELECT source_line AS line, toUInt16(multiIf(${first}, 0)) AS fault, [${values}] AS texts
     FROM (${valueSelect(mapping, staged)}) WHERE ${anyOf(faults)}
     ORDER BY line LIMIT ${MAX_LISTED_REJECTS}`,
    rowParameters(mapping, staged),
    IN_ORDER,
  );
  for (const row of rows) {
    const { field, reason } = faults[row.fault]!;
    const value = row.texts[FIELDS.indexOf(field)]!;
    rejects.add({ line: Number(row.line), column: staged.columns.get(field) ?? "", value, reason });
  }
}

/** Such an order belongs to neither of the two: its lines are rejected. */
async function rejectDivided(
  warehouse: Warehouse,
  { table, staged, rejects }: Parsing,
): Promise<void> {
  const { rows } = await warehouse.query<{ line: string; customer: string; order_id: string }>(
    `SELECT line, customer, order_id FROM {table:Identifier}
     WHERE order_id IN (${DIVIDED_ORDERS}) ORDER BY line`,
    { table },
  );
  const column = staged.columns.get("customer") ?? "";
  for (const { line, customer, order_id } of rows) {
    const reason = `the lines of order ${order_id} name more than one customer`;
    rejects.add({ line: Number(line), column, value: customer, reason });
  }
  await warehouse.command(
    `ALTER TABLE {table:Identifier} DELETE WHERE order_id IN (${DIVIDED_ORDERS})
     SETTINGS mutations_sync = 1`,
    { table },
  );
}
