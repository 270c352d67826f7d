// Opens a data folder and appends rows for ever, saying each number once it was acknowledged.
import { writeSync } from "node:fs";
import { openWarehouse } from "../src/store/index.js";

const [dataDir = "", first = "0"] = process.argv.slice(2);
const warehouse = await openWarehouse({ dataDir });
writeSync(1, "open\n");
for (let n = Number(first); ; n++) {
  await warehouse.insert("seen", [{ fact_id: BigInt(n), import_id: 1 }]);
  writeSync(1, `${n}\n`);
}
