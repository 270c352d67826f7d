/** `tessera export-person ID --out FILE`: all that the store holds of a person, as one document. */

import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import { type Answer, answering } from "../answer.js";
import { storeCommand } from "../store-command.js";
import { type StoreOptions, withAnyLedger, withStore } from "../store-folder.js";
import { plural } from "../terminal.js";

interface ExportOptions extends StoreOptions {
  readonly out: string;
}

export function exportPersonCommand(program: Command): void {
  storeCommand(program, "export-person")
    .summary("all that the store holds of a person, as a file")
    .description(
      "Writes identifiers, every version of every fact (traits and consents are facts), memberships, " +
        "messages of the intake log and rejected rows of a person into a JSON file.",
    )
    .argument("<person>", "an identifier: email:ann@example.org, or user_id:17850")
    .requiredOption("--out <file>", "the JSON file to write")
    .action(answering("export-person", exportToFile));
}

async function exportToFile(
  text: string,
  options: ExportOptions,
): Promise<Answer<"export-person">> {
  const { exportPerson } = await import("../../collect/index.js");
  const { findPerson } = await import("../../segment/index.js");
  const { data: dataDir, out } = options;
  return withStore(options, async ({ warehouse }) => {
    const person = await findPerson(warehouse, text, Date.now());
    const all = await withAnyLedger(dataDir, (ledger) =>
      exportPerson(warehouse, person, { dataDir, ledger }),
    );
    writeFileSync(out, `${JSON.stringify(all, null, 2)}\n`, { mode: 0o600 });
    const { identifiers, facts, memberships, messages, rejects } = all;
    const counts = {
      ...{ identifiers: identifiers.length, facts: facts.length, memberships: memberships.length },
      ...{ messages: messages.length, rejects: rejects.length },
    };
    return {
      json: { person: String(person), file: out, ...counts },
      text: `${plural(facts.length, "fact")} and what else is known of ${text} are in ${out}.`,
    };
  });
}
