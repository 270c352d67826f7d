/**
 * Brings a file's rows into a staging table as text, each with its line in the file.
 *
 *   CSV            cut into records    -> numbered CSV -> ClickHouse's reader
 *   NDJSON, JSON   cut into objects    -> numbered CSV -> ClickHouse's reader
 *   Parquet                                               the same; a row's number is its line
 *
 * Faults of the form (columns, quotes, encoding, JSON) end here; what a value means comes later.
 */

import { rmSync } from "node:fs";
import type { SourceFile } from "../files/source-file.js";
import { stageCsv } from "./stage-csv.js";
import { stageJson } from "./stage-json.js";
import { stageParquet } from "./stage-parquet.js";
import type { StagedRows, Staging } from "./staging.js";

export async function stageRows(file: SourceFile, staging: Staging): Promise<StagedRows> {
  try {
    switch (file.format) {
      case "csv":
        return await stageCsv(file, staging);
      case "ndjson":
      case "json":
        return await stageJson(file, staging);
      case "parquet":
        return await stageParquet(file, staging);
    }
  } finally {
    rmSync(staging.scratch, { force: true });
  }
}
