/** `tessera erase ID`: removes a person from everything that the store keeps; `--list`: what was erased. */

import type { Command } from "commander";
import { AppError } from "../../base/index.js";
import type { Erased } from "../../collect/index.js";
import { type Answer, answering } from "../answer.js";
import { storeCommand } from "../store-command.js";
import {
  requireStore,
  type StoreOptions,
  withAnyLedger,
  withStore,
  withWarehouse,
} from "../store-folder.js";
import { plural, readableInstant, table, whole } from "../terminal.js";

interface EraseOptions extends StoreOptions {
  readonly reason?: string;
  readonly list?: boolean;
}

const EXAMPLES = `
Examples:
  tessera person email:ann@example.org                            first see who it is
  tessera export-person email:ann@example.org --out ann.json      and what is known
  tessera erase email:ann@example.org --reason "asked on 3 May"
  tessera erase --list                                            when, why and how much was erased`;

export function eraseCommand(program: Command): void {
  storeCommand(program, "erase")
    .summary("remove a person from everything that the store keeps")
    .description(
      "Removes all facts, identifiers, memberships, messages and rejected rows of a person, under " +
        "all of their identifiers, and keeps them from coming back with old files. It cannot be undone.",
    )
    .argument("[person]", "an identifier: email:ann@example.org, or user_id:17850")
    .option("--reason <text>", "why, for the record of erasures; do not name the person")
    .option("--list", "the erasures until now, instead")
    .addHelpText("after", EXAMPLES)
    .action(answering<Erases, Given>("erase", eraseOrList));
}

type Erases = "erase" | "erase --list";
type Given = readonly [person: string | undefined, options: EraseOptions];

async function eraseOrList(
  person: string | undefined,
  options: EraseOptions,
): Promise<Answer<Erases>> {
  const { list = false, reason } = options;
  if (list && person === undefined && reason === undefined) return listOf(options);
  if (!list && person !== undefined && reason !== undefined)
    return erase(person, { ...options, reason });
  throw new AppError("input.invalid", "An erasure has a person and a reason, a list has neither.", {
    hint: 'tessera erase ID --reason "asked on 3 May", or tessera erase --list',
  });
}

async function listOf(options: EraseOptions): Promise<Answer<"erase --list">> {
  const { listErasures } = await import("../../collect/index.js");
  requireStore(options.data);
  return withWarehouse(options.data, async (warehouse) => {
    const found = await listErasures(warehouse);
    const erasures = found.map((one) => ({ ...one, at: new Date(one.at).toISOString() }));
    const columns = [
      ...[{ title: "At" }, { title: "People", align: "right" as const }],
      ...[{ title: "Facts", align: "right" as const }, { title: "Reason" }],
    ];
    const rows = erasures.map(({ at, people, facts, reason }) => {
      return [readableInstant(at), whole(people), whole(facts), reason];
    });
    const text = rows.length === 0 ? "Nobody has been erased." : table(columns, rows);
    return { json: { erasures }, text };
  });
}

async function erase(
  text: string,
  options: StoreOptions & { readonly reason: string },
): Promise<Answer<"erase">> {
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
