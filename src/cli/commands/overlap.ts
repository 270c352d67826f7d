/** `tessera overlap [EXPR...]`: how far segments are the same people, pair by pair. */

import { type Command, Option } from "commander";
import type { OverlapReport, Pair } from "../../segment/index.js";
import { type Answer, answering } from "../answer.js";
import { lackLines, lacksJson } from "../lacks.js";
import { storeCommand } from "../store-command.js";
import { type StoreOptions, withStore } from "../store-folder.js";
import { coloursOf, percent, plural, readableInstant, table, whole } from "../terminal.js";
import { positiveWhole } from "../whole-option.js";

const ORDERS = ["jaccard", "lift", "both"] as const;

interface OverlapOptions extends StoreOptions {
  readonly sort: (typeof ORDERS)[number];
  readonly limit: number;
}

const DEFAULT_PAIRS = 30;

export function overlapCommand(program: Command): void {
  storeCommand(program, "overlap")
    .summary("how far segments are the same people, pair by pair")
    .description(
      "For each pair of conditions, or of all segments: the people of both, the Jaccard index and\n" +
        "the lift.",
    )
    .argument("[expressions...]", "conditions, each in quotes (default: all segments)")
    .addOption(new Option("--sort <by>", "greatest first").choices(ORDERS).default("jaccard"))
    .option("--limit <n>", "pairs that are printed", positiveWhole, DEFAULT_PAIRS)
    .addHelpText(
      "after",
      `
Examples:
  tessera overlap vip loyal frequent
  tessera overlap --sort lift --limit 10`,
    )
    .action(answering("overlap", overlap));
}

async function overlap(
  expressions: readonly string[],
  { sort, limit, ...options }: OverlapOptions,
): Promise<Answer<"overlap">> {
  const { overlapGroups } = await import("../../segment/index.js");
  return withStore(options, async ({ warehouse, library, asOf }) => {
    const found = await overlapGroups(warehouse, library, expressions, { asOf });
    const pairs = [...found.pairs].sort((a, b) => b[sort] - a[sort]);
    const report = { ...found, pairs };
    return {
      json: {
        ...report,
        groups: [...report.groups],
        lacks: lacksJson(report.lacks),
      },
      text: overlapText(report, { limit, named: expressions.length > 0 }),
    };
  });
}

function overlapText(
  { asOf, people, groups, pairs, lacks }: OverlapReport,
  { limit, named }: { readonly limit: number; readonly named: boolean },
): string {
  const { dim } = coloursOf(process.stdout);
  const more = pairs.length - limit;
  return [
    `${plural(people, "person", "people")} as of ${readableInstant(asOf)}`,
    "",
    ...(named ? [groupTable(groups), ""] : []),
    pairTable(pairs.slice(0, limit)),
    ...(more > 0 ? [dim(`and ${plural(more, "pair")} more (--limit)`)] : []),
    "",
    dim(
      "Jaccard: both / either. Lift: times more than if the two had nothing to do with each other.",
    ),
    ...lackLines(lacks),
  ].join("\n");
}

function groupTable(groups: OverlapReport["groups"]): string {
  return table(
    [{ title: "Group" }, { title: "People", align: "right" }, { title: "Share", align: "right" }],
    groups.map(({ expr, size, share }) => [expr, whole(size), percent(share)]),
  );
}

function pairTable(pairs: readonly Pair[]): string {
  return table(
    [
      { title: "A" },
      { title: "B" },
      { title: "Both", align: "right" },
      { title: "Of A", align: "right" },
      { title: "Of B", align: "right" },
      { title: "Jaccard", align: "right" },
      { title: "Lift", align: "right" },
    ],
    pairs.map(({ a, b, both, shareOfA, shareOfB, jaccard, lift }) => [
      a,
      b,
      whole(both),
      percent(shareOfA),
      percent(shareOfB),
      jaccard.toFixed(2),
      lift.toFixed(2),
    ]),
  );
}
