/** What a file of order lines held, in numbers and sentences for the summary. */

import type { Warehouse } from "../../../store/index.js";
import type { Counts } from "../record-kind.js";
import { TEXT_FIELDS } from "./schema.js";

interface LineCounts {
  readonly duplicates: number;
  readonly nobody: number;
  readonly not_sold: number;
  readonly people: number;
  readonly rows: number;
  readonly from: string;
  readonly to: string;
}

/** Tables of the import: typed lines, orders, and the contents that several lines have. */
export interface CountedTables {
  readonly lines: string;
  readonly orders: string;
  readonly repeated: string;
}

export async function countLines(
  warehouse: Warehouse,
  { lines, orders, repeated }: CountedTables,
): Promise<Pick<Counts, "duplicates" | "people" | "from" | "to" | "notes">> {
  const { rows } = await warehouse.query<LineCounts>(
    LINE_COUNTS,
    { lines, orders, repeated },
    { lane: "write" },
  );
  const counts = rows[0]!;
  const dated = counts.rows > 0;
  return {
    duplicates: counts.duplicates,
    people: counts.people,
    from: dated ? counts.from : "",
    to: dated ? counts.to : "",
    notes: notesOf(counts),
  };
}

function notesOf({ duplicates, nobody, not_sold }: LineCounts): string[] {
  const notes: string[] = [];
  if (duplicates > 0) {
    notes.push(`${duplicates} rows equal another row in every column; they were kept.`);
  }
  if (nobody > 0) notes.push(`${nobody} rows have no customer; they belong to nobody.`);
  if (not_sold > 0) {
    const lines = not_sold === 1 ? "1 line has" : `${not_sold} lines have`;
    notes.push(`${lines} no positive quantity and price.`);
  }
  return notes;
}

const ISO_TIME = "%Y-%m-%dT%H:%i:%SZ";

/** Only lines of equal content can be equal rows. */
const LINE_COUNTS = `WITH content IN (SELECT content FROM {repeated:Identifier}) AS twin
  SELECT toUInt32(count()) AS rows,
    toUInt32(countIf(twin) - uniqExactIf(cityHash64(role, order_id, product, name, time, customer,
      quantity, price, gross, discount, ${TEXT_FIELDS.join(", ")}), twin)) AS duplicates,
    toUInt32(countIf(order_id IN (SELECT order_id FROM {orders:Identifier} WHERE alias = 0))) AS nobody,
    toUInt32(countIf(role = 'line' AND NOT (quantity > 0 AND gross > 0))) AS not_sold,
    (SELECT toUInt32(uniqExactIf(alias, alias != 0)) FROM {orders:Identifier}) AS people,
    formatDateTime(minIf(time, toUnixTimestamp64Milli(time) > 0), '${ISO_TIME}', 'UTC') AS from,
    formatDateTime(max(time), '${ISO_TIME}', 'UTC') AS to
  FROM {lines:Identifier}`;
