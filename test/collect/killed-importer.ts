/**
 * A process that imports files and is killed `delayMs` after it began its n-th statement; with n = 0
 * it does not kill itself.
 */

import { importFiles } from "../../src/collect/index.js";
import { openWarehouse, type Warehouse } from "../../src/store/index.js";
import { NOW, SMALL_MAPPING } from "./small-mapping.js";

const [dataDir, statement, delayMs, ...files] = process.argv.slice(2);
const warehouse = await openWarehouse({ dataDir: dataDir! });
let count = 0;

function counted<Arguments extends unknown[], Result>(
  method: (...args: Arguments) => Promise<Result>,
): (...args: Arguments) => Promise<Result> {
  return (...args) => {
    count += 1;
    if (count === Number(statement)) {
      const timer = setInterval(() => process.kill(process.pid, "SIGKILL"), Number(delayMs));
      if (Number(delayMs) === 0) process.kill(process.pid, "SIGKILL");
      timer.ref();
    }
    return method(...args);
  };
}

const watched: Warehouse = {
  ...warehouse,
  command: counted(warehouse.command),
  insert: counted(warehouse.insert),
  insertFile: counted(warehouse.insertFile),
};
await importFiles(watched, { files, mapping: SMALL_MAPPING, dataDir: dataDir!, now: NOW });
await warehouse.close();
