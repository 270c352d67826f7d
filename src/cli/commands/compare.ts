/** `tessera compare EXPR EXPR`: who differs, and what tells the two groups apart. */

import type { Command } from "commander";
import type { CompareReport, Difference } from "../../segment/index.js";
import { type Answer, answering } from "../answer.js";
import { lackLines, lacksJson } from "../lacks.js";
import { storeCommand } from "../store-command.js";
import { type StoreOptions, withStore } from "../store-folder.js";
import { coloursOf, percent, readableInstant, shown, table, whole } from "../terminal.js";
import { positiveWhole } from "../whole-option.js";

interface CompareOptions extends StoreOptions {
  readonly limit: number;
}

const DEFAULT_ROWS = 20;

export function compareCommand(program: Command): void {
  storeCommand(program, "compare")
    .summary("who differs between two groups, and in what")
    .description(
      "Two conditions side by side: who is in one, both, or the other; and which attributes tell\n" +
        "them apart, the greatest standardised difference first.",
    )
    .argument("<a>", "a condition, in quotes")
    .argument("<b>", "another one")
    .option("--limit <n>", "differences that are printed", positiveWhole, DEFAULT_ROWS)
    .addHelpText(
      "after",
      `
Examples:
  tessera compare vip loyal
  tessera compare "stage is churned and value_tier is top" "stage is churned"`,
    )
    .action(answering("compare", compare));
}

async function compare(
  a: string,
  b: string,
  { limit, ...options }: CompareOptions,
): Promise<Answer<"compare">> {
  const { compareGroups } = await import("../../segment/index.js");
  return withStore(options, async ({ warehouse, library, asOf }) => {
    const report = await compareGroups(warehouse, library, [a, b], { asOf });
    return {
      json: {
        ...report,
        differences: [...report.differences],
        lacks: lacksJson(report.lacks),
      },
      text: compareText(report, limit),
    };
  });
}

function compareText(report: CompareReport, limit: number): string {
  const { bold, dim } = coloursOf(process.stdout);
  const { asOf, a, b, onlyA, both, onlyB, lacks } = report;
  const told = report.differences.filter(({ standardised }) => standardised !== 0);
  return [
    table(
      [{ title: "" }, { title: "" }, { title: "People", align: "right" }],
      [
        ["A", a.expr, whole(a.size)],
        ["B", b.expr, whole(b.size)],
        ["", "only in A", whole(onlyA)],
        ["", "in both", whole(both)],
        ["", "only in B", whole(onlyB)],
      ],
    ),
    `As of ${readableInstant(asOf)}.`,
    "",
    bold("What tells A from B"),
    table(
      [
        { title: "Attribute" },
        { title: "" },
        { title: "A", align: "right" },
        { title: "B", align: "right" },
        { title: "Difference", align: "right" },
      ],
      told.slice(0, limit).map(differenceRow),
    ),
    "",
    dim(
      "Medians of numbers, shares of values. Difference: of means or shares, in standard deviations",
    ),
    dim("of both groups (-2 to 2; 0.2 is small, 0.7 large)."),
    ...lackLines(lacks),
  ].join("\n");
}

function differenceRow({ attribute, value, a, b, standardised }: Difference): string[] {
  const figure = (x: number | null) => (x === null || value === null ? shown(x) : percent(x));
  const sign = standardised > 0 ? "+" : "";
  return [attribute, value ?? "median", figure(a), figure(b), `${sign}${standardised.toFixed(2)}`];
}
