/** What an import did, in numbers a person can compare with the file. */

import type { Warehouse } from "../../store/index.js";
import type { ImportRecord } from "../landing/landing.js";
import type { Reject, RejectLog, RejectReason } from "../rejects/rejects.js";
import type { StagedRows } from "../staging/staging.js";
import type { MadeFacts } from "./make-facts.js";
import type { Mapping } from "./read-mapping.js";

export interface ImportSummary {
  readonly importId: number;
  readonly file: string;
  /** What its rows are: "orders", "products", ... */
  readonly record: string;
  /** The preset that recognised it, "" where a mapping was given. */
  readonly preset: string;
  /** Rows of the file; blank lines and the header are none. */
  readonly rowsRead: number;
  readonly rowsRejected: number;
  /** Rows that repeat another row of the file in every mapped column. They are kept. */
  readonly duplicates: number;
  /** Facts that the store had already; they are left as they are. */
  readonly alreadyPresent: number;
  /** Known customers in the file. */
  readonly people: number;
  /** Facts that were added. */
  readonly orders: number;
  readonly lines: number;
  readonly events: number;
  readonly refunds: number;
  /** Sets of traits of people that were added. */
  readonly traits: number;
  /** Versions of products that were added to the catalogue. */
  readonly products: number;
  /** Orders of the store that this file changed. */
  readonly changedOrders: number;
  /** First and last time in the file, ISO 8601; undefined without a usable row. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** Net of the lines and refunds that were added, exact. */
  readonly revenue: string;
  readonly currency: string | undefined;
  readonly rejectFile: string | undefined;
  /** Why rows could not be used, the most frequent reason first. */
  readonly rejectReasons: readonly RejectReason[];
  /** The first rows that could not be used, at most `FIRST_REJECTS`. */
  readonly firstRejects: readonly Reject[];
  /** Rows that were taken in without a value of theirs that could not be read. */
  readonly rowsAmended: number;
  /** The first of these values. */
  readonly firstAmended: readonly Reject[];
  readonly notes: readonly string[];
}

export interface Counted {
  readonly record: ImportRecord;
  readonly staged: StagedRows;
  readonly made: MadeFacts;
  readonly mapping: Mapping;
  readonly rejects: RejectLog;
}

interface FactCounts {
  readonly traits: number;
  readonly lines: number;
  readonly refunds: number;
  readonly events: number;
  readonly products: number;
  readonly revenue: string;
}

/** To be called before landing: it reads the staging tables. */
export async function summarise(warehouse: Warehouse, counted: Counted): Promise<ImportSummary> {
  const { record, staged, made, mapping, rejects } = counted;
  const counts = await one<FactCounts>(warehouse, FACT_COUNTS, made.tables);
  const { sha256 } = record;
  const before = sha256 === "" ? NEVER : await one<typeof NEVER>(warehouse, SAME_FILE, { sha256 });
  return {
    importId: record.importId,
    file: record.file,
    record: mapping.record,
    preset: record.preset,
    rowsRead: staged.read,
    rowsRejected: rejects.count,
    duplicates: made.duplicates,
    alreadyPresent: made.alreadyPresent,
    people: made.people,
    ...counts,
    orders: made.newOrders,
    changedOrders: made.changedOrders,
    from: made.from || undefined,
    to: made.to || undefined,
    currency: made.currency || undefined,
    rejectReasons: rejects.reasons(),
    firstRejects: rejects.first,
    rejectFile: rejects.close(),
    rowsAmended: made.amended?.rows ?? 0,
    firstAmended: made.amended?.first ?? [],
    notes: [
      ...(staged.read === 0 ? ["The file has no rows."] : []),
      ...(before.at === "" ? [] : [`The same file was imported on ${before.at}.`]),
      ...made.notes,
    ],
  };
}

async function one<Row>(
  warehouse: Warehouse,
  sql: string,
  parameters: Readonly<Record<string, string>>,
): Promise<Row> {
  const { rows } = await warehouse.query<Row>(sql, parameters, { lane: "write" });
  return rows[0]!;
}

/** Of the versions of a fact the last one counts; of whole orders those that are kept. */
const FACT_COUNTS = `SELECT toUInt32(countIf(kind = 'line')) AS lines,
    toUInt32(countIf(kind = 'refund')) AS refunds,
    toUInt32(countIf(kind NOT IN ('order', 'line', 'refund', 'identified'))) AS events,
    toUInt32(countIf(kind = 'identified')) AS traits,
    (SELECT toUInt32(count()) FROM {products:Identifier}) AS products,
    toString(sumIf(net, kind = 'refund' OR kind = 'line'
      AND (kept OR order_id NOT IN (SELECT order_id FROM {order_records:Identifier})))) AS revenue
  FROM {facts:Identifier}
  WHERE (fact_id, version) NOT IN (SELECT fact_id, version FROM {superseded:Identifier})`;

const NEVER = { at: "" };

const SAME_FILE = `SELECT if(count() = 0, '', formatDateTime(max(at), '%Y-%m-%d', 'UTC')) AS at
  FROM imports WHERE state = 'landed' AND sha256 = {sha256:String}`;
