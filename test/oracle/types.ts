/**
 * The type of an expression, as far as the text alone says it: undefined for a property or trait,
 * whose type is what its use asks for. A name stands for the expression that it names.
 */

import type {
  Aggregate,
  Arithmetic,
  Declaration,
  Expression,
  Step,
} from "../../src/segment/syntax/tree.js";
import { FUNCTIONS } from "../../src/segment/syntax/tree.js";
import { fieldType } from "./fields.js";
import type { Run, Scope } from "./run.js";
import { sourceDefinition } from "./sources.js";
import { type Type, typeOfValue, type Value } from "./values.js";

export function typeOf(run: Run, e: Expression, scope: Scope): Type | undefined {
  switch (e.kind) {
    case "literal":
      return typeOfValue(e.value);
    case "duration":
      return "duration";
    case "instant":
      return "moment";
    case "name":
      return typeOfName(run, e.name, scope);
    case "call":
      if (e.name === "lower") return "text";
      if (e.name === "coalesce")
        return e.args.map((arg) => typeOf(run, arg, scope)).find((type) => type !== undefined);
      return isFunction(e.name)
        ? "number"
        : typeOfDeclared(run, e.name, argumentsOf(run, e.args, scope));
    case "trait":
      return undefined;
    case "field":
      return fieldType(e.source ?? sourceOf(scope), e.path);
    case "aggregate":
      return typeOfAggregate(run, e, scope);
    case "percentile":
    case "usual":
      return "number";
    case "arithmetic":
      return typeOfArithmetic(run, e, scope);
    case "negate":
      return typeOf(run, e.operand, scope) ?? "number";
    case "since":
      return e.measure === "days" ? "number" : "duration";
    default:
      return "truth";
  }
}

export const isFunction = (name: string): boolean =>
  (FUNCTIONS as readonly string[]).includes(name);

/** Does a bare name mean a field of the row at hand? Fields come before parameters. */
export const isFieldName = (scope: Scope, name: string): boolean =>
  scope.source !== undefined && sourceDefinition(scope.source).fields.includes(name);

export function sourceOf(scope: Scope): string {
  if (scope.source === undefined) throw new Error("ill-typed: a field outside of an aggregate");
  return scope.source;
}

export function declared(run: Run, name: string): Declaration {
  const found = run.declarations.get(name);
  if (found === undefined) throw new Error(`no attribute, segment or parameter ${name}`);
  return found;
}

/** Arguments are literals or parameters. */
export const argumentsOf = (run: Run, args: readonly Expression[], scope: Scope): Value[] =>
  args.map((arg) => run.value(arg, { ...withoutRow(scope) }, "text"));

export function withoutRow(scope: Scope): Scope {
  const { source: _source, row: _row, ...rest } = scope;
  return rest;
}

/** The scope of an attribute's or segment's own text: its parameters and no other's. */
export function bind(
  parameters: readonly string[],
  args: readonly Value[],
): ReadonlyMap<string, Value> {
  if (parameters.length !== args.length) throw new Error("ill-typed: wrong number of arguments");
  return new Map(parameters.map((name, i) => [name, args[i]]));
}

function typeOfName(run: Run, name: string, scope: Scope): Type | undefined {
  if (isFieldName(scope, name)) return fieldType(sourceOf(scope), [name]);
  if (scope.parameters.has(name)) {
    const value = scope.parameters.get(name);
    return value === undefined ? undefined : typeOfValue(value);
  }
  return typeOfDeclared(run, name, []);
}

function typeOfDeclared(run: Run, name: string, args: readonly Value[]): Type | undefined {
  const declaration = declared(run, name);
  if (declaration.kind === "segment") return "truth";
  if (declaration.body.kind === "classification") return "text";
  const parameters = bind(declaration.parameters, args);
  return typeOf(run, declaration.body, { person: 0n, facts: [], parameters });
}

function typeOfAggregate(run: Run, e: Aggregate, scope: Scope): Type | undefined {
  const inRow = { ...scope, source: (e.source.steps.at(-1) as Step).source };
  switch (e.fn) {
    case "count":
    case "sum":
    case "average":
    case "median":
    case "share":
      return "number";
    case "min":
    case "max":
      return e.value === undefined ? "number" : (typeOf(run, e.value, inRow) ?? "number");
    case "first":
    case "last":
      return e.value === undefined ? "moment" : typeOf(run, e.value, inRow);
  }
}

function typeOfArithmetic(run: Run, e: Arithmetic, scope: Scope): Type {
  const left = typeOf(run, e.left, scope) ?? "number";
  const right = typeOf(run, e.right, scope) ?? "number";
  if (left === "moment" && right === "moment") return "duration";
  if (left === "moment" || right === "moment") return "moment";
  if (left === "duration" && right === "duration") return e.op === "/" ? "number" : "duration";
  return left === "duration" || right === "duration" ? "duration" : "number";
}
