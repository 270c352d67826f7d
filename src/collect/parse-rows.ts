/**
 * Staged text -> a table of typed order lines. A list of conditions says what makes a row unusable.
 * Clean files pay for it once, as a filter; only when rows are missing afterwards are they read
 * again to name each one's fault.
 */

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

/** One thread, since rowNumberInAllBlocks() must count rows in the order of the file. */
const IN_ORDER = { settings: { max_threads: 1 } } as const;

/** Makes and fills `table` with `LINE_COLUMNS`. */
export async function parseRows(warehouse: Warehouse, parsing: Parsing): Promise<void> {
  const { mapping, staged, table, rejects } = parsing;
  const faults = faultsOf(mapping);
  const parameters = { ...rowParameters(mapping, staged), table };
  await warehouse.command(
    `CREATE TABLE {table:Identifier} (${LINE_COLUMNS}) ENGINE = MergeTree ORDER BY tuple()`,
    { table },
  );
  await warehouse.command(
    `INSERT INTO {table:Identifier} ${lineSelect(mapping, staged)} WHERE NOT (${anyOf(faults)})`,
    parameters,
    staged.ordered ? IN_ORDER : {},
  );
  const { rows } = await warehouse.query<{ missing: number }>(
    `SELECT toUInt32((SELECT count() FROM {raw:Identifier}) -
       (SELECT count() FROM {table:Identifier})) AS missing`,
    parameters,
  );
  const { missing } = rows[0]!;
  if (missing > 0) await listFaults(warehouse, parsing, faults);
  rejects.addUnlisted(Math.max(0, missing - MAX_LISTED_REJECTS));
  await rejectDivided(warehouse, parsing);
}

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

/** An order whose lines name two customers belongs to neither: its lines are rejected. */
async function rejectDivided(
  warehouse: Warehouse,
  { table, staged, rejects }: Parsing,
): Promise<void> {
  const divided = `order_id IN (SELECT order_id FROM {table:Identifier}
    GROUP BY order_id HAVING uniqExactIf(customer, customer != '') > 1)`;
  const { rows } = await warehouse.query<{ line: string; customer: string; order_id: string }>(
    `SELECT line, customer, order_id FROM {table:Identifier} WHERE ${divided} ORDER BY line`,
    { table },
  );
  if (rows.length === 0) return;
  const column = staged.columns.get("customer") ?? "";
  for (const { line, customer, order_id } of rows) {
    const reason = `the lines of order ${order_id} name more than one customer`;
    rejects.add({ line: Number(line), column, value: customer, reason });
  }
  await warehouse.command(
    `ALTER TABLE {table:Identifier} DELETE WHERE ${divided} SETTINGS mutations_sync = 1`,
    { table },
  );
}
