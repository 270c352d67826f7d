/** `tessera count EXPR`: how many people a condition holds for. */

import type { Command } from "commander";
import { answering } from "../answer.js";
import { storeCommand } from "../store-command.js";
import { type StoreOptions, withStore } from "../store-folder.js";
import { percent, plural, readableInstant } from "../terminal.js";

export function countCommand(program: Command): void {
  storeCommand(program, "count")
    .summary("how many people a condition holds for")
    .description("How many people a condition of the segment language holds for.")
    .argument("<expression>", "the condition, in quotes")
    .action(answering("count", count));
}

async function count(expression: string, options: StoreOptions) {
  const { countPeople } = await import("../../segment/index.js");
  return withStore(options, async ({ warehouse, library, asOf }) => {
    const { count, people } = await countPeople(warehouse, library, expression, { asOf });
    const instant = new Date(asOf).toISOString();
    const share =
      people === 0 ? "" : ` (${percent(count / people)} of ${plural(people, "person", "people")})`;
    return {
      json: { count, people, asOf: instant },
      text: `${plural(count, "person", "people")}${share} as of ${readableInstant(instant)}`,
    };
  });
}
