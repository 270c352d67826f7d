/** The rows of a CSV file, staged. */

import { type CsvForm, csvForm, openQuote } from "../files/csv-form.js";
import {
  type CsvEvents,
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

/** Sends records to the output, those up to the header and the unusable ones excepted. */
function rowsTo(output: NumberedCsv, { file, form, staging }: CsvTarget): CsvEvents {
  const { delimiter, header, headerRecords } = form;
  let records = 0;
  const reject = (line: number, value: string, reason: string) =>
    staging.rejects.add({ line, column: "", value, reason });
  return {
    record({ line, fields, strayQuote, buffer, start, end }) {
      records += 1;
      if (records <= headerRecords) return;
      if (fields !== header.length) {
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
      throw openQuote(file.path, line);
    },
  };
}
