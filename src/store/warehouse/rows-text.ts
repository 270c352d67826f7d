/** Rows <-> the JSON texts that ClickHouse reads and writes; the same for both adapters. */
import { setImmediate } from "node:timers/promises";

type Row = Readonly<Record<string, unknown>>;

/** Between so many a server answers requests: 2,000 rows of messages take 10 ms. */
const AT_A_TIME = 200;

/**
 * One JSON object per line. A bigint becomes a quoted number, which integer columns read exactly;
 * inside an object (a JSON column) it would turn into text, so there it throws.
 */
export async function rowsToLines(rows: readonly Row[]): Promise<Buffer> {
  const texts: string[] = [];
  for (let from = 0; from < rows.length; from += AT_A_TIME) {
    if (from > 0) await setImmediate();
    texts.push(
      rows
        .slice(from, from + AT_A_TIME)
        .map(lineOf)
        .join(""),
    );
  }
  return Buffer.from(texts.join(""), "utf8");
}

function lineOf(row: Row): string {
  const fields = Object.entries(row)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${JSON.stringify(name)}:${valueText(value)}`);
  return `{${fields.join(",")}}\n`;
}

function valueText(value: unknown): string {
  if (typeof value === "bigint") return `"${value}"`;
  if (Array.isArray(value)) return `[${value.map(valueText).join(",")}]`;
  if (value instanceof Map) {
    return `{${[...value].map(([k, v]) => `${JSON.stringify(String(k))}:${valueText(v)}`).join(",")}}`;
  }
  return JSON.stringify(value ?? null);
}

/** What ClickHouse answers in the format JSONCompact. */
export interface CompactAnswer {
  readonly meta: readonly { readonly name: string; readonly type: string }[];
  readonly data: readonly (readonly unknown[])[];
  readonly statistics?: { readonly rows_read: number };
}

export function rowsOf<Row>(answer: CompactAnswer): Row[] {
  const names = answer.meta.map((column) => column.name);
  return answer.data.map((values) => {
    const row: Record<string, unknown> = {};
    for (let i = 0; i < names.length; i++) row[names[i]!] = values[i];
    return row as Row;
  });
}
