/** `tessera import FILE...`: order lines from CSV, NDJSON or Parquet into facts. */

import { readFileSync, statSync } from "node:fs";
import { type Command, Option } from "commander";
import { AppError } from "../../base/index.js";
import type { ImportProgress, ImportSummary, Mapping, MarkReport } from "../../collect/index.js";
import type { UnavailableSegment } from "../../segment/index.js";
import { type Answer, answering } from "../answer.js";
import { fileText, lacksText, marksText } from "../import-report.js";
import type { Answers } from "../schemas.js";
import { DEFAULT_DATA, storeCommand } from "../store-command.js";
import { type Store, type StoreOptions, withNewStore } from "../store-folder.js";
import { plural, whole } from "../terminal.js";

interface ImportCommandOptions extends StoreOptions {
  readonly map?: string;
  readonly preset?: string;
}

export function importCommand(program: Command): void {
  storeCommand(program, "import")
    .summary("take in files of order lines")
    .description("Takes in order lines from CSV, NDJSON or Parquet files, plain or gzip.")
    .argument("<files...>", "one row per order line; all files of one shape")
    .addOption(
      new Option("--map <file>", "a YAML file that says what the columns mean").conflicts("preset"),
    )
    .addOption(new Option("--preset <name>", "a mapping that ships with Tessera, as online-retail"))
    .action(answering("import", importGiven));
}

async function importGiven(
  files: readonly string[],
  options: ImportCommandOptions,
): Promise<Answer<"import">> {
  // Everything that can be wrong with the request is found before a store is made for it.
  const mapping = await mappingOf(options);
  for (const file of files) requireFile(file);
  const { importFiles, markPeople, readCorrections } = await import("../../collect/index.js");
  const corrections = readCorrections(options.data);
  return withNewStore(options, async ({ warehouse, folder, asOf, settings }) => {
    const imported = {
      files,
      mapping,
      dataDir: folder,
      now: asOf,
      corrections,
      onProgress: progress,
    };
    const summaries = await importFiles(warehouse, imported);
    const marks = await markPeople(warehouse, { corrections, now: asOf });
    const { loadLibrary, unavailableSegments } = await import("../../segment/index.js");
    const { library } = loadLibrary([], settings);
    const unavailable = await unavailableSegments(warehouse, library, { asOf });
    return {
      json: importJson(summaries, unavailable),
      text: importText(summaries, { folder, asOf, marks, unavailable }),
    };
  });
}

async function mappingOf({
  map,
  preset,
}: ImportCommandOptions): Promise<Mapping | { preset: string }> {
  const { PRESETS, readMapping, readPreset } = await import("../../collect/index.js");
  if (map !== undefined) {
    requireFile(map);
    return readMapping(readFileSync(map, "utf8"), map);
  }
  if (preset !== undefined) {
    readPreset(preset);
    return { preset };
  }
  throw new AppError("input.missing", "What the columns mean is not said.", {
    hint: `Give --map FILE.yaml (docs/import.md shows one), or --preset ${PRESETS.join(" or ")}.`,
  });
}

function requireFile(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) return;
  throw new AppError("input.missing", `There is no file ${path}.`);
}

/** One line on a terminal, which the next step overwrites. */
function progress({ file, step, rows }: ImportProgress): void {
  if (!process.stderr.isTTY) return;
  const line =
    step === "landed" ? "" : `${file}: ${step}${rows > 0 ? `, ${whole(rows)} rows` : ""}`;
  process.stderr.write(`\r\u001b[K${line}`);
}

function importJson(
  summaries: readonly ImportSummary[],
  unavailable: readonly UnavailableSegment[],
): Answers["import"] {
  const sum = (of: (summary: ImportSummary) => number) =>
    summaries.reduce((total, summary) => total + of(summary), 0);
  return {
    rowsRead: sum((s) => s.rowsRead),
    rowsRejected: sum((s) => s.rowsRejected),
    duplicates: sum((s) => s.duplicates),
    alreadyPresent: sum((s) => s.alreadyPresent),
    people: sum((s) => s.people),
    orders: sum((s) => s.orders),
    lines: sum((s) => s.lines),
    events: sum((s) => s.events),
    refunds: sum((s) => s.refunds),
    revenue: addDecimals(summaries.map(({ revenue }) => revenue)),
    rejectFiles: summaries.flatMap(({ rejectFile }) => rejectFile ?? []),
    files: summaries.map(({ importId: _, ...summary }) => ({
      ...summary,
      from: summary.from ?? null,
      to: summary.to ?? null,
      currency: summary.currency ?? null,
      rejectFile: summary.rejectFile ?? null,
      notes: [...summary.notes],
      rejectReasons: [...summary.rejectReasons],
      firstRejects: [...summary.firstRejects],
    })),
    lacks: unavailable.map(({ key, needs }) => ({ key, needs: [...needs] })),
  };
}

/** Exact: decimals of at most 4 places. */
function addDecimals(texts: readonly string[]): string {
  const total = texts.reduce((sum, text) => {
    const [, sign, units = "0", rest = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
    return sum + BigInt(`${sign}${units}${rest.padEnd(4, "0")}`);
  }, 0n);
  const digits = String(total < 0n ? -total : total).padStart(5, "0");
  const text = `${digits.slice(0, -4)}.${digits.slice(-4)}`.replace(/\.?0+$/, "");
  return total < 0n ? `-${text}` : text;
}

interface Afterwards extends Pick<Store, "folder" | "asOf"> {
  readonly marks: MarkReport;
  readonly unavailable: readonly UnavailableSegment[];
}

function importText(
  summaries: readonly ImportSummary[],
  { folder, asOf, marks, unavailable }: Afterwards,
): string {
  const blocks = summaries.flatMap((summary) => [fileText(summary), ""]);
  const ends = summaries
    .flatMap(({ to }) => to ?? [])
    .sort()
    .at(-1);
  const next = [
    "npx tessera segments",
    ...(folder === DEFAULT_DATA ? [] : [`--data ${folder}`]),
    ...(ends === undefined ? [] : lookingBack(Date.parse(ends), asOf)),
  ];
  const files = plural(summaries.length, "file");
  const said = [...marksText(marks), ...lacksText(unavailable)];
  return [
    ...blocks,
    ...(said.length > 0 ? [...said, ""] : []),
    `${files} taken in. Next:`,
    `  ${next.join(" ")}`,
  ].join("\n");
}

const DAY_MS = 86_400_000;
const HISTORY_DAYS = 14;

/** Data that ended long before is looked at from its end: today everybody would be gone. */
function lookingBack(end: number, asOf: number): string[] {
  if (asOf - end < HISTORY_DAYS * DAY_MS) return [];
  return [`--as-of ${new Date(end + DAY_MS).toISOString().slice(0, 10)}`];
}
