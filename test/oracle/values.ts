/**
 * The values of the oracle. Missing is `undefined`. A stored amount is an `Exact` number of 1/10000
 * units until an operation other than + and - (or leaving the aggregate) makes it a double.
 */

export interface Exact {
  readonly kind: "exact";
  readonly units: bigint;
}

export interface Moment {
  readonly kind: "moment";
  readonly ms: number;
}

/** A length of time; `ms` is a double and may have a fraction after a division. */
export interface Length {
  readonly kind: "duration";
  readonly ms: number;
}

export type Value = undefined | number | string | boolean | Exact | Moment | Length;
export type Type = "number" | "text" | "truth" | "moment" | "duration";
/** The type that a use asks of a property; "any" is what `is set` asks. */
export type Asked = Type | "any";

/** Decimal places of stored amounts. */
const PLACES = 4;
const UNITS_PER_ONE = 10_000;

export const exact = (units: bigint): Exact => ({ kind: "exact", units });
export const moment = (ms: number): Moment => ({ kind: "moment", ms });
export const length = (ms: number): Length => ({ kind: "duration", ms });

export function parseExact(text: string): Exact {
  const match = /^(-?)(\d+)(?:\.(\d{1,4}))?$/.exec(text);
  if (match === null) throw new Error(`not a decimal with at most 4 places: ${text}`);
  const digits = (match[2] ?? "") + (match[3] ?? "").padEnd(PLACES, "0");
  return exact(match[1] === "-" ? -BigInt(digits) : BigInt(digits));
}

export const exactToNumber = (value: Exact): number => Number(value.units) / UNITS_PER_ONE;

export function isExact(value: Value): value is Exact {
  return typeof value === "object" && value.kind === "exact";
}

export function isMoment(value: Value): value is Moment {
  return typeof value === "object" && value.kind === "moment";
}

export function isLength(value: Value): value is Length {
  return typeof value === "object" && value.kind === "duration";
}

export function typeOfValue(value: Exclude<Value, undefined>): Type {
  if (typeof value === "number" || isExact(value)) return "number";
  if (typeof value === "string") return "text";
  if (typeof value === "boolean") return "truth";
  return value.kind === "moment" ? "moment" : "duration";
}

/** A number as a double; missing stays missing; anything else is a fault of the text. */
export function asNumber(value: Value): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "number") return value;
  if (isExact(value)) return exactToNumber(value);
  throw new Error(`ill-typed: a number is needed, not ${JSON.stringify(value)}`);
}

/** What leaves an aggregate: exact becomes double. */
export const leaveRow = (value: Value): Value => (isExact(value) ? exactToNumber(value) : value);

/** What two values of one type are compared by. */
export function comparable(value: Exclude<Value, undefined>): number | string | boolean {
  if (typeof value !== "object") return value;
  return value.kind === "exact" ? exactToNumber(value) : value.ms;
}

/** Type-7 quantile of at least one number. */
export function quantile(values: readonly number[], p: number): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const h = (sorted.length - 1) * p;
  const low = Math.floor(h);
  const below = sorted[low] as number;
  const above = sorted[Math.min(low + 1, sorted.length - 1)] as number;
  return below + (h - low) * (above - below);
}

/** Order of text by its UTF-8 bytes. */
export const byteOrder = (a: string, b: string): number =>
  Buffer.compare(Buffer.from(a), Buffer.from(b));
