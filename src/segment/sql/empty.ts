/**
 * What a key's condition says of a key without facts: if it is false, keys outside the scan's
 * window need not be read to answer "some key", "at least k" or a family.
 */

import type { Level, Truth, Value } from "../plan/index.js";

type Known = number | string | boolean | null | undefined; // null = missing, undefined = unknown

export function emptyTruth(truth: Truth, level: Level): boolean | undefined {
  switch (truth.kind) {
    case "constant":
      return truth.value;
    case "not": {
      const operand = emptyTruth(truth.operand, level);
      return operand === undefined ? undefined : !operand;
    }
    case "and":
    case "or": {
      const decisive = truth.kind === "or";
      const operands = truth.operands.map((o) => emptyTruth(o, level));
      if (operands.includes(decisive)) return decisive;
      return operands.includes(undefined) ? undefined : !decisive;
    }
    case "named":
      return emptyTruth(truth.truth, level);
    case "set": {
      const value = emptyValue(truth.operand, level);
      return value === undefined ? undefined : value !== null;
    }
    case "in window":
      return emptyValue(truth.moment, level) === null ? false : undefined;
    case "compare":
      return emptyComparison(truth, level);
    case "in days":
    case "quantifier":
    case "member":
      return undefined;
  }
}

function emptyComparison(
  truth: Extract<Truth, { kind: "compare" }>,
  level: Level,
): boolean | undefined {
  const left = emptyValue(truth.left, level);
  const right = emptyValue(truth.right, level);
  if (left === null || right === null) return false;
  if (typeof left !== "number" || typeof right !== "number") return undefined;
  switch (truth.op) {
    case "=":
      return left === right;
    case "!=":
      return left !== right;
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
    default:
      return undefined;
  }
}

function emptyValue(value: Value, level: Level): Known {
  switch (value.kind) {
    case "literal":
      return value.value;
    case "aggregate":
      if (value.stream.level !== level) return undefined;
      return value.fn === "count" || value.fn === "sum" ? 0 : null;
    case "since":
      return emptyValue(value.moment, level) === null ? null : undefined;
    case "arithmetic": {
      const left = emptyValue(value.left, level);
      const right = emptyValue(value.right, level);
      if (left === null || right === null) return null;
      if (typeof left !== "number" || typeof right !== "number") return undefined;
      if (value.op === "/") return right === 0 ? null : left / right;
      return value.op === "+" ? left + right : value.op === "-" ? left - right : left * right;
    }
    case "function": {
      if (value.name !== "coalesce") return undefined;
      const set = value.args.map((a) => emptyValue(a, level)).filter((known) => known !== null);
      return set.length === 0 ? null : set[0];
    }
    case "statistic":
    case "bucket":
    case "label":
      return undefined;
  }
}
