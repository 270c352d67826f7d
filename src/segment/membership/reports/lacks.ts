/**
 * Segments that a question names and the store has no facts for: nobody is in them, which says
 * nothing. A refresh at the instant asked about has looked at the facts already.
 */

import type { Warehouse } from "../../../store/index.js";
import { type Library, namedTruths } from "../../plan/index.js";
import { type AsOf, evaluationAt } from "../as-of.js";
import { missingNeeds, needsOf } from "../availability.js";
import type { Everyone } from "../everyone.js";

export interface Lack {
  readonly segment: string;
  /** Sources, and fields of sources, of which the store has no fact. */
  readonly needs: readonly string[];
}

/** Segments of the question, and those that they are made of, that lack facts. */
export async function lacksOf(
  warehouse: Warehouse,
  library: Library,
  everyone: Pick<Everyone, "plan" | "refreshed">,
  asOf: AsOf,
): Promise<readonly Lack[]> {
  const { plan } = everyone;
  const names = [...namedTruths(plan).keys(), ...plan.families.map((f) => f.name)];
  return lacksIn(warehouse, library, { names, refreshed: everyone.refreshed }, asOf);
}

/** Of these segments, those that lack facts; in their order. */
export async function lacksIn(
  warehouse: Warehouse,
  library: Library,
  { names, refreshed }: { readonly names: readonly string[] } & Pick<Everyone, "refreshed">,
  asOf: AsOf,
): Promise<readonly Lack[]> {
  const asked = names.flatMap((segment) => {
    const declaration = library.definitions.get(segment)?.declaration;
    return declaration?.kind === "segment" ? [{ segment, needs: needsOf(declaration.notes) }] : [];
  });
  const all = new Set(asked.flatMap((a) => a.needs));
  if (all.size === 0) return [];
  const looked = [...all].every((need) => refreshed?.needs.includes(need));
  const missing = looked
    ? new Set(refreshed?.lacks)
    : await missingNeeds(warehouse, all, evaluationAt(library, asOf), library.settings);
  return asked
    .map((a) => ({ ...a, needs: a.needs.filter((need) => missing.has(need)) }))
    .filter((a) => a.needs.length > 0);
}
