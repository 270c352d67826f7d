/** Section 2, and the arithmetic of sections 4 and 5: the value of an expression in a scope. */

import type {
  Between,
  Comparison,
  Expression,
  IsValue,
  Name,
  Quantifier,
} from "../../src/segment/syntax/tree.js";
import { aggregate } from "./aggregates.js";
import { arithmetic, callFunction, negate, since } from "./arithmetic.js";
import { exactMs, readInstant } from "./calendar.js";
import { fieldValue, traitValue } from "./fields.js";
import { keysOf } from "./keys.js";
import { holds, once, personScope, type Run, type Scope } from "./run.js";
import { argumentsOf, bind, declared, isFieldName, isFunction, sourceOf, typeOf } from "./types.js";
import { usual } from "./usual.js";
import {
  type Asked,
  comparable,
  isMoment,
  length,
  moment,
  type Type,
  typeOfValue,
  type Value,
} from "./values.js";
import { insideAll } from "./windows.js";

export function evaluateIn(run: Run, e: Expression, scope: Scope, asked: Asked): Value {
  switch (e.kind) {
    case "literal":
      return e.value;
    case "duration":
      return length(exactMs(e.duration));
    case "instant":
      return moment(readInstant(e.text, run.zone));
    case "name":
      return nameValue(run, e, scope, asked);
    case "call":
      if (isFunction(e.name)) return callFunction(run, e, scope, asked);
      return declaredValue(run, e.name, argumentsOf(run, e.args, scope), scope, asked);
    case "trait":
      return traitValue(scope.facts, e.path, asked);
    case "field":
      if (scope.row === undefined) throw new Error("ill-typed: a field outside of an aggregate");
      return fieldValue(run, scope.row, e.source ?? sourceOf(scope), e.path, asked);
    case "aggregate":
      return aggregate(run, e, scope, asked);
    case "percentile":
      return run.percentile(e, scope);
    case "usual":
      return usual(run, e, scope);
    case "arithmetic":
      return arithmetic(run, e, scope);
    case "negate":
      return negate(run.value(e.operand, scope, typeOf(run, e.operand, scope) ?? "number"));
    case "since":
      return since(run, e, scope);
    case "and":
      return e.operands.every((operand) => holds(run, operand, scope));
    case "or":
      return e.operands.some((operand) => holds(run, operand, scope));
    case "not":
      return !holds(run, e.operand, scope);
    case "comparison":
      return compare(run, e, scope);
    case "is":
      return isOneOf(run, e, scope);
    case "is set": {
      const isSet =
        run.value(e.operand, scope, typeOf(run, e.operand, scope) ?? "any") !== undefined;
      return e.negated === true ? !isSet : isSet;
    }
    case "between":
      return isBetween(run, e, scope);
    case "in window": {
      const value = run.value(e.moment, scope, "moment");
      return isMoment(value) && insideAll(run, e.windows, scope)(value.ms);
    }
    case "in season": {
      const { season, phase } = e;
      const window = { kind: "season", season, ...(phase !== undefined && { phase }) } as const;
      return insideAll(run, [window], scope)(run.now);
    }
    case "quantifier":
      return quantify(run, e, scope);
  }
}

/** A bare name: a field of the row, a parameter, an attribute or a segment, in this order. */
function nameValue(run: Run, e: Name, scope: Scope, asked: Asked): Value {
  if (scope.row !== undefined && isFieldName(scope, e.name)) {
    return fieldValue(run, scope.row, sourceOf(scope), [e.name], asked);
  }
  if (scope.parameters.has(e.name)) return scope.parameters.get(e.name);
  return declaredValue(run, e.name, [], scope, asked);
}

function declaredValue(
  run: Run,
  name: string,
  args: readonly Value[],
  scope: Scope,
  asked: Asked,
): Value {
  const declaration = declared(run, name);
  if (declaration.kind === "segment") return run.isMember(name, scope.person, args);
  const { body, per } = declaration;
  if (per !== undefined && scope.key?.kind !== per) {
    throw new Error(`ill-typed: ${name} is of a ${per}, and is asked outside of one`);
  }
  const parameters = bind(declaration.parameters, args);
  const own = {
    ...personScope(run, scope.person, parameters),
    ...(per && scope.key ? { key: scope.key } : {}),
  };
  const key = `attribute ${JSON.stringify([name, args, String(scope.person), own.key?.value, asked])}`;
  return once(run, key, () => {
    if (body.kind !== "classification") return run.value(body, own, asked);
    return body.cases.find((c) => holds(run, c.when, own))?.value ?? body.otherwise;
  });
}

/** The type that two sides agree on; a property has the type of the other side. */
function commonType(run: Run, sides: readonly Expression[], scope: Scope, otherwise: Type): Type {
  const types = sides.map((side) => typeOf(run, side, scope)).filter((type) => type !== undefined);
  const [first = otherwise] = types;
  if (types.some((type) => type !== first)) throw new Error(`ill-typed: ${types.join(" with ")}`);
  return first;
}

function compare(run: Run, e: Comparison, scope: Scope): boolean {
  const { op } = e;
  const isEquality = op === "=" || op === "!=";
  const isText = op === "contains" || op === "starts with";
  const type = commonType(run, [e.left, e.right], scope, isEquality || isText ? "text" : "number");
  if (isText !== (type === "text") && !isEquality) throw new Error(`ill-typed: ${type} ${op}`);
  const left = run.value(e.left, scope, type);
  const right = run.value(e.right, { ...scope, left: e.left }, type);
  if (left === undefined || right === undefined) return false;
  const a = comparable(left);
  const b = comparable(right);
  switch (op) {
    case "=":
      return a === b;
    case "!=":
      return a !== b;
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    case ">=":
      return a >= b;
    case "contains":
      return (a as string).includes(b as string);
    case "starts with":
      return (a as string).startsWith(b as string);
  }
}

function isBetween(run: Run, e: Between, scope: Scope): boolean {
  const type = commonType(run, [e.operand, e.low, e.high], scope, "number");
  const value = run.value(e.operand, scope, type);
  const low = run.value(e.low, { ...scope, left: e.operand }, type);
  const high = run.value(e.high, { ...scope, left: e.operand }, type);
  if (value === undefined || low === undefined || high === undefined) return false;
  const x = comparable(value);
  return comparable(low) <= x && x <= comparable(high);
}

/** `is`: one of the values; `is not`: none of them. Both are false of a missing value. */
function isOneOf(run: Run, e: IsValue, scope: Scope): boolean {
  const values = e.values.map((value): Value => {
    if (value.kind === "literal") return value.value;
    return scope.parameters.has(value.name) ? scope.parameters.get(value.name) : value.name;
  });
  const types = values.map((value) => (value === undefined ? undefined : typeOfValue(value)));
  const type = typeOf(run, e.operand, scope) ?? types[0] ?? "text";
  if (types.some((other) => other !== type))
    throw new Error(`ill-typed: ${type} is ${types.join(" or ")}`);
  const operand = run.value(e.operand, scope, type);
  if (operand === undefined) return false;
  const isFound = values.some(
    (value) => value !== undefined && comparable(value) === comparable(operand),
  );
  return e.negated === true ? !isFound : isFound;
}

function quantify(run: Run, e: Quantifier, scope: Scope): boolean {
  if (scope.key !== undefined) throw new Error("ill-typed: keys cannot be nested");
  const keys = keysOf(e.key, scope.facts);
  const count = keys.filter((key) => holds(run, e.body, { ...scope, key })).length;
  if (e.quantity === "some") return count > 0;
  if (e.quantity === "every") return count === keys.length;
  if (e.quantity === "no") return count === 0;
  return count >= e.quantity.atLeast;
}
