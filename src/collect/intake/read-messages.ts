/**
 * The entries of the intake log as rows of a mapping: each message is read as a line of NDJSON is,
 * with the same faults, and has the columns that its arrival gave it.
 */

import { setImmediate } from "node:timers/promises";
import { jsonLineReader, type WantedColumn } from "../files/json-line.js";
import { NUL_CHARACTER } from "../files/text-encoding.js";
import { fieldColumns, fitToColumns } from "../mapping/columns.js";
import type { Mapping } from "../pipeline/read-mapping.js";
import { nestedFields } from "../records/fields.js";
import { kindOf } from "../records/index.js";
import type { Reject } from "../rejects/rejects.js";
import { ARRIVAL_COLUMNS, arrived } from "./arrival.js";
import type { LoggedEntry } from "./log.js";

/** A row by the mapping's columns; `line` is the entry's sequence. */
export interface TextRow {
  readonly line: number;
  readonly texts: ReadonlyMap<string, string>;
}

export interface ReadRows {
  readonly rows: readonly TextRow[];
  readonly refused: readonly Reject[];
  /** The names that their objects have at their top; undefined: not known. */
  readonly properties?: ReadonlySet<string> | undefined;
}

/** The mapping with one column for each field: of several names the first. */
export function mappingOfMessages(mapping: Mapping): Mapping {
  const fitted = kindOf(mapping).fit?.(mapping, []) ?? mapping;
  return fitToColumns(fitted, { present: [], complete: false });
}

/** Reading 2,000 takes 50 ms, in which no request would be answered: so many are read at a time. */
const AT_A_TIME = 100;

/** Messages as clients send them. `mapping` is of `mappingOfMessages`. */
export async function readMessages(
  mapping: Mapping,
  entries: readonly LoggedEntry[],
): Promise<ReadRows> {
  const wanted = columnsOf(mapping);
  const known = new Set(wanted.map(({ column }) => column));
  const further = ARRIVAL_COLUMNS.filter((column) => !known.has(column));
  const nested = wanted.filter((one) => one.nested);
  let properties: Set<string> | undefined = new Set();
  const read = rowReader([...wanted, ...further.map((column) => ({ column, nested: false }))]);
  for (const [index, entry] of entries.entries()) {
    if (index % AT_A_TIME === AT_A_TIME - 1) await setImmediate();
    read(entry.sequence, entry.body, (texts) => {
      for (const { column } of nested) properties = withNames(properties, texts.get(column));
      const arrival = { entry, content: () => contentOf(wanted, texts) };
      const row = wanted.map(({ column }) => [column, arrived(column, texts, arrival)] as const);
      return new Map(row.flatMap(([column, text]) => (text === undefined ? [] : [[column, text]])));
    });
  }
  return { ...read.found, properties };
}

/** What stands in place of an object may be any text: the engine decides what that holds. */
function withNames(names: Set<string> | undefined, text = ""): Set<string> | undefined {
  if (names === undefined || text === "") return names;
  try {
    for (const name of Object.keys(JSON.parse(text) ?? {})) names.add(name);
    return names;
  } catch {
    return undefined;
  }
}

/** Rows that are JSON objects of the mapping's own columns. */
export function readRows(
  mapping: Mapping,
  rows: readonly { readonly sequence: number; readonly text: string }[],
): ReadRows {
  const read = rowReader(columnsOf(mapping));
  for (const { sequence, text } of rows) read(sequence, text, (texts) => texts);
  return read.found;
}

type Texts = ReadonlyMap<string, string>;

function rowReader(wanted: readonly WantedColumn[]) {
  const readLine = jsonLineReader(wanted);
  const rows: TextRow[] = [];
  const refused: Reject[] = [];
  const read = (line: number, body: string, then: (texts: Texts) => Texts) => {
    const found = readLine(body);
    if (!found.ok) {
      refused.push({ line, column: found.column, value: body, reason: found.reason });
      return;
    }
    const texts = wanted.flatMap(({ column }, index) => {
      const text = found.texts[index];
      return text === undefined ? [] : [[column, text] as const];
    });
    if (texts.some(([, text]) => text.includes("\0"))) {
      refused.push({ line, column: "", value: body, reason: NUL_CHARACTER });
      return;
    }
    rows.push({ line, texts: then(new Map(texts)) });
  };
  return Object.assign(read, { found: { rows, refused } as ReadRows });
}

const OF_TIME = new Set(["receivedAt", "timestamp", "originalTimestamp", "sentAt"]);

/** What a message says in the columns that count, but for when. */
const contentOf = (wanted: readonly WantedColumn[], texts: Texts): string =>
  JSON.stringify(wanted.map(({ column }) => (OF_TIME.has(column) ? undefined : texts.get(column))));

function columnsOf(mapping: Mapping): readonly WantedColumn[] {
  const nested = nestedFields(kindOf(mapping).fields);
  const columns = new Map<string, boolean>();
  for (const [field, column] of fieldColumns(mapping)) {
    columns.set(column, nested.has(field) || columns.get(column) === true);
  }
  return [...columns].map(([column, isNested]) => ({ column, nested: isNested }));
}
