/** The rows of an NDJSON file, staged. */

import { isUtf8 } from "node:buffer";
import { fieldColumns, resolveColumns } from "./columns.js";
import { csvQuoted, MAX_RECORD_BYTES } from "./csv-records.js";
import { readJsonLine } from "./json-line.js";
import { createNumberedCsv } from "./numbered-csv.js";
import { NOT_UTF8 } from "./records/fields.js";
import { readChunks, type SourceFile } from "./source-file.js";
import { loadNumbered, numberedRows, type StagedRows, type Staging } from "./staging.js";

export async function stageNdjson(file: SourceFile, staging: Staging): Promise<StagedRows> {
  const { rejects } = staging;
  const wanted = fieldColumns(staging.mapping);
  const keys = [...new Set(wanted.values())];
  const wantedKeys = new Set(keys);
  const seenKeys = new Set<string>();
  const form = { delimiter: ",", columns: keys.map((_, index) => `c${index}`) };
  const output = await createNumberedCsv(staging.scratch, form, rejects.add);
  const reject = (line: number, value: string, reason: string, column = "") =>
    rejects.add({ line, column, value, reason });

  function take({ line, bytes }: JsonBytes): void {
    const text = bytes.toString("utf8");
    if (!isUtf8(bytes)) {
      reject(line, text, NOT_UTF8);
      return;
    }
    if (text.trim() === "") return;
    const row = readJsonLine(text, wantedKeys);
    if (!row.ok) {
      reject(line, text, row.reason, row.column);
      return;
    }
    if (seenKeys.size < MAX_KEYS) for (const key of row.values.keys()) seenKeys.add(key);
    const record = Buffer.from(keys.map((k) => csvQuoted(row.values.get(k) ?? "")).join(","));
    output.add(line, record, 0, record.length);
  }

  try {
    const tooLong = (line: number) => reject(line, "", `longer than ${MAX_RECORD_BYTES} bytes`);
    for await (const lines of readLines(file, tooLong)) {
      for (const line of lines) take(line);
      await output.flush();
    }
  } finally {
    await output.close();
  }
  const lenient = staging.mapping.recognise !== undefined;
  const columns =
    seenKeys.size > 0 ? resolveColumns(file.path, wanted, [...seenKeys], { lenient }) : wanted;
  const used = new Map([...wanted].map(([field, key]) => [field, `c${keys.indexOf(key)}`]));
  await loadNumbered(staging, new Set(used.values()), ",");
  return numberedRows(staging, used, { columns, read: output.rows + rejects.count });
}

/** Keys remembered for the message about a missing one. */
const MAX_KEYS = 1000;

interface JsonBytes {
  readonly line: number;
  readonly bytes: Buffer;
}

/** The lines of a file, a chunk's worth at a time. */
async function* readLines(
  file: SourceFile,
  tooLong: (line: number) => void,
): AsyncGenerator<JsonBytes[]> {
  let pending: Buffer = Buffer.alloc(0);
  let line = 1;
  let skipping = false;
  for await (const chunk of readChunks(file)) {
    const lines: JsonBytes[] = [];
    const buffer: Buffer = pending.length > 0 ? Buffer.concat([pending, chunk]) : chunk;
    let start = 0;
    for (let end = buffer.indexOf(LF); end >= 0; end = buffer.indexOf(LF, start)) {
      if (!skipping) lines.push({ line, bytes: buffer.subarray(start, end) });
      [skipping, start, line] = [false, end + 1, line + 1];
    }
    pending = skipping ? Buffer.alloc(0) : buffer.subarray(start);
    if (pending.length > MAX_RECORD_BYTES) {
      tooLong(line);
      [skipping, pending] = [true, Buffer.alloc(0)];
    }
    yield lines;
  }
  if (pending.length > 0) yield [{ line, bytes: pending }];
}

const LF = 0x0a;
