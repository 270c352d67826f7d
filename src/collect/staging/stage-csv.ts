/** The rows of a CSV file, staged. */

import { type CsvForm, csvForm, openQuote } from "../files/csv-form.js";
import {
  type CsvEvents,
  type CsvRecord,
  csvFields,
  csvQuoted,
  cutCsv,
  MAX_RECORD_BYTES,
} from "../files/csv-records.js";
import { cutInto } from "../files/cutter.js";
import { createNumberedCsv, type NumberedCsv } from "../files/numbered-csv.js";
import { readText, type SourceFile } from "../files/source-file.js";
import { encodingOf } from "../files/text-encoding.js";
import { fieldColumns, resolveColumns } from "../mapping/columns.js";
import {
  loadNumbered,
  numberedRows,
  type StagedRows,
  type Staging,
  textFaults,
} from "./staging.js";

export async function stageCsv(file: SourceFile, staging: Staging): Promise<StagedRows> {
  const { mapping, rejects, scratch, onProgress } = staging;
  const form = csvForm(file, mapping.csv);
  const { delimiter, header } = form;
  const columns = resolveColumns(file.path, fieldColumns(mapping), header);
  const encoding = encodingOf(file, mapping.csv.encoding);
  const output = await createNumberedCsv(scratch, {
    delimiter,
    columns: header.map((_, index) => `c${index}`),
    ...textFaults(file, staging, encoding),
  });
  const read = () => output.rows + rejects.count;
  const cutter = cutCsv(delimiter, rowsTo(output, { file, form, staging }));
  const onRead = (bytes: number) => onProgress?.({ rows: read(), bytes });
  await cutInto(output, cutter, readText(file, encoding, onRead));
  const used = new Map([...columns].map(([field, name]) => [field, `c${header.indexOf(name)}`]));
  await loadNumbered(staging, new Set(used.values()), delimiter);
  return numberedRows(staging, used, { columns, read: read() });
}

interface CsvTarget {
  readonly file: SourceFile;
  readonly form: CsvForm;
  readonly staging: Staging;
}

/**
 * Sends records to the output, those up to the header and the unusable ones excepted. Spreadsheets
 * leave delimiters where nothing stands: rows of nothing else are none, and at a row's end they
 * make no further columns.
 */
function rowsTo(output: NumberedCsv, { file, form, staging }: CsvTarget): CsvEvents {
  const { delimiter, header, headerRecords } = form;
  let records = 0;
  const reject = (line: number, value: string, reason: string) =>
    staging.rejects.add({ line, column: "", value, reason });
  const rewritten = (line: number, values: readonly string[]) => {
    const text = Buffer.from(values.map(csvQuoted).join(delimiter));
    output.add(line, text, 0, text.length);
  };
  const nothing = new Set(Buffer.from(`${delimiter} \t"`));
  const isBlank = ({ buffer, start, end }: Pick<CsvRecord, "buffer" | "start" | "end">) => {
    for (let at = start; at < end; at++) if (!nothing.has(buffer[at]!)) return false;
    return true;
  };
  return {
    record({ line, fields, strayQuote, buffer, start, end }) {
      records += 1;
      if (records <= headerRecords || isBlank({ buffer, start, end })) return;
      if (fields !== header.length) {
        const text = buffer.toString("utf8", start, end);
        const values = csvFields(text, delimiter);
        const further = values.slice(header.length);
        if (further.length > 0 && further.every((value) => value.trim() === "")) {
          return rewritten(line, values.slice(0, header.length));
        }
        reject(line, text, `${fields} columns where the header has ${header.length}`);
      } else if (strayQuote) {
        rewritten(line, csvFields(buffer.toString("utf8", start, end), delimiter));
      } else output.add(line, buffer, start, end);
    },
    tooLong: (line) => reject(line, "", `longer than ${MAX_RECORD_BYTES} bytes`),
    openQuote(line) {
      throw openQuote(file.path, line);
    },
  };
}
