/**
 * In which formats values are instants. A value's shape (31.1.2024 9:05 is "0.0.Y 0:0") leaves few
 * formats possible; the importer's own parser then says which of them each value really is. Whether
 * the day or the month comes first is decided by values above 12, over all columns of times
 * together, because a mapping has one list of formats.
 */

import type { Warehouse } from "../../store/index.js";
import { instantInFormat } from "../values/value-sql.js";
import { plural, type Sureness } from "./proposal.js";
import type { Sample } from "./sample.js";

/** Rows of a column whose values are instants in just these formats. */
export interface InstantGroup {
  readonly formats: readonly string[];
  readonly rows: number;
}

/** Longer texts are prose. */
const MAX_LENGTH = 40;
const MAX_SHAPES = 12;
const MAX_FORMATS = 8;

/** By position in `cells`, from 1; columns of which most values are instants in no format are left out. */
export async function readInstants(
  warehouse: Warehouse,
  sample: Sample,
): Promise<ReadonlyMap<number, readonly InstantGroup[]>> {
  const shapes = await shapesOf(warehouse, sample);
  const formats = [...new Set(shapes.flatMap(({ shape }) => formatsOf(shape)))];
  const columns = [...new Set(shapes.filter(isPossible).map(({ i }) => i))];
  if (columns.length === 0) return new Map();
  const each = formats.map((format, index) => {
    const value = instantInFormat("v", format, index);
    return `ifNull(toYear(${value}) BETWEEN ${isCount(format) ? "1995 AND 2040" : "1971 AND 2099"}, 0)`;
  });
  const { rows } = await warehouse.query<{ i: number; fits: number[]; n: number }>(
    `SELECT i, arrayFilter((f, fit) -> fit, range(${each.length}), [${each.join(", ")}]) AS fits,
       toUInt32(sum(n)) AS n
     FROM (SELECT i, v, count() AS n FROM (
         SELECT i, v FROM {sample:Identifier}
         ARRAY JOIN {columns:Array(UInt32)} AS i, arrayMap(c -> cells[c], {columns:Array(UInt32)}) AS v)
       WHERE v != '' GROUP BY i, v)
     GROUP BY i, fits ORDER BY i, n DESC`,
    {
      sample: sample.table,
      columns,
      zone: "UTC",
      ...Object.fromEntries(formats.map((format, i) => [`format_${i}`, format])),
    },
  );
  const found = new Map<number, InstantGroup[]>();
  for (const { i, fits, n } of rows) {
    const list = found.get(i) ?? [];
    list.push({ formats: fits.map((f) => formats[Number(f)]!), rows: n });
    found.set(i, list);
  }
  return found;
}

interface Shape {
  readonly i: number;
  readonly shape: string;
}

async function shapesOf(warehouse: Warehouse, sample: Sample): Promise<readonly Shape[]> {
  const year = String.raw`replaceRegexpAll(v, '\\b\\d{4}\\b', 'Y')`;
  const half = String.raw`replaceRegexpAll(${year}, '(?i)\\b[ap]m\\b', 'P')`;
  const word = String.raw`replaceRegexpAll(${half}, '\\p{L}{3,}', 'W')`;
  const { rows } = await warehouse.query<Shape>(
    `SELECT i, shape FROM (
       SELECT i, if(match(v, '^\\\\d+$'), repeat('0', length(v)),
         replaceRegexpAll(${word}, '\\\\d{1,2}', '0')) AS shape
       FROM (SELECT i, v FROM {sample:Identifier}
         ARRAY JOIN cells AS v, arrayEnumerate(cells) AS i)
       WHERE match(v, '\\\\d') AND length(v) <= ${MAX_LENGTH})
     GROUP BY i, shape ORDER BY i, count() DESC LIMIT ${MAX_SHAPES} BY i`,
    { sample: sample.table },
  );
  return rows;
}

const isPossible = ({ shape }: Shape): boolean => formatsOf(shape).length > 0;

/** A number of any other meaning may look like it. */
export const isCount = (format: string): boolean => /^(unix|unix_ms|yyyyMMdd)$/.test(format);

/** The formats, as a mapping writes them, that a text of this shape may be in. */
export function formatsOf(shape: string): readonly string[] {
  if (shape === "00000000") return ["yyyyMMdd"];
  if (shape === "0000000000") return ["unix"];
  if (shape === "0000000000000") return ["unix_ms"];
  if (/^Y-0-0($|[T ]0:0)/.test(shape)) return ["iso", ...dated(shape)];
  return dated(shape);
}

/** Date, and behind it a time or nothing. */
function dated(shape: string): readonly string[] {
  const [, date = "", gap = "", time = "", half = ""] =
    /^(.*?[Y0])(?:(,? )(0:0(?::0)?)( ?P)?)?$/.exec(shape) ?? [];
  if (date === "") return [];
  const hour = half ? "h" : "H";
  const clock = time.replace("0", hour).replace("0", "mm").replace("0", "ss");
  const end = `${gap}${clock}${half.replace("P", "a")}`;
  return datesOf(date).map((format) => `${format}${end}`);
}

function datesOf(shape: string): readonly string[] {
  const [, a, b] = /^Y([-./] ?)0([-./] ?)0$/.exec(shape) ?? [];
  if (a !== undefined) return [`yyyy${a}M${b}d`];
  const [, c = "", d, year] = /^0([-./] ?)0([-./] ?)(Y|0)$/.exec(shape) ?? [];
  if (d !== undefined) {
    const y = year === "Y" ? "yyyy" : "yy";
    const dayFirst = `d${c}M${d}${y}`;
    // Nobody writes the month first with points.
    return c.startsWith(".") ? [dayFirst] : [dayFirst, `M${c}d${d}${y}`];
  }
  const [, e, f] = /^0([-. ]+)W([-. ]+)Y$/.exec(shape) ?? [];
  if (f !== undefined) return [`d${e}MMM${f}yyyy`, `d${e}MMMM${f}yyyy`];
  return shape === "W 0, Y" ? ["MMM d, yyyy", "MMMM d, yyyy"] : [];
}

export interface FormatChoice {
  readonly formats: readonly string[];
  readonly sureness: Sureness;
  readonly why: string;
  /** The same with days and months exchanged, where the values do not tell. */
  readonly otherwise?: readonly string[];
}

/** The fewest formats that read these values; each takes the most of what is left. */
export function chooseFormats(groups: readonly InstantGroup[]): FormatChoice {
  const readable = groups.filter(({ formats }) => formats.length > 0);
  const votes = (first: "d" | "M") =>
    sumRows(readable.filter((g) => g.formats.every((f) => f.startsWith(first) && isOpen(f))));
  const [days, months] = [votes("d"), votes("M")];
  const avoided = months > days ? "d" : "M";
  const formats: string[] = [];
  let left = readable;
  while (left.length > 0 && formats.length < MAX_FORMATS) {
    const weight = new Map<string, number>();
    for (const group of left) {
      for (const f of group.formats) {
        const other = isOpen(f) && f.startsWith(avoided);
        weight.set(f, (weight.get(f) ?? 0) + group.rows * (other ? 0.5 : 1));
      }
    }
    const [format] = [...weight].reduce((a, b) => (b[1] > a[1] ? b : a));
    formats.push(format);
    left = left.filter((group) => !group.formats.includes(format));
  }
  return { formats, ...judge({ formats, days, months }) };
}

function judge(given: { formats: readonly string[]; days: number; months: number }) {
  const { formats, days, months } = given;
  const otherwise = formats.map(exchange);
  if (!formats.some(isOpen)) return { sureness: "sure" as const, why: "every value is written so" };
  if (days > 0 && months > 0) {
    const why = `${days} rows only fit with the day first, ${months} only with the month first`;
    return { sureness: "unsure" as const, why, otherwise };
  }
  if (days > 0)
    return { sureness: "sure" as const, why: `day first: above 12 in ${plural(days, "row")}` };
  if (months > 0) {
    return {
      sureness: "sure" as const,
      why: `month first: the other is above 12 in ${plural(months, "row")}`,
    };
  }
  const why = "no value is above 12, so they do not tell whether the day or the month is first";
  return { sureness: "unsure" as const, why, otherwise };
}

/** Whether exchanging day and month gives a format that people use. */
const isOpen = (format: string): boolean => /^(d[-/] ?M[-/]|M[-/] ?d[-/])/.test(format);

const exchange = (format: string): string =>
  isOpen(format)
    ? format.replace(/^(d|M)(.*?)(d|M)/, (_, a: string, gap: string, b: string) => b + gap + a)
    : format;

const sumRows = (groups: readonly InstantGroup[]): number =>
  groups.reduce((total, { rows }) => total + rows, 0);

/** Rows that are an instant in any format. */
export const instantRows = (groups: readonly InstantGroup[]): number =>
  sumRows(groups.filter(({ formats }) => formats.length > 0));
