/**
 * Imports files. One file is one import: it lands whole or not at all.
 *
 *   file -> staged text -> typed rows -> facts in staging tables -> landed
 */

import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../base/index.js";
import type { Warehouse } from "../store/index.js";
import { inspectFile, refused, type SourceFile, sha256OfFile } from "./files/source-file.js";
import { tellOfOrders } from "./intake/shopify/index.js";
import { afterOthers } from "./landing/import-queue.js";
import { dropStaging, type ImportRecord, nextImportId, stagingTable } from "./landing/landing.js";
import { fitToColumns } from "./mapping/columns.js";
import { type LandingStep, landStaged, type StoreRules } from "./pipeline/land-staged.js";
import { type Candidate, chooseCandidate, PRESETS, presetCandidates } from "./pipeline/presets.js";
import { contradictions, type Mapping } from "./pipeline/read-mapping.js";
import type { ImportSummary } from "./pipeline/summary.js";
import { nestedFields } from "./records/fields.js";
import { kindOf, RECORD_KINDS } from "./records/index.js";
import { ForeignFile, type LeftAlone } from "./rejects/refused.js";
import { openRejectLog, type RejectLog } from "./rejects/rejects.js";
import { headerOf } from "./staging/header.js";
import { stagedInMemory } from "./staging/memory-staging.js";
import { stageRows } from "./staging/stage-rows.js";
import type { ReadProgress } from "./staging/staging.js";
import { stoppedAt } from "./stopped-import.js";

export interface ImportOptions extends StoreRules {
  readonly files: readonly string[];
  /** Of these, which may be left alone where they are foreign: a folder holds other things too. */
  readonly optional?: ReadonlySet<string>;
  readonly onLeftAlone?: (file: LeftAlone) => void;
  /**
   * What the columns mean: a mapping, several of which each file takes the one that its header
   * fits, or the name of a preset. Without it each file is recognised among all presets.
   */
  readonly mapping?: Mapping | readonly Mapping[] | { readonly preset: string };
  /** The data folder: rejected rows and intermediate files go there. */
  readonly dataDir: string;
  /** Milliseconds since the epoch: when the store learns of changes to orders that it has. */
  readonly now: number;
  /** Does everything but landing: the summary says what would come in. */
  readonly dryRun?: boolean;
  /** Encoding of texts without a byte order mark; without it, what the mapping says, or UTF-8. */
  readonly encoding?: string | undefined;
  readonly onProgress?: (progress: ImportProgress) => void;
}

export interface ImportProgress {
  readonly file: string;
  readonly step: "reading" | LandingStep;
  /** Rows read so far; of Parquet 0 while reading. */
  readonly rows: number;
  /** Bytes read of the file so far, as it lies on the disk; of Parquet 0 while reading. */
  readonly bytes: number;
}

/**
 * Imports the files one after another; a file that is refused (AppError) leaves the store as it
 * was, and those before it landed. Every file is inspected before the first one lands.
 */
export async function importFiles(
  warehouse: Warehouse,
  options: ImportOptions,
): Promise<readonly ImportSummary[]> {
  const candidates = candidatesOf(options.mapping);
  const planned: OneImport[] = [];
  const foreign: ForeignFile[] = [];
  for (const path of options.files) {
    try {
      planned.push(await planImport(warehouse, { path, candidates, options }));
    } catch (error) {
      if (!(error instanceof ForeignFile && options.optional?.has(path))) throw error;
      foreign.push(error);
      options.onLeftAlone?.(error.leftAlone);
    }
  }
  if (planned.length === 0 && foreign[0] !== undefined) throw noneLeft(foreign[0], foreign.length);
  planned.sort((a, b) => landingRank(a) - landingRank(b));
  const summaries: ImportSummary[] = [];
  for (const [index, one] of planned.entries()) {
    const work = afterOthers(warehouse, () => importFile(warehouse, one));
    summaries.push(
      await work.catch((error) => {
        const files = planned.map(({ source }) => source.path);
        throw stoppedAt(error, { index, files, dryRun: options.dryRun });
      }),
    );
  }
  return summaries;
}

/** Of several files all were foreign. */
function noneLeft(first: ForeignFile, count: number): AppError {
  if (count === 1) return first;
  const all = `None of the ${count} files can be taken in. The first: ${first.message}`;
  return new AppError(first.code, all, first.hint === undefined ? {} : { hint: first.hint });
}

function candidatesOf(mapping: ImportOptions["mapping"]): readonly Candidate[] {
  if (mapping === undefined) return presetCandidates(PRESETS);
  if ("preset" in mapping) return presetCandidates([mapping.preset]);
  const mappings: readonly Mapping[] = "record" in mapping ? [mapping] : mapping;
  return mappings.map((own) => ({ mapping: own, preset: "" }));
}

/** Finds the file's mapping and fits it to the columns that the file has. */
async function planImport(
  warehouse: Warehouse,
  given: {
    readonly path: string;
    readonly candidates: readonly Candidate[];
    readonly options: ImportOptions;
  },
): Promise<OneImport> {
  const { path, candidates, options } = given;
  const source = await inspectFile(path, { encoding: options.encoding });
  const rules = candidates.length === 1 ? candidates[0]!.mapping.csv : {};
  const scratch = join(options.dataDir, "staging", "header");
  const header = await headerOf(warehouse, source, { rules, scratch });
  // What was found in a folder is not said to be a file of the preset.
  const named = !options.optional?.has(path);
  const { mapping, preset } = chooseCandidate(path, header.present, candidates, { named });
  const fitted = fitToColumns(kindOf(mapping).fit?.(mapping, header.present) ?? mapping, header);
  const [fault] = contradictions(fitted);
  if (fault !== undefined && header.complete && mapping.recognise) throw refused(path, fault);
  return { source, mapping: fitted, preset, options };
}

/** Kinds in their order; files of one kind in the order in which they were given. */
const landingRank = ({ mapping }: OneImport): number => RECORD_KINDS.indexOf(kindOf(mapping));

interface OneImport {
  readonly source: SourceFile;
  readonly mapping: Mapping;
  readonly preset: string;
  readonly options: ImportOptions;
}

/** A file of this size, as it lies on the disk, is worked on in memory. */
const SMALL_FILE_BYTES = 64 * 1024;

async function importFile(given: Warehouse, one: OneImport): Promise<ImportSummary> {
  const { source, preset, options } = one;
  const small = source.packing === "none" && source.bytes <= SMALL_FILE_BYTES;
  const warehouse = small && source.format !== "parquet" ? stagedInMemory(given) : given;
  const record: ImportRecord = {
    importId: await nextImportId(warehouse),
    file: source.path,
    sha256: await sha256OfFile(source.path),
    preset,
    at: options.now,
  };
  await dropStaging(warehouse, record.importId);
  const rejects = openRejectLog(options.dataDir, record.importId, source.path);
  try {
    return await stageAndLand(warehouse, { ...one, record, rejects });
  } catch (error) {
    rejects.discard();
    throw diskFull(error, source.path);
  } finally {
    await dropStaging(warehouse, record.importId);
  }
}

async function stageAndLand(
  warehouse: Warehouse,
  one: OneImport & { readonly record: ImportRecord; readonly rejects: RejectLog },
): Promise<ImportSummary> {
  const { source, mapping, options, record, rejects } = one;
  const { importId } = record;
  const kind = kindOf(mapping);
  const progress = (step: ImportProgress["step"], rows: number, bytes = source.bytes) =>
    options.onProgress?.({ file: source.path, step, rows, bytes });
  const table = (purpose: string) => stagingTable(importId, purpose);
  progress("reading", 0, 0);
  const scratch = join(emptyFolder(options.dataDir, "staging"), `${importId}.csv`);
  const onProgress = ({ rows, bytes }: ReadProgress) => progress("reading", rows, bytes);
  const nested = nestedFields(kind.fields);
  const staging = { warehouse, mapping, table: table("raw"), scratch, rejects, nested, onProgress };
  const staged = await stageRows(source, staging);
  const landing = { ...options, record, mapping, staged, rejects };
  const onStep = (step: LandingStep) => progress(step, staged.read);
  const beforeMaking = () => refuseIfUseless(one, staged.read, rejects);
  const { summary, moved } = await landStaged(warehouse, { ...landing, beforeMaking, onStep });
  if (moved) await warehouse.reloadIdentity();
  if (options.dryRun) return withoutFile(summary, rejects);
  const { dataDir, now, ...rules } = options;
  const told = await tellOfOrders(warehouse, {
    ...{ file: source.path, mapping, staged, dataDir, rules, now },
  });
  return told === 0 ? summary : { ...summary, notes: [...summary.notes, waited(told)] };
}

const waited = (refunds: number): string =>
  refunds === 1
    ? "1 refund had waited for an order of this file, and counts now."
    : `${refunds} refunds had waited for orders of this file, and count now.`;

/** A dry run leaves nothing behind. */
function withoutFile(summary: ImportSummary, rejects: RejectLog): ImportSummary {
  rejects.discard();
  return { ...summary, rejectFile: undefined };
}

/** Imports run one at a time, so what lies there is of one that was killed. */
function emptyFolder(dataDir: string, name: string): string {
  const folder = join(dataDir, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** A file of which no row is usable was described wrongly; landing nothing would hide that. */
function refuseIfUseless(
  { source, preset }: Pick<OneImport, "source" | "preset">,
  read: number,
  rejects: RejectLog,
): void {
  if (read === 0 || rejects.count < read) return;
  const { line, column, value, reason } = rejects.first[0]!;
  const what = [column && `column "${column}"`, value && `value "${value.slice(0, 100)}"`];
  const place = [`line ${line}`, ...what].filter(Boolean).join(", ");
  throw refused(
    source.path,
    `none of its ${read} rows can be used; the first: ${place}: ${reason}`,
    preset === ""
      ? "Check the mapping: columns, time.formats, numbers.decimal."
      : "Import the file as it was exported: a spreadsheet that saves it writes numbers and times in its own way.",
  );
}

/** The system's and ClickHouse's ways of saying that the disk is full, in words. */
function diskFull(error: unknown, path: string): unknown {
  const full = (error as NodeJS.ErrnoException).code === "ENOSPC" || NO_SPACE.test(String(error));
  if (!full) return error;
  return new AppError("warehouse.refused", `${path}: the disk is full; nothing was imported.`, {
    hint: "Free some space and import the file again.",
    cause: error,
  });
}

const NO_SPACE = /No space left on device|NOT_ENOUGH_SPACE|ENOSPC/;
