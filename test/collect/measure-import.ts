/**
 * Lines per second of `importFiles` into a new store, and the processor time behind it:
 *
 *   npx tsx test/collect/measure-import.ts ../shared/data/online-retail/online_retail.parquet
 *
 * Checks the result first. Files must have Online Retail's columns.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { importFiles } from "../../src/collect/index.js";
import { openWarehouse } from "../../src/store/index.js";

const ROUNDS = 3;

for (const file of process.argv.slice(2)) {
  for (let round = 0; round < ROUNDS; round++) {
    const dataDir = mkdtempSync(join(tmpdir(), "tessera-measure-"));
    const warehouse = await openWarehouse({ dataDir });
    const processor = process.cpuUsage();
    const begun = performance.now();
    const options = { mapping: { preset: "online-retail" }, dataDir, now: 0 };
    const [summary] = await importFiles(warehouse, { ...options, files: [file] });
    const elapsed = (performance.now() - begun) / 1000;
    const { user, system } = process.cpuUsage(processor);
    const landed = summary!.lines + summary!.refunds + summary!.rowsRejected;
    if (landed !== summary!.rowsRead) throw new Error(`${landed} of ${summary!.rowsRead} rows`);
    const speed = Math.round(summary!.rowsRead / elapsed);
    const busy = ((user + system) / 1e6).toFixed(2);
    console.log(
      `${basename(file)}: ${elapsed.toFixed(2)} s (processor ${busy} s), ${speed} lines/s`,
    );
    await warehouse.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
