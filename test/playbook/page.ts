/** The list of ready segments on docs/playbook.md, made from their notes. */

import { noteOf } from "../../src/segment/notes.js";
import { playbookTexts } from "../../src/segment/playbook/index.js";
import type { SegmentDeclaration } from "../../src/segment/syntax/index.js";
import { parsed } from "./library.js";

const COLUMNS = [
  "row",
  "segment",
  "name",
  "for",
  "channel",
  "most that may be added",
  "needs",
] as const;

export function playbookSection(): string {
  return playbookTexts()
    .flatMap(({ file, text }) => {
      const segments = parsed(text).declarations.flatMap((d) => (d.kind === "segment" ? [d] : []));
      return segments.length === 0 ? [] : [[`### ${file}`, "", ...table(segments)].join("\n")];
    })
    .join("\n\n");
}

function table(segments: readonly SegmentDeclaration[]): readonly string[] {
  return [
    `| ${COLUMNS.join(" | ")} |`,
    `|${COLUMNS.map(() => "---").join("|")}|`,
    ...segments.map((s) => `| ${cells(s).join(" | ")} |`),
  ];
}

function cells({ name, title = "", notes, parameters }: SegmentDeclaration): readonly string[] {
  const note = (key: Parameters<typeof noteOf>[1]) => noteOf(notes, key) ?? "";
  const part = note("part_of");
  const instead = note("fallback");
  const row = note("number") || note("guard") || (note("example") && `example ${note("example")}`);
  const key = parameters.length === 0 ? name : `${name}(${parameters.join(", ")})`;
  return [
    row || (part && "part"),
    `\`${key}\``,
    title,
    instead === "" ? note("intent") : `${note("intent")} (for now: ${instead})`,
    note("channel"),
    note("cap"),
    note("needs"),
  ];
}
