/** The names of a file's columns, read from its first bytes before anything is staged. */

import type { Warehouse } from "../store/index.js";
import type { Header } from "./columns.js";
import { csvFields } from "./csv-records.js";
import type { SourceFile } from "./source-file.js";
import { likelyDelimiter } from "./stage-csv.js";
import { describeParquet } from "./stage-parquet.js";

/** Of CSV and Parquet all columns; of NDJSON the keys of its first rows. */
export async function headerOf(warehouse: Warehouse, file: SourceFile): Promise<Header> {
  switch (file.format) {
    case "csv": {
      const [line = ""] = /^[^\r\n]*/.exec(file.head.toString("utf8").replace(/^\ufeff/, "")) ?? [];
      return { present: csvFields(line, likelyDelimiter(line)), complete: true };
    }
    case "ndjson":
      return { present: keysOf(file.head.toString("utf8")), complete: false };
    case "parquet":
      return {
        present: (await describeParquet(warehouse, file)).map(({ name }) => name),
        complete: true,
      };
  }
}

function keysOf(head: string): string[] {
  const keys = new Set<string>();
  for (const line of head.split("\n")) {
    try {
      for (const key of Object.keys(JSON.parse(line))) keys.add(key);
    } catch {
      // Cut off by the end of the head, or a row that staging will reject with its line.
    }
  }
  return [...keys];
}
