/**
 * Cuts a stream of CSV bytes into records, and knows the line of the file on which each begins.
 *
 * ClickHouse reads CSV faster than this program can, but it cannot say reliably on which line a
 * bad record stands, and one bad record can fail a whole file. So this pass only looks for record
 * boundaries (delimiters, quotes, ends of line), counts fields, and hands each record on as bytes;
 * values are ClickHouse's matter. RFC 4180 with LF or CRLF, `""` inside quotes, and any delimiter of
 * one byte.
 */

import type { Cutter } from "./cutter.js";

const QUOTE = 0x22;
const LF = 0x0a;
const CR = 0x0d;

/** A longer record is a file gone wrong (a quote never closed), not an order line. */
export const MAX_RECORD_BYTES = 1024 * 1024;

export interface CsvRecord {
  /** First line of the record in the file, from 1. */
  readonly line: number;
  readonly fields: number;
  /** A quote stands inside a field that is not quoted, or text follows a closing quote. */
  readonly strayQuote: boolean;
  /** The bytes are `buffer.subarray(start, end)`, without the end of line; valid during the call. */
  readonly buffer: Buffer;
  readonly start: number;
  readonly end: number;
}

export interface CsvEvents {
  record(record: CsvRecord): void;
  /** Longer than `MAX_RECORD_BYTES`, and skipped up to the next end of line. */
  tooLong(line: number): void;
  /** A quote was opened on this line and not closed within `MAX_RECORD_BYTES`, or at all. */
  openQuote(line: number): never;
}

export function cutCsv(delimiter: string, events: CsvEvents): Cutter {
  let pending: Buffer = Buffer.alloc(0);
  let line = 1;
  let skipping = false;
  const scan = { delimiter: delimiter.charCodeAt(0), events };

  function rest(position: number, inQuotes: boolean): void {
    pending = pending.subarray(position);
    if (pending.length <= MAX_RECORD_BYTES) return;
    if (inQuotes) events.openQuote(line);
    events.tooLong(line);
    skipping = true;
    pending = Buffer.alloc(0);
  }

  return {
    push(chunk) {
      let position = 0;
      if (skipping) {
        const newline = chunk.indexOf(LF);
        if (newline < 0) return;
        [skipping, position] = [false, newline + 1];
        line += 1;
      }
      const fresh = position === 0 ? chunk : chunk.subarray(position);
      pending = pending.length === 0 ? fresh : Buffer.concat([pending, fresh]);
      const state = scanRecords(pending, line, scan);
      line = state.line;
      rest(state.position, state.inQuotes);
    },
    end() {
      if (pending.length === 0) return;
      const state = scanRecords(Buffer.concat([pending, Buffer.of(LF)]), line, scan);
      if (state.inQuotes) events.openQuote(line);
    },
  };
}

/** Reports every complete record and returns where the first incomplete one begins. */
function scanRecords(
  buffer: Buffer,
  firstLine: number,
  { delimiter, events }: { delimiter: number; events: CsvEvents },
): { position: number; line: number; inQuotes: boolean } {
  let start = 0;
  let fieldStart = 0;
  let fields = 1;
  let line = firstLine;
  let recordLine = firstLine;
  let inQuotes = false;
  let strayQuote = false;
  const length = buffer.length;
  for (let i = 0; i < length; i++) {
    const byte = buffer[i]!;
    if (inQuotes) {
      if (byte === LF) line += 1;
      if (byte !== QUOTE) continue;
      if (buffer[i + 1] === QUOTE) i += 1;
      else {
        inQuotes = false;
        strayQuote ||= !endsField(buffer[i + 1], delimiter);
      }
    } else if (byte === delimiter) {
      fields += 1;
      fieldStart = i + 1;
    } else if (byte === LF) {
      const end = i > start && buffer[i - 1] === CR ? i - 1 : i;
      if (end - start > MAX_RECORD_BYTES) events.tooLong(recordLine);
      else if (end > start) {
        events.record({ line: recordLine, fields, strayQuote, buffer, start, end });
      }
      line += 1;
      [start, fieldStart, fields, recordLine, strayQuote] = [i + 1, i + 1, 1, line, false];
    } else if (byte === QUOTE) {
      if (i === fieldStart) inQuotes = true;
      else strayQuote = true;
    }
  }
  return { position: start, line: recordLine, inQuotes };
}

/** Whether the byte after a closing quote is a delimiter or an end (undefined: more may come). */
function endsField(byte: number | undefined, delimiter: number): boolean {
  return byte === undefined || byte === delimiter || byte === LF || byte === CR;
}

/** The values of one record; as forgiving about stray quotes as spreadsheets are. */
export function csvFields(record: string, delimiter: string): string[] {
  const values: string[] = [];
  let position = 0;
  while (position <= record.length) {
    let value = "";
    if (record[position] === '"') {
      position += 1;
      for (;;) {
        const quote = record.indexOf('"', position);
        if (quote < 0) return [...values, value + record.slice(position)];
        value += record.slice(position, quote);
        position = quote + 1;
        if (record[position] !== '"') break;
        value += '"';
        position += 1;
      }
    }
    const next = record.indexOf(delimiter, position);
    const end = next < 0 ? record.length : next;
    values.push(value + record.slice(position, end));
    position = end + 1;
  }
  return values;
}

/** One value as a quoted CSV field. */
export function csvQuoted(value: string): string {
  return value.includes('"') ? `"${value.replaceAll('"', '""')}"` : `"${value}"`;
}
