/** What is proposed for a file: the words that the other files here agree on. */

/** sure: name and values say so; likely: one of them does; unsure: it is for a person to say. */
export type Sureness = "sure" | "likely" | "unsure";

/** A column for a field of the mapping. */
export interface ProposedField {
  readonly field: string;
  readonly column: string;
  readonly sureness: Sureness;
  readonly why: string;
  /** Where it stands, the line is commented out until a person has answered. */
  readonly question?: string;
}

/** Any other line of the mapping: "time.formats", "currency". */
export interface ProposedRule {
  readonly key: string;
  readonly value: unknown;
  readonly sureness: Sureness;
  readonly why: string;
  readonly question?: string;
}

export interface ProposedLines {
  readonly fields: readonly ProposedField[];
  readonly rules: readonly ProposedRule[];
}

export interface RecordGuess {
  readonly record: string;
  readonly sureness: Sureness;
  readonly why: string;
}

export interface Proposal extends RecordGuess, ProposedLines {
  readonly file: string;
  /** The preset that knows this file already, or ''. */
  readonly preset: string;
  /** Rows of the file, and those of them that were looked at. */
  readonly rows: number;
  readonly sampled: number;
  /** Columns that nothing was found for. */
  readonly unused: readonly string[];
  /** Names that several columns have, so that a mapping cannot name any of them. */
  readonly repeated: readonly string[];
  /** Keys that the mapping lacks to be usable; empty where it can be tried as it stands. */
  readonly lacking: readonly string[];
  /** The mapping as YAML, with the reasons as comments. */
  readonly mapping: string;
}

export const plural = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`;
