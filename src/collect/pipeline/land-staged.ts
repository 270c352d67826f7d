/**
 * From staged rows to the warehouse: the step that files and the intake log share, so that a fact
 * means the same whichever way it came.
 *
 *   staged text -> typed rows -> facts in staging tables -> landed
 */

import type { Warehouse } from "../../store/index.js";
import { enrichKnown } from "../catalogue/enrich.js";
import { spreadNews } from "../catalogue/news.js";
import type { Corrections } from "../hygiene/index.js";
import { type ImportRecord, landRows, stagingTable } from "../landing/landing.js";
import { setAsideForeign } from "../money/foreign-currency.js";
import type { VatSettings } from "../money/vat.js";
import { kindOf } from "../records/index.js";
import type { RejectLog } from "../rejects/rejects.js";
import type { StagedRows } from "../staging/staging.js";
import { makeFacts } from "./make-facts.js";
import { parseRows } from "./parse-rows.js";
import type { Mapping } from "./read-mapping.js";
import { type ImportSummary, summarise } from "./summary.js";

/** What a store's settings say that matters to what comes in. */
export interface StoreRules {
  /** The store's currency; else the first import's holds. */
  readonly currency?: string | undefined;
  /** Path of the table of rates, where a mapping names none. */
  readonly rates?: string | undefined;
  /** Prices hold VAT, where a file does not say its tax; else they do not. */
  readonly vat?: VatSettings | undefined;
  /** What `hygiene.yaml` says: which identifiers stand for nobody. */
  readonly corrections?: Corrections | undefined;
}

export type LandingStep = "parsing" | "making facts" | "landing" | "landed";

export interface StagedImport extends StoreRules {
  readonly record: ImportRecord;
  readonly mapping: Mapping;
  readonly staged: StagedRows;
  readonly rejects: RejectLog;
  /** Milliseconds since the epoch: when the store learns of changes to orders that it has. */
  readonly now: number;
  /** Does everything but landing. */
  readonly dryRun?: boolean | undefined;
  /** Called when the rejects are known; what it throws ends the import. */
  readonly beforeMaking?: () => void;
  readonly onStep?: (step: LandingStep) => void;
}

export interface Landed {
  readonly summary: ImportSummary;
  /** Identifiers changed hands: the dictionaries of people are to be reloaded. */
  readonly moved: boolean;
  /** Events that name nobody. */
  readonly nobody: number;
}

/** Refuses (AppError) what cannot land as a whole; the store is then as it was. */
export async function landStaged(warehouse: Warehouse, landing: StagedImport): Promise<Landed> {
  const { record, mapping, staged, rejects, now, corrections, onStep } = landing;
  const { importId } = record;
  const kind = kindOf(mapping);
  onStep?.("parsing");
  const typed = stagingTable(importId, "typed");
  await parseRows(warehouse, { kind, mapping, staged, table: typed, rejects, corrections });
  const { currency, rates, vat } = landing;
  if (record.intake !== undefined) {
    await setAsideForeign(warehouse, { mapping, typed, rejects, currency, rates });
  }
  landing.beforeMaking?.();
  onStep?.("making facts");
  const asked = { mapping, importId, typed, now, path: record.file, currency, rates, vat };
  const made = await makeFacts(warehouse, asked);
  const summary = await summarise(warehouse, { record, staged, made, mapping, rejects });
  const { nobody = 0 } = made;
  if (landing.dryRun) return { summary, nobody, moved: false };
  await spreadNews(warehouse, made.making);
  await enrichKnown(warehouse, made.making);
  await kind.settle?.(warehouse, made.making);
  onStep?.("landing");
  const landed = isTold(record, summary) ? { record, summary } : { record };
  const moved = await landRows(warehouse, landed);
  onStep?.("landed");
  return { summary, nobody, moved };
}

/** There are several imports of the log a second: their records tell only what is asked for later. */
const isTold = ({ intake }: ImportRecord, summary: ImportSummary): boolean => {
  const { rowsRejected, rowsAmended, currency } = summary;
  return intake === undefined || rowsRejected + rowsAmended > 0 || currency !== undefined;
};
