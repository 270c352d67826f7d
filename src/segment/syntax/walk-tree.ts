/** Walking trees without recursion, so that no tree is too deep to be measured. */

import type { Aggregate, Declaration, Expression, Source, Window } from "./tree.js";

/** Nodes on the longest way down. Planner, formatter and page recurse over trees of this depth. */
export const MAX_TREE_DEPTH = 100;

/** The expressions directly below, in the order of the text. */
export function childrenOf(node: Expression): readonly Expression[] {
  switch (node.kind) {
    case "literal":
    case "duration":
    case "instant":
    case "name":
    case "trait":
    case "field":
    case "in season":
      return [];
    case "call":
      return node.args;
    case "aggregate":
      return [...defined(node.value), ...inSource(node.source), ...inWindows(node.windows)];
    case "percentile":
      return [...defined(node.of), ...defined(node.among)];
    case "usual":
      return [node.of];
    case "arithmetic":
    case "comparison":
      return [node.left, node.right];
    case "negate":
    case "not":
    case "is set":
      return [node.operand];
    case "is":
      return [node.operand, ...node.values];
    case "since":
      return [node.moment];
    case "and":
    case "or":
      return node.operands;
    case "between":
      return [node.operand, node.low, node.high];
    case "in window":
      return [node.moment, ...inWindows(node.windows)];
    case "quantifier":
      return [node.body];
  }
}

/**
 * Whether the aggregate is the moment of a fact: windows behind its bracket ask about that moment;
 * behind any other they restrict the facts, as inside.
 */
export function isMoment(node: Aggregate): boolean {
  return (node.fn === "first" || node.fn === "last") && node.value === undefined;
}

/** The expressions that a declaration is made of. */
export function rootsOf(node: Declaration): readonly Expression[] {
  if (node.kind === "segment") return [node.condition, ...defined(node.top?.by)];
  return node.body.kind === "classification" ? node.body.cases.map((c) => c.when) : [node.body];
}

/** Calls `visit` on every expression; below those for which it returns false, on none. */
export function walk(
  roots: readonly Expression[],
  visit: (node: Expression, depth: number) => boolean,
): void {
  const open = roots.map((node) => ({ node, depth: 1 }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, depth } = next;
    if (!visit(node, depth)) continue;
    for (const child of childrenOf(node)) open.push({ node: child, depth: depth + 1 });
  }
}

/** Nodes on the longest way down. */
export function treeDepth(roots: readonly Expression[]): number {
  let deepest = 0;
  walk(roots, (_, depth) => {
    deepest = Math.max(deepest, depth);
    return true;
  });
  return deepest;
}

function inSource(source: Source): readonly Expression[] {
  return source.steps.flatMap((step) => [...defined(step.where), ...defined(step.without?.where)]);
}

function inWindows(windows: readonly Window[]): readonly Expression[] {
  return windows.flatMap((window) => (window.kind === "relative" ? [window.moment] : []));
}

function defined<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}
