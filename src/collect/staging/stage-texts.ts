/** Rows that are at hand in the program, staged as the rows of a file are. */

import type { Warehouse } from "../../store/index.js";
import { type FieldColumns, fieldColumns } from "../mapping/columns.js";
import type { CommonMapping } from "../mapping/mapping-schema.js";
import { numberedRows, type StagedRows } from "./staging.js";

export interface Texts {
  /** By which the row is named in rejects. */
  readonly line: number;
  /** By the mapping's columns; UTF-8 without NUL characters. */
  readonly texts: ReadonlyMap<string, string>;
}

export interface GivenTexts {
  readonly mapping: CommonMapping;
  readonly rows: readonly Texts[];
  /** Rows that came, rejected ones included. */
  readonly read: number;
  readonly properties?: ReadonlySet<string> | undefined;
}

/** Into a new table of this name. */
export async function stageTexts(
  warehouse: Warehouse,
  table: string,
  { mapping, rows, read, properties }: GivenTexts,
): Promise<StagedRows> {
  const fields: FieldColumns = fieldColumns(mapping);
  const columns = [...new Set(fields.values())];
  const definitions = columns.map((_, index) => `c${index} String`);
  await warehouse.command(
    `CREATE TABLE {table:Identifier} (${["line UInt64", ...definitions].join(", ")})
     ENGINE = MergeTree ORDER BY tuple()`,
    { table },
  );
  // What a row does not say is '' by the table.
  const row = ({ line, texts }: Texts) => {
    const said: Record<string, string | number> = { line };
    for (const [index, column] of columns.entries()) {
      const text = texts.get(column);
      if (text) said[`c${index}`] = text;
    }
    return said;
  };
  await warehouse.insert(table, rows.map(row));
  const used = new Map([...fields].map(([field, name]) => [field, `c${columns.indexOf(name)}`]));
  const staged = numberedRows({ table }, used, { columns: fields, read });
  return properties === undefined ? staged : { ...staged, properties };
}
