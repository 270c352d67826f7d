/** The rows of a CSV file, staged. */

import { fieldColumns, resolveColumns } from "./columns.js";
import { type CsvEvents, csvFields, csvQuoted, cutCsv, MAX_RECORD_BYTES } from "./csv-records.js";
import { createNumberedCsv, type NumberedCsv } from "./numbered-csv.js";
import type { RejectLog } from "./rejects.js";
import { readChunks, refused, type SourceFile } from "./source-file.js";
import { loadNumbered, numberedRows, type StagedRows, type Staging } from "./staging.js";

export async function stageCsv(file: SourceFile, staging: Staging): Promise<StagedRows> {
  const { mapping, rejects } = staging;
  const head = new TextDecoder(mapping.csv.encoding).decode(file.head);
  const delimiter = mapping.csv.delimiter ?? likelyDelimiter(head);
  const header = csvFields(/^[^\r\n]*/.exec(head)![0], delimiter);
  const columns = resolveColumns(file.path, fieldColumns(mapping), header);
  const form = { delimiter, columns: header.map((_, index) => `c${index}`) };
  const output = await createNumberedCsv(staging.scratch, form, rejects.add);
  try {
    const cutter = cutCsv(delimiter, rowsTo(output, { file, delimiter, header, rejects }));
    for await (const chunk of readChunks(file, mapping.csv.encoding)) {
      cutter.push(chunk);
      await output.flush();
    }
    cutter.end();
    await output.flush();
  } finally {
    await output.close();
  }
  const read = output.rows + rejects.count;
  const used = new Map([...columns].map(([field, name]) => [field, `c${header.indexOf(name)}`]));
  await loadNumbered(staging, new Set(used.values()), delimiter);
  return numberedRows(staging, used, { columns, read });
}

interface CsvTarget {
  readonly file: SourceFile;
  readonly delimiter: string;
  readonly header: readonly string[];
  readonly rejects: RejectLog;
}

/** Sends records to the output, the first (the header) and the unusable ones excepted. */
function rowsTo(output: NumberedCsv, { file, delimiter, header, rejects }: CsvTarget): CsvEvents {
  let first = true;
  const reject = (line: number, value: string, reason: string) =>
    rejects.add({ line, column: "", value, reason });
  return {
    record({ line, fields, strayQuote, buffer, start, end }) {
      if (first) first = false;
      else if (fields !== header.length) {
        const text = buffer.toString("utf8", start, end);
        reject(line, text, `${fields} columns where the header has ${header.length}`);
      } else if (strayQuote) {
        const values = csvFields(buffer.toString("utf8", start, end), delimiter);
        const text = Buffer.from(values.map(csvQuoted).join(delimiter));
        output.add(line, text, 0, text.length);
      } else output.add(line, buffer, start, end);
    },
    tooLong: (line) => reject(line, "", `longer than ${MAX_RECORD_BYTES} bytes`),
    openQuote(line) {
      throw refused(file.path, `line ${line} opens a quote that is never closed`);
    },
  };
}

/** The delimiter that occurs most often in the header line. */
export function likelyDelimiter(head: string): string {
  const header = /^[^\r\n]*/.exec(head)![0].replaceAll(/"[^"]*"/g, "");
  const counts = [",", ";", "\t", "|"].map((d) => ({ d, count: header.split(d).length }));
  return counts.reduce((best, next) => (next.count > best.count ? next : best)).d;
}
