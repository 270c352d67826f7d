/** `tessera breakdown EXPR --by ATTRIBUTE`: the people of a condition, split by attributes. */

import { type Command, InvalidArgumentError } from "commander";
import type { BreakdownReport, Buckets, GroupValue } from "../../segment/index.js";
import { type Answer, answering } from "../answer.js";
import { lackLines, lacksJson } from "../lacks.js";
import { storeCommand } from "../store-command.js";
import { type StoreOptions, withStore } from "../store-folder.js";
import { amount, average, percent, plural, readableInstant, table, whole } from "../terminal.js";
import { positiveWhole } from "../whole-option.js";

interface BreakdownCommandOptions extends StoreOptions {
  readonly by: readonly string[];
  readonly buckets?: Buckets;
  readonly limit: number;
}

/** Quintiles. */
const DEFAULT_BUCKETS: Buckets = { count: 5 };
const MOST_BUCKETS = 100;
const DEFAULT_ROWS = 50;

export function breakdownCommand(program: Command): void {
  storeCommand(program, "breakdown")
    .summary("split the people of a condition by attributes")
    .description(
      "Splits the people of a condition by an attribute, or any expression of a person: how many,\n" +
        "their revenue, and how much more frequent each value is among them than among everyone.\n" +
        "By a family of segments, as affine_category, it shows the people of each of its values.",
    )
    .argument("<expression>", "the condition, in quotes")
    .requiredOption("--by <attribute>", "what to split by; may be given again", collected)
    .option(
      "--buckets <n or edges>",
      "numbers: so many quantiles, or edges: 0,50,100 (default: 5)",
      bucketsOption,
    )
    .option("--limit <n>", "rows at most, those with the most people", positiveWhole, DEFAULT_ROWS)
    .addHelpText(
      "after",
      `
Examples:
  tessera breakdown vip --by stage
  tessera breakdown "stage is churned" --by aov --buckets 0,50,100
  tessera breakdown loyal --by value_tier --by "last(order.country)"
  tessera breakdown true --by affine_category`,
    )
    .action(answering("breakdown", breakdown));
}

const collected = (text: string, before: readonly string[] = []) => [...before, text];

function bucketsOption(text: string): Buckets {
  const numbers = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  const [first = Number.NaN, ...more] = numbers;
  if (!numbers.every(Number.isFinite))
    throw new InvalidArgumentError("Give a number of quantiles, 4, or edges, 0,50,100.");
  if (more.length > 0) {
    if (numbers.some((edge, i) => edge <= (numbers[i - 1] ?? Number.NEGATIVE_INFINITY)))
      throw new InvalidArgumentError("Edges must ascend: 0,50,100.");
    return { edges: numbers };
  }
  if (!Number.isInteger(first) || first < 2 || first > MOST_BUCKETS)
    throw new InvalidArgumentError(`Give 2 to ${MOST_BUCKETS} quantiles, or edges, 0,50,100.`);
  return { count: first };
}

async function breakdown(
  expression: string,
  { by, buckets = DEFAULT_BUCKETS, limit, ...options }: BreakdownCommandOptions,
): Promise<Answer<"breakdown">> {
  const { breakDown } = await import("../../segment/index.js");
  return withStore(options, async ({ warehouse, library, asOf }) => {
    const report = await breakDown(warehouse, library, expression, by, { asOf, buckets, limit });
    return {
      json: {
        ...report,
        families: [...report.families],
        rows: report.rows.map((row) => ({ ...row, values: [...row.values] })),
        lacks: lacksJson(report.lacks),
      },
      text: breakdownText(report, { expression, by }),
    };
  });
}

function breakdownText(
  { asOf, everyone, people, revenue, families, rows, others, lacks }: BreakdownReport,
  { expression, by }: { readonly expression: string; readonly by: readonly string[] },
): string {
  return [
    `${expression}: ${plural(people, "person", "people")} of ${whole(everyone)} as of ${readableInstant(asOf)}`,
    "",
    table(
      [
        ...by.map((title) => ({ title })),
        { title: "People", align: "right" },
        { title: "Share", align: "right" },
        { title: "Revenue 12 m", align: "right" },
        { title: "Of revenue", align: "right" },
        { title: "Avg order", align: "right" },
        { title: "Index", align: "right" },
      ],
      rows.map((row) => [
        ...row.values.map((value, i) => valueText(value, families.includes(by[i] ?? ""))),
        whole(row.people),
        percent(row.share),
        amount(row.revenue),
        revenue > 0 ? percent(row.revenue / revenue) : "",
        average(row.averageOrder),
        whole(row.index),
      ]),
    ),
    "",
    ...(others === 0
      ? []
      : [`${plural(others, "person", "people")} more in rows not shown (--limit).`]),
    "Index: 100 = as frequent as among everyone.",
    ...families.map((family) => `A person can stand in several rows of ${family}.`),
    ...lackLines(lacks),
  ].join("\n");
}

function valueText({ text }: GroupValue, ofFamily: boolean): string {
  if (text === null) return ofFamily ? "none" : "missing";
  return text === "" ? '""' : text;
}
