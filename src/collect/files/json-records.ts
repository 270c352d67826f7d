/**
 * Cuts a file of JSON into the texts of its rows, without holding the file, and knows the line on
 * which each begins. What is looked at are strings and brackets; what a row holds is
 * `json-line.ts`'s matter. The rows of a
 * document are
 *
 *   [ {row}, {row} ]                     the elements of a list
 *   { "count": 2, "orders": [ {row} ] }  the elements of the only list of objects in an object
 *   {row} {row}                          objects one after another, over any number of lines
 */

import { MAX_RECORD_BYTES } from "./csv-records.js";
import type { Cutter } from "./cutter.js";

export interface JsonEvents {
  /** The row's bytes are `buffer.subarray(start, end)`; valid during the call. */
  record(record: { line: number; buffer: Buffer; start: number; end: number }): void;
  /** Longer than `MAX_RECORD_BYTES`, and passed over. */
  tooLong(line: number): void;
  /** The document as a whole cannot be read. */
  refuse(reason: string): never;
}

/** NDJSON: every line that is not blank is a row. */
export function cutLines(events: JsonEvents): Cutter {
  let pending: Buffer = Buffer.alloc(0);
  let line = 1;
  let skipping = false;

  function take(start: number, end: number): void {
    if (skipping) skipping = false;
    else if (end - start > MAX_RECORD_BYTES) events.tooLong(line);
    else if (!isBlank(pending, start, end)) {
      events.record({ line, buffer: pending, start, end });
    }
  }

  return {
    push(chunk) {
      pending = pending.length > 0 ? Buffer.concat([pending, chunk]) : chunk;
      let start = 0;
      for (let end = pending.indexOf(LF); end >= 0; end = pending.indexOf(LF, start)) {
        take(start, end);
        [start, line] = [end + 1, line + 1];
      }
      pending = pending.subarray(start);
      if (pending.length <= MAX_RECORD_BYTES) return;
      if (!skipping) events.tooLong(line);
      [skipping, pending] = [true, Buffer.alloc(0)];
    },
    end() {
      if (pending.length > 0) take(0, pending.length);
    },
  };
}

function isBlank(buffer: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (buffer[i]! > BLANK) return false;
  return true;
}

export function cutJson(events: JsonEvents): Cutter {
  let pending: Buffer = Buffer.alloc(0);
  /** Up to here `pending` has been looked at. */
  let position = 0;
  let line = 1;
  let depth = 0;
  let inString = false;
  /** Depth of the brackets around the rows: 0 for objects one after another. */
  let rowDepth: number | undefined;
  /** Where the current row begins in `pending`; -1 when its bytes were let go. */
  let start: number | undefined;
  let startLine = 1;
  let objects = 0;
  let lists = 0;
  let emptyLists = 0;
  /** A list directly in the outermost object was opened and nothing of it seen yet. */
  let listOpened = false;
  let closed = false;

  function begin(): void {
    start = position;
    startLine = line;
  }

  function finish(end: number): void {
    if (start === undefined) return;
    if (start < 0 || end - start > MAX_RECORD_BYTES) events.tooLong(startLine);
    else events.record({ line: startLine, buffer: pending, start, end });
    start = undefined;
  }

  /** A bracket that opens, at `depth`. */
  function open(byte: number): void {
    if (depth === 0) {
      if (closed) events.refuse(`line ${line}: text after the end of the list`);
      if (byte === LIST) rowDepth = 1;
      else begin();
    } else if (depth === 1 && byte === LIST && rowDepth !== 1) listOpened = true;
    else if (listOpened && byte === OBJECT) rowsInList();
    else {
      listOpened = false;
      if (depth === rowDepth && start === undefined) begin();
    }
    depth += 1;
  }

  /** The first element of a list in the outermost object is an object: here are the rows. */
  function rowsInList(): void {
    listOpened = false;
    lists += 1;
    if (lists > 1 || objects > 0) {
      events.refuse(`line ${line}: a further list of objects, and only one can be the rows`);
    }
    rowDepth = 2;
    begin();
  }

  function close(): void {
    depth -= 1;
    if (depth < 0) events.refuse(`line ${line}: a bracket that closes nothing`);
    if (listOpened && depth === 1) [listOpened, emptyLists] = [false, emptyLists + 1];
    if (rowDepth !== undefined && rowDepth > 0 && depth === rowDepth - 1) {
      finish(position);
      rowDepth = depth === 0 ? rowDepth : undefined;
    }
    if (depth > 0) return;
    if (rowDepth === undefined && lists === 0 && emptyLists !== 1) {
      objects += 1;
      finish(position + 1);
    } else closed = true;
    start = undefined;
  }

  function scan(): void {
    for (; position < pending.length; position++) {
      const byte = pending[position]!;
      if (inString) {
        if (byte === BACKSLASH) position += 1;
        else if (byte === QUOTE) inString = false;
        else if (byte === LF) line += 1;
        continue;
      }
      if (byte === LF) line += 1;
      if (byte <= BLANK) continue;
      if (byte === OBJECT || byte === LIST) open(byte);
      else if (byte === OBJECT_END || byte === LIST_END) close();
      else {
        listOpened = false;
        if (depth === 0) events.refuse(`line ${line}: text outside of the list`);
        if (byte === COMMA && depth === rowDepth) finish(position);
        else if (depth === rowDepth && start === undefined) begin();
        inString = byte === QUOTE;
      }
    }
  }

  return {
    push(chunk) {
      pending = pending.length > 0 ? Buffer.concat([pending, chunk]) : chunk;
      scan();
      const held = start === undefined || start < 0 ? pending.length : start;
      const keep = pending.length - held > MAX_RECORD_BYTES ? pending.length : held;
      pending = pending.subarray(keep);
      position -= keep;
      if (start !== undefined) start = keep === held && start >= 0 ? 0 : -1;
    },
    end() {
      if (inString) events.refuse(`line ${line}: a text that is never closed`);
      if (depth > 0)
        events.refuse(
          `it ends on line ${line} with ${depth} ${depth === 1 ? "bracket" : "brackets"} open`,
        );
    },
  };
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const LIST = 0x5b;
const BACKSLASH = 0x5c;
const LIST_END = 0x5d;
const OBJECT = 0x7b;
const OBJECT_END = 0x7d;
const LF = 0x0a;
const BLANK = 0x20;
