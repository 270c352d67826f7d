/** `tessera calibrate`: limits out of the store's history, with what would change; `--accept`. */

import { join } from "node:path";
import type { Command } from "commander";
import type { CalibrationReport, Drift, ProposedLimit } from "../../understand/index.js";
import { type Answer, answering } from "../answer.js";
import type { Answers } from "../schemas.js";
import { sameStore, storeCommand } from "../store-command.js";
import { type StoreOptions, withStore } from "../store-folder.js";
import { coloursOf, percent, plural, readableInstant, shown, table, whole } from "../terminal.js";

interface CalibrateOptions extends StoreOptions {
  readonly accept?: boolean;
}

export function calibrateCommand(program: Command): void {
  storeCommand(program, "calibrate")
    .summary("limits out of the store's own history, and what they would change")
    .description(
      "Works out of the store's history from when on somebody is new, overdue, churned or frequent,\n" +
        "and shows what would change. Nothing changes until it is accepted.",
    )
    .option("--accept", "put the figures into force, as a new version in calibration.yaml")
    .addHelpText(
      "after",
      `
Examples:
  tessera calibrate
  tessera calibrate --as-of 2026-11-01 --json
  tessera calibrate --accept && tessera refresh`,
    )
    .action(answering("calibrate", calibrate));
}

async function calibrate(options: CalibrateOptions): Promise<Answer<"calibrate">> {
  const { acceptCalibration, proposeCalibration } = await import("../../understand/index.js");
  return withStore(options, async ({ warehouse, folder, libraryWith, versions, asOf }) => {
    const request = { warehouse, folder, versions, libraryWith, asOf };
    const report = await proposeCalibration(request);
    const accepted = options.accept
      ? await acceptCalibration(request, report, Date.now())
      : undefined;
    return {
      json: calibrationJson(report, accepted),
      text: [
        ...reportText(report),
        "",
        options.accept
          ? acceptedText(accepted, { path: join(folder, "calibration.yaml"), options })
          : proposalText(report, options),
      ].join("\n"),
    };
  });
}

function calibrationJson(
  report: CalibrationReport,
  accepted: number | undefined,
): Answers["calibrate"] {
  return {
    ...report,
    limits: report.limits.map(({ value, interval, ...limit }) => ({
      ...limit,
      proposed: value,
      interval: interval && [...interval],
    })),
    notes: [...report.notes],
    percentiles: report.percentiles.map(({ was, ...drift }) => ({ ...drift, was: was ?? null })),
    effect: [...report.effect],
    accepted: accepted ?? null,
  };
}

function reportText(report: CalibrationReport): string[] {
  const { bold } = coloursOf(process.stdout);
  const { asOf, people, period, limits, notes, effect, percentiles, version } = report;
  const lacking = limits.filter(({ value }) => value === null);
  return [
    `${plural(people, "person", "people")} with ${anyOf(report)}, ${period.from} to ${period.to}, ` +
      `as of ${readableInstant(asOf)}`,
    "",
    table(LIMIT_COLUMNS, limits.map(limitRow)),
    "",
    ...lacking.map(({ name, lacks, default: usual }) => `${name}: default ${usual}, ${lacks}.`),
    ...returnsText(report),
    ...notes,
    ...(effect.length > 0 ? ["", bold("What would change"), effectTable(report)] : []),
    ...(version === null ? [] : driftText(percentiles, version)),
  ];
}

const anyOf = ({ counted }: Pick<CalibrationReport, "counted">) =>
  counted === "order" ? "an order" : "any activity";

/** How final it is to be churned. */
function returnsText({ counted, returns }: CalibrationReport): string[] {
  if (returns === null) return [];
  const { limitDays, times, returned } = returns;
  const share = times === 0 ? 0 : returned / times;
  return [
    `Longer than ${limitDays} days without ${anyOf({ counted })}: ${plural(times, "time")} so far, ` +
      `of which ${whole(returned)} (${percent(share)}) ended.`,
  ];
}

const right = (title: string) => ({ title, align: "right" as const });
const LIMIT_COLUMNS = [
  { title: "Limit" },
  right("In force"),
  { title: "From" },
  right("Proposed"),
  right("95 %"),
  right("n"),
  right("Default"),
];

function limitRow(limit: ProposedLimit): string[] {
  const { name, inForce, from, value, interval, n, counted, default: usual } = limit;
  return [
    name,
    shown(inForce),
    from,
    shown(value),
    interval === null ? "-" : `${shown(interval[0])} - ${shown(interval[1])}`,
    counted === "people" ? plural(n, "person", "people") : plural(n, "gap"),
    shown(usual),
  ];
}

function effectTable({ effect }: CalibrationReport): string {
  return table(
    [{ title: "" }, right(""), { title: "" }, right(""), { title: "" }],
    effect.map(({ name, before, after, entered, left }) => [
      `  ${name}`,
      whole(before),
      "->",
      whole(after),
      `(+${whole(entered)}, -${whole(left)})`,
    ]),
  );
}

const DRIFTS_SHOWN = 10;

/** Those that have moved most, by their share. */
function driftText(percentiles: readonly Drift[], version: number): string[] {
  const { bold, dim } = coloursOf(process.stdout);
  const moved = percentiles
    .map((drift) => ({ ...drift, by: changeOf(drift) }))
    .filter(({ by }) => by !== 0)
    .sort((a, b) => Math.abs(b.by) - Math.abs(a.by));
  if (moved.length === 0) return [];
  const rows = moved
    .slice(0, DRIFTS_SHOWN)
    .map(({ text, was, value, n, by }) => [
      `  ${text}`,
      shown(was ?? null),
      shown(value),
      `${by > 0 ? "+" : ""}${percent(by)}`,
      whole(n),
    ]);
  const columns = [{ title: "" }, right("Then"), right("Now"), right("Change"), right("n")];
  const more = moved.length - rows.length;
  return [
    "",
    bold(`Percentiles since version ${version} was accepted`),
    table(columns, rows),
    ...(more > 0 ? [dim(`  and ${whole(more)} more; --json lists all`)] : []),
  ];
}

/** 0 where there is nothing to compare. */
function changeOf({ was, value }: Drift): number {
  return was === undefined || was === null || was === 0 || value === null ? 0 : value / was - 1;
}

function acceptedText(
  version: number | undefined,
  { path, options }: { readonly path: string; readonly options: CalibrateOptions },
): string {
  if (version === undefined) return "Nothing to accept: these figures are in force already.";
  return (
    `Accepted as version ${version} in ${path}.\n` +
    `The next refresh records who enters and who leaves for it: npx tessera refresh${sameStore(options)}`
  );
}

function proposalText({ limits, effect }: CalibrationReport, options: CalibrateOptions): string {
  if (limits.every(({ value }) => value === null))
    return "There is too little history to propose anything: the limits above stay in force.";
  return effect.length === 0
    ? "Nothing would change."
    : `To put this into force: npx tessera calibrate --accept${sameStore(options)}`;
}
