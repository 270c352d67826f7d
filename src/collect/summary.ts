/** What an import did, in numbers a person can compare with the file. */

import type { Warehouse } from "../store/index.js";
import type { ImportRecord } from "./landing.js";
import type { MadeFacts } from "./make-facts.js";
import { type Mapping, TEXT_FIELDS } from "./mapping.js";
import type { RejectLog } from "./rejects.js";
import type { StagedRows } from "./staging.js";

export interface ImportSummary {
  readonly importId: number;
  readonly file: string;
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
  /** Orders of the store that got lines from this file. */
  readonly changedOrders: number;
  /** First and last time in the file, ISO 8601; undefined without a usable row. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** Net of the lines and refunds that were added, exact. */
  readonly revenue: string;
  readonly currency: string | undefined;
  readonly rejectFile: string | undefined;
  readonly notes: readonly string[];
}

export interface Counted {
  readonly record: ImportRecord;
  readonly staged: StagedRows;
  /** The table of typed lines. */
  readonly lines: string;
  readonly made: MadeFacts;
  readonly mapping: Mapping;
  readonly rejects: RejectLog;
}

interface FactCounts {
  readonly orders: number;
  readonly lines: number;
  readonly refunds: number;
  readonly revenue: string;
}

interface LineCounts {
  readonly duplicates: number;
  readonly nobody: number;
  readonly not_sold: number;
  readonly rows: number;
  readonly from: string;
  readonly to: string;
}

/** To be called before landing: it reads the staging tables. */
export async function summarise(warehouse: Warehouse, counted: Counted): Promise<ImportSummary> {
  const { record, staged, lines, made, mapping, rejects } = counted;
  const { orders, repeated } = made;
  const parameters = { facts: made.tables.facts, orders, repeated, lines };
  const facts = await one<FactCounts>(warehouse, FACT_COUNTS, parameters);
  const rows = await one<LineCounts>(warehouse, LINE_COUNTS, parameters);
  const { people } = await one<{ people: number }>(warehouse, PEOPLE, parameters);
  const before = await one<{ at: string }>(warehouse, SAME_FILE, { sha256: record.sha256 });
  const dated = rows.rows > 0;
  return {
    importId: record.importId,
    file: record.file,
    rowsRead: staged.read,
    rowsRejected: rejects.count,
    duplicates: rows.duplicates,
    alreadyPresent: made.alreadyPresent,
    people,
    orders: facts.orders,
    lines: facts.lines,
    events: 0,
    refunds: facts.refunds,
    changedOrders: made.changedOrders,
    from: dated ? rows.from : undefined,
    to: dated ? rows.to : undefined,
    revenue: facts.revenue,
    currency: mapping.currency,
    rejectFile: rejects.close(),
    notes: notesOf(rows, before.at, { made, read: staged.read }),
  };
}

function notesOf(
  rows: LineCounts,
  importedAt: string,
  { made, read }: { readonly made: MadeFacts; readonly read: number },
): string[] {
  const notes: string[] = [];
  if (read === 0) notes.push("The file has no rows.");
  if (importedAt !== "") notes.push(`The same file was imported on ${importedAt}.`);
  if (rows.duplicates > 0) {
    notes.push(`${rows.duplicates} rows equal another row in every column; they were kept.`);
  }
  if (rows.nobody > 0) notes.push(`${rows.nobody} rows have no customer; they belong to nobody.`);
  if (rows.not_sold > 0) {
    notes.push(`${rows.not_sold} lines have no positive quantity and price.`);
  }
  if (made.changedOrders > 0) {
    notes.push(`${made.changedOrders} orders that were known have more lines now.`);
  }
  return notes;
}

async function one<Row>(
  warehouse: Warehouse,
  sql: string,
  parameters: Readonly<Record<string, string>>,
): Promise<Row> {
  const { rows } = await warehouse.query<Row>(sql, parameters, { lane: "write" });
  return rows[0]!;
}

const FACT_COUNTS = `SELECT toUInt32(countIf(kind = 'order' AND version = 1)) AS orders,
    toUInt32(countIf(kind = 'line')) AS lines, toUInt32(countIf(kind = 'refund')) AS refunds,
    toString(sumIf(net, kind IN ('line', 'refund'))) AS revenue
  FROM {facts:Identifier}`;

const ISO_TIME = "%Y-%m-%dT%H:%i:%SZ";

/** Only lines of equal content can be equal rows. */
const LINE_COUNTS = `WITH content IN (SELECT content FROM {repeated:Identifier}) AS twin
  SELECT toUInt32(count()) AS rows,
    toUInt32(countIf(twin) - uniqExactIf(cityHash64(role, cancelled, order_id, product, name, time, customer,
      quantity, price, gross, discount, ${TEXT_FIELDS.join(", ")}), twin)) AS duplicates,
    toUInt32(countIf(customer = '')) AS nobody,
    toUInt32(countIf(role = 'line' AND NOT (quantity > 0 AND gross > 0))) AS not_sold,
    formatDateTime(min(time), '${ISO_TIME}', 'UTC') AS from,
    formatDateTime(max(time), '${ISO_TIME}', 'UTC') AS to
  FROM {lines:Identifier}`;

const PEOPLE = `SELECT toUInt32(uniqExactIf(alias, alias != 0)) AS people
  FROM {orders:Identifier}`;

const SAME_FILE = `SELECT if(count() = 0, '', formatDateTime(max(at), '%Y-%m-%d', 'UTC')) AS at
  FROM imports WHERE state = 'landed' AND sha256 = {sha256:String}`;
