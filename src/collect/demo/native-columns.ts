/**
 * Rows as a file in ClickHouse's format Native: column by column, in the bytes that it keeps them
 * in, so that reading a row costs it a fifth of a microsecond instead of the 4 of TSV and 10 of JSON,
 * and writing one needs no text for numbers. The layout is that of ClickHouse's own client protocol:
 *
 *   columns, rows | name, type, values | name, type, values | ...
 *
 * A LowCardinality column is a dictionary of its texts and an index for each row. Most columns say
 * nothing of most facts, so each is told only of the rows in which it has a value.
 */

import type { Decimal } from "../../store/index.js";
import { bytesOf, enlarged, FIRST_CAPACITY, newBytes, newInt64s } from "./native-bytes.js";

/** Takes the values of one column. */
export interface Column<T> {
  readonly type: string;
  /** Rows are numbered from 0 and come in their order; what is left out is missing. */
  readonly set: (row: number, value: T) => void;
  /** The values of so many rows, as the format has them: valid until the next `set` or `clear`. */
  readonly parts: (rows: number) => readonly Uint8Array[];
  /** Forgets the values of so many rows, which are all. */
  readonly clear: (rows: number) => void;
}

export function uint64(): Column<bigint> {
  let values = new BigUint64Array(FIRST_CAPACITY);
  return {
    type: "UInt64",
    set(row, value) {
      if (row >= values.length) values = enlarged(values, row + 1);
      values[row] = value;
    },
    parts: (rows) => [bytesOf(values, rows)],
    clear: (rows) => values.fill(0n, 0, rows),
  };
}

export function uint32(): Column<number> {
  let values = new Uint32Array(FIRST_CAPACITY);
  return {
    type: "UInt32",
    set(row, value) {
      if (row >= values.length) values = enlarged(values, row + 1);
      values[row] = value;
    },
    parts: (rows) => [bytesOf(values, rows)],
    clear: (rows) => values.fill(0, 0, rows),
  };
}

/** `missing` is what rows say that are left out. */
export function flag({ missing }: { readonly missing: boolean }): Column<boolean> {
  const absent = missing ? 1 : 0;
  /** 1 in each row that does not say the same as those that are left out. */
  let others = new Uint8Array(FIRST_CAPACITY);
  return {
    type: "UInt8",
    set(row, value) {
      if (row >= others.length) others = enlarged(others, row + 1);
      others[row] = value === missing ? 0 : 1;
    },
    parts(rows) {
      const all = bytesOf(others, rows).slice();
      for (let row = 0; row < rows; row++) all[row]! ^= absent;
      return [all];
    },
    clear: (rows) => others.fill(0, 0, rows),
  };
}

export function text(): Column<string> {
  const bytes = newBytes();
  let rows = 0;
  return {
    type: "String",
    set(row, value) {
      if (row > rows) bytes.zeros(row - rows);
      bytes.text(value);
      rows = row + 1;
    },
    parts: (all) => {
      bytes.zeros(all - rows);
      rows = all;
      return [bytes.all()];
    },
    clear() {
      bytes.clear();
      rows = 0;
    },
  };
}

const INSTANT = "DateTime64(3, 'UTC')";
const DECIMAL = "Decimal(18, 4)";

/** Milliseconds since the epoch. */
export function instant(): Column<number> {
  const numbers = newInt64s();
  return {
    type: INSTANT,
    set: numbers.set,
    parts: (rows) => [numbers.all(rows)],
    clear: numbers.clear,
  };
}

export function decimal(): Column<Decimal> {
  const numbers = newInt64s();
  return {
    type: DECIMAL,
    set: (row, value) => numbers.set(row, scaled(value)),
    parts: (rows) => [numbers.all(rows)],
    clear: numbers.clear,
  };
}

export function optionalDecimal(): Column<Decimal> {
  return nullable(DECIMAL, scaled);
}

export function optionalInstant(): Column<number> {
  return nullable(INSTANT, (ms: number) => ms);
}

function nullable<T>(type: string, toNumber: (value: T) => number): Column<T> {
  const missing = flag({ missing: true });
  const numbers = newInt64s();
  return {
    type: `Nullable(${type})`,
    set(row, value) {
      missing.set(row, false);
      numbers.set(row, toNumber(value));
    },
    parts: (rows) => [...missing.parts(rows), numbers.all(rows)],
    clear(rows) {
      missing.clear(rows);
      numbers.clear(rows);
    },
  };
}

const POINT = 46;
const MINUS = 45;
const ZERO = 48;
const PLACES = 4;

/** "12.5" as the whole number 125000: read by hand, which takes a fifth of the time of `Number`. */
function scaled(value: Decimal): number {
  let digits = 0;
  let places = 0;
  let afterPoint = 0;
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code === POINT) afterPoint = 1;
    else if (code !== MINUS) {
      digits = digits * 10 + (code - ZERO);
      places += afterPoint;
    }
  }
  for (; places < PLACES; places++) digits *= 10;
  return value.charCodeAt(0) === MINUS ? -digits : digits;
}

/** Version of the keys' serialization, and flags: keys come with the column, indexes are 16 bits. */
const LOW_CARDINALITY_VERSION = 1;
const LOW_CARDINALITY_FLAGS = 1 | (1 << 9) | (1 << 10);

/** Texts of which there are at most 65,535 different ones. */
export function word(): Column<string> {
  const indexes = new Map([["", 0]]);
  let values = new Uint16Array(FIRST_CAPACITY);
  let last = "";
  let lastIndex = 0;
  return {
    type: "LowCardinality(String)",
    set(row, value) {
      if (value !== last) {
        last = value;
        lastIndex = indexes.get(value) ?? indexes.size;
        if (lastIndex === indexes.size) indexes.set(value, lastIndex);
      }
      if (row >= values.length) values = enlarged(values, row + 1);
      values[row] = lastIndex;
    },
    parts(rows) {
      const head = newInt64s();
      const numbers = [LOW_CARDINALITY_VERSION, LOW_CARDINALITY_FLAGS, indexes.size];
      for (const [i, n] of numbers.entries()) head.set(i, n);
      const keys = newBytes();
      for (const value of indexes.keys()) keys.text(value);
      const count = newInt64s();
      count.set(0, rows);
      return [head.all(numbers.length), keys.all(), count.all(1), bytesOf(values, rows)];
    },
    clear(rows) {
      values.fill(0, 0, rows);
      indexes.clear();
      indexes.set("", 0);
      last = "";
      lastIndex = 0;
    },
  };
}

/** One block of a table, ready for a file. */
export function nativeBlock(
  rows: number,
  columns: Readonly<Record<string, Column<never>>>,
): readonly Uint8Array[] {
  if (rows === 0) return [];
  const entries = Object.entries(columns);
  const head = newBytes();
  head.varint(entries.length);
  head.varint(rows);
  const parts: Uint8Array[] = [head.all()];
  for (const [name, column] of entries) {
    const title = newBytes();
    title.text(name);
    title.text(column.type);
    parts.push(title.all(), ...column.parts(rows));
  }
  return parts;
}
