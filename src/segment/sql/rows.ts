/** Row expressions in SQL: conditions on one fact, and the values that aggregates take from it. */

import type { RowExpression, ValueType } from "../plan/index.js";
import { constant } from "./layers.js";
import { occasionSql } from "./occasion.js";
import { NOW, type ParameterBag } from "./parameters.js";
import { inside, periodOf } from "./time.js";

/** How a row is read: where its moment stands, and the days of a gap where it is one. */
export interface RowPlace {
  readonly at: string;
  readonly gapDays: string;
}

const FACT: RowPlace = { at: "t", gapDays: "NULL" };

/** A value; NULL = missing. */
export function rowValueSql(row: RowExpression, bag: ParameterBag, place = FACT): string {
  switch (row.kind) {
    case "column":
      if (row.type === "text") return `nullIf(toString(${row.column}), '')`;
      if (row.type === "moment") return `toUnixTimestamp64Milli(${row.column})`;
      if (row.type === "boolean") return `toBool(${row.column})`;
      return `toNullable(${row.column})`;
    case "property":
      return bag.columns.property(propertySql(row.path, row.type));
    case "at":
      return place.at;
    case "occasion":
      return occasionSql(row.calendar, place.at, bag);
    case "gap days":
      return place.gapDays;
    case "period":
      return `toString(${periodOf(constant(place.at), row.per).text})`;
    case "usual":
      return usualSql(row, bag, place);
    case "literal":
      return row.type === "moment" || row.type === "duration"
        ? `toInt64(${Number(row.value)})`
        : bag.bind(row.value);
    case "arithmetic": {
      const left = rowValueSql(row.left, bag, place);
      const right = rowValueSql(row.right, bag, place);
      const plain = `(${left} ${row.op} ${right})`;
      if (isMoved(row)) return `toInt64(floor${plain})`;
      if (isDecimal(row) || (row.type !== "number" && row.op !== "*" && row.op !== "/"))
        return plain;
      const divisor = row.op === "/" ? `nullIf(toFloat64(${right}), 0)` : `toFloat64(${right})`;
      return `(toFloat64(${left}) ${row.op} ${divisor})`;
    }
    case "function":
      return functionSql(
        row.name,
        row.args.map((a) => {
          const text = rowValueSql(a, bag, place);
          const isNumber = row.type === "number" || row.type === "duration";
          return isNumber && row.name !== "length" ? `toFloat64(${text})` : text;
        }),
      );
    default:
      return rowConditionSql(row, bag, place);
  }
}

/** The values of a cell's dimensions stand in its name one behind the other. */
export const CELL_SEPARATOR = "\0";

/** A row's value of a dimension; a missing one is ''. */
export const dimensionSql = (d: RowExpression, bag: ParameterBag, place = FACT): string =>
  d.kind === "column" ? `toString(${d.column})` : `ifNull(${rowValueSql(d, bag, place)}, '')`;

/** The name of the cell that a row lies in. */
function cellSql(by: readonly RowExpression[], bag: ParameterBag, place: RowPlace): string {
  const parts = by.map((d) => dimensionSql(d, bag, place));
  return parts.length === 1 ? `${parts[0]}` : `concat(${parts.join(", '\\0', ")})`;
}

/**
 * The value of the row's cell; where that is not known, of the cell of one dimension less. The bound
 * arrays `cells_KEY_N` and `usual_KEY_N` hold the cells of N dimensions and what is usual there.
 */
function usualSql(
  row: Extract<RowExpression, { kind: "usual" }>,
  bag: ParameterBag,
  place: RowPlace,
): string {
  let found = `{stat_${row.key}:Nullable(Float64)}`;
  row.by.forEach((_, i) => {
    const cell = cellSql(row.by.slice(0, i + 1), bag, place);
    const [cells, values] = [`cells_${row.key}_${i + 1}`, `usual_${row.key}_${i + 1}`];
    found = `transform(${cell}, {${cells}:Array(String)}, {${values}:Array(Nullable(Float64))}, ${found})`;
  });
  return `_CAST(${found}, 'Nullable(Float64)')`; // of a text of few values it is LowCardinality
}

/** Sums and differences of stored amounts are exact; everything else is double arithmetic. */
export function isDecimal(row: RowExpression): boolean {
  if (row.kind === "column") return row.decimal;
  return (
    row.kind === "arithmetic" &&
    (row.op === "+" || row.op === "-") &&
    isDecimal(row.left) &&
    isDecimal(row.right)
  );
}

type Part = { readonly kind: string; readonly type?: ValueType | "any" };

/**
 * Whether a moment is moved by a duration that is worked out: that may have a fraction of a
 * millisecond, and a moment has none.
 */
export function isMoved(sum: { readonly type: string; readonly left: Part; readonly right: Part }) {
  const isWorked = ({ kind, type }: Part) => type === "duration" && kind !== "literal";
  return sum.type === "moment" && (isWorked(sum.left) || isWorked(sum.right));
}

/** JSON values keep their type: `5` is a number, `"5"` a text; another type is missing. */
function propertySql(path: readonly string[], type: string): string {
  const name = `props.${path.map((p) => `\`${p}\``).join(".")}`;
  if (type === "number") {
    return `coalesce(toFloat64(${name}.:Int64), ${name}.:Float64, toFloat64(${name}.:UInt64))`;
  }
  if (type === "text") return `${name}.:String`;
  if (type === "boolean") return `${name}.:Bool`;
  const object = `props.^${path.map((p) => `\`${p}\``).join(".")}`;
  return `if(dynamicType(${name}) = 'None' AND toString(${object}) = '{}', NULL, true)`;
}

/** Whether a fact has the property, whatever its type. */
export const propertySetSql = (path: readonly string[]): string =>
  `isNotNull(${propertySql(path, "any")})`;

/** Scalar functions, NULL in -> NULL out but for `coalesce`; shared with values of the person. */
export function functionSql(name: string, args: readonly string[]): string {
  const [a = "NULL"] = args;
  switch (name) {
    case "ln":
      return `if(${a} > 0, ln(${a}), NULL)`;
    case "round":
      return `(sign(${a}) * (floor(abs(${a})) + (abs(${a}) - floor(abs(${a})) >= 0.5)))`; // half away from zero
    case "least":
    case "greatest":
      return args.length === 1
        ? a
        : `if(${args.map((x) => `isNull(${x})`).join(" OR ")}, NULL, ${name}(${args.join(", ")}))`;
    case "lower":
      return `lowerUTF8(${a})`;
    case "length":
      return `_CAST(lengthUTF8(${a}), 'Nullable(Float64)')`;
    case "coalesce":
      return `coalesce(${args.join(", ")})`;
    default:
      return `${name}(${a})`;
  }
}

/** A condition as UInt8, never NULL: comparisons with missing values are false. */
export function rowConditionSql(row: RowExpression, bag: ParameterBag, place = FACT): string {
  switch (row.kind) {
    case "and":
    case "or":
      if (row.operands.length === 0) return row.kind === "and" ? "1" : "0";
      return `(${row.operands.map((o) => rowConditionSql(o, bag, place)).join(row.kind === "and" ? " AND " : " OR ")})`;
    case "not":
      return `NOT ${rowConditionSql(row.operand, bag, place)}`;
    case "set":
      return `isNotNull(${rowValueSql(row.operand, bag, place)})`;
    case "inside": {
      const instant = constant(rowValueSql(row.operand, bag, place));
      const conditions = row.windows.map(
        (w) => inside(w, instant, constant(NOW), () => constant("NULL")).text,
      );
      return `ifNull(${conditions.join(" AND ")}, 0)`;
    }
    case "compare":
      return compareRowSql(row, bag, place);
    case "literal":
      return row.value === true ? "1" : "0";
    default:
      return `ifNull(${rowValueSql(row, bag, place)} = true, 0)`;
  }
}

function compareRowSql(
  row: Extract<RowExpression, { kind: "compare" }>,
  bag: ParameterBag,
  place: RowPlace,
): string {
  const { left, right, op } = row;
  if (
    op === "=" &&
    left.kind === "column" &&
    left.type === "text" &&
    right.kind === "literal" &&
    right.value !== ""
  ) {
    return `(${left.column} = ${bag.bind(right.value)})`; // '' is missing, and never equals a text
  }
  const number = (side: RowExpression, text: string) =>
    isDecimal(side) ? `toFloat64(${text})` : text;
  const l = number(left, rowValueSql(left, bag, place));
  const r = number(right, rowValueSql(right, bag, place));
  return comparisonSql(op, l, r);
}

/** `l op r` as UInt8, false where either is NULL. */
export function comparisonSql(op: string, l: string, r: string): string {
  if (op === "contains") return `ifNull(position(${l}, ${r}) > 0, 0)`;
  if (op === "starts with") return `ifNull(startsWith(${l}, ${r}), 0)`;
  return `ifNull(${l} ${op} ${r}, 0)`;
}
