/** `tessera history EXPR`: the size of a segment as of instant after instant. */

import { type Command, Option } from "commander";
import { AppError } from "../../base/index.js";
import type { HistoryPoint, HistoryReport, HistoryStep } from "../../segment/index.js";
import { type Answer, answering } from "../answer.js";
import { instantOf } from "../as-of.js";
import { errors } from "../caller.js";
import { lacksJson } from "../lacks.js";
import { storeCommand } from "../store-command.js";
import { type StoreOptions, withStore } from "../store-folder.js";
import { type Cell, coloursOf, percent, readableInstant, table, whole } from "../terminal.js";

const STEPS = ["day", "week", "month"] as const satisfies readonly HistoryStep[];

interface HistoryCommandOptions extends StoreOptions {
  readonly from?: string;
  readonly to?: string;
  readonly step: HistoryStep;
}

const DEFAULT_STEPS = 30;
const BAR_WIDTH = 30;

export function historyCommand(program: Command): void {
  storeCommand(program, "history")
    .summary("the size of a segment over time, and who came and went")
    .description(
      "The size of a segment as of instant after instant, and how many entered and left between.",
    )
    .argument("<expression>", "the name of a segment, or a condition in quotes")
    .option("--from <instant>", "the first instant (default: 30 steps before the last)")
    .option("--to <instant>", "the last instant, shown whatever the step (default: --as-of)")
    .addOption(new Option("--step <length>", "of the calendar").choices(STEPS).default("day"))
    .addHelpText(
      "after",
      `
Examples:
  tessera history vip
  tessera history lapsed --from 2026-01-01 --to 2026-11-01 --step month`,
    )
    .action(answering("history", history));
}

async function history(
  expression: string,
  { from, to, step, ...options }: HistoryCommandOptions,
): Promise<Answer<"history">> {
  const { reportHistory } = await import("../../segment/index.js");
  return withStore(options, async ({ warehouse, library, settings, asOf }) => {
    const { timeZone } = settings;
    const last = to === undefined ? asOf : await instantOf(to, timeZone);
    if (last > asOf) {
      throw new AppError("input.invalid", `--to ${to} lies in the future.`, {
        hint: `The store is looked at as of ${new Date(asOf).toISOString()} (--as-of).`,
      });
    }
    const first =
      from === undefined
        ? await stepsBefore(last, step, timeZone)
        : await instantOf(from, timeZone);
    if (first > last) {
      throw new AppError("input.invalid", `--from ${from ?? ""} lies after --to.`, {
        hint: "Give the earlier instant with --from.",
      });
    }
    const report = await reportHistory(warehouse, library, expression, {
      from: first,
      to: last,
      step,
      ...(errors().isTTY ? { onPoint: progress } : {}),
    });
    return {
      json: {
        ...report,
        points: report.points.map((point) => ({ ...point, lacks: lacksJson(point.lacks) })),
        lacks: lacksJson(report.lacks),
      },
      text: historyText(report),
    };
  });
}

async function stepsBefore(last: number, step: HistoryStep, timeZone: string): Promise<number> {
  const { Temporal } = await import("temporal-polyfill");
  return Temporal.Instant.fromEpochMilliseconds(last)
    .toZonedDateTimeISO(timeZone)
    .subtract({ [`${step}s`]: DEFAULT_STEPS }).epochMilliseconds;
}

/** Overwrites itself, and is gone at the end. */
function progress(done: number, of: number): void {
  errors().write(done === of ? "\r\u001b[K" : `\r${done} of ${of} instants`);
}

function historyText({ expr, points, lacks }: HistoryReport): string {
  const { bold, dim } = coloursOf(process.stdout);
  const most = Math.max(1, ...points.map(({ size }) => size));
  return [
    bold(expr),
    "",
    table(
      [
        { title: "As of" },
        { title: "People", align: "right" },
        { title: "Share", align: "right" },
        { title: "Entered", align: "right" },
        { title: "Left", align: "right" },
        { title: "" },
        { title: "From" },
      ],
      points.map((point) => row(point, { expr, most })),
    ),
    "",
    dim("From the log of a refresh at that instant, or evaluated from the facts known then."),
    ...lacks.map(({ segment, needs }) => {
      const then = points.filter((point) => point.lacks.some((lack) => lack.segment === segment));
      const when =
        then.length === points.length
          ? "does not have"
          : `did not have at ${then.length} of these instants`;
      return dim(`${segment} needs facts that this store ${when}: ${needs.join(", ")}`);
    }),
  ].join("\n");
}

/** A segment that lacked all facts has no size: not even zero. */
function row(
  { at, size, people, entered, left, source, lacks }: HistoryPoint,
  { expr, most }: { readonly expr: string; readonly most: number },
): Cell[] {
  const lack = lacks.find(({ segment }) => segment === expr);
  if (lack !== undefined)
    return [readableInstant(at), { content: `needs ${lack.needs.join(", ")}`, colSpan: 6 }];
  return [
    readableInstant(at),
    whole(size),
    percent(people === 0 ? 0 : size / people),
    entered === null ? "" : `+${whole(entered)}`,
    left === null ? "" : `-${whole(left)}`,
    "█".repeat(Math.round((size / most) * BAR_WIDTH)),
    source,
  ];
}
