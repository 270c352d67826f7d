/**
 * Where the disk was full while a table was being made, and the process was killed, the file of its
 * definition is empty or cut off, and ClickHouse opens the folder no more. Of tables that exist only
 * for the time of an import or an erasure nothing is lost with such a file: the import was not
 * landed, and the erasure begins again. Of any other table it stays, and opening says what is wrong.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

/** Tables that whoever opens the store would drop. */
const PASSING = /^(?:import_staging_\w+|erasing_\w+)\.sql$/;

/** `folder`: ClickHouse's, open in no process. */
export function removeUnfinishedTables(folder: string, database: string): void {
  const definitions = join(folder, "metadata", database);
  if (!existsSync(definitions)) return;
  for (const name of readdirSync(definitions).filter((file) => PASSING.test(file))) {
    const path = join(definitions, name);
    // ClickHouse ends each definition with a line break.
    if (!readFileSync(path, "utf8").endsWith("\n")) rmSync(path);
  }
}
