/**
 * The intermediate file that ClickHouse reads: CSV whose first column is the line number in the
 * original file. Rows whose bytes cannot be a text do not get into it. The check is made per block,
 * since checking a megabyte at once costs next to nothing, and per row only in a block that fails.
 */

import { isUtf8 } from "node:buffer";
import { type FileHandle, open } from "node:fs/promises";

const START_BYTES = 2 * 1024 * 1024;
/** The longest line number, its delimiter and the end of line. */
const LINE_OVERHEAD_BYTES = 24;
/** What a decoder writes where the bytes were no character of the encoding. */
const REPLACEMENT = Buffer.from("\ufffd");

export type TextFault = "not UTF-8" | "NUL" | "undecodable";

export interface NumberedCsvOptions {
  readonly delimiter: string;
  readonly columns: readonly string[];
  /** The text was decoded from another encoding, so U+FFFD in it is a fault. */
  readonly decoded: boolean;
  /** Is told of a row that is left out; what it throws ends the flush. */
  readonly onFault: (line: number, row: Buffer, fault: TextFault) => void;
}

export interface NumberedCsv {
  add(line: number, buffer: Buffer, start: number, end: number): void;
  /** The same for a text without half surrogate pairs. */
  addText(line: number, record: string): void;
  /** Writes what was added. Call it between chunks. */
  flush(): Promise<void>;
  /** Rows that were added and are not at fault. */
  readonly rows: number;
  close(): Promise<void>;
}

export async function createNumberedCsv(
  path: string,
  { delimiter, columns, decoded, onFault }: NumberedCsvOptions,
): Promise<NumberedCsv> {
  const handle: FileHandle = await open(path, "w", 0o600);
  const separator = delimiter.charCodeAt(0);
  let block = Buffer.allocUnsafe(START_BYTES);
  let used = block.write(`${["line", ...columns].join(delimiter)}\n`, "latin1");
  let starts: { line: number; at: number; text: number }[] = [];
  let rows = 0;

  function begin(line: number, bytes: number): void {
    if (used + bytes + LINE_OVERHEAD_BYTES > block.length) {
      const larger = Buffer.allocUnsafe(Math.max(block.length * 2, used + bytes + START_BYTES));
      block.copy(larger, 0, 0, used);
      block = larger;
    }
    const at = used;
    used += block.write(String(line), used, "latin1");
    block[used++] = separator;
    starts.push({ line, at, text: used });
    rows += 1;
  }

  function faultOf(bytes: Buffer): TextFault | undefined {
    if (!isUtf8(bytes)) return "not UTF-8";
    if (bytes.includes(0)) return "NUL";
    return decoded && bytes.includes(REPLACEMENT) ? "undecodable" : undefined;
  }

  async function writeUsableRows(whole: Buffer): Promise<void> {
    if (starts[0]) await writeAll(handle, whole.subarray(0, starts[0].at));
    for (const [index, { line, at, text }] of starts.entries()) {
      const end = starts[index + 1]?.at ?? whole.length;
      const fault = faultOf(whole.subarray(text, end));
      if (fault === undefined) await writeAll(handle, whole.subarray(at, end));
      else {
        rows -= 1;
        onFault(line, whole.subarray(text, end - 1), fault);
      }
    }
  }

  return {
    add(line, buffer, start, end) {
      begin(line, end - start);
      buffer.copy(block, used, start, end);
      used += end - start;
      block[used++] = LF;
    },
    addText(line, record) {
      begin(line, record.length * MAX_UTF8_BYTES);
      used += block.write(record, used, "utf8");
      block[used++] = LF;
    },
    async flush() {
      const whole = block.subarray(0, used);
      if (faultOf(whole) === undefined) await writeAll(handle, whole);
      else await writeUsableRows(whole);
      [used, starts] = [0, []];
    },
    get rows() {
      return rows;
    },
    close: () => handle.close(),
  };
}

const LF = 0x0a;
/** Bytes for one UTF-16 unit. */
const MAX_UTF8_BYTES = 3;

async function writeAll(handle: FileHandle, bytes: Buffer): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    written += (await handle.write(bytes, written)).bytesWritten;
  }
}
