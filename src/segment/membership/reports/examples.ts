/**
 * The examples of the library, segments with the note `example`, crossed condition by condition in
 * one reading of the facts.
 */

import type { Warehouse } from "../../../store/index.js";
import { noteOf } from "../../notes.js";
import type { Library } from "../../plan/index.js";
import type { SegmentDeclaration } from "../../syntax/index.js";
import { type AsOf, evaluationAt } from "../as-of.js";
import { refreshAt } from "../known.js";
import { type CrossReport, chainOf, crossEach } from "./cross.js";
import { lacksIn } from "./lacks.js";

export interface ExampleReport extends Pick<CrossReport, "people" | "steps"> {
  readonly key: string;
  readonly name: string;
  readonly intent: string;
  /** What the store lacks for it: then its sizes say nothing. */
  readonly needs: readonly string[];
}

/** In the order of their numbers. */
export async function reportExamples(
  warehouse: Warehouse,
  library: Library,
  asOf: AsOf,
): Promise<readonly ExampleReport[]> {
  const numberOf = ({ notes }: SegmentDeclaration) => noteOf(notes, "example");
  const examples = [...library.definitions.values()]
    .flatMap(({ declaration }) => (declaration.kind === "segment" ? [declaration] : []))
    .filter((segment) => numberOf(segment) !== undefined)
    .sort((a, b) => Number(numberOf(a)) - Number(numberOf(b)));
  const names = examples.map(({ name }) => name);
  const chains = names.map((name) => chainOf(library, name));
  const crossed = await crossEach(warehouse, library, chains, asOf);
  const refreshed = await refreshAt(warehouse, evaluationAt(library, asOf));
  const lacks = await lacksIn(warehouse, library, { names, refreshed }, asOf);
  return examples.map(({ name, title, notes }, i) => ({
    key: name,
    name: title ?? name,
    intent: noteOf(notes, "intent") ?? "",
    needs: lacks.find(({ segment }) => segment === name)?.needs ?? [],
    people: crossed[i]?.people ?? 0,
    steps: crossed[i]?.steps ?? [],
  }));
}
