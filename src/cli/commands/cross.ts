/** `tessera cross EXPR...`: conditions one after another, with the people left after each. */

import type { Command } from "commander";
import type { CrossReport } from "../../segment/index.js";
import { answering } from "../answer.js";
import { storeCommand } from "../store-command.js";
import { type StoreOptions, withStore } from "../store-folder.js";
import { amount, percent, readableInstant, table, whole } from "../terminal.js";

export function crossCommand(program: Command): void {
  storeCommand(program, "cross")
    .summary("cross conditions: the people left after each")
    .description("Crosses conditions: how many people are left after each, and their revenue.")
    .argument("<expressions...>", "conditions, each in quotes")
    .action(answering("cross", cross));
}

async function cross(expressions: readonly string[], options: StoreOptions) {
  const { crossPeople } = await import("../../segment/index.js");
  return withStore(options, async ({ warehouse, library, asOf }) => {
    const { people, steps } = await crossPeople(warehouse, library, expressions, { asOf });
    const json = { asOf: new Date(asOf).toISOString(), people, steps: [...steps] };
    return {
      json,
      text: `${crossTable(json)}\nAs of ${readableInstant(json.asOf)}; revenue of the 365 days before, net.`,
    };
  });
}

export function crossTable({ people, steps }: Omit<CrossReport, "asOf">): string {
  return table(
    [
      { title: "Condition" },
      { title: "People", align: "right" },
      { title: "Share", align: "right" },
      { title: "Revenue 12 m", align: "right" },
    ],
    [
      ["everyone", whole(people), percent(people === 0 ? 0 : 1), ""],
      ...steps.map(({ expr, size, revenue }, i) => [
        `${i === 0 ? "   " : "and"} ${expr}`,
        whole(size),
        percent(people === 0 ? 0 : size / people),
        amount(revenue),
      ]),
    ],
  );
}
