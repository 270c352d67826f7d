/**
 * Segments that a question names and the store has no facts for: nobody is in them, which says
 * nothing. A refresh at the instant asked about has looked at the facts already.
 */

import type { Warehouse } from "../../../store/index.js";
import type { Library } from "../../plan/index.js";
import { type AsOf, evaluationAt } from "../as-of.js";
import { missingNeeds, needsOf } from "../availability.js";
import { refreshAt } from "../known.js";

export interface Lack {
  readonly segment: string;
  /** Sources, and fields of sources, of which the store has no fact. */
  readonly needs: readonly string[];
}

/** Of these segments, those that lack facts; in their order. */
export async function lacksOf(
  warehouse: Warehouse,
  library: Library,
  segments: readonly string[],
  asOf: AsOf,
): Promise<readonly Lack[]> {
  const needs = segments.map((segment) => {
    const declaration = library.definitions.get(segment)?.declaration;
    return { segment, needs: declaration?.kind === "segment" ? needsOf(declaration.notes) : [] };
  });
  const all = new Set(needs.flatMap((n) => n.needs));
  if (all.size === 0) return [];
  const missing = await missingAt(warehouse, library, all, asOf);
  return needs
    .map((n) => ({ ...n, needs: n.needs.filter((need) => missing.has(need)) }))
    .filter((n) => n.needs.length > 0);
}

async function missingAt(
  warehouse: Warehouse,
  library: Library,
  needs: ReadonlySet<string>,
  asOf: AsOf,
): Promise<ReadonlySet<string>> {
  const at = evaluationAt(library, asOf);
  const last = await refreshAt(warehouse, at);
  const looked = last !== undefined && [...needs].every((need) => last.needs.includes(need));
  return looked ? new Set(last.lacks) : missingNeeds(warehouse, needs, at, library.settings);
}
