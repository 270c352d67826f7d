/** `tessera erase ID`: removes a person from everything that the store keeps. */

import type { Command } from "commander";
import type { Erased } from "../../collect/index.js";
import { type Answer, answering } from "../answer.js";
import { storeCommand } from "../store-command.js";
import { type StoreOptions, withAnyLedger, withStore } from "../store-folder.js";
import { plural } from "../terminal.js";

interface EraseOptions extends StoreOptions {
  readonly reason: string;
}

const EXAMPLES = `
Examples:
  tessera person email:ann@example.org                            first see who it is
  tessera export-person email:ann@example.org --out ann.json      and what is known
  tessera erase email:ann@example.org --reason "asked on 3 May"`;

export function eraseCommand(program: Command): void {
  storeCommand(program, "erase")
    .summary("remove a person from everything that the store keeps")
    .description(
      "Removes all facts, identifiers, memberships, messages and rejected rows of a person, under " +
        "all of their identifiers, and keeps them from coming back with old files. It cannot be undone.",
    )
    .argument("<person>", "an identifier: email:ann@example.org, or user_id:17850")
    .requiredOption("--reason <text>", "why, for the record of erasures; do not name the person")
    .addHelpText("after", EXAMPLES)
    .action(answering("erase", erase));
}

async function erase(text: string, options: EraseOptions): Promise<Answer<"erase">> {
  const { erasePerson } = await import("../../collect/index.js");
  const { findPerson } = await import("../../segment/index.js");
  const { data: dataDir, reason } = options;
  return withStore(
    options,
    async ({ warehouse }) => {
      const now = Date.now();
      const person = await findPerson(warehouse, text, now);
      const erased = await withAnyLedger(dataDir, (ledger) =>
        erasePerson(warehouse, person, { now, reason, dataDir, ledger }),
      );
      const { facts, messages, rejects, elsewhere } = erased;
      const counts = { identifiers: erased.identifiers.length, facts, messages, rejects };
      return {
        json: { person: String(person), ...counts, elsewhere: [...elsewhere] },
        text: eraseText(erased),
      };
    },
    { importing: true },
  );
}

function eraseText({ identifiers, facts, messages, rejects, elsewhere }: Erased): string {
  return [
    `Erased: ${plural(facts, "fact")}, ${plural(identifiers.length, "identifier")}, ` +
      `${plural(messages, "message")} of the intake log, ${plural(rejects, "rejected row")}.`,
    "The person may still be read in what is not the store's to change:",
    ...elsewhere.map((place) => `  ${place}`),
  ].join("\n");
}
