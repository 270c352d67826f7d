/** What staging needs and yields, and the steps that the text formats share. */

import type { Parameters, Warehouse } from "../../store/index.js";
import type { NumberedCsvOptions } from "../files/numbered-csv.js";
import type { SourceFile } from "../files/source-file.js";
import { NOT_UTF8, NUL_CHARACTER, notUtf8 } from "../files/text-encoding.js";
import type { FieldColumns } from "../mapping/columns.js";
import type { CommonMapping } from "../mapping/mapping-schema.js";
import type { RejectLog } from "../rejects/rejects.js";

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
  /** The names that objects among the texts have, where they are known; else they may have any. */
  readonly properties?: ReadonlySet<string>;
}

export interface Staging {
  readonly warehouse: Warehouse;
  readonly mapping: CommonMapping;
  readonly table: string;
  /** Path for the intermediate file. */
  readonly scratch: string;
  readonly rejects: RejectLog;
  /** Fields that take an object or a list, as JSON. Others take only one value. */
  readonly nested?: ReadonlySet<string> | undefined;
  /** How far a text file is read. */
  readonly onProgress?: ((progress: ReadProgress) => void) | undefined;
}

export interface ReadProgress {
  readonly rows: number;
  /** Of the file as it lies on the disk. */
  readonly bytes: number;
}

/**
 * What becomes of rows that are no text. In a file that is said to be UTF-8 they are set aside; one
 * of which nothing is said is refused (AppError), because it is likely another encoding as a whole.
 */
export function textFaults(
  file: SourceFile,
  { mapping, rejects }: Staging,
  encoding: string,
): Pick<NumberedCsvOptions, "decoded" | "onFault"> {
  const declared = file.encoding ?? mapping.csv.encoding;
  const reject = (line: number, value: string, reason: string) =>
    rejects.add({ line, column: "", value, reason });
  return {
    decoded: encoding !== "utf-8",
    onFault(line, row, fault) {
      switch (fault) {
        case "not UTF-8":
          if (declared === undefined) throw notUtf8(file, line, row);
          return reject(line, row.toString("latin1"), NOT_UTF8);
        case "NUL":
          return reject(line, row.toString(), NUL_CHARACTER);
        case "undecodable":
          return reject(line, row.toString(), `not valid ${encoding}`);
      }
    },
  };
}

/**
 * Settings for statements over whole files, so that their memory does not grow with the file: blocks
 * of a quarter of the usual size, groups that spill to the disk, and files that are read, since those
 * that are mapped count as memory of this process.
 */
export const LOW_MEMORY = {
  min_insert_block_size_rows: 262_144,
  min_insert_block_size_bytes: 64 * 1024 * 1024,
  max_bytes_before_external_group_by: 400_000_000,
  storage_file_read_method: "pread",
} as const;

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
      input_format_csv_allow_whitespace_or_tab_as_delimiter: 1,
      input_format_skip_unknown_fields: 1,
      input_format_csv_trim_whitespaces: 0,
      input_format_csv_detect_header: 0,
      ...LOW_MEMORY,
    },
  });
}

export function numberedRows(
  { table }: Pick<Staging, "table">,
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
