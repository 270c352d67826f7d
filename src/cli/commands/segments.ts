/** `tessera segments`: every segment by its purpose, with its size, money, trend and overlap. */

import { basename } from "node:path";
import type { Command } from "commander";
import type { SegmentSize, SegmentsReport, Trend } from "../../segment/index.js";
import type { LimitInForce } from "../../understand/index.js";
import { answering } from "../answer.js";
import type { Answers } from "../schemas.js";
import { headline, inOrder, ownLast } from "../segment-order.js";
import { storeCommand } from "../store-command.js";
import { type StoreOptions, withStore } from "../store-folder.js";
import {
  amount,
  average,
  type Cell,
  coloursOf,
  percent,
  plural,
  readableInstant,
  shown,
  table,
  whole,
} from "../terminal.js";

export function segmentsCommand(program: Command): void {
  storeCommand(program, "segments")
    .summary("every segment with its size, revenue and trend")
    .description(
      "Lists every segment by its purpose: size, revenue, average order, who came and went since the\n" +
        "last refresh, and how many an earlier one in the order of rules for caps has already.",
    )
    .addHelpText(
      "after",
      `
Examples:
  tessera segments
  tessera segments --as-of 2026-11-01
  tessera segments --json | jq '.segments[] | {key, size}'`,
    )
    .action(answering("segments", segments));
}

async function segments(options: StoreOptions) {
  const { reportSegments } = await import("../../segment/index.js");
  const { limitsInForce } = await import("../../understand/index.js");
  return withStore(options, async ({ warehouse, library, asOf }) => {
    const report = await reportSegments(warehouse, library, { asOf });
    const all = { ...report, limits: limitsInForce(library) };
    return { json: segmentsJson(all), text: segmentsText(all) };
  });
}

/** The limits that sizes rest on stand beside them. */
export interface SegmentsShown extends SegmentsReport {
  readonly limits: readonly LimitInForce[];
}

export function segmentsJson(of: SegmentsShown): Answers["segments"] {
  const { asOf, people, limits, thin, segments } = of;
  return {
    asOf,
    people,
    thin: [...thin],
    limits: limits.map(({ name, value, from }) => ({ name, value, from })),
    segments: segments.map(({ needs, notes: _, ...segment }) => ({
      ...segment,
      needs: [...needs],
    })),
  };
}

export function segmentsText({ asOf, people, limits, thin, segments }: SegmentsShown): string {
  const { bold, dim } = coloursOf(process.stdout);
  const groups = [...new Set(segments.map(({ group }) => group))].sort(ownLast);
  const rows = groups.flatMap((group, i) => [
    ...(i === 0 ? [] : [[{ content: "", colSpan: COLUMNS.length }]]),
    [{ content: bold(headline(group)), colSpan: COLUMNS.length }],
    ...inOrder(segments.filter((segment) => segment.group === group)).map(row),
  ]);
  const since = segments.find(({ trend }) => trend !== null)?.trend?.since;
  return [
    `${plural(people, "person", "people")} as of ${readableInstant(asOf)}`,
    "",
    table(COLUMNS, rows),
    "",
    dim(
      "Revenue and orders of the 365 days before, net. Claimed: by a segment that goes before it",
    ),
    dim("in the order of rules for caps."),
    since === undefined
      ? dim("No trend: there is no refresh before (tessera refresh).")
      : dim(`Trend since the refresh of ${readableInstant(since)}.`),
    ...familiesText(segments).map(dim),
    ...limitsText(limits).map(dim),
    ...thinText(thin).map(dim),
  ].join("\n");
}

/** How to see the values of those that stand for many. */
function familiesText(segments: SegmentsReport["segments"]): string[] {
  const families = segments
    .filter(({ family, size }) => family && size > 0)
    .sort((a, b) => b.size - a.size)
    .map(({ key }) => key);
  const [first] = families;
  if (first === undefined) return [];
  const all = new Intl.ListFormat("en-GB", { type: "conjunction" }).format(families);
  return [`Value by value, of ${all}: tessera breakdown true --by ${first}.`];
}

/** "Limits: calibrated new_days 21; default frequent_orders 4." */
function limitsText(limits: readonly LimitInForce[]): string[] {
  const said = (from: string) =>
    from === "calibration" ? "calibrated" : from === "default" ? "default" : basename(from);
  const parts = [...new Set(limits.map(({ from }) => from))].map((from) => {
    const those = limits.filter((limit) => limit.from === from);
    return `${said(from)} ${those.map(({ name, value }) => `${name} ${shown(value)}`).join(", ")}`;
  });
  const none = limits.every(({ from }) => from === "default");
  return [
    `Limits: ${parts.join("; ")}.`,
    ...(none ? ["The store's own, if it has the history for them: tessera calibrate."] : []),
  ];
}

/** Few are named; a store of few people has them all. */
const THIN_NAMED = 3;

/** What sizes rest on that is little more than chance. */
export function thinText(thin: SegmentsReport["thin"]): string[] {
  const [first] = thin;
  if (first === undefined) return [];
  const named = thin.slice(0, THIN_NAMED).map(({ text, n }) => `${text} of ${whole(n)}`);
  const more = thin.length > named.length ? ", ..." : "";
  return [
    `Thin evidence: ${plural(thin.length, "percentile")} taken of too few to rely on (${named.join(", ")}${more}).`,
  ];
}

const COLUMNS = [
  { title: "Segment" },
  { title: "Name" },
  { title: "People", align: "right" },
  { title: "Share", align: "right" },
  { title: "Revenue 12 m", align: "right" },
  { title: "Avg order", align: "right" },
  { title: "Trend", align: "right" },
  { title: "Claimed", align: "right" },
] as const;

type Listed = SegmentSize & { readonly depth: number };

function row(segment: Listed): Cell[] {
  const { depth, key, name, size, share, revenue12m, averageOrder, trend, claimed, overrides } =
    segment;
  const { dim } = coloursOf(process.stdout);
  const own = overrides === null ? "" : dim(` (overrides ${overrides})`);
  const titles = [`${"  ".repeat(depth)}${key}`, `${name}${own}`];
  if (!segment.available) {
    const needs = `needs ${segment.needs.join(", ")}`;
    return [...titles, { content: needs, colSpan: COLUMNS.length - titles.length }];
  }
  return [
    ...titles,
    whole(size),
    percent(share),
    amount(revenue12m),
    average(averageOrder),
    trend === null ? "" : trendText(trend),
    claimed === null || size === 0 ? "" : percent(claimed / size),
  ];
}

function trendText({ difference, entered, left }: Trend): string {
  if (entered !== null && left !== null) return `+${whole(entered)} -${whole(left)}`;
  return difference > 0 ? `+${whole(difference)}` : whole(difference);
}
