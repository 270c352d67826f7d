/** Spans say where a node was written; two trees say the same if they are equal without them. */

/** A copy without any `span`. */
export function stripSpans<T>(tree: T): T {
  if (Array.isArray(tree)) return tree.map(stripSpans) as T;
  if (typeof tree !== "object" || tree === null) return tree;
  const entries = Object.entries(tree).filter(([key]) => key !== "span");
  return Object.fromEntries(entries.map(([key, value]) => [key, stripSpans(value)])) as T;
}
