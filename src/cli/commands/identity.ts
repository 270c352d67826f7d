/** `tessera identity`: undoes a merge of people, or makes two people one. */

import { Argument, type Command } from "commander";
import { AppError } from "../../base/index.js";
import type { Move } from "../../collect/index.js";
import { type Answer, answering } from "../answer.js";
import { storeCommand } from "../store-command.js";
import { type Store, type StoreOptions, withStore } from "../store-folder.js";
import { plural, readableInstant, table, whole } from "../terminal.js";

interface IdentityOptions extends StoreOptions {
  readonly dryRun?: boolean;
}

type Action = "split" | "merge";

const EXAMPLES = `
Examples:
  tessera identity split email:shared@example.org --dry-run
  tessera identity merge anonymous_id:d41 user_id:17850`;

export function identityCommand(program: Command): void {
  storeCommand(program, "identity")
    .summary("undo a merge of people, or make two people one")
    .description(
      "split: the identifier leaves its person, with its own facts, from now on and whatever files " +
        "come again. merge: the person of the first identifier becomes the second one's.",
    )
    .addArgument(new Argument("<action>", "what to do").choices(["split", "merge"]))
    .argument("<identifier...>", "as tessera person shows them: one to split, two to merge")
    .option("--dry-run", "say what would move, and change nothing")
    .addHelpText("after", EXAMPLES)
    .action(answering("identity", identity));
}

async function identity(
  action: Action,
  identifiers: readonly string[],
  options: IdentityOptions,
): Promise<Answer<"identity">> {
  const [one = "", into = "", ...more] = identifiers;
  if (more.length > 0 || (into === "") !== (action === "split"))
    throw new AppError(
      "input.invalid",
      `${action} takes ${action === "split" ? "one identifier" : "two"}`,
    );
  const { mergeIdentifiers, splitIdentifier } = await import("../../collect/index.js");
  const work = async ({ warehouse, asOf }: Store) => {
    const dryRun = options.dryRun === true;
    const asked = { now: asOf, dryRun };
    const moves =
      action === "split"
        ? await splitIdentifier(warehouse, one, asked)
        : await mergeIdentifiers(warehouse, [one, into], asked);
    const at = new Date(asOf).toISOString();
    return {
      json: { action, at, dryRun, moves: [...moves] },
      text: identityText(moves, { at, dryRun }),
    };
  };
  return withStore(options, work, { alone: true });
}

function identityText(
  moves: readonly Move[],
  { at, dryRun }: { readonly at: string; readonly dryRun: boolean },
): string {
  const what = dryRun ? "would move" : moves.length === 1 ? "moves" : "move";
  return [
    `${plural(moves.length, "identifier")} ${what}, from ${readableInstant(at)} on:`,
    table(
      [
        { title: "Identifier" },
        { title: "From person" },
        { title: "To person" },
        { title: "Facts", align: "right" },
      ],
      moves.map(({ kind, value, from, to, facts }) => [`${kind}:${value}`, from, to, whole(facts)]),
    ),
    ...(dryRun ? [] : ["Segments follow with the next tessera refresh."]),
  ].join("\n");
}
