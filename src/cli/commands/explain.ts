/**
 * `tessera explain`: why someone is, or is not, in a segment; and of all segments that someone is in,
 * or of two, which one speaks and how much it may offer.
 */

import type { Command } from "commander";
import { AppError } from "../../base/index.js";
import { type Answer, answering } from "../answer.js";
import { explainPairOf, explainRulesOf } from "../explain-rules.js";
import { hintingAtLate } from "../late-messages.js";
import { storeCommand } from "../store-command.js";
import { readTexts, type StoreOptions, withStore } from "../store-folder.js";
import { coloursOf, readableInstant, shown, table } from "../terminal.js";

const EXAMPLES = `
Examples:
  tessera explain 17850 vip           why someone is, or is not, a VIP
  tessera explain 17850 "affine_category('dresses')"
  tessera explain 17850               which of their segments speaks, and what it may offer
  tessera explain vip full_price      the same for whoever is in both

Somebody who is called like a segment is written with the kind: user_id:vip.`;

export function explainCommand(program: Command): void {
  storeCommand(program, "explain")
    .summary("why someone is in a segment; which segment speaks")
    .description(
      "With a segment: each of its conditions with the person's value and the threshold. Without " +
        "one, or for two segments: whose message is sent and which cap holds, by the order of rules.",
    )
    .argument("<person>", "an identifier from your files: 17850, or user_id:17850; or a segment")
    .argument("[segment]", "the segment's key, as tessera segments lists it, or any condition")
    .addHelpText("after", EXAMPLES)
    .action(answering<Explains, Given>("explain", explainGiven));
}

type Explains = "explain" | "explain PERSON" | "explain SEGMENT SEGMENT";
type Given = readonly [first: string, second: string | undefined, options: StoreOptions];

async function explainGiven(
  first: string,
  second: string | undefined,
  options: StoreOptions,
): Promise<Answer<Explains>> {
  const { isSegment } = await import("../../segment/index.js");
  const { library } = await readTexts(options);
  if (second === undefined) {
    if (!library.definitions.has(first)) return explainRulesOf(first, options);
    throw new AppError("input.invalid", `${first} is no person, but a word of the language.`, {
      hint: `tessera explain PERSON ${first} says why somebody is in it or not; tessera attributes ${first} shows what it means`,
    });
  }
  return isSegment(library, first)
    ? explainPairOf([first, second], options)
    : explain(first, second, options);
}

async function explain(
  person: string,
  segment: string,
  options: StoreOptions,
): Promise<Answer<"explain">> {
  const { explainPerson } = await import("../../segment/index.js");
  return withStore(options, async ({ warehouse, library, asOf }) => {
    const found = await hintingAtLate(options.data, () =>
      explainPerson(warehouse, library, person, segment, { asOf }),
    );
    const { bold, green, red } = coloursOf(process.stdout);
    const until = (due: string | null) => (due === null ? "" : readableInstant(due));
    const lines = [
      bold(`${person} is ${found.member ? "" : "not "}in ${segment}`) +
        ` as of ${readableInstant(found.asOf)}`,
      "",
      table(
        [
          { title: "Holds" },
          { title: "Condition" },
          { title: "Value", align: "right" },
          { title: "Threshold", align: "right" },
          { title: "At the earliest changes" },
        ],
        found.conditions.map(({ text, depth, type, value, threshold, holds, dueAt }) => [
          holds ? green("yes") : red("no"),
          `${"  ".repeat(depth)}${shortened(oneLine(text))}`,
          value === null && threshold === null ? "" : shown(value, type),
          threshold === null ? "" : shown(threshold, type),
          until(dueAt),
        ]),
      ),
    ];
    if (found.dueAt !== null) {
      lines.push("", `Without new facts the answer stands until ${until(found.dueAt)} at least.`);
    }
    return { json: { ...found, conditions: [...found.conditions] }, text: lines.join("\n") };
  });
}

/** Long ones are laid out in lines, which a table cannot hold. */
const oneLine = (text: string): string =>
  text
    .replaceAll(/\s*\n\s*/g, " ")
    .replaceAll("( ", "(")
    .replaceAll(" )", ")");

const CONDITION_WIDTH = 60;
const shortened = (text: string): string =>
  text.length > CONDITION_WIDTH ? `${text.slice(0, CONDITION_WIDTH - 3)}...` : text;
