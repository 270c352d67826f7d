/** Rows <-> the JSON texts that ClickHouse reads and writes; the same for both adapters. */

/**
 * One JSON object per line. A bigint becomes a quoted number, which integer columns read exactly;
 * inside an object (a JSON column) it would turn into text, so there it throws.
 */
export function rowsToLines(rows: readonly Readonly<Record<string, unknown>>[]): Buffer {
  const lines = rows.map((row) => {
    const fields = Object.entries(row)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${JSON.stringify(name)}:${valueText(value)}`);
    return `{${fields.join(",")}}\n`;
  });
  return Buffer.from(lines.join(""), "utf8");
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
