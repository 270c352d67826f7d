/**
 * A process that takes messages in, from number `first` on, until it is killed: it says which were
 * acknowledged, and meanwhile the projection follows, tables are merged and the log is trimmed.
 */

import { openIntakeLog, recoverImports, startProjection } from "../../src/collect/index.js";
import { openLedger, openWarehouse } from "../../src/store/index.js";
import { killedMessage } from "./killed-messages.js";

const [dataDir = "", first = "0"] = process.argv.slice(2);
const warehouse = await openWarehouse({ dataDir });
await recoverImports(warehouse);
const ledger = await openLedger({ folder: dataDir });
const log = openIntakeLog(ledger);
const kept = { retentionDays: 0, currency: "EUR" };
const projection = await startProjection({ log, warehouse, dataDir, ...kept });
process.stdout.write("ready\n");

for (let n = Number(first); ; n += 5) {
  const numbers = [n, n + 1, n + 2, n + 3, n + 4];
  await log.append(numbers.map(killedMessage));
  process.stdout.write(`${numbers.join("\n")}\n`);
  if (n % 50 === 0) await projection.trim();
  if (n % 100 === 0) await warehouse.command("OPTIMIZE TABLE facts FINAL");
}
