/**
 * A proposal of limits out of the store's history, with what each rests on and what would change;
 * and its acceptance, which is a new version of `calibration.yaml`. Nothing is accepted by itself.
 */

import { Temporal } from "temporal-polyfill";
import { assert } from "../../base/index.js";
import {
  compareLibraries,
  computeStatistics,
  type Library,
  makePlan,
  type SizeChange,
  type TextFile,
  unavailableSegments,
} from "../../segment/index.js";
import type { Warehouse } from "../../store/index.js";
import {
  type CalibrationVersion,
  limitText,
  limitTexts,
  writeVersions,
} from "./calibration-file.js";
import { type Evidence, gapsAbout, gatherEvidence } from "./evidence.js";
import {
  CHURN_SHARE,
  churnDays,
  type Figure,
  figuresOf,
  historyDays,
  LIMITS,
  type Returns,
  returnsAfter,
} from "./figures.js";
import { type LimitInForce, limitsInForce, numberOf } from "./in-force.js";
import { total } from "./quantiles.js";

export interface CalibrationRequest {
  readonly warehouse: Warehouse;
  /** Of the data: `calibration.yaml` stands in it. */
  readonly folder: string;
  /** Accepted so far, oldest first. */
  readonly versions: readonly CalibrationVersion[];
  /** The store's library with these texts as its calibration. */
  readonly libraryWith: (calibration: readonly TextFile[]) => Library;
  /** Milliseconds since the epoch. */
  readonly asOf: number;
}

export interface ProposedLimit extends Figure, Pick<LimitInForce, "default" | "from"> {
  readonly inForce: LimitInForce["value"];
}

export interface Drift {
  readonly text: string;
  /** When the version in force was accepted; undefined where it did not have this percentile. */
  readonly was: number | null | undefined;
  readonly value: number | null;
  readonly n: number;
  /** Too few people: taken over all buyers ever. */
  readonly thin: boolean;
}

export interface CalibrationReport {
  readonly asOf: string;
  readonly counted: Evidence["counted"];
  /** With an order, or whatever the store counts as activity; without those who are left out. */
  readonly people: number;
  /** Local dates of the first of these and of `asOf`. */
  readonly period: { readonly from: string; readonly to: string };
  /** In force; null before the first. */
  readonly version: number | null;
  readonly limits: readonly ProposedLimit[];
  /** At the churn limit that would hold; null where the store's own text is no plain number. */
  readonly returns: Returns | null;
  readonly notes: readonly string[];
  readonly percentiles: readonly Drift[];
  /** Segments and values of classifications that would change. */
  readonly effect: readonly SizeChange[];
}

export async function proposeCalibration(request: CalibrationRequest): Promise<CalibrationReport> {
  const { warehouse, folder, versions, libraryWith, asOf } = request;
  const before = libraryWith(limitTexts(folder, versions));
  const evidence = await gatherEvidence(warehouse, before, { asOf });
  const days = churnDays(evidence);
  const about =
    days === undefined
      ? []
      : await gapsAbout(warehouse, before, { days, share: CHURN_SHARE, asOf });
  const figures = figuresOf(evidence, about);
  const limits = limitsInForce(before).flatMap(({ name, value, default: usual, from }) =>
    figures
      .filter((figure) => figure.name === name)
      .map((figure): ProposedLimit => ({ ...figure, default: usual, inForce: value, from })),
  );
  const after = libraryWith([limitText(folder, valuesOf(limits))]);
  const limitDays = numberOf(after, "churn_limit").value;
  const changed = LIMITS.some(
    (name) => numberOf(before, name).value !== numberOf(after, name).value,
  );
  const compared = changed ? await compareLibraries(warehouse, { before, after }, { asOf }) : [];
  // What the store has no facts for has no size, and nothing of it changes.
  const lacking = await unavailableSegments(warehouse, after, { asOf });
  return {
    asOf: new Date(asOf).toISOString(),
    counted: evidence.counted,
    people: total(evidence.sinceFirst),
    period: periodOf(evidence, before, asOf),
    version: versions.at(-1)?.version ?? null,
    limits,
    returns: limitDays === undefined ? null : returnsAfter(evidence, limitDays),
    notes: notesOf(limits, after),
    percentiles: await driftOf(request, before),
    effect: compared.filter(
      ({ name, entered, left }) => entered + left > 0 && !lacking.some(({ key }) => key === name),
    ),
  };
}

/**
 * Writes the proposal as a new version and returns its number; undefined, and nothing is written,
 * where it says the same as the version in force. `now`: milliseconds since the epoch.
 */
export async function acceptCalibration(
  { folder, versions }: Pick<CalibrationRequest, "folder" | "versions">,
  report: CalibrationReport,
  now: number,
): Promise<number | undefined> {
  const newest = versions.at(-1);
  const same = report.limits.every(
    ({ name, value }) => (newest?.limits[name]?.value ?? null) === value,
  );
  if (same) return undefined;
  const version: CalibrationVersion = {
    version: (newest?.version ?? 0) + 1,
    accepted: new Date(now).toISOString(),
    asOf: report.asOf,
    period: report.period,
    limits: valuesOf(report.limits),
    percentiles: report.percentiles.map(({ text, value, n }) => ({
      text,
      value: value === null ? null : Number(value.toPrecision(SHOWN_DIGITS)),
      n,
    })),
  };
  await writeVersions(folder, [...versions, version]);
  return version.version;
}

/** Of a percentile in the file, which is read by people. */
const SHOWN_DIGITS = 10;

function valuesOf(limits: readonly ProposedLimit[]): CalibrationVersion["limits"] {
  return Object.fromEntries(
    limits.flatMap(({ name, value, interval, n, default: usual }) =>
      value === null || interval === null ? [] : [[name, { value, n, interval, default: usual }]],
    ),
  );
}

function periodOf(evidence: Evidence, { settings }: Library, asOf: number) {
  const to = Temporal.Instant.fromEpochMilliseconds(asOf)
    .toZonedDateTimeISO(settings.timeZone)
    .toPlainDate();
  return { from: to.subtract({ days: historyDays(evidence) }).toString(), to: to.toString() };
}

/** What somebody who accepts should know, in sentences. */
function notesOf(limits: readonly ProposedLimit[], after: Library): readonly string[] {
  const notes = limits
    .filter(({ from }) => from !== "default" && from !== "calibration")
    .map(({ name, from }) => `${name} is set in ${from}; accepting changes nothing for it.`);
  const second = numberOf(after, "second_order_day").value ?? 0;
  const churn = numberOf(after, "churn_limit").value ?? Number.POSITIVE_INFINITY;
  if (second >= churn) {
    notes.push(
      `second_order_day (${second}) does not lie before churn_limit (${churn}): nobody could be ` +
        "overdue for the second order. Set one of them in tessera.yaml.",
    );
  }
  return notes;
}

/** The percentiles that the store's texts name, as of now and when the version in force was accepted. */
async function driftOf(request: CalibrationRequest, library: Library): Promise<readonly Drift[]> {
  const { warehouse, versions, asOf } = request;
  const { plan } = makePlan(library);
  assert(plan !== undefined, "a library that was loaded has a plan");
  const at = { now: asOf, timeZone: library.settings.timeZone };
  const was = new Map(versions.at(-1)?.percentiles.map(({ text, value }) => [text, value]));
  const statistics = await computeStatistics(warehouse, plan, at);
  return [...statistics.values()].map(({ text, value, n, thin }) => ({
    text,
    was: was.get(text),
    value,
    n,
    thin,
  }));
}
