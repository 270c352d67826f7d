/** What could not be taken in, of files and of the intake log: from the records of imports. */

import { createReadStream, existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { instantText, type Warehouse } from "../store/index.js";
import type { Reject, RejectReason } from "./rejects.js";

export interface RejectedRow extends Reject {
  readonly importId: number;
  /** When it was refused, ISO 8601. */
  readonly at: string;
  /** The file; "intake log" for what was sent live, whose `line` is its number in the log. */
  readonly file: string;
  /** Whose log it was sent to (`IntakeLog.id`); '' of files. */
  readonly log: string;
}

export interface Rejected {
  /** Rows of all imports asked for. */
  readonly total: number;
  /** The most frequent first. */
  readonly reasons: readonly RejectReason[];
  /** The newest first. */
  readonly rows: readonly RejectedRow[];
}

interface RejectingImport {
  readonly id: number;
  readonly at: string;
  readonly file: string;
  readonly log: string;
  readonly rejected: number;
  readonly reasons: string;
  readonly first: string;
}

const REJECTING = `SELECT import_id AS id, formatDateTime(imports.at, '%Y-%m-%dT%H:%i:%SZ', 'UTC') AS at, file, log,
    toUInt32(JSONExtractUInt(summary, 'rowsRejected')) AS rejected,
    JSONExtractRaw(summary, 'rejectReasons') AS reasons, JSONExtractRaw(summary, 'firstRejects') AS first
  FROM imports
  WHERE state = 'landed' AND summary != '' AND rejected > 0 AND imports.at >= {since:DateTime64(3, 'UTC')}
  ORDER BY id DESC`;

/** `since`: milliseconds since the epoch; `limit`: of the rows that are listed. */
export async function listRejected(
  warehouse: Warehouse,
  asked: { readonly dataDir: string; readonly since: number; readonly limit: number },
): Promise<Rejected> {
  const since = instantText(asked.since);
  const { rows: imports } = await warehouse.query<RejectingImport>(REJECTING, { since });
  const rows: RejectedRow[] = [];
  for (const one of imports) {
    if (rows.length >= asked.limit) break;
    rows.push(...(await rowsOf(one, asked.dataDir, asked.limit - rows.length)));
  }
  return {
    total: imports.reduce((sum, { rejected }) => sum + rejected, 0),
    reasons: united(imports.flatMap(({ reasons }) => JSON.parse(reasons) as RejectReason[])),
    rows,
  };
}

/** The last of its rows first; the first ones where their file is gone. */
async function rowsOf(
  { id, at, file, log, first }: RejectingImport,
  dataDir: string,
  limit: number,
): Promise<readonly RejectedRow[]> {
  const path = `${dataDir}/rejects/${id}.ndjson`;
  const found: Reject[] = existsSync(path) ? [] : (JSON.parse(first) as Reject[]);
  if (existsSync(path)) {
    for await (const text of createInterface({ input: createReadStream(path) })) {
      found.push(JSON.parse(text) as Reject);
      if (found.length > 2 * limit) found.splice(0, limit);
    }
  }
  const told = found.map(({ line, column, value, reason }) => ({ line, column, value, reason }));
  const newest = told.slice(-limit).reverse();
  return newest.map((reject) => ({ importId: id, at, file, log, ...reject }));
}

function united(reasons: readonly RejectReason[]): readonly RejectReason[] {
  const sums = new Map<string, RejectReason>();
  for (const { column, reason, rows } of reasons) {
    const key = `${column}\0${reason}`;
    sums.set(key, { column, reason, rows: rows + (sums.get(key)?.rows ?? 0) });
  }
  return [...sums.values()].sort((a, b) => b.rows - a.rows);
}
