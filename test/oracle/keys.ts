/**
 * Section 7: the keys of a person, the facts of a key, and the way from a product to its category,
 * department or brand.
 */

import type { ScopeKey } from "../../src/segment/syntax/tree.js";
import type { Fact } from "../../src/store/facts.js";
import type { Key, Scope } from "./run.js";
import { belongsTo, sessions, sourceDefinition } from "./sources.js";

export type ProductDimension = "product" | "category" | "department" | "brand";
export const PRODUCT_DIMENSIONS: readonly ProductDimension[] = [
  "product",
  "category",
  "department",
  "brand",
];

const isOf = (fact: Fact, ...sources: string[]): boolean =>
  sources.some((source) => belongsTo(fact, sourceDefinition(source)));

/** Any fact that carries the field makes a key, and belongs to it. */
const belongsToKey = (kind: Exclude<ScopeKey, "session">, fact: Fact): boolean =>
  keyValue(kind, fact) !== undefined;

const keyValue = (kind: Exclude<ScopeKey, "session">, fact: Fact): string | undefined =>
  fact[kind] === "" ? undefined : fact[kind];

/** The keys of a person, with their facts. */
export function keysOf(kind: ScopeKey, facts: readonly Fact[]): Key[] {
  if (kind === "session") {
    const site = facts.filter((fact) => isOf(fact, "site"));
    return sessions(site).map((own) => ({ kind, value: String(own[0]?.factId), facts: own }));
  }
  return keyValues(kind, facts).map((value) => ({
    kind,
    value,
    facts: factsOfKey(kind, value, facts),
  }));
}

/** The distinct values that are keys of the person. */
export function keyValues(kind: Exclude<ScopeKey, "session">, facts: readonly Fact[]): string[] {
  const values = facts.map((fact) => keyValue(kind, fact));
  return [...new Set(values.filter((value) => value !== undefined))];
}

export function factsOfKey(
  kind: Exclude<ScopeKey, "session">,
  value: string,
  facts: readonly Fact[],
): Fact[] {
  return facts.filter((fact) => belongsToKey(kind, fact) && keyValue(kind, fact) === value);
}

/** The facts that an aggregate sees from a scope, through `of person` or `of same category`. */
export function factsSeen(scope: Scope, of: ScopeKey | "person" | undefined): readonly Fact[] {
  if (of === "person" || scope.key === undefined) {
    if (of !== undefined && of !== "person")
      throw new Error(`ill-typed: of same ${of} outside of a product`);
    return scope.facts;
  }
  if (of === undefined) return scope.key.facts;
  if (
    scope.key.kind !== "product" ||
    (of !== "category" && of !== "department" && of !== "brand")
  ) {
    throw new Error(`ill-typed: of same ${of} inside ${scope.key.kind}`);
  }
  // "As of the product's latest fact of the person that has it": facts are in order of (ts, fact_id).
  const latest = scope.key.facts.filter((fact) => keyValue(of, fact) !== undefined).at(-1);
  const value = latest === undefined ? undefined : keyValue(of, latest);
  return value === undefined ? [] : factsOfKey(of, value, scope.facts);
}
