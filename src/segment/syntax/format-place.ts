/** What the parts of the formatter share: binding strengths, places, numbers. */

import { indent, type Layout } from "./layout.js";
import type { Expression } from "./tree.js";

/** From the weakest to the strongest; an operand weaker than its place asks for needs brackets. */
export const STRENGTHS = [
  "or",
  "and",
  "not",
  "comparison",
  "sum",
  "product",
  "sign",
  "primary",
] as const;
export type Strength = (typeof STRENGTHS)[number];

/** What surrounds an expression up to the next bracket. */
export interface Place {
  /** Whether a window here belongs to the expression, not to the aggregate outside. */
  readonly windows: boolean;
  /** A window stands behind: an aggregate at the end would take it. */
  readonly windowFollows?: boolean;
  /** `and` or `or` stands behind: a quantifier at the end would take it. */
  readonly joined?: boolean;
  /** The text behind the `or` that follows: a list of values at the end might take it. */
  readonly nextOperand?: string;
}

export const INSIDE_BRACKETS: Place = { windows: true };

export type Write = (node: Expression, atLeast: Strength, place: Place) => Layout;

/** Sets the further lines of `and` and `or` in; all else sets in its own brackets. */
export function hang(node: Expression, layout: Layout): Layout {
  return node.kind === "and" || node.kind === "or" ? indent(layout) : layout;
}

/** The shortest digits that read back as the same number, without an exponent. */
export function formatNumber(value: number): string {
  const text = String(value);
  const parts = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/u.exec(text);
  if (parts === null) return text;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = parts;
  const shift = Number(exponent);
  const digits = whole + fraction;
  if (shift < 0) return `${sign}0.${"0".repeat(-shift - whole.length)}${digits}`;
  return sign + digits.padEnd(whole.length + shift, "0");
}
