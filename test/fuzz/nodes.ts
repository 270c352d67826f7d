/** Short makers of tree nodes, for the generators. */

import type {
  Aggregate,
  AggregateFunction,
  Arithmetic,
  Comparison,
  Duration,
  Expression,
  Field,
  Literal,
  Name,
  Unit,
} from "../../src/segment/syntax/tree.js";

export const literal = (value: number | string | boolean): Literal => ({ kind: "literal", value });

/** Numbers in texts have no sign: a negative one is a negation. */
export const numberLiteral = (value: number): Expression =>
  value < 0 ? { kind: "negate", operand: literal(-value) } : literal(Math.abs(value));

export const nameOf = (name: string): Name => ({ kind: "name", name });

export const fieldOf = (source: string, ...path: string[]): Field => ({
  kind: "field",
  source,
  path,
});

/** A field inside `where`: bare, and a name if it has one part. */
export const bareField = (...path: string[]): Name | Field =>
  path.length === 1 ? nameOf(path[0] as string) : { kind: "field", path };

export const duration = (amount: number, unit: Unit): Duration => ({ amount, unit });

export const lengthOf = (amount: number, unit: Unit): Expression => ({
  kind: "duration",
  duration: duration(amount, unit),
});

export const comparison = (
  left: Expression,
  op: Comparison["op"],
  right: Expression,
): Comparison => ({
  kind: "comparison",
  op,
  left,
  right,
});

export const arithmetic = (
  left: Expression,
  op: Arithmetic["op"],
  right: Expression,
): Arithmetic => ({
  kind: "arithmetic",
  op,
  left,
  right,
});

export const negation = (operand: Expression): Expression => ({ kind: "not", operand });

export function junction(kind: "and" | "or", operands: readonly Expression[]): Expression {
  return operands.length === 1 ? (operands[0] as Expression) : { kind, operands };
}

export const momentOf = (fn: "first" | "last", source: string): Aggregate => ({
  kind: "aggregate",
  fn,
  source: { steps: [{ source }] },
  windows: [],
});

export const aggregateOf = (
  fn: AggregateFunction,
  source: Aggregate["source"],
  rest: Partial<Aggregate>,
): Aggregate => ({ kind: "aggregate", fn, source, windows: [], ...rest });
