/** What staging needs and yields, and the step that all text formats end with. */

import type { Parameters, Warehouse } from "../store/index.js";
import type { FieldColumns } from "./columns.js";
import type { Mapping } from "./mapping.js";
import type { RejectLog } from "./rejects.js";

/** Rows in a staging table: where they are, and how the text of each field is read from there. */
export interface StagedRows {
  readonly table: string;
  /** Expression for the line in the file. */
  readonly line: string;
  /** `line` counts rows as they are read, so they must be read in order. */
  readonly ordered: boolean;
  /** Texts are known to be UTF-8 without NUL characters. */
  readonly clean: boolean;
  readonly texts: ReadonlyMap<string, string>;
  readonly parameters: Parameters;
  /** Fields that are numbers in the file, so that their texts have a decimal point. */
  readonly numeric: ReadonlySet<string>;
  /** The column of the file behind each field. */
  readonly columns: FieldColumns;
  /** Rows of the file, rejected ones included. */
  readonly read: number;
}

export interface Staging {
  readonly warehouse: Warehouse;
  readonly mapping: Mapping;
  readonly table: string;
  /** Path for the intermediate file. */
  readonly scratch: string;
  readonly rejects: RejectLog;
}

/** Numbered CSV -> a staging table with the columns that the mapping uses. */
export async function loadNumbered(
  staging: Staging,
  used: ReadonlySet<string>,
  delimiter: string,
): Promise<void> {
  const { warehouse, table, scratch } = staging;
  const columns = [...used].map((name) => `${name} String`);
  await warehouse.command(
    `CREATE TABLE {table:Identifier} (${["line UInt64", ...columns].join(", ")})
     ENGINE = MergeTree ORDER BY tuple()`,
    { table },
  );
  await warehouse.insertFile(table, {
    path: scratch,
    format: "CSVWithNames",
    settings: {
      format_csv_delimiter: delimiter,
      input_format_skip_unknown_fields: 1,
      input_format_csv_trim_whitespaces: 0,
      input_format_csv_detect_header: 0,
    },
  });
}

export function numberedRows(
  { table }: Staging,
  used: ReadonlyMap<string, string>,
  { columns, read }: { columns: FieldColumns; read: number },
): StagedRows {
  const texts = new Map([...used].map(([field, name]) => [field, `trimBoth(${name})`]));
  return {
    table,
    line: "line",
    ordered: false,
    numeric: new Set(),
    clean: true,
    texts,
    parameters: {},
    columns,
    read,
  };
}
