/**
 * A server that was killed leaves messages in the intake log that are no facts yet. A command that opens
 * the store lands them first if it changes the store itself, as the server would; one that only asks is
 * to be quick, and says how many are missing from its answer.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../base/index.js";
import type { Ledger, Warehouse } from "../store/index.js";
import { errors } from "./caller.js";
import { readSettings } from "./settings-file.js";
import { plural } from "./terminal.js";

/** Before the command's work. What fails is said, and the work goes on without: the log keeps it. */
export async function mindWaiting(
  warehouse: Warehouse,
  { folder, landing }: { readonly folder: string; readonly landing: boolean },
): Promise<void> {
  const databaseUrl = process.env.DATABASE_URL;
  if (!databaseUrl && !existsSync(join(folder, "ledger.db"))) return;
  const { openLedger } = await import("../store/index.js");
  const { countWaiting } = await import("../collect/index.js");
  try {
    const ledger = await openLedger({ folder, databaseUrl });
    try {
      const { messages, followed } = await countWaiting(warehouse, ledger);
      // A database may be another store's, whose messages are not for this one.
      if (messages === 0 || (databaseUrl && !followed)) return;
      if (landing) await land(warehouse, { folder, ledger });
      const waiting = `${plural(messages, "message")} of the intake log`;
      note(
        landing
          ? `${waiting}, left by a server that ended, landed first.`
          : `${waiting} ${messages === 1 ? "is" : "are"} no facts yet, and not in this answer: ` +
              "tessera refresh lands them, or tessera serve.",
      );
    } finally {
      await ledger.close();
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    note(`What waits in the intake log is not in this answer: ${error.message}`);
  }
}

async function land(
  warehouse: Warehouse,
  { folder, ledger }: { readonly folder: string; readonly ledger: Ledger },
): Promise<void> {
  const { openIntakeLog, readCorrections, startProjection } = await import("../collect/index.js");
  const { money, logDays } = await readSettings(folder);
  const rules = { ...money, corrections: readCorrections(folder), retentionDays: logDays };
  const log = openIntakeLog(ledger);
  const projection = await startProjection({ log, warehouse, dataDir: folder, ...rules });
  try {
    await projection.landAll();
  } finally {
    await projection.close();
    await log.close();
  }
}

const note = (text: string) => errors().write(`note: ${text}\n`);
