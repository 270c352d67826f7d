/**
 * What live intake leaves behind and nobody needs for long: entries of the log that have landed,
 * the records of their imports, rows that were rejected. After the retention all of it goes.
 */

import { instantText, type Warehouse } from "../../store/index.js";
import { trimIntakeRejects } from "../rejects/rejects.js";
import type { IntakeLog } from "./log.js";

export interface Trimming {
  readonly log: IntakeLog;
  readonly warehouse: Warehouse;
  readonly dataDir: string;
  /** Sequence up to which the warehouse has the log. */
  readonly projected: number;
  /** Milliseconds since the epoch: what is older goes. */
  readonly before: number;
}

/** To be called between two imports. Returns how many entries were removed from the log. */
export async function trimIntake(trimming: Trimming): Promise<number> {
  const { log, projected, before } = trimming;
  trimIntakeRejects(trimming.dataDir, before);
  await trimRecords(trimming);
  return log.trim({ upTo: projected, receivedBefore: before });
}

/**
 * Imports of the log that are to be forgotten. The last of each log says where to go on, and the last
 * of all which number comes next; the first that names a currency says which is the store's.
 */
const OLD = `log != '' AND at < {before:DateTime64(3, 'UTC')}
  AND import_id NOT IN (SELECT max(import_id) FROM imports)
  AND (log, sequence) NOT IN (SELECT log, max(sequence) FROM imports WHERE state = 'landed' GROUP BY log)
  AND import_id NOT IN (SELECT min(import_id) FROM imports
    WHERE state = 'landed' AND JSONExtractString(summary, 'currency') != '')`;

/**
 * An import that has begun and not landed is undone when the store is opened next, and deleting goes
 * part by part: so first all that says it has begun, and only then that it has landed.
 */
const FORGOTTEN = [
  `state = 'started' AND import_id IN (SELECT import_id FROM imports WHERE state = 'landed') AND ${OLD}`,
  `state = 'landed' AND import_id NOT IN (SELECT import_id FROM imports WHERE state = 'started') AND ${OLD}`,
] as const;

async function trimRecords({ warehouse, before }: Trimming): Promise<void> {
  const parameters = { before: instantText(before) };
  const { rows } = await warehouse.query<{ n: number }>(
    `SELECT toUInt32(count()) AS n FROM imports WHERE ${OLD}`,
    parameters,
  );
  if (rows[0]!.n === 0) return;
  for (const rows of FORGOTTEN) {
    await warehouse.command(
      `ALTER TABLE imports DELETE WHERE ${rows} SETTINGS mutations_sync = 1`,
      parameters,
    );
  }
}
