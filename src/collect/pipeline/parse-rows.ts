/**
 * Staged text -> a table of typed rows. A list of conditions says what makes a row unusable. Clean
 * files pay for it once, as a filter; only when rows are missing afterwards are they read again to
 * name each one's fault.
 */

import { availableParallelism } from "node:os";
import type { Warehouse } from "../../store/index.js";
import { type Corrections, junkParameters } from "../hygiene/index.js";
import { type Fault, fieldFaults, valueParameters, valueSelect } from "../records/fields.js";
import { type Conflict, fieldsOf, type RecordKind } from "../records/record-kind.js";
import { MAX_LISTED_REJECTS, type RejectLog } from "../rejects/rejects.js";
import { isStagedInMemory } from "../staging/memory-staging.js";
import { LOW_MEMORY, type StagedRows } from "../staging/staging.js";
import type { Mapping } from "./read-mapping.js";

export interface Parsing {
  readonly kind: RecordKind;
  readonly mapping: Mapping;
  readonly staged: StagedRows;
  /** Name of the table to make. */
  readonly table: string;
  readonly rejects: RejectLog;
  /** Which identifiers stand for nobody, beside those of the rule. */
  readonly corrections?: Corrections | undefined;
}

/** One thread, since rowNumberInAllBlocks() counts rows as they come. */
const IN_ORDER = { settings: { max_threads: 1 } } as const;
const PARALLEL = {
  settings: { max_insert_threads: Math.min(4, availableParallelism()), ...LOW_MEMORY },
} as const;

/** Makes and fills `table` with the kind's typed columns. */
export async function parseRows(warehouse: Warehouse, asked: Parsing): Promise<void> {
  const { kind, mapping, staged, table, rejects } = asked;
  const parsing = { ...asked, prepared: await prepare(warehouse, asked) };
  const faults = [
    ...fieldFaults(fieldsOf(kind, mapping), staged),
    ...kind.faults(mapping, staged.properties),
  ];
  const fill = `INSERT INTO {table:Identifier} ${kind.select(mapping, parsing.prepared, staged.properties)}
    WHERE NOT (${anyOf(faults)})`;
  await warehouse.command(
    `CREATE TABLE {table:Identifier} (${kind.typedColumns(mapping)}) ENGINE = MergeTree ORDER BY tuple()`,
    { table },
  );
  await warehouse.command(fill, parametersOf(parsing), PARALLEL);
  const conflicts = [...(kind.conflicts?.(mapping) ?? [])];
  const { missing, unusable: divided } = await countBad(warehouse, parsing, conflicts);
  let unusable = divided;
  if (missing > 0) {
    await listFaults(warehouse, parsing, faults);
    if (kind.wholeGroups?.(mapping)) {
      conflicts.unshift(await brokenGroups(warehouse, parsing, faults));
      unusable += (await countBad(warehouse, parsing, conflicts)).unusable;
    }
  }
  rejects.addUnlisted(Math.max(0, missing - MAX_LISTED_REJECTS));
  if (unusable === 0) return;
  if (staged.ordered) {
    await warehouse.command("TRUNCATE TABLE {table:Identifier}", { table });
    await warehouse.command(fill, parametersOf(parsing), IN_ORDER);
  }
  for (const conflict of conflicts) await rejectGroups(warehouse, parsing, conflict);
}

function parametersOf({ kind, mapping, staged, table, corrections }: Parsing) {
  return {
    ...valueParameters(fieldsOf(kind, mapping), mapping, staged),
    ...junkParameters(corrections),
    ...kind.parameters(mapping),
    table,
    prepared: `${table}_prepared`,
  };
}

interface Prepared extends Parsing {
  /** SELECT of the values and what the kind works out of them. */
  readonly prepared: string;
}

/**
 * Planning grows with the functions below a function: of a small import, where it is most of the
 * time, the values are put into a table in between.
 */
async function prepare(warehouse: Warehouse, parsing: Parsing): Promise<string> {
  const { kind, mapping, staged } = parsing;
  const values = valueSelect(fieldsOf(kind, mapping), mapping, staged);
  const prepared = kind.prepare?.(mapping, values, staged.properties) ?? values;
  if (!isStagedInMemory(warehouse)) return prepared;
  const create = "CREATE TABLE {prepared:Identifier} ENGINE = MergeTree ORDER BY tuple()";
  await warehouse.command(`${create} AS ${prepared}`, parametersOf(parsing));
  return "SELECT * FROM {prepared:Identifier}";
}

function anyOf(faults: readonly Fault[]): string {
  return faults.map((fault) => `(${fault.condition})`).join(" OR ") || "0";
}

/** Rows that did not become typed rows, and groups that are in conflict with themselves. */
async function countBad(warehouse: Warehouse, parsing: Parsing, conflicts: readonly Conflict[]) {
  const { typed } = parsing.kind.groupedBy ?? { typed: "line" };
  const groups = conflicts.map(
    ({ keys }) => `(SELECT count() FROM {table:Identifier} WHERE ${typed} IN (${keys}))`,
  );
  const named = Object.assign({}, ...conflicts.map(({ parameters }) => parameters));
  const { rows } = await warehouse.query<{ missing: number; unusable: number }>(
    `SELECT toUInt32((SELECT count() FROM {raw:Identifier}) - count()) AS missing,
       toUInt32(${["0", ...groups].join(" + ")}) AS unusable FROM {table:Identifier}`,
    { ...parametersOf(parsing), ...named },
  );
  return rows[0]!;
}

/** Groups of which a row was unusable: half of one would be taken for the whole. */
async function brokenGroups(
  warehouse: Warehouse,
  parsing: Prepared,
  faults: readonly Fault[],
): Promise<Conflict> {
  const broken = `${parsing.table}_broken`;
  const key = parsing.kind.groupedBy!.value;
  await warehouse.command(
    `CREATE TABLE {broken:Identifier} ENGINE = MergeTree ORDER BY key AS
     SELECT DISTINCT ${key} AS key FROM (${parsing.prepared}) WHERE ${anyOf(faults)}`,
    { ...parametersOf(parsing), broken },
  );
  return {
    keys: "SELECT key FROM {broken:Identifier}",
    parameters: { broken },
    field: "",
    value: "''",
    reason: (group) => `another row of ${group} cannot be used`,
  };
}

/** The first fault of each unusable row goes to the rejects. */
async function listFaults(
  warehouse: Warehouse,
  parsing: Prepared,
  faults: readonly Fault[],
): Promise<void> {
  const { kind, mapping, staged, rejects } = parsing;
  const names = Object.keys(fieldsOf(kind, mapping));
  const first = faults.map((fault, i) => `${fault.condition}, ${i}`).join(", ");
  const values = names.map((field) => `toValidUTF8(f_${field})`).join(", ");
  const places = faults.map(({ within }) => within ?? "CAST([], 'Array(String)')").join(", ");
  const { rows } = await warehouse.query<FaultyRow>(
    `SELECT source_line AS line, toUInt16(multiIf(${first}, 0)) AS fault, [${values}] AS texts,
       [${places}][fault + 1] AS place
     FROM (${parsing.prepared}) WHERE ${anyOf(faults)}
     ORDER BY line LIMIT ${MAX_LISTED_REJECTS}`,
    parametersOf(parsing),
    IN_ORDER,
  );
  for (const row of rows) {
    const { field, reason } = faults[row.fault]!;
    const [path, text] = row.place;
    const whole = staged.columns.get(field) ?? "";
    const column = path === undefined ? whole : `${whole}.${path}`;
    const value = text ?? row.texts[names.indexOf(field)]!;
    rejects.add({ line: Number(row.line), column, value, reason });
  }
}

interface FaultyRow {
  readonly line: string;
  readonly fault: number;
  readonly texts: readonly string[];
  /** Path and text within the field; empty where all of it is at fault. */
  readonly place: readonly string[];
}

/** All rows of such groups are rejected. */
async function rejectGroups(
  warehouse: Warehouse,
  { kind, table, staged, rejects }: Parsing,
  { keys, parameters, field, value, reason }: Conflict,
): Promise<void> {
  const names = { ...parameters, table };
  const key = kind.groupedBy!.typed;
  const { rows } = await warehouse.query<{ line: string; value: string; key: string }>(
    `SELECT line, toString(${value}) AS value, ${key} AS key FROM {table:Identifier}
     WHERE ${key} IN (${keys}) ORDER BY line`,
    names,
  );
  if (rows.length === 0) return;
  const column = staged.columns.get(field) ?? "";
  for (const { line, value, key } of rows) {
    rejects.add({ line: Number(line), column, value, reason: reason(key) });
  }
  await warehouse.command(
    `ALTER TABLE {table:Identifier} DELETE WHERE ${key} IN (${keys})
     SETTINGS mutations_sync = 1`,
    names,
  );
}
