/**
 * A first `hygiene.yaml`: what the report found, each entry with its reason and commented out.
 * Nothing in it counts until a person has taken a # away.
 */

import { STANDS_FOR_NONE } from "./identifiers.js";
import type { HygieneExample, HygieneGroup, HygieneReport } from "./report.js";

/** Entries per group; the report says how many there are. */
export const PROPOSED_ENTRIES = 200;

/** `report` with up to `PROPOSED_ENTRIES` examples per group. */
export function proposalText({ asOf, groups }: HygieneReport): string {
  return [
    `# What tessera hygiene found as of ${asOf}. Every entry is commented out: take the # away`,
    "# from those that are so. An entry of `confirm` is in the group and one of `release` is not,",
    '# whatever the rule says; "off" in place of the lists switches a group off. The next import',
    "# respects this file, and tessera hygiene --apply does at once.",
    ...groups.filter(({ found }) => found > 0).flatMap(groupLines),
    "",
  ].join("\n");
}

function groupLines(group: HygieneGroup): string[] {
  const { key, title, rule, effect, found, noun, examples } = group;
  const count = `${found} ${found === 1 ? noun[0] : noun[1]}`;
  const more = found - examples.length;
  return [
    "",
    `# ${title}: ${comment(rule)}.`,
    `# ${count}; ${effect}.${more > 0 ? ` The first ${examples.length}:` : ""}`,
    `${key}:`,
    ...listLines(
      "confirm",
      examples.filter((example) => waits(group, example)),
    ),
    ...listLines(
      "release",
      examples.filter((example) => !waits(group, example)),
    ),
  ];
}

/** Whether nothing follows from it until a person confirms it. */
function waits({ effect }: HygieneGroup, { reason }: HygieneExample): boolean {
  if (effect === "identifies nobody") return reason !== STANDS_FOR_NONE;
  return effect === "left out once confirmed";
}

function listLines(list: "confirm" | "release", examples: readonly HygieneExample[]): string[] {
  return examples.length === 0 ? [] : [`  ${list}:`, ...examples.map(entryLine)];
}

/** JSON texts are YAML texts, whatever is in them. */
function entryLine({ member, reason }: HygieneExample): string {
  return `    # - ${JSON.stringify(member)}${reason === "" ? "" : `  # ${comment(reason)}`}`;
}

const comment = (text: string): string => text.replace(/\p{Cc}+/gu, " ");
