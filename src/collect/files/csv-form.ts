/** How a CSV file is written: its encoding, delimiter and header, read from its first bytes. */

import type { AppError } from "../../base/index.js";
import { csvFields, cutCsv } from "./csv-records.js";
import { HEAD_BYTES, headText, refused, type SourceFile } from "./source-file.js";

export interface CsvForm {
  readonly delimiter: string;
  /** The columns' names as they stand in the file. */
  readonly header: readonly string[];
  /** Records up to and with the header. */
  readonly headerRecords: number;
}

/** What a mapping says of texts. */
export interface TextRules {
  readonly delimiter?: string | undefined;
  readonly encoding?: string | undefined;
}

/** Refuses (AppError) a file without a header. */
export function csvForm(file: SourceFile, rules: TextRules = {}): CsvForm {
  const text = headText(file, rules.encoding);
  if (/\r[^\n]/.test(text) && !text.includes("\n")) {
    throw refused(file.path, "its lines end with CR alone", "Save it with LF or CRLF.");
  }
  const [first = "", second = ""] = text.split(/[\r\n]+/, 3).filter((line) => line !== "");
  // Excel's own way to name the delimiter, in a line before the header.
  const stated = /^"?sep=(.)"?$/i.exec(first)?.[1];
  const delimiter =
    rules.delimiter ?? stated ?? likelyDelimiter(stated === undefined ? first : second);
  if (delimiter > "\u007f") {
    throw refused(file.path, `the delimiter "${delimiter}" is no ASCII character`, "Export with ;");
  }
  const headerRecords = stated === undefined ? 1 : 2;
  const header = firstRecords(file, text, delimiter)[headerRecords - 1];
  if (header === undefined) throw refused(file.path, "it has no header line", NAMES_COLUMNS);
  return { delimiter, header: csvFields(header, delimiter), headerRecords };
}

const NAMES_COLUMNS = "A CSV file begins with a line that names the columns.";

/** A quote that is opened and never closed makes one value of the rest of the file. */
export function openQuote(path: string, line: number): AppError {
  const remedy = 'Close it, or write a quote within a value twice: "12"" vinyl".';
  return refused(path, `line ${line} opens a quote that is never closed`, remedy);
}

/** The records in the head; a header may hold line breaks, in quotes. */
function firstRecords(file: SourceFile, text: string, delimiter: string): string[] {
  const whole = file.head.length < HEAD_BYTES;
  const records: string[] = [];
  const cutter = cutCsv(delimiter, {
    record: ({ buffer, start, end }) => records.push(buffer.toString("utf8", start, end)),
    tooLong: () => {},
    openQuote(line) {
      throw openQuote(file.path, line);
    },
  });
  cutter.push(Buffer.from(text));
  if (whole) cutter.end();
  if (records.length > 0 || whole) return records;
  throw refused(file.path, `its first line is longer than ${HEAD_BYTES} bytes`, NAMES_COLUMNS);
}

const USUAL = [",", ";", "\t", "|"] as const;
const UNUSUAL = [":", "~", "^", "\u0001", "\u001f"] as const;

/** The delimiter that occurs most often outside of quotes; unusual ones where there is no other. */
function likelyDelimiter(header: string): string {
  const bare = header.replaceAll(/"[^"]*"/g, "");
  const most = (delimiters: readonly string[]) => {
    const counts = delimiters.map((d) => ({ d, count: bare.split(d).length - 1 }));
    return counts.reduce((best, next) => (next.count > best.count ? next : best));
  };
  const usual = most(USUAL);
  const unusual = most(UNUSUAL);
  return usual.count === 0 && unusual.count > 0 ? unusual.d : usual.d;
}
