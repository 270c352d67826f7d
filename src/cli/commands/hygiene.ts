/** `tessera hygiene`: what is wrong with the data, by name, and whom segments leave out for it. */

import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Command, Option } from "commander";
import type { HygieneGroup, HygieneReport, MarkReport } from "../../collect/index.js";
import { type Answer, answering } from "../answer.js";
import type { Answers } from "../schemas.js";
import { sameStore, storeCommand } from "../store-command.js";
import { type StoreOptions, withStore } from "../store-folder.js";
import { amount, coloursOf, percent, plural, readableInstant, table, whole } from "../terminal.js";

interface HygieneCommandOptions extends StoreOptions {
  readonly propose?: boolean;
  readonly apply?: boolean;
}

const EXAMPLES = 5;

export function hygieneCommand(program: Command): void {
  storeCommand(program, "hygiene")
    .summary("what is wrong with the data, and whom segments leave out")
    .description(
      "Names business buyers, staff, resellers, junk identifiers and other faults of the data.",
    )
    .option("--propose", "write what was found to hygiene.yaml, for you to confirm or release")
    .addOption(
      // As of an earlier instant there would be fewer people to mark, and the others would lose it.
      new Option(
        "--apply",
        "make segments respect hygiene.yaml now, not with the next import",
      ).conflicts("asOf"),
    )
    .action(answering("hygiene", hygiene));
}

async function hygiene(options: HygieneCommandOptions): Promise<Answer<"hygiene">> {
  const { markPeople, PROPOSED_ENTRIES, proposalText, readCorrections, reportHygiene } =
    await import("../../collect/index.js");
  const corrections = readCorrections(options.data);
  return withStore(options, async ({ warehouse, folder, settings, asOf }) => {
    const applied = options.apply
      ? await markPeople(warehouse, { corrections, now: asOf })
      : undefined;
    const examples = options.propose ? PROPOSED_ENTRIES : EXAMPLES;
    const asked = { asOf, timeZone: settings.timeZone, corrections, examples };
    const report = await reportHygiene(warehouse, asked);
    const proposal = options.propose ? writeProposal(folder, proposalText(report)) : undefined;
    const groups = report.groups.map((group) => ({
      ...group,
      examples: group.examples.slice(0, EXAMPLES),
    }));
    const shown = { ...report, groups };
    return {
      json: hygieneJson(shown, { applied, proposal }),
      text: hygieneText(shown, { applied, proposal, options }),
    };
  });
}

/** A file that a person may have edited is never written over. */
function writeProposal(folder: string, text: string): string {
  const path = join(folder, "hygiene.yaml");
  const free = existsSync(path) ? join(folder, "hygiene.proposed.yaml") : path;
  writeFileSync(free, text);
  return free;
}

interface Done {
  readonly applied: MarkReport | undefined;
  readonly proposal: string | undefined;
}

function hygieneJson(report: HygieneReport, { applied, proposal }: Done): Answers["hygiene"] {
  return {
    ...report,
    groups: report.groups.map(({ noun: _, ...group }) => ({
      ...group,
      examples: [...group.examples],
    })),
    applied: applied ?? null,
    proposal: proposal ?? null,
  };
}

function hygieneText(
  report: HygieneReport,
  { applied, proposal, options }: Done & { readonly options: HygieneCommandOptions },
): string {
  const { asOf, people, lines, revenue, groups } = report;
  const found = groups.filter((group) => group.found > 0);
  const names = (of: readonly HygieneGroup[]) => of.map(({ title }) => title).join(", ");
  const off = groups.filter((group) => group.off);
  const nothing = groups.filter((group) => !group.off && group.found === 0);
  return [
    `${plural(people, "person", "people")}, ${plural(lines, "line")}, net revenue ` +
      `${amount(revenue)} as of ${readableInstant(asOf)}`,
    ...(found.length > 0 ? ["", groupsTable(found)] : []),
    ...found.flatMap(details),
    "",
    ...(nothing.length > 0 ? [`Nothing found: ${names(nothing)}.`] : []),
    ...(off.length > 0 ? [`Switched off in hygiene.yaml: ${names(off)}.`] : []),
    ...(applied
      ? [`Applied: ${whole(applied.marked)} marked anew, ${whole(applied.unmarked)} no longer.`]
      : []),
    proposal === undefined
      ? `To confirm or correct this: npx tessera hygiene --propose${sameStore(options)}`
      : `Written: ${proposal}. Edit it, then: npx tessera hygiene --apply${sameStore({ data: options.data })}`,
  ].join("\n");
}

function groupsTable(groups: readonly HygieneGroup[]): string {
  const right = (title: string) => ({ title, align: "right" as const });
  return table(
    [
      { title: "Group" },
      right("Found"),
      right("People"),
      right("Lines"),
      right("Revenue"),
      { title: "What follows" },
    ],
    groups.map(({ title, found, noun, share, effect }) => [
      title,
      plural(found, noun[0], noun[1]),
      percent(share.people),
      percent(share.lines),
      percent(share.revenue),
      effect,
    ]),
  );
}

function details({ title, rule, examples, found }: HygieneGroup): string[] {
  const { bold, dim } = coloursOf(process.stdout);
  const rows = examples.map(({ member, reason }) => [`  ${member}`, reason]);
  const more = found - examples.length;
  return [
    "",
    `${bold(title)}: ${rule}`,
    table([{ title: "" }, { title: "" }], rows),
    ...(more > 0 ? [dim(`  and ${whole(more)} more`)] : []),
  ];
}
