/** Arithmetic on numbers, moments and durations, scalar functions, `days since` and `time since`. */

import { createHash } from "node:crypto";
import type { Arithmetic, Call, Expression, Since } from "../../src/segment/syntax/tree.js";
import { daysBetween } from "./calendar.js";
import type { Run, Scope } from "./run.js";
import { typeOf } from "./types.js";
import {
  type Asked,
  asNumber,
  exact,
  isExact,
  isLength,
  isMoment,
  leaveRow,
  length,
  moment,
  type Value,
} from "./values.js";

export function arithmetic(run: Run, e: Arithmetic, scope: Scope): Value {
  const left = run.value(e.left, scope, typeOf(run, e.left, scope) ?? "number");
  const right = run.value(e.right, scope, typeOf(run, e.right, scope) ?? "number");
  if (left === undefined || right === undefined) return undefined;
  const { op } = e;
  if (isMoment(left) && isMoment(right) && op === "-") return length(left.ms - right.ms);
  // A moment is a whole number of milliseconds, a duration need not be.
  if (isMoment(left) && isLength(right) && op === "+")
    return moment(Math.floor(left.ms + right.ms));
  if (isMoment(left) && isLength(right) && op === "-")
    return moment(Math.floor(left.ms - right.ms));
  if (isLength(left) && isMoment(right) && op === "+")
    return moment(Math.floor(left.ms + right.ms));
  if (isMoment(left) || isMoment(right)) throw new Error(`ill-typed: a moment with ${op}`);
  if (isExact(left) && isExact(right) && (op === "+" || op === "-")) {
    return exact(op === "+" ? left.units + right.units : left.units - right.units);
  }
  const a = isLength(left) ? left.ms : (asNumber(left) as number);
  const b = isLength(right) ? right.ms : (asNumber(right) as number);
  const number = onDoubles(op, a, b);
  if (number === undefined) return undefined;
  return isDuration(op, isLength(left), isLength(right)) ? length(number) : number;
}

function onDoubles(op: Arithmetic["op"], a: number, b: number): number | undefined {
  if (op === "+") return a + b;
  if (op === "-") return a - b;
  if (op === "*") return a * b;
  return b === 0 ? undefined : a / b;
}

function isDuration(op: Arithmetic["op"], left: boolean, right: boolean): boolean {
  if (!left && !right) return false;
  if (left && right) {
    if (op === "*") throw new Error("ill-typed: duration * duration");
    return op !== "/";
  }
  if (op === "*" || (op === "/" && left)) return true;
  throw new Error(`ill-typed: a duration ${op} a number`);
}

export function negate(value: Value): Value {
  if (value === undefined) return undefined;
  if (isExact(value)) return exact(-value.units);
  if (isLength(value)) return length(-value.ms);
  return -(asNumber(value) as number);
}

export function since(run: Run, e: Since, scope: Scope): Value {
  const value = run.value(e.moment, scope, "moment");
  if (value === undefined) return undefined;
  if (!isMoment(value)) throw new Error("ill-typed: since needs a moment");
  if (e.measure === "time") return length(run.now - value.ms);
  return daysBetween(value.ms, run.now, run.zone);
}

export function callFunction(run: Run, e: Call, scope: Scope, asked: Asked): Value {
  if (e.name === "bucket") return bucket(run, e, scope);
  if (e.name === "coalesce") return firstSet(run, e, scope, asked);
  if (e.name === "lower" || e.name === "length") {
    const text = run.value(e.args[0] as Expression, scope, "text") as string | undefined;
    if (text === undefined) return undefined;
    return e.name === "lower" ? text.toLowerCase() : [...text].length;
  }
  const numbers: number[] = [];
  for (const arg of e.args) {
    const number = asNumber(run.value(arg, scope, "number"));
    if (number === undefined) return undefined;
    numbers.push(number);
  }
  const x = numbers[0] as number;
  switch (e.name) {
    case "ln":
      return x <= 0 ? undefined : Math.log(x);
    case "exp":
      return Math.exp(x);
    case "abs":
      return Math.abs(x);
    case "round":
      return roundHalfAway(x);
    case "floor":
      return Math.floor(x);
    case "least":
      return Math.min(...numbers);
    case "greatest":
      return Math.max(...numbers);
    default:
      throw new Error(`no function ${e.name}`);
  }
}

/** What `coalesce` gives is a double, even of exact amounts. */
function firstSet(run: Run, e: Call, scope: Scope, asked: Asked): Value {
  const type = typeOf(run, e, scope) ?? asked;
  const values = e.args.map((arg) => run.value(arg, scope, type));
  return leaveRow(values.find((value) => value !== undefined));
}

function roundHalfAway(x: number): number {
  const whole = Math.trunc(x);
  return Math.abs(x - whole) >= 0.5 ? whole + Math.sign(x) : whole;
}

/** The first 8 bytes of MD5("SALT:PERSON"), big-endian, modulo N. */
function bucket(run: Run, e: Call, scope: Scope): number {
  const [n, salt] = e.args.map((arg) => run.value(arg, scope, "text"));
  if (typeof n !== "number" || typeof salt !== "string")
    throw new Error("ill-typed: bucket(N, 'SALT')");
  const digest = createHash("md5").update(`${salt}:${scope.person}`).digest();
  return Number(digest.readBigUInt64BE(0) % BigInt(n));
}
