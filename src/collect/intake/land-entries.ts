/**
 * Entries of the intake log -> the warehouse. What comes together is one import, through the same
 * step as files; its record holds the last sequence, so that what has landed is known to have, and
 * nothing comes in twice however often the log is read again.
 *
 * Entries of some formats make several imports (products before the orders that name them). Each is
 * idempotent; only the last of them has the sequence, so after a crash in between all come again.
 *
 * Where the whole is refused for the sake of a row (two identifiers of one hash), the halves are tried,
 * until that row is alone: it goes to the rejects, and the others land.
 */

import { AppError } from "../../base/index.js";
import type { Warehouse } from "../../store/index.js";
import { type ImportRecord, INTAKE_LOG, landRows, nextImportId } from "../landing/landing.js";
import { readRates } from "../money/currency.js";
import type { StoreRules } from "../pipeline/land-staged.js";
import { readPreset } from "../pipeline/presets.js";
import type { Mapping } from "../pipeline/read-mapping.js";
import { openIntakeRejectLog, type Reject, type RejectLog } from "../rejects/rejects.js";
import { landTexts } from "./land-texts.js";
import type { LoggedEntry } from "./log.js";
import type { LogPlace } from "./log-place.js";
import { markOf } from "./log-rows.js";
import { mappingOfMessages, type ReadRows, readMessages, readRows } from "./read-messages.js";
import { type ReadWebhooks, readShopify } from "./shopify/index.js";

export interface EntriesLanding {
  readonly warehouse: Warehouse;
  /** Rejected rows go there. */
  readonly dataDir: string;
  readonly rules: StoreRules;
  /** The log's id. */
  readonly log: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Identifiers changed hands: called as soon as that has landed, whatever fails afterwards. */
  readonly onMoved: () => void;
}

/** What became of entries but facts of people. */
export interface LandedCounts {
  readonly rejected: number;
  /** Of those that landed, the events that name nobody. */
  readonly nobody: number;
  /** Webhooks that ask for something by privacy law. */
  readonly requests: number;
}

const NONE: LandedCounts = { rejected: 0, nobody: 0, requests: 0 };

const sum = (a: LandedCounts, b: LandedCounts): LandedCounts => ({
  rejected: a.rejected + b.rejected,
  nobody: a.nobody + b.nobody,
  requests: a.requests + b.requests,
});

/** One import's rows. */
interface Piece extends ReadRows {
  readonly mapping: Mapping;
  readonly preset: string;
  /** Of the webhooks that came with it. */
  readonly requests?: number;
}

/**
 * `entries`: at least one, in the order of the log, and nothing between them has not landed. Throws
 * what is no entry's fault: of the settings, the engine, the disk.
 */
export async function landEntries(
  landing: EntriesLanding,
  entries: readonly LoggedEntry[],
): Promise<LandedCounts> {
  if (landing.rules.rates !== undefined) readRates(landing.rules.rates);
  return landHalving(landing, entries);
}

async function landHalving(
  landing: EntriesLanding,
  entries: readonly LoggedEntry[],
): Promise<LandedCounts> {
  try {
    return await landTogether(landing, entries);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const [only] = entries;
    if (entries.length === 1) return rejectAlone(landing, only!, error);
    const half = Math.ceil(entries.length / 2);
    const first = await landHalving(landing, entries.slice(0, half));
    return sum(first, await landHalving(landing, entries.slice(half)));
  }
}

/** What is wrong with rows, not with the engine or the disk. */
const isRefusal = (error: unknown): error is AppError =>
  error instanceof AppError && error.code.startsWith("input.");

async function landTogether(
  landing: EntriesLanding,
  entries: readonly LoggedEntry[],
): Promise<LandedCounts> {
  const pieces = await piecesOf(landing.warehouse, entries);
  const end = entries.at(-1)!;
  const place = { sequence: end.sequence, mark: markOf(end) };
  let counts = NONE;
  for (const [index, piece] of pieces.entries()) {
    const last = index === pieces.length - 1;
    counts = sum(counts, await landPiece(landing, piece, last ? place : undefined));
  }
  return counts;
}

let segment: Mapping | undefined;

function segmentMapping(): Mapping {
  segment ??= mappingOfMessages(readPreset("segment")[0]!.mapping);
  return segment;
}

/** Never none: the last is the messages', and all that is refused by its form. */
async function piecesOf(
  warehouse: Warehouse,
  entries: readonly LoggedEntry[],
): Promise<readonly Piece[]> {
  const of = (format: string) => entries.filter((entry) => entry.format === format);
  const webhooks = of("shopify");
  const read = webhooks.length > 0 ? await readShopify(warehouse, webhooks) : NO_WEBHOOKS;
  const imports = read.imports.map(({ mapping: own, preset, rows }) => {
    const fitted = mappingOfMessages(own);
    return { mapping: fitted, preset, ...readRows(fitted, rows) };
  });
  const mapping = segmentMapping();
  const messages = await readMessages(mapping, of("segment"));
  const unknown = entries.filter(({ format }) => !FORMATS.has(format));
  const refused = [
    ...messages.refused,
    ...read.refused.map(({ sequence, column, reason }) => {
      const { body } = webhooks.find((entry) => entry.sequence === sequence)!;
      return { line: sequence, column, value: body, reason };
    }),
    ...unknown.map(({ sequence, format, body }) => {
      return { line: sequence, column: "", value: body, reason: `of an unknown format: ${format}` };
    }),
  ];
  const { requests } = read;
  return [...imports, { mapping, preset: "segment", ...messages, refused, requests }];
}

const FORMATS = new Set(["segment", "shopify"]);
const NO_WEBHOOKS: ReadWebhooks = { imports: [], refused: [], requests: 0 };

const NOT_ALL: LogPlace = { sequence: 0, mark: "" };

async function landPiece(
  { warehouse, dataDir, rules, log, now, onMoved }: EntriesLanding,
  { mapping, preset, rows, refused, requests = 0, properties }: Piece,
  place: LogPlace | undefined,
): Promise<LandedCounts> {
  const importId = await nextImportId(warehouse);
  const intake = { log, ...(place ?? NOT_ALL) };
  const record = { importId, file: INTAKE_LOG, sha256: "", preset, at: now, intake };
  const rejects = openIntakeRejectLog(dataDir, record);
  for (const reject of refused) rejects.add(reject);
  if (rows.length === 0) {
    if (place !== undefined || rejects.count > 0) await landRefused(warehouse, record, rejects);
    return { rejected: rejects.count, nobody: 0, requests };
  }
  const texts = { mapping, rows, read: rows.length + refused.length, properties };
  const { moved, nobody } = await landTexts(warehouse, { record, texts, rejects, rules, now });
  if (moved) onMoved();
  return { rejected: rejects.count, nobody, requests };
}

/** An import without a row that can be used: how far the log was read, and what was refused. */
async function landRefused(
  warehouse: Warehouse,
  record: ImportRecord,
  rejects: RejectLog,
): Promise<void> {
  try {
    await landRows(warehouse, { record, ...refusedOnly(rejects) });
  } catch (error) {
    rejects.discard();
    throw error;
  }
}

/** What is told of an import without a row that can be used. */
function refusedOnly(rejects: RejectLog): { readonly summary?: unknown } {
  if (rejects.count === 0) return {};
  const [rowsRead, rejectReasons] = [rejects.count, rejects.reasons()];
  const firstRejects = rejects.first;
  const rejectFile = rejects.close();
  return {
    summary: { rowsRead, rowsRejected: rowsRead, rejectReasons, firstRejects, rejectFile },
  };
}

/** An entry that would be refused by itself: its import brings nothing but the reject. */
async function rejectAlone(
  landing: EntriesLanding,
  entry: LoggedEntry,
  { message }: AppError,
): Promise<LandedCounts> {
  const { sequence, body } = entry;
  const refused: Reject[] = [{ line: sequence, column: "", value: body, reason: message }];
  const nothing = { mapping: segmentMapping(), preset: "", rows: [] };
  return landPiece(landing, { ...nothing, refused }, { sequence, mark: markOf(entry) });
}
