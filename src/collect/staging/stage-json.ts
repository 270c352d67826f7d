/** The rows of a file of JSON objects, staged: NDJSON (one a line) or a JSON document. */

import { isUtf8 } from "node:buffer";
import type { AppError } from "../../base/index.js";
import type { TextRules } from "../files/csv-form.js";
import { csvQuoted, MAX_RECORD_BYTES } from "../files/csv-records.js";
import { cutInto } from "../files/cutter.js";
import { columnPaths, jsonLineReader, type WantedColumn } from "../files/json-line.js";
import { cutJson, cutLines } from "../files/json-records.js";
import { createNumberedCsv } from "../files/numbered-csv.js";
import { HEAD_BYTES, headText, readText, refused, type SourceFile } from "../files/source-file.js";
import { encodingOf } from "../files/text-encoding.js";
import { type FieldColumns, fieldColumns, resolveColumns } from "../mapping/columns.js";
import {
  loadNumbered,
  numberedRows,
  type StagedRows,
  type Staging,
  textFaults,
} from "./staging.js";

export async function stageJson(file: SourceFile, staging: Staging): Promise<StagedRows> {
  const { mapping, rejects, scratch, onProgress } = staging;
  const encoding = encodingOf(file, mapping.csv.encoding);
  const head = jsonColumns(file, mapping.csv);
  const fields = knownColumns(file, fieldColumns(mapping), head);
  const columns = [...new Set(fields.values())];
  const faults = textFaults(file, staging, encoding);
  const output = await createNumberedCsv(scratch, {
    delimiter: ",",
    columns: columns.map((_, index) => `c${index}`),
    ...faults,
  });
  const nested = new Set([...fields].flatMap(([f, c]) => (staging.nested?.has(f) ? [c] : [])));
  const wanted = columns.map((column) => ({ column, nested: nested.has(column) }));
  const rows = rowReader(wanted, mapping.numbers);
  const reject = (line: number, value: string, reason: string, column = "") =>
    rejects.add({ line, column, value, reason });
  const cutter = (file.format === "json" ? cutJson : cutLines)({
    record({ line, buffer, start, end }) {
      const bytes = buffer.subarray(start, end);
      if (!isUtf8(bytes)) return faults.onFault(line, bytes, "not UTF-8");
      const text = buffer.toString("utf8", start, end);
      const row = rows.read(text);
      if (typeof row === "string") output.addText(line, row);
      else reject(line, text, row.reason, row.column);
    },
    tooLong: (line) => reject(line, "", `longer than ${MAX_RECORD_BYTES} bytes`),
    refuse: (reason) => {
      throw notJson(file.path, reason);
    },
  });
  const read = () => output.rows + rejects.count;
  const onRead = (bytes: number) => onProgress?.({ rows: read(), bytes });
  await cutInto(output, cutter, readText(file, encoding, onRead));
  const lenient = mapping.recognise !== undefined || output.rows === 0;
  resolveColumns(file.path, fields, [...new Set([...head, ...rows.seen()])], { lenient });
  const used = new Map([...fields].map(([field, name]) => [field, `c${columns.indexOf(name)}`]));
  await loadNumbered(staging, new Set(used.values()), ",");
  return numberedRows(staging, used, { columns: fields, read: read() });
}

function notJson(path: string, reason: string): AppError {
  return refused(
    path,
    `not JSON: ${reason}`,
    "Export it again: as one list of objects, or as NDJSON with one object a line.",
  );
}

/** The columns of the rows in the file's head, in the order in which they come. */
export function jsonColumns(file: SourceFile, { encoding }: TextRules = {}): readonly string[] {
  const found = new Set<string>();
  const cutter = (file.format === "json" ? cutJson : cutLines)({
    record({ buffer, start, end }) {
      try {
        for (const path of columnPaths(JSON.parse(buffer.toString("utf8", start, end)))) {
          found.add(path);
        }
      } catch {
        // Staging rejects it, with its line.
      }
    },
    tooLong: () => {},
    refuse: (reason) => {
      throw notJson(file.path, reason);
    },
  });
  cutter.push(Buffer.from(headText(file, encoding)));
  if (file.head.length < HEAD_BYTES) cutter.end();
  return [...found];
}

/** A column that only later rows have is taken as the mapping writes it. */
function knownColumns(file: SourceFile, wanted: FieldColumns, head: readonly string[]) {
  const found = resolveColumns(file.path, wanted, head, { lenient: true });
  return new Map([...wanted].map(([field, name]) => [field, found.get(field) ?? name]));
}

interface RowReader {
  /** The text of an object as a CSV record of the wanted columns, or why there is none. */
  read(text: string): string | { readonly reason: string; readonly column: string };
  /** The columns that any object had. */
  seen(): readonly string[];
}

function rowReader(
  wanted: readonly WantedColumn[],
  numbers: { readonly decimal: "." | "," },
): RowReader {
  const readLine = jsonLineReader(wanted, numbers);
  const seen = wanted.map(() => false);
  return {
    read(text) {
      const line = readLine(text);
      if (!line.ok) return line;
      let record = "";
      for (let index = 0; index < seen.length; index++) {
        const value = line.texts[index];
        if (index > 0) record += ",";
        if (value === undefined) continue;
        seen[index] = true;
        record += csvQuoted(value);
      }
      return record;
    },
    seen: () => wanted.flatMap(({ column }, index) => (seen[index] ? [column] : [])),
  };
}
