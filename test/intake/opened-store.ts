/** A process that opens a store in a folder, which makes or completes its tables, and says how
 * long it took, ms. */

import { openLedger, openWarehouse } from "../../src/store/index.js";

const [dataDir = ""] = process.argv.slice(2);
process.stdout.write("begun\n");
const begun = performance.now();
const warehouse = await openWarehouse({ dataDir });
const ledger = await openLedger({ folder: dataDir });
process.stdout.write(`open ${performance.now() - begun}\n`);
await ledger.close();
await warehouse.close();
