/** For each meaning the columns that may have it, and the choice of one column for each field. */

import type { Meaning } from "./column-names.js";
import { expectedOf, type Fit, fitOf } from "./fit-values.js";
import { matchName, NAMED, type NameMatch } from "./match-name.js";
import type { ColumnProfile } from "./profile-columns.js";
import type { ProposedField, Sureness } from "./proposal.js";

export interface Candidate {
  readonly meaning: Meaning;
  readonly column: ColumnProfile;
  readonly name: NameMatch;
  /** Other meanings that the name has just as well. */
  readonly rivals: number;
  readonly fit: Fit;
}

/** What a column may mean, by its name, or by values that say it alone. */
const TELLING: readonly Meaning[] = ["email", "country", "currency", "time", "event"];

export function findCandidates(profiles: readonly ColumnProfile[]): readonly Candidate[] {
  return profiles.flatMap((column) => {
    const names = new Map(matchName(column.name));
    for (const meaning of TELLING) {
      if (!names.has(meaning)) names.set(meaning, { score: 0, languages: [] });
    }
    const exact = [...names.values()].filter(({ score }) => score === 1).length;
    return [...names].flatMap(([meaning, name]): Candidate[] => {
      const fit = fitOf(meaning, column);
      const least = column.filled === 0 ? NAMED : Number.MIN_VALUE;
      const possible = fit.score > 0 && (name.score >= least || fit.telling);
      const rivals = name.score === 1 ? exact - 1 : 0;
      return possible ? [{ meaning, column, name, rivals, fit }] : [];
    });
  });
}

const NUMERIC = /^[-+]?[\d.,\s]+$/;
const SHOWN_LETTERS = 40;

/** What a column is called, where its values cannot be that, and one of these values. */
export function misfitOf(
  column: ColumnProfile,
): { readonly meaning: Meaning; readonly value: string } | undefined {
  const named = [...matchName(column.name)].filter(([, { score }]) => score >= NAMED);
  if (named.some(([meaning]) => fitOf(meaning, column).score > 0)) return undefined;
  const [[meaning] = []] = named;
  const values = column.top.map(({ value }) => value);
  const value = values.find((text) => !NUMERIC.test(text)) ?? values[0];
  if (meaning === undefined || value === undefined) return undefined;
  return { meaning, value: value.slice(0, SHOWN_LETTERS) };
}

/**
 * A name weighs more than values, which many columns have; of two names the longer one says more,
 * and one that means other things as well says less.
 */
export const weightOf = ({ name, rivals, fit, column }: Candidate): number =>
  name.score -
  rivals * 0.08 +
  fit.score * 0.7 +
  (fit.telling && name.score < 1 ? 0.1 : 0) +
  Math.min(column.name.length, 50) / 1000;

/** The likeliest column of a meaning. */
export function bestOf(candidates: readonly Candidate[], meaning: Meaning): Candidate | undefined {
  return candidates
    .filter((candidate) => candidate.meaning === meaning)
    .reduce<Candidate | undefined>(
      (best, next) => (best && weightOf(best) >= weightOf(next) ? best : next),
      undefined,
    );
}

export interface Choice {
  readonly field: string;
  readonly candidate: Candidate;
}

/**
 * One column for each field and one field for each column, the likeliest pair first. `meanings`:
 * field -> its meaning. `adjust` is what else is known of a pair, 1 for nothing, 0 to rule it out.
 */
export function chooseColumns(
  candidates: readonly Candidate[],
  meanings: ReadonlyMap<string, Meaning>,
  adjust: (candidate: Candidate) => number = () => 1,
): readonly Choice[] {
  const pairs = [...meanings].flatMap(([field, meaning]) =>
    candidates
      .filter((candidate) => candidate.meaning === meaning)
      .map((candidate) => ({ field, candidate, weight: weightOf(candidate) * adjust(candidate) })),
  );
  const chosen = new Map<string, Choice>();
  const taken = new Set<number>();
  for (const { field, candidate, weight } of pairs.sort((a, b) => b.weight - a.weight)) {
    if (weight === 0 || chosen.has(field) || taken.has(candidate.column.index)) continue;
    chosen.set(field, { field, candidate });
    taken.add(candidate.column.index);
  }
  return [...meanings.keys()].flatMap((field) => chosen.get(field) ?? []);
}

const GOOD_FIT = 0.8;

export function surenessOf({ meaning, name, fit }: Candidate): Sureness {
  if (name.score >= NAMED)
    return fit.score >= GOOD_FIT ? "sure" : fit.score >= 0.5 ? "likely" : "unsure";
  const distinctive = fit.telling || !["id", "text"].includes(expectedOf(meaning));
  if (name.score > 0 && distinctive) return fit.score >= GOOD_FIT ? "likely" : "unsure";
  return fit.telling ? "likely" : "unsure";
}

/** The line of the mapping, with its reason; commented out and with a question where it is unsure. */
export function fieldOf({ field, candidate }: Choice): ProposedField {
  const { column, name, fit } = candidate;
  const sureness = surenessOf(candidate);
  const by =
    name.score >= NAMED ? "named so" : name.score > 0 ? "the name holds it" : "not by its name";
  const line = { field, column: column.name, sureness, why: `${by}; ${fit.why}` };
  return sureness === "unsure" ? { ...line, question: `is this column "${field}"?` } : line;
}
