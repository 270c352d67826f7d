/** A process that makes a demo store with other processes and prints what is in it. */

import { makeDemo } from "../../src/collect/index.js";
import { openWarehouse } from "../../src/store/index.js";
import { fingerprint } from "./fingerprint.js";

const [folder, people, seed, processes, peoplePerBlock] = process.argv.slice(2);
const warehouse = await openWarehouse({ dataDir: folder! });
const summary = await makeDemo(warehouse, {
  folder: folder!,
  people: Number(people),
  seed: Number(seed),
  processes: Number(processes),
  peoplePerBlock: Number(peoplePerBlock),
});
console.log(JSON.stringify({ summary, fingerprint: await fingerprint(warehouse) }));
await warehouse.close();
