/** Rows that came as texts of their own, not in a file -> the warehouse: one import, staged in memory. */

import type { Warehouse } from "../../store/index.js";
import { dropStaging, type ImportRecord, stagingTable } from "../landing/landing.js";
import { type Landed, landStaged, type StoreRules } from "../pipeline/land-staged.js";
import type { RejectLog } from "../rejects/rejects.js";
import { stagedInMemory } from "../staging/memory-staging.js";
import { type GivenTexts, stageTexts } from "../staging/stage-texts.js";

export interface TextsImport {
  readonly record: ImportRecord;
  readonly texts: GivenTexts;
  readonly rejects: RejectLog;
  readonly rules: StoreRules;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** All of them, or none where it throws: the rejects are discarded then too. */
export async function landTexts(
  warehouse: Warehouse,
  { record, texts, rejects, rules, now }: TextsImport,
): Promise<Landed> {
  const memory = stagedInMemory(warehouse);
  const { mapping } = texts;
  try {
    const staged = await stageTexts(memory, stagingTable(record.importId, "raw"), texts);
    return await landStaged(memory, { ...rules, record, mapping, staged, rejects, now });
  } catch (error) {
    rejects.discard();
    throw error;
  } finally {
    await dropStaging(warehouse, record.importId);
  }
}
