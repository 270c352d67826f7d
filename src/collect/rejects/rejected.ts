/** What could not be taken in, of files and of the intake log: from the records of imports. */

import { createReadStream, existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { instantText, type Warehouse } from "../../store/index.js";
import { fileRejectsPath, intakeRejectsPath, type Reject, type RejectReason } from "./rejects.js";

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
  /** Milliseconds since the epoch. */
  readonly at: string;
  readonly file: string;
  readonly log: string;
  readonly first: string;
}

const REJECTING = `imports WHERE state = 'landed' AND summary != ''
  AND JSONExtractUInt(summary, 'rowsRejected') > 0 AND imports.at >= {since:DateTime64(3, 'UTC')}`;

const TOTAL = `SELECT toString(sum(JSONExtractUInt(summary, 'rowsRejected'))) AS total FROM ${REJECTING}`;

/** A reason may name an order, so there is no end to them. */
const MOST_REASONS = 100;
const REASONS = `SELECT JSONExtractString(one, 'column') AS column, JSONExtractString(one, 'reason') AS reason,
    toUInt32(sum(JSONExtractUInt(one, 'rows'))) AS rows
  FROM (SELECT arrayJoin(JSONExtractArrayRaw(summary, 'rejectReasons')) AS one FROM ${REJECTING})
  GROUP BY column, reason ORDER BY rows DESC, column, reason LIMIT ${MOST_REASONS}`;

const NEWEST = `SELECT import_id AS id, toString(toUnixTimestamp64Milli(imports.at)) AS at, file, log,
    JSONExtractRaw(summary, 'firstRejects') AS first
  FROM ${REJECTING} ORDER BY id DESC LIMIT {limit:UInt32}`;

/** `since`: milliseconds since the epoch; `limit`: of the rows that are listed. */
export async function listRejected(
  warehouse: Warehouse,
  asked: { readonly dataDir: string; readonly since: number; readonly limit: number },
): Promise<Rejected> {
  const { dataDir, limit } = asked;
  const since = instantText(asked.since);
  const sums = await warehouse.query<{ total: string }>(TOTAL, { since });
  const reasons = await warehouse.query<RejectReason>(REASONS, { since });
  const { rows: imports } = await warehouse.query<RejectingImport>(NEWEST, { since, limit });
  const total = Number(sums.rows[0]!.total);
  const counted = reasons.rows.reduce((sum, { rows }) => sum + rows, 0);
  const more = { column: "", reason: "other reasons", rows: total - counted };
  return {
    total,
    reasons: total > counted ? [...reasons.rows, more] : reasons.rows,
    rows: await newestRows(imports, dataDir, limit),
  };
}

/** Each file is read once, whichever imports share it; the first rows where it is gone. */
async function newestRows(
  imports: readonly RejectingImport[],
  dataDir: string,
  limit: number,
): Promise<readonly RejectedRow[]> {
  const wanted = new Set(imports.map(keyOf));
  const read = new Map<string, ReadonlyMap<string, readonly Reject[]>>();
  const rows: RejectedRow[] = [];
  for (const one of imports) {
    if (rows.length >= limit) break;
    const { id, file, log, first } = one;
    const path =
      log === "" ? fileRejectsPath(dataDir, id) : intakeRejectsPath(dataDir, Number(one.at));
    const found = read.get(path) ?? (await lastOfEach(path, wanted, limit));
    read.set(path, found);
    const own = found.get(keyOf(one)) ?? (JSON.parse(first) as Reject[]);
    const at = `${new Date(Number(one.at)).toISOString().slice(0, 19)}Z`;
    for (const { line, column, value, reason } of own.slice(rows.length - limit).reverse())
      rows.push({ importId: id, at, file, log, line, column, value, reason });
  }
  return rows;
}

/** By which the lines of a file know an import: '' where the file is its own. */
const keyOf = ({ id, at, log }: RejectingImport): string => (log === "" ? "" : `${id} ${at}`);

/** The last rejects of each import that is wanted. */
async function lastOfEach(
  path: string,
  wanted: ReadonlySet<string>,
  limit: number,
): Promise<ReadonlyMap<string, readonly Reject[]>> {
  const found = new Map<string, Reject[]>();
  if (!existsSync(path)) return found;
  for await (const text of createInterface({ input: createReadStream(path) })) {
    const reject = parsed(text);
    if (reject === undefined) continue;
    const key = reject.import === undefined ? "" : `${reject.import} ${reject.at}`;
    if (!wanted.has(key)) continue;
    const own = found.get(key) ?? [];
    found.set(key, own);
    own.push(reject);
    if (own.length > 2 * limit) own.splice(0, limit);
  }
  return found;
}

/** Undefined of a line that a crash cut off. */
function parsed(
  text: string,
): (Reject & { readonly import?: number; readonly at?: number }) | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
