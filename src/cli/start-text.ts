/** What `tessera start` prints: about a screen and a half, made of its JSON alone. */

import type { Answers } from "./schemas.js";
import { headline, inOrder, ownLast } from "./segment-order.js";
import { average, coloursOf, plural, readableInstant, table, whole } from "./terminal.js";

type Start = Answers["start"];

export function startText({ folder, segments, examples, actions, phases, next }: Start): string {
  const { bold, dim } = coloursOf(process.stdout);
  const season = phases.length === 0 ? "" : ` (season: ${phases.join(", ")})`;
  return [
    `A demo store in ${folder}: two years of orders, two months of visits,`,
    `${plural(segments.people, "person", "people")} as of ${readableInstant(segments.asOf)}${season}.`,
    "",
    bold("The playbook: segments by purpose, and how many people are in each"),
    ...playbookLines(segments.segments),
    "",
    bold("Segments crossed: the people left after each condition"),
    ...examples.flatMap(exampleLines),
    "",
    bold("The most valuable things to do now"),
    ...actions.flatMap((action, i) => actionLines(action, i + 1)),
    dim("  Offers: L0 none, L1 access, L2 free shipping or a gift, L3 up to 10 %, L4 up to 20 %,"),
    dim("  L5 the deepest public one. How these three were found: docs/actions.md."),
    "",
    bold("Try next"),
    ...next.flatMap(({ what, command }) => [dim(`  # ${what}`), `  ${command}`]),
  ].join("\n");
}

/** A paragraph for each purpose; parts in brackets behind what they are a part of. */
function playbookLines(segments: Start["segments"]["segments"]): string[] {
  const { dim } = coloursOf(process.stdout);
  const groups = [...new Set(segments.map(({ group }) => group))].sort(ownLast);
  const width = Math.max(...groups.map((group) => headline(group).length)) + 4;
  return groups.flatMap((group) => {
    const listed = inOrder(segments.filter((segment) => segment.group === group));
    const items = listed.map(({ depth, key, size, available, needs }, i) => {
      const next = listed[i + 1]?.depth ?? 1;
      const [open, close] = [depth > (listed[i - 1]?.depth ?? 1), Math.max(0, depth - next)];
      const count = available ? whole(size) : `needs ${needs.join(", ")}`;
      const end = `${")".repeat(close)}${i === listed.length - 1 || next > depth ? "" : ","}`;
      return `${open ? "(" : ""}${key} ${count}${end}`;
    });
    return wrapped(items, width).map((line, i) => {
      const title = i === 0 ? headline(group) : "";
      return dim(`  ${title}`.padEnd(width)) + line;
    });
  });
}

/** So many characters a line, which a terminal of any usual width shows. */
const LINE = 100;

function wrapped(items: readonly string[], indent: number): string[] {
  const lines: string[] = [];
  for (const item of items) {
    const last = lines.at(-1);
    if (last !== undefined && indent + last.length + 1 + item.length <= LINE)
      lines[lines.length - 1] = `${last} ${item}`;
    else lines.push(item);
  }
  return lines;
}

function exampleLines({ name, steps, needs }: Start["examples"][number]): string[] {
  const { dim } = coloursOf(process.stdout);
  if (needs.length > 0) return [`  ${name}: needs ${needs.join(", ")}`];
  const rows = steps.map(({ expr, size }, i) => [
    dim(`    ${i === 0 ? "   " : "and"} ${expr}`),
    whole(size),
  ]);
  const columns = [{ title: "" }, { title: "", align: "right" }] as const;
  return [`  ${name}`, table(columns, rows)];
}

function actionLines(action: Start["actions"][number], place: number): string[] {
  const { bold } = coloursOf(process.stdout);
  const { name, intent, channel, timing, cap, size, people, averageOrder, worth, command } = action;
  const who = people === size ? `all ${whole(size)}` : `${whole(people)} of its ${whole(size)}`;
  const when = timing === "any" ? "at any time" : timing;
  return [
    `  ${place}. ${bold(`"${name}"`)} (${intent}): speak to ${who} people`,
    `     via ${channel}; ${when}; with an offer of at most ${cap}.`,
    `     An order of each, at ${average(averageOrder)} on average, brings ${whole(worth)}.`,
    `     ${command}`,
  ];
}
