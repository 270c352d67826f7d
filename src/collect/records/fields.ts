/**
 * The fields of a record kind: what a column can be mapped to, and how its text becomes a value.
 * From a table of fields come the first two layers of every kind's SELECT, the text of each field
 * (f_<field>) and its value (v_<field>, NULL where the text is none), and what makes a row
 * unusable whatever the kind.
 */

import type { Parameters } from "../../store/index.js";
import { NOT_UTF8, NUL_CHARACTER } from "../files/text-encoding.js";
import type { CommonMapping } from "../mapping/mapping-schema.js";
import type { StagedRows } from "../staging/staging.js";
import {
  booleanSql,
  decimalSql,
  instantSql,
  keySql,
  listSql,
  NO_NUMBER,
} from "../values/value-sql.js";

/**
 * key: an id, compared and sorted everywhere, so it is short; text: as it stands; list: texts with
 * a comma between them; json: an object or a list, as JSON. There is a v_<field> for all but key,
 * text and json.
 */
export interface Field {
  readonly type: "key" | "text" | "number" | "instant" | "boolean" | "list" | "json";
  /** The greatest magnitude of a number; `MAX_AMOUNT` unless told. */
  readonly limit?: number;
  /** A mapping must name a column for it, or a constant. */
  readonly required?: true;
}

export type Fields = Readonly<Record<string, Field>>;

/** Those that take an object or a list from a file of JSON; others take one value only. */
export function nestedFields(fields: Fields): ReadonlySet<string> {
  return new Set(Object.keys(fields).filter((name) => fields[name]!.type === "json"));
}

/** Amounts stay this small, so that sums of billions of them stay within Decimal(38, 4). */
export const MAX_AMOUNT = 1_000_000_000_000;

export const MAX_QUANTITY = 1_000_000_000;

const MAX_KEY_BYTES = 256;
const MAX_TEXT_BYTES = 4096;
const MAX_JSON_BYTES = 1_048_576;

/** When `condition` (over the columns of `valueSelect`) holds, `field` is at fault. */
export interface Fault {
  readonly field: string;
  readonly condition: string;
  readonly reason: string;
  /** Of a field that holds a JSON object: SQL of [path, text], the place within it and what stands there. */
  readonly within?: string;
}

/** Texts and values of all fields, one row per staged row, with its line as `source_line`. */
export function valueSelect(fields: Fields, mapping: CommonMapping, staged: StagedRows): string {
  const texts = Object.entries(fields).map(
    ([name, { type }]) => `${textOf(name, type, mapping, staged)} AS f_${name}`,
  );
  const values = Object.entries(fields).flatMap(([name, field]) => {
    const value = typedValue(name, field, mapping, staged);
    return value === undefined ? [] : [`${value} AS v_${name}`];
  });
  return `SELECT *${values.map((value) => `, ${value}`).join("")}
    FROM (SELECT ${staged.line} AS source_line, ${texts.join(", ")} FROM {raw:Identifier})`;
}

export function valueParameters(
  fields: Fields,
  mapping: CommonMapping,
  staged: StagedRows,
): Parameters {
  const { time, constants } = mapping;
  const given = Object.keys(fields).filter((name) => constants[name] !== undefined);
  return {
    ...staged.parameters,
    raw: staged.table,
    zone: time.zone,
    ...Object.fromEntries(time.formats.map((format, i) => [`format_${i}`, format])),
    ...Object.fromEntries(given.map((name) => [`constant_${name}`, constants[name]!])),
  };
}

/** What is wrong with a value in itself. What must not be blank is for the kind to say: `missing`. */
export function fieldFaults(fields: Fields, staged: StagedRows): Fault[] {
  return Object.entries(fields)
    .filter(([name]) => staged.texts.has(name))
    .flatMap(([name, field]) => faultsOf(name, field, staged));
}

/** A row is unusable if a mapped field among these is blank. */
export function missing(names: readonly string[], { columns }: CommonMapping): Fault[] {
  return names
    .filter((name) => columns[name] !== undefined)
    .map((field) => ({ field, condition: `f_${field} = ''`, reason: "missing" }));
}

function faultsOf(field: string, { type, limit }: Field, staged: StagedRows): Fault[] {
  const faults: Fault[] = [];
  const when = (condition: string, reason: string) => faults.push({ field, condition, reason });
  const most = type === "key" ? MAX_KEY_BYTES : type === "json" ? MAX_JSON_BYTES : MAX_TEXT_BYTES;
  when(`length(f_${field}) > ${most}`, `longer than ${most} bytes`);
  if (!staged.clean) {
    when(`position(f_${field}, '\\0') > 0`, NUL_CHARACTER);
    when(`NOT isValidUTF8(f_${field})`, NOT_UTF8);
  }
  const none = `isNull(v_${field}) AND f_${field} != ''`;
  switch (type) {
    case "number":
      when(none, `not a number of at most ${limit ?? MAX_AMOUNT}`);
      break;
    case "instant":
      when(none, "not a time in any of the mapping's formats");
      when(`ifNull(toYear(v_${field}) NOT BETWEEN 1971 AND 2099, 0)`, "not in 1971..2099");
      break;
    case "boolean":
      when(none, "neither yes nor no");
      break;
    case "json":
      when(`f_${field} != '' AND NOT isValidJSON(f_${field})`, "not JSON");
      break;
    case "key":
    case "text":
    case "list":
      break;
  }
  return faults;
}

function textOf(
  name: string,
  type: Field["type"],
  { constants }: CommonMapping,
  staged: StagedRows,
): string {
  const column = staged.texts.get(name);
  if (column !== undefined) return type === "key" ? keySql(column) : column;
  return constants[name] === undefined ? "''" : `{constant_${name}:String}`;
}

function typedValue(
  name: string,
  { type, limit = MAX_AMOUNT }: Field,
  { numbers, time, constants }: CommonMapping,
  staged: StagedRows,
): string | undefined {
  const text = `f_${name}`;
  const given = staged.texts.has(name) || constants[name] !== undefined;
  switch (type) {
    case "key":
    case "text":
    case "json":
      return undefined;
    case "list":
      return listSql(text);
    case "number": {
      if (!given) return NO_NUMBER;
      const value = decimalSql(text, staged.numeric.has(name) ? "." : numbers.decimal);
      return `if(abs(${value}) > ${limit}, NULL, ${value})`;
    }
    case "instant":
      return given
        ? instantSql(text, time.formats)
        : "CAST(NULL, 'Nullable(DateTime64(3, \\'UTC\\'))')";
    case "boolean":
      return given ? booleanSql(text) : "CAST(NULL, 'Nullable(Bool)')";
  }
}
