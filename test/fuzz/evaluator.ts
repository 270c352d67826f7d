/** What is compared with the oracle: anything that answers a text about a history at an instant. */

import type { StoreSettings } from "../../src/segment/settings.js";
import type { Document } from "../../src/segment/syntax/tree.js";
import type { History } from "../../src/store/facts.js";
import type { At, Options } from "../oracle/index.js";

export interface Evaluator {
  readonly name: string;
  /** Replaces what was loaded before. */
  readonly load: (history: History, settings: StoreSettings) => Promise<void>;
  /** Answers about everybody, or about `options.people`. A text that it refuses is an error. */
  readonly evaluate: (document: Document, at: At, options: Options) => Promise<Answer>;
  readonly close: () => Promise<void>;
}

export interface Answer {
  readonly people: readonly bigint[];
  /** Segment -> "person", or "person\0argument" in a family. */
  readonly members: Members;
  /**
   * Segment -> "person" or "person\0argument" -> the instant at which the answer may change though
   * nothing becomes known. No entry: never. Of a family the earliest entry of a person counts for
   * all its arguments. People who have only facts yet to come may have entries too. Absent: this
   * evaluator does not say.
   */
  readonly due?: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

export type Members = ReadonlyMap<string, ReadonlySet<string>>;

export interface Difference {
  readonly segment: string;
  readonly key: string;
  readonly expected: boolean;
}

/** Where the members differ from the expected ones; people too, under the segment "(people)". */
export function differences(
  expected: Pick<Answer, "people" | "members">,
  actual: Pick<Answer, "people" | "members">,
): Difference[] {
  const withPeople = ({ people, members }: Pick<Answer, "people" | "members">): Members =>
    new Map([["(people)", new Set(people.map(String))], ...members]);
  const [all, got] = [withPeople(expected), withPeople(actual)];
  return [...new Set([...all.keys(), ...got.keys()])].flatMap((segment) => {
    const wanted = all.get(segment) ?? new Set();
    const found = got.get(segment) ?? new Set();
    const keys = [...new Set([...wanted, ...found])];
    return keys
      .filter((key) => wanted.has(key) !== found.has(key))
      .map((key) => ({ segment, key, expected: wanted.has(key) }));
  });
}

/** The arguments of a person in a segment ("" where it is no family), as one text to compare. */
export function stateOf(members: Members, segment: string, person: bigint): string {
  const own = [...(members.get(segment) ?? [])].filter((key) => personOf(key) === String(person));
  return JSON.stringify(own.sort());
}

export const personOf = (key: string): string => key.split("\u0000")[0] as string;
