/** `tessera consents ID`: what a person allowed and forbade, with what proves it. */

import type { Command } from "commander";
import { type Answer, answering } from "../answer.js";
import { storeCommand } from "../store-command.js";
import { type StoreOptions, withStore } from "../store-folder.js";
import { readableInstant, table } from "../terminal.js";

export function consentsCommand(program: Command): void {
  storeCommand(program, "consents")
    .summary("what a person allowed and forbade, with the proof")
    .description(
      "Every statement on consent, by channel and purpose: when it was said and known, by which " +
        "source, on which legal basis, to which wording, from where. Nothing is ever replaced.",
    )
    .argument("<person>", "an identifier from your files: 17850, or user_id:17850")
    .action(answering("consents", consents));
}

async function consents(text: string, options: StoreOptions): Promise<Answer<"consents">> {
  const { consentsOfPerson } = await import("../../segment/index.js");
  return withStore(options, async ({ warehouse, asOf }) => {
    const { person, statements } = await consentsOfPerson(warehouse, text, { asOf });
    const titles = ["At", "Channel", "Purpose", "Status", "Source", "Basis", "Wording", "From"];
    const rows = statements.map((said) => [
      readableInstant(said.at),
      said.channel,
      said.purpose,
      said.confirmedAt === null ? said.status : `${said.status}, confirmed ${said.confirmedAt}`,
      said.source,
      said.basis ?? "",
      said.wording ?? "",
      [said.ip, said.country].filter((part) => part !== null).join(", "),
    ]);
    return {
      json: { person, asOf: new Date(asOf).toISOString(), statements: [...statements] },
      text:
        rows.length === 0
          ? "Nothing was ever said of consent: it is not given."
          : table(
              titles.map((title) => ({ title })),
              rows,
            ),
    };
  });
}
