/**
 * Brings a file's rows into a staging table as text, each with its line in the file.
 *
 *   CSV     cut into records -> numbered CSV -> ClickHouse's reader
 *   NDJSON  line by line     -> numbered CSV -> ClickHouse's reader
 *   Parquet                                     ClickHouse's reader; the row's number is its line
 *
 * Faults of the form (columns, quotes, encoding, JSON) end here; what a value means comes later.
 */

import { rmSync } from "node:fs";
import type { SourceFile } from "./source-file.js";
import { stageCsv } from "./stage-csv.js";
import { stageNdjson } from "./stage-ndjson.js";
import { stageParquet } from "./stage-parquet.js";
import type { StagedRows, Staging } from "./staging.js";

export async function stageRows(file: SourceFile, staging: Staging): Promise<StagedRows> {
  try {
    switch (file.format) {
      case "csv":
        return await stageCsv(file, staging);
      case "ndjson":
        return await stageNdjson(file, staging);
      case "parquet":
        return await stageParquet(file, staging);
    }
  } finally {
    rmSync(staging.scratch, { force: true });
  }
}
