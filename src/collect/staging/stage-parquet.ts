/** A Parquet file's rows in a staging table; every value is read as its text from there. */

import { createWriteStream, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { LocalFile, Warehouse } from "../../store/index.js";
import { readUnpacked, refused, type SourceFile } from "../files/source-file.js";
import { type FieldColumns, fieldColumns, resolveColumns } from "../mapping/columns.js";
import { LOW_MEMORY, type StagedRows, type Staging } from "./staging.js";

/** Types whose text is a value. Lists, maps and tuples are not. */
const SCALAR = /^(String|FixedString|U?Int\d+|Float\d+|Decimal|Date|Bool|Enum|UUID)/;

const NUMBER = /\b(U?Int\d+|Float\d+|Decimal)/;

/** The table keeps the order of the rows, as MergeTree would not, so that a row has a number. */
export async function stageParquet(file: SourceFile, staging: Staging): Promise<StagedRows> {
  const { warehouse, table, mapping, scratch } = staging;
  const source = { path: await unpackedPath(file, scratch), format: "Parquet" as const };
  const present = await describe(warehouse, file, source);
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
  // Row groups are read side by side, and else come in whatever order they are done.
  const settings = { ...LOW_MEMORY, input_format_parquet_preserve_order: 1 };
  await warehouse.insertFile(table, { ...source, settings }).catch((error) => {
    throw notParquet(file, error);
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

/** The names of its columns. `scratch`: path for an intermediate file, which the caller removes. */
export async function parquetColumns(
  warehouse: Warehouse,
  file: SourceFile,
  scratch: string,
): Promise<readonly string[]> {
  const source = { path: await unpackedPath(file, scratch), format: "Parquet" as const };
  return (await describe(warehouse, file, source)).map(({ name }) => name);
}

/** Its schema stands at the end and its columns one after another, so it cannot be read packed. */
async function unpackedPath(file: SourceFile, scratch: string): Promise<string> {
  if (file.packing === "none") return file.path;
  mkdirSync(dirname(scratch), { recursive: true });
  await pipeline(Readable.from(readUnpacked(file)), createWriteStream(scratch, { mode: 0o600 }));
  return scratch;
}

function describe(warehouse: Warehouse, file: SourceFile, source: LocalFile) {
  return warehouse.describeFile(source).catch((error) => {
    throw notParquet(file, error);
  });
}

function notParquet({ path }: SourceFile, error: unknown): unknown {
  const why = firstLine(error);
  return refused(path, `not a readable Parquet file (${why})`, "Copy or export it again.");
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

/** Without the "Error:" by which the engine announces the lines that follow. */
function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text
    .split("\n")[0]!
    .replace(/[.\s]*Error:\s*$/, "")
    .slice(0, 200);
}
