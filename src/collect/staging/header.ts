/** The names of a file's columns, read before anything is staged. */

import { rmSync } from "node:fs";
import type { Warehouse } from "../../store/index.js";
import { csvForm, type TextRules } from "../files/csv-form.js";
import type { SourceFile } from "../files/source-file.js";
import type { Header } from "../mapping/columns.js";
import { jsonColumns } from "./stage-json.js";
import { parquetColumns } from "./stage-parquet.js";

interface HeaderOptions {
  /** What is known of texts before the file's mapping is. */
  readonly rules: TextRules;
  /** Path for an intermediate file. */
  readonly scratch: string;
}

/** Of CSV and Parquet all columns; of JSON those of its first rows. */
export async function headerOf(
  warehouse: Warehouse,
  file: SourceFile,
  { rules, scratch }: HeaderOptions,
): Promise<Header> {
  switch (file.format) {
    case "csv":
      return { present: csvForm(file, rules).header, complete: true };
    case "ndjson":
    case "json":
      return { present: jsonColumns(file, rules), complete: false };
    case "parquet":
      try {
        return { present: await parquetColumns(warehouse, file, scratch), complete: true };
      } finally {
        rmSync(scratch, { force: true });
      }
  }
}
