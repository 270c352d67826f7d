/** A Parquet file's rows in a staging table; every value is read as its text from there. */

import type { Warehouse } from "../store/index.js";
import { type FieldColumns, fieldColumns, resolveColumns } from "./columns.js";
import { refused, type SourceFile } from "./source-file.js";
import type { StagedRows, Staging } from "./staging.js";

/** Types whose text is a value. Lists, maps and tuples are not. */
const SCALAR = /^(String|FixedString|U?Int\d+|Float\d+|Decimal|Date|Bool|Enum|UUID)/;

const NUMBER = /\b(U?Int\d+|Float\d+|Decimal)/;

/** The table keeps the order of the rows, as MergeTree would not, so that a row has a number. */
export async function stageParquet(file: SourceFile, staging: Staging): Promise<StagedRows> {
  const { warehouse, table, mapping } = staging;
  const source = { path: file.path, format: "Parquet" as const };
  const present = await describeParquet(warehouse, file);
  const names = present.map((column) => column.name);
  const columns = resolveColumns(file.path, fieldColumns(mapping), names);
  const types = new Map(present.map((column) => [column.name, column.type]));
  const fields = [...columns.keys()];
  const parameters: Record<string, string> = { table };
  const identifiers = new Map([...new Set(columns.values())].map((name, i) => [name, `c${i}`]));
  const definitions = [...identifiers].map(([name, parameter]) => {
    parameters[parameter] = name;
    return `{${parameter}:Identifier} ${scalarType(file.path, name, types.get(name)!)}`;
  });
  await warehouse.command(
    `CREATE TABLE {table:Identifier} (${definitions.join(", ")}) ENGINE = Log`,
    parameters,
  );
  await warehouse.insertFile(table, source).catch((error) => {
    throw refused(file.path, `not a readable Parquet file (${firstLine(error)})`);
  });
  const { rows } = await warehouse.query<{ n: number }>(
    "SELECT toUInt32(count()) AS n FROM {table:Identifier}",
    { table },
  );
  return {
    table,
    line: "toUInt64(rowNumberInAllBlocks() + 1)",
    numeric: new Set(fields.filter((field) => NUMBER.test(types.get(columns.get(field)!)!))),
    ordered: true,
    clean: false,
    texts: textOf(columns, identifiers, types),
    parameters,
    columns,
    read: rows[0]!.n,
  };
}

/** Names and types of its columns. */
export function describeParquet(warehouse: Warehouse, { path }: SourceFile) {
  return warehouse.describeFile({ path, format: "Parquet" }).catch((error) => {
    throw refused(path, `not a readable Parquet file (${firstLine(error)})`);
  });
}

function textOf(
  columns: FieldColumns,
  identifiers: ReadonlyMap<string, string>,
  types: ReadonlyMap<string, string>,
): StagedRows["texts"] {
  return new Map(
    [...columns].map(([field, name]) => {
      const column = `{${identifiers.get(name)}:Identifier}`;
      const zone = types.get(name)!.includes("DateTime") ? ", 'UTC'" : "";
      return [field, `trimBoth(ifNull(toString(${column}${zone}), ''))`];
    }),
  );
}

function scalarType(path: string, name: string, type: string): string {
  const bare = type.replace(/^LowCardinality\((.*)\)$/, "$1").replace(/^Nullable\((.*)\)$/, "$1");
  if (!SCALAR.test(bare)) throw refused(path, `the column "${name}" holds ${type}, not one value`);
  if (/[`\\]/.test(name))
    throw refused(path, `the column name "${name}" holds a quote or backslash`);
  return `Nullable(${bare})`;
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split("\n")[0]!.slice(0, 200);
}
