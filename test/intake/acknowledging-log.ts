// For tests that kill it, or count what it asks of the kernel; it loads no engine. Opens a ledger and appends requests,
// saying each once it was acknowledged:
//
//   FOLDER FIRST AFTER        for ever, eight clients at a time; beside them a reader goes on from
//                             sequence AFTER, says what it read, and only then trims it
//   FOLDER FIRST once COUNT   COUNT requests, one after another; says those that failed, too
import { writeSync } from "node:fs";
import { openIntakeLog } from "../../src/collect/intake/log.js";
import { openLedger } from "../../src/store/ledger/open-ledger.js";
import { entries, numbersOf } from "./entries.js";

const [folder = "", first = "0", mode = "0", count = "0"] = process.argv.slice(2);
const ledger = await openLedger({ folder });
const log = openIntakeLog(ledger);
let next = Number(first);
writeSync(1, "open\n");

async function request(): Promise<void> {
  const from = next;
  const size = 1 + (from % 5);
  next += size;
  await log.append(entries(from, size)).then(
    () => writeSync(1, `acknowledged ${from} ${size}\n`),
    () => writeSync(1, `failed ${log.health().fault?.why}\n`),
  );
}

async function readAndTrim(): Promise<void> {
  for (let after = Number(mode); ; ) {
    const rows = await log.read({ after, limit: 100 });
    after = rows.at(-1)?.sequence ?? after;
    if (rows.length > 0) writeSync(1, `read ${after} ${numbersOf(rows)}\n`);
    await log.trim({ upTo: after, receivedBefore: Number.MAX_SAFE_INTEGER });
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

async function forEver(work: () => Promise<void>): Promise<void> {
  for (;;) await work();
}

if (mode === "once") {
  for (let n = 0; n < Number(count); n++) await request();
  await log.close();
  await ledger.close();
} else {
  for (let n = 0; n < 8; n++) void forEver(request);
  void readAndTrim();
}
