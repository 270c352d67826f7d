/** What an import answers: the document of `--json`, and the text around the reports of the files. */

import type {
  ImportSummary,
  LeftAlone,
  MarkReport,
  Proposal,
  Reconciliation,
} from "../collect/index.js";
import type { UnavailableSegment } from "../segment/index.js";
import { fileText, marksText, reconciliationText } from "./import-report.js";
import type { Answers } from "./schemas.js";
import { SETTINGS_FILE } from "./settings-file.js";
import { DEFAULT_DATA, shellWord } from "./store-command.js";
import type { Store } from "./store-folder.js";
import { lacksText } from "./store-lacks.js";
import { plural, table } from "./terminal.js";

interface Outcome {
  readonly dryRun: boolean;
  readonly leftAlone: readonly LeftAlone[];
  readonly unavailable?: readonly UnavailableSegment[];
  readonly card?: Reconciliation | undefined;
}

/** The document of `--json`. */
export function importJson(
  summaries: readonly ImportSummary[],
  { dryRun, leftAlone, unavailable = [], card }: Outcome,
): Answers["import"] {
  const sum = (of: (summary: ImportSummary) => number) =>
    summaries.reduce((total, summary) => total + of(summary), 0);
  return {
    dryRun,
    rowsRead: sum((s) => s.rowsRead),
    rowsRejected: sum((s) => s.rowsRejected),
    rowsAmended: sum((s) => s.rowsAmended),
    duplicates: sum((s) => s.duplicates),
    alreadyPresent: sum((s) => s.alreadyPresent),
    people: sum((s) => s.people),
    orders: sum((s) => s.orders),
    lines: sum((s) => s.lines),
    events: sum((s) => s.events),
    refunds: sum((s) => s.refunds),
    products: sum((s) => s.products),
    revenue: addDecimals(summaries.map(({ revenue }) => revenue)),
    leftAlone: [...leftAlone],
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
      firstAmended: [...summary.firstAmended],
    })),
    lacks: unavailable.map(({ key, needs }) => ({ key, needs: [...needs] })),
    reconciliation:
      card === undefined
        ? null
        : {
            ...card,
            differences: card.differences.map((difference) => ({
              ...difference,
              reasons: [...difference.reasons],
            })),
          },
  };
}

/** The document of `--propose --json`. */
export function proposalJson({
  rules,
  fields,
  ...proposal
}: Proposal): Answers["import --propose"] {
  return {
    ...proposal,
    preset: proposal.preset || null,
    unused: [...proposal.unused],
    lacking: [...proposal.lacking],
    repeated: [...proposal.repeated],
    fields: fields.map((field) => ({ ...field, question: field.question ?? null })),
    rules: rules.map((rule) => ({ ...rule, question: rule.question ?? null })),
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
  readonly leftAlone: readonly LeftAlone[];
  readonly marks: MarkReport;
  readonly unavailable: readonly UnavailableSegment[];
  readonly card: Reconciliation | undefined;
  /** The store's newest fact, also of other files and of live events; undefined: it has none. */
  readonly newestAt: number | undefined;
}

/** Each file, then the whole, and what to do next. */
export function importText(
  summaries: readonly ImportSummary[],
  { folder, asOf, leftAlone, marks, unavailable, card, newestAt }: Afterwards,
): string {
  const blocks = summaries.flatMap((summary) => [fileText(summary), ""]);
  const from = newestAt === undefined ? undefined : lookingBack(newestAt, asOf);
  const next = [
    "npx tessera segments",
    ...(folder === DEFAULT_DATA ? [] : [`--data ${shellWord(folder)}`]),
    ...(from === undefined ? [] : [`--as-of ${from}`]),
  ];
  const said = [...reconciliationText(card), ...marksText(marks), ...lacksText(unavailable)];
  return [
    ...blocks,
    ...leftAloneText(leftAlone),
    ...(said.length > 0 ? [...said, ""] : []),
    `${plural(summaries.length, "file")} taken in${totals(summaries)}. Next:`,
    `  ${next.join(" ")}`,
    ...(from === undefined
      ? []
      : [
          `These data end before ${from}; "asOf: ${from}" in ${folder}/${SETTINGS_FILE} makes that "now", as long as nothing newer comes.`,
        ]),
  ].join("\n");
}

/** Files of one reason under one remedy. */
function leftAloneText(files: readonly LeftAlone[]): string[] {
  const groups = new Map<string, string[]>();
  for (const { file, reason, remedy } of files) {
    const why = `Left alone: ${reason}. ${remedy}`;
    groups.set(why, [...(groups.get(why) ?? []), `  ${file}`]);
  }
  return [...groups].flatMap(([why, names]) => [why, ...names, ""]);
}

/** Of several files together. */
function totals(summaries: readonly ImportSummary[]): string {
  if (summaries.length < 2) return "";
  const sum = (of: (summary: ImportSummary) => number) =>
    summaries.reduce((total, summary) => total + of(summary), 0);
  const counts = [
    plural(
      sum((s) => s.rowsRead),
      "row",
    ),
    `${plural(
      sum((s) => s.rowsRejected),
      "row",
    )} left out`,
    plural(
      sum((s) => s.orders),
      "order",
    ),
    plural(
      sum((s) => s.lines),
      "line",
    ),
    plural(
      sum((s) => s.refunds),
      "refund",
    ),
    plural(
      sum((s) => s.events),
      "event",
    ),
  ];
  return `: ${counts.join(", ")}`;
}

/** What would come in, with the first rows that would not. */
export function dryRunText(
  summaries: readonly ImportSummary[],
  leftAlone: readonly LeftAlone[],
): string {
  const blocks = summaries.flatMap((summary) => [
    fileText(summary, { planned: true }),
    ...rejectsText(summary),
    "",
  ]);
  const files = plural(summaries.length, "file");
  const each = summaries.length > 1 ? ", each as if it came alone" : "";
  return [
    ...blocks,
    ...leftAloneText(leftAlone),
    `A dry run of ${files}${each}: nothing was changed.`,
  ].join("\n");
}

const SHOWN_VALUE_CHARACTERS = 40;

function rejectsText({ firstRejects, rowsRejected }: ImportSummary): string[] {
  if (firstRejects.length === 0) return [];
  const titles = ["  line", "column", "value", "reason"].map((title) => ({ title }));
  const rows = firstRejects.map(({ line, column, value, reason }) => {
    const start = JSON.stringify(value.slice(0, SHOWN_VALUE_CHARACTERS));
    const whole = value.length <= SHOWN_VALUE_CHARACTERS;
    return [`  ${line}`, column, whole ? start : `${start}...`, reason];
  });
  const more = rowsRejected - firstRejects.length;
  return [table(titles, rows), ...(more > 0 ? [`  and ${plural(more, "row")} more`] : [])];
}

const DAY_MS = 86_400_000;
const HISTORY_DAYS = 14;

/** The day from which data are looked at that ended long before: today everybody would be gone. */
function lookingBack(end: number, asOf: number): string | undefined {
  if (asOf - end < HISTORY_DAYS * DAY_MS) return undefined;
  return new Date(end + DAY_MS).toISOString().slice(0, 10);
}
