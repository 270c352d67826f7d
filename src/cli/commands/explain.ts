/** `tessera explain PERSON SEGMENT`: why someone is, or is not, in a segment. */

import type { Command } from "commander";
import { answering } from "../answer.js";
import { storeCommand } from "../store-command.js";
import { type StoreOptions, withStore } from "../store-folder.js";
import { coloursOf, readableInstant, shown, table } from "../terminal.js";

export function explainCommand(program: Command): void {
  storeCommand(program, "explain")
    .summary("why a person is, or is not, in a segment")
    .description("Shows each condition of a segment with the person's value and the threshold.")
    .argument("<person>", "an identifier from your files: 17850, or user_id:17850")
    .argument("<segment>", "the segment's key, as tessera segments lists it")
    .action(answering("explain", explain));
}

async function explain(person: string, segment: string, options: StoreOptions) {
  const { explainPerson } = await import("../../segment/index.js");
  return withStore(options, async ({ warehouse, library, asOf }) => {
    const found = await explainPerson(warehouse, library, person, segment, { asOf });
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
        found.conditions.map(({ text, value, threshold, holds, dueAt }) => [
          holds ? green("yes") : red("no"),
          text,
          shown(value),
          shown(threshold),
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
