/**
 * The intermediate file that ClickHouse reads: CSV whose first column is the line number in the
 * original file. Rows that are not UTF-8, or hold a NUL character, do not get into it. The check is made per block, since
 * checking a megabyte at once costs next to nothing, and per row only in a block that fails.
 */

import { isUtf8 } from "node:buffer";
import { type FileHandle, open } from "node:fs/promises";
import { NOT_UTF8, NUL_CHARACTER } from "./records/fields.js";
import type { Reject } from "./rejects.js";

const START_BYTES = 2 * 1024 * 1024;
/** The longest line number, its delimiter and the end of line. */
const LINE_OVERHEAD_BYTES = 24;

export interface NumberedCsv {
  add(line: number, buffer: Buffer, start: number, end: number): void;
  /** Writes what was added. Call it between chunks. */
  flush(): Promise<void>;
  readonly rows: number;
  close(): Promise<void>;
}

export async function createNumberedCsv(
  path: string,
  { delimiter, columns }: { readonly delimiter: string; readonly columns: readonly string[] },
  reject: (reject: Reject) => void,
): Promise<NumberedCsv> {
  const handle: FileHandle = await open(path, "w", 0o600);
  const separator = delimiter.charCodeAt(0);
  let block = Buffer.allocUnsafe(START_BYTES);
  let used = block.write(`${["line", ...columns].join(delimiter)}\n`, "latin1");
  let starts: { line: number; at: number; text: number }[] = [];
  let rows = 0;

  function ensure(bytes: number): void {
    if (used + bytes <= block.length) return;
    const larger = Buffer.allocUnsafe(Math.max(block.length * 2, used + bytes));
    block.copy(larger, 0, 0, used);
    block = larger;
  }

  return {
    add(line, buffer, start, end) {
      ensure(end - start + LINE_OVERHEAD_BYTES);
      const at = used;
      used += block.write(String(line), used, "latin1");
      block[used++] = separator;
      starts.push({ line, at, text: used });
      buffer.copy(block, used, start, end);
      used += end - start;
      block[used++] = 0x0a;
      rows += 1;
    },
    async flush() {
      const whole = block.subarray(0, used);
      if (faultOf(whole) === undefined) await writeAll(handle, whole);
      else {
        if (starts[0]) await writeAll(handle, whole.subarray(0, starts[0].at));
        for (const [index, { line, at, text }] of starts.entries()) {
          const end = starts[index + 1]?.at ?? used;
          const reason = faultOf(whole.subarray(at, end));
          if (reason === undefined) await writeAll(handle, whole.subarray(at, end));
          else {
            const value = whole.toString("latin1", text, end - 1);
            reject({ line, column: "", value, reason });
            rows -= 1;
          }
        }
      }
      [used, starts] = [0, []];
    },
    get rows() {
      return rows;
    },
    close: () => handle.close(),
  };
}

function faultOf(bytes: Buffer): string | undefined {
  if (!isUtf8(bytes)) return NOT_UTF8;
  return bytes.includes(0) ? NUL_CHARACTER : undefined;
}

async function writeAll(handle: FileHandle, bytes: Buffer): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    written += (await handle.write(bytes, written)).bytesWritten;
  }
}
