/**
 * A process that refreshes and is killed with SIGKILL as it begins its n-th statement that writes.
 * What only concerns temporary tables writes nothing.
 */

import { refresh } from "../../src/segment/membership/refresh.js";
import { openWarehouse, type Warehouse } from "../../src/store/index.js";
import { refreshLibrary } from "./refresh-library.js";

const [dataDir, asOf, statement] = process.argv.slice(2);
const warehouse = await openWarehouse({ dataDir: dataDir! });
let count = 0;

function killing<Arguments extends unknown[], Result>(
  method: (...args: Arguments) => Promise<Result>,
): (...args: Arguments) => Promise<Result> {
  return async (...args) => {
    if (!/^\w+ (TEMPORARY )?(TABLE |INTO )?(tessera_|\{people:)/.test(String(args[0]))) count += 1;
    if (count === Number(statement)) process.kill(process.pid, "SIGKILL");
    return method(...args);
  };
}

const watched: Warehouse = {
  ...warehouse,
  command: killing(warehouse.command),
  insert: killing(warehouse.insert),
};
await refresh(watched, refreshLibrary(), { asOf: Number(asOf) });
await warehouse.close();
