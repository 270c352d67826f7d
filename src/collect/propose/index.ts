/**
 * A first mapping for any file: which kind of records its rows are, and which column is what, by the
 * columns' names in the languages that shops use and by the values in them. Nothing is decided for
 * the reader: each line carries its reason, and what is doubtful waits for an answer.
 */

import { AppError } from "../../base/index.js";
import type { Warehouse } from "../../store/index.js";
import { inspectFile } from "../files/source-file.js";
import { dropStaging } from "../landing/landing.js";
import { titleHint } from "../mapping/columns.js";
import { chooseCandidate, PRESETS, presetCandidates } from "../pipeline/presets.js";
import { readMapping } from "../pipeline/read-mapping.js";
import { kindOf, RECORD_KINDS } from "../records/index.js";
import type { ReadProgress } from "../staging/staging.js";
import { findCandidates, misfitOf } from "./candidates.js";
import { guessRecord } from "./guess-record.js";
import { type ColumnProfile, profileColumns } from "./profile-columns.js";
import type { Proposal, ProposedField, ProposedRule } from "./proposal.js";
import { proposeOrders, withOrder } from "./propose-orders.js";
import { proposeOthers } from "./propose-others.js";
import { PROPOSAL_ID, type Sample, takeSample } from "./sample.js";
import { mappingText } from "./write-mapping.js";

export type { Proposal, ProposedField, ProposedRule, Sureness } from "./proposal.js";

export interface ProposeOptions {
  readonly file: string;
  readonly encoding?: string | undefined;
  /** A folder for intermediate files, which the caller removes. */
  readonly dataDir: string;
  readonly onProgress?: ((progress: ReadProgress) => void) | undefined;
}

/**
 * Refuses (AppError) a file that cannot be read, and one in which nothing was found. The warehouse
 * is left as it was; no import may run in it at the same time.
 */
export async function proposeMapping(
  warehouse: Warehouse,
  options: ProposeOptions,
): Promise<Proposal> {
  try {
    return await propose(warehouse, options);
  } finally {
    await dropStaging(warehouse, PROPOSAL_ID);
  }
}

async function propose(
  warehouse: Warehouse,
  { file: path, encoding, dataDir, onProgress }: ProposeOptions,
): Promise<Proposal> {
  const file = await inspectFile(path, { encoding });
  const sample = await takeSample(warehouse, file, { dataDir, onProgress });
  const profiles = await profileColumns(warehouse, sample);
  const named = findCandidates(profiles);
  const candidates = await withOrder(warehouse, sample, { named, profiles });
  const guess = guessRecord(candidates);
  if (guess === undefined) throw nothingFound(path, sample, profiles);
  if (!RECORD_KINDS.some(({ record }) => record === guess.record)) throw unknownKind(path, guess);
  const found =
    guess.record === "orders"
      ? await proposeOrders(warehouse, sample, candidates)
      : proposeOthers(guess.record, candidates, sample.columns);
  const fields = inOrder(found.fields, Object.keys(kindOf(guess).fields));
  const rules = encoding ? [...found.rules, encodingRule(encoding)] : found.rules;
  const traits = rules.filter(({ key }) => key.startsWith("traits.")).map(({ value }) => value);
  const used = new Set<unknown>([...fields.map(({ column }) => column), ...traits]);
  const proposal = {
    ...guess,
    file: path,
    preset: presetOf(path, sample.columns),
    rows: sample.read,
    sampled: sample.rows,
    fields,
    rules,
    unused: sample.columns.filter((name) => !used.has(name)),
    repeated: sample.repeated,
  };
  const lacking = faultsOf(mappingText({ ...proposal, lacking: [] }));
  return { ...proposal, lacking, mapping: mappingText({ ...proposal, lacking }) };
}

const inOrder = (fields: readonly ProposedField[], names: readonly string[]) =>
  [...fields].sort((a, b) => names.indexOf(a.field) - names.indexOf(b.field));

const encodingRule = (encoding: string): ProposedRule => ({
  key: "csv.encoding",
  value: encoding,
  sureness: "sure",
  why: "as the command was told",
});

function presetOf(path: string, columns: readonly string[]): string {
  try {
    return chooseCandidate(path, columns, presetCandidates(PRESETS)).preset;
  } catch (error) {
    if (error instanceof AppError) return "";
    throw error;
  }
}

/** What a mapping still lacks to be one. */
function faultsOf(mapping: string): readonly string[] {
  try {
    readMapping(mapping, "");
    return [];
  } catch (error) {
    if (error instanceof AppError) return error.message.replace(/^: /, "").split("; ");
    throw error;
  }
}

function nothingFound(
  path: string,
  { columns, repeated }: Sample,
  profiles: readonly ColumnProfile[],
): AppError {
  const names = columns.slice(0, 20).map((name) => JSON.stringify(name.slice(0, 60)));
  const what = columns.length === 1 ? "its one column" : `its ${columns.length} columns`;
  const message = `${path}: nothing was found in ${what} (${names.join(", ")}) that looks like orders, products, people, events, refunds or contacts.`;
  const twice =
    repeated.length > 0 ? `Rename columns that occur twice: ${repeated.join(", ")}. ` : "";
  const odd = profiles.flatMap((column) => {
    const { meaning, value } = misfitOf(column) ?? {};
    if (meaning === undefined) return [];
    return [`"${column.name}" is called a ${meaning} and holds ${JSON.stringify(value)}. `];
  });
  return new AppError("input.invalid", message, {
    hint: `${twice}${odd.join("")}If it is one of them, write a mapping by hand: docs/import.md shows one.${titleHint(columns)}`,
  });
}

function unknownKind(path: string, { record, why }: { record: string; why: string }): AppError {
  const kinds = RECORD_KINDS.map((kind) => kind.record).join(", ");
  return new AppError("input.invalid", `${path}: it looks like ${record} (${why}).`, {
    hint: `This version imports ${kinds}.`,
  });
}
