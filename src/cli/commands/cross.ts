/** `tessera cross EXPR...`: the people left after each condition, and every combination. */

import type { Command } from "commander";
import type { CrossReport } from "../../segment/index.js";
import { type Answer, answering } from "../answer.js";
import { lackLines, lacksJson } from "../lacks.js";
import { storeCommand } from "../store-command.js";
import { type StoreOptions, withStore } from "../store-folder.js";
import { amount, average, coloursOf, percent, readableInstant, table, whole } from "../terminal.js";

interface CrossOptions extends StoreOptions {
  readonly all?: boolean;
}

export function crossCommand(program: Command): void {
  storeCommand(program, "cross")
    .summary("cross conditions: the people left after each, and every combination")
    .description(
      "Crosses conditions: how many people are left after each, and their revenue; for up to eight,\n" +
        "how many hold each combination. A single name of a segment is taken apart at its ands.",
    )
    .argument("<expressions...>", "conditions, each in quotes")
    .option("--all", "combinations that nobody holds too")
    .addHelpText(
      "after",
      `
Examples:
  tessera cross vip "count(viewed in last 7 days) >= 1"
  tessera cross "stage is churned" "value_tier is top" lapsed --all
  tessera cross vip`,
    )
    .action(answering("cross", cross));
}

async function cross(
  expressions: readonly string[],
  options: CrossOptions,
): Promise<Answer<"cross">> {
  const { crossChain } = await import("../../segment/index.js");
  return withStore(options, async ({ warehouse, library, asOf }) => {
    const report = await crossChain(warehouse, library, expressions, { asOf });
    const combined = expressions.length > 1 || options.all === true;
    const text = crossText(combined ? report : { ...report, combinations: null }, options);
    return { json: crossJson(report), text };
  });
}

export function crossJson(report: CrossReport): Answer<"cross">["json"] {
  return {
    ...report,
    steps: [...report.steps],
    combinations: report.combinations?.map((c) => ({ ...c, holds: [...c.holds] })) ?? null,
    lacks: lacksJson(report.lacks),
  };
}

function crossText(report: CrossReport, { all = false }: CrossOptions): string {
  const { bold } = coloursOf(process.stdout);
  const combinations = (report.combinations ?? []).filter(({ exactly }) => all || exactly > 0);
  return [
    crossTable(report),
    `As of ${readableInstant(report.asOf)}; revenue of the 365 days before, net.`,
    ...lackLines(report.lacks),
    ...(combinations.length === 0
      ? []
      : ["", bold("Combinations"), combinationTable({ ...report, combinations })]),
  ].join("\n");
}

/** Numbered where combinations refer to the conditions. */
export function crossTable({ people, steps }: Pick<CrossReport, "people" | "steps">): string {
  const numbered = steps.length > 1;
  return table(
    [
      ...(numbered ? [{ title: "", align: "right" } as const] : []),
      { title: "Condition" },
      { title: "People", align: "right" },
      { title: "Share", align: "right" },
      { title: "Revenue 12 m", align: "right" },
      { title: "Avg order", align: "right" },
    ],
    [
      [...(numbered ? [""] : []), "everyone", whole(people), percent(people === 0 ? 0 : 1), "", ""],
      ...steps.map(({ expr, size, revenue, averageOrder }, i) => [
        ...(numbered ? [String(i + 1)] : []),
        `${i === 0 ? "   " : "and"} ${expr}`,
        whole(size),
        percent(people === 0 ? 0 : size / people),
        amount(revenue),
        average(averageOrder),
      ]),
    ],
  );
}

/** A column of dots for each condition: whom the row is about is seen at a glance. */
function combinationTable({
  people,
  steps,
  combinations,
}: CrossReport & { readonly combinations: NonNullable<CrossReport["combinations"]> }): string {
  return table(
    [
      ...steps.map((_, i) => ({ title: String(i + 1) })),
      { title: "Exactly these", align: "right" },
      { title: "Share", align: "right" },
      { title: "At least these", align: "right" },
      { title: "Revenue 12 m", align: "right" },
      { title: "Avg order", align: "right" },
    ],
    combinations.map(({ holds, exactly, atLeast, revenue, averageOrder }) => [
      ...holds.map((held) => (held ? "●" : "·")),
      whole(exactly),
      percent(people === 0 ? 0 : exactly / people),
      whole(atLeast),
      amount(revenue),
      average(averageOrder),
    ]),
  );
}
