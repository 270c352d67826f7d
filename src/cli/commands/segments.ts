/** `tessera segments`: every segment with its size, share and revenue. */

import type { Command } from "commander";
import type { SegmentSize, SegmentsReport } from "../../segment/index.js";
import { answering } from "../answer.js";
import type { Answers } from "../schemas.js";
import { storeCommand } from "../store-command.js";
import { type StoreOptions, withStore } from "../store-folder.js";
import { amount, coloursOf, percent, plural, readableInstant, table, whole } from "../terminal.js";

export function segmentsCommand(program: Command): void {
  storeCommand(program, "segments")
    .summary("every segment with its size, share and revenue")
    .description("Lists every segment with its size, its share of all people and its revenue.")
    .action(answering("segments", segments));
}

async function segments(options: StoreOptions) {
  const { reportSegments } = await import("../../segment/index.js");
  return withStore(options, async ({ warehouse, library, asOf }) => {
    const report = await reportSegments(warehouse, library, { asOf });
    return { json: segmentsJson(report), text: segmentsText(report) };
  });
}

export function segmentsJson({ asOf, people, segments }: SegmentsReport): Answers["segments"] {
  return {
    asOf,
    people,
    segments: segments.map(({ needs, notes: _, ...segment }) => ({
      ...segment,
      needs: [...needs],
    })),
  };
}

export function segmentsText({ asOf, people, segments }: SegmentsReport): string {
  const { bold, dim } = coloursOf(process.stdout);
  const available = segments.filter((segment) => segment.available);
  const missing = segments.filter((segment) => !segment.available);
  const groups = [...new Set(available.map(({ group }) => group))].sort(ownLast);
  const rows = groups.flatMap((group) => [
    [bold(headline(group)), "", "", "", ""],
    ...available.filter((segment) => segment.group === group).map(row),
    ["", "", "", "", ""],
  ]);
  const lines = [
    `${plural(people, "person", "people")} as of ${readableInstant(asOf)}`,
    "",
    table(
      [
        { title: "Segment" },
        { title: "Name" },
        { title: "People", align: "right" },
        { title: "Share", align: "right" },
        { title: "Revenue 12 m", align: "right" },
      ],
      rows,
    ),
  ];
  if (missing.length > 0) {
    lines.push(dim("Not shown, for want of facts:"));
    for (const { key, needs } of missing) lines.push(dim(`  ${key}: needs ${needs.join(", ")}`));
  }
  return lines.join("\n");
}

function row({ key, name, size, share, revenue12m }: SegmentSize): string[] {
  return [`  ${key}`, name, whole(size), percent(share), amount(revenue12m)];
}

/** Else in the order of the playbook. */
function ownLast(a: string, b: string): number {
  return Number(a === OWN) - Number(b === OWN);
}

const OWN = "own";

function headline(group: string): string {
  return group === OWN ? "Your own" : `${group.charAt(0).toUpperCase()}${group.slice(1)}`;
}
