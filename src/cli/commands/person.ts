/** `tessera person ID`: all that is known of one person, as of an instant. */

import { type Command, InvalidArgumentError } from "commander";
import type { Portrait } from "../../segment/index.js";
import { type Answer, answering } from "../answer.js";
import { hintingAtLate } from "../late-messages.js";
import { storeCommand } from "../store-command.js";
import { type StoreOptions, withStore } from "../store-folder.js";
import { coloursOf, plural, readableInstant, shown, table, whole } from "../terminal.js";

interface PersonOptions extends StoreOptions {
  readonly facts: number;
}

const FACTS = 20;
const MOST_FACTS = 10_000;

const EXAMPLES = `
Examples:
  tessera person 17850
  tessera person email:ann@example.org --facts 100
  tessera person user_id:17850 --as-of 2026-10-01`;

export function personCommand(program: Command): void {
  storeCommand(program, "person")
    .summary("all that is known of one person")
    .description(
      "Shows a person's identifiers, consents, segments with since when and until when at least, " +
        "attributes, and last facts.",
    )
    .argument("<person>", "an identifier from your files: 17850, or user_id:17850")
    .option("--facts <n>", "how many of the last facts", factsOf, FACTS)
    .addHelpText("after", EXAMPLES)
    .action(answering("person", person));
}

function factsOf(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > MOST_FACTS)
    throw new InvalidArgumentError(`Write a number from 0 to ${whole(MOST_FACTS)}.`);
  return Number(text);
}

async function person(text: string, options: PersonOptions): Promise<Answer<"person">> {
  const { portrayPerson } = await import("../../segment/index.js");
  return withStore(options, async ({ warehouse, library, asOf }) => {
    const { data, facts } = options;
    const asked = { asOf, facts };
    const found = await hintingAtLate(data, () => portrayPerson(warehouse, library, text, asked));
    const { identifiers, links, consents, memberships, attributes, timeline } = found;
    return {
      json: {
        ...found,
        identifiers: [...identifiers],
        links: [...links],
        consents: [...consents],
        memberships: [...memberships],
        attributes: [...attributes],
        timeline: { ...timeline, facts: [...timeline.facts] },
      },
      text: personText(text, found),
    };
  });
}

function personText(text: string, found: Portrait): string {
  const { bold, dim } = coloursOf(process.stdout);
  const known = found.attributes.filter(({ value }) => value !== null);
  const { memberships, timeline } = found;
  return [
    `${bold(text)} as of ${readableInstant(found.asOf)}`,
    ...part("Identifiers", identifierRows(found)),
    ...part("Seen together", linkRows(found)),
    ...part("Consents", consentRows(found)),
    ...part(plural(memberships.length, "segment"), membershipRows(found), [
      "Segment",
      "Name",
      "Since",
      "Until at least",
    ]),
    ...part(
      "Attributes",
      known.map(({ name, type, value }) => [name, shown(value, type)]),
    ),
    dim(`  not known: ${plural(found.attributes.length - known.length, "attribute")}`),
    ...part(
      `Last ${whole(timeline.facts.length)} of ${plural(timeline.total, "fact")}`,
      timeline.facts.map(({ at, knownAt, text }) => [
        readableInstant(at),
        knownAt === null ? text : `${text} (known ${readableInstant(knownAt)})`,
      ]),
    ),
  ].join("\n");
}

function part(
  title: string,
  rows: readonly (readonly string[])[],
  titles: readonly string[] = rows[0]?.map(() => "") ?? [],
): string[] {
  const { bold } = coloursOf(process.stdout);
  if (rows.length === 0) return [];
  const indented = rows.map(([first = "", ...more]) => [`  ${first}`, ...more]);
  const [first = "", ...more] = titles;
  const headings = [first === "" ? "" : `  ${first}`, ...more].map((heading) => ({
    title: heading,
  }));
  return ["", bold(title), table(headings, indented)];
}

const identifierRows = ({ person, identifiers }: Portrait): string[][] => [
  ["person", person, "Tessera's own id"],
  ...identifiers.map(({ kind, value, since, cause }) => [
    kind,
    value,
    since === null ? "" : `since ${readableInstant(since)}: ${cause}`,
  ]),
];

/** What is in common with others is why they are a household, or why a device is a kiosk. */
const linkRows = ({ links }: Portrait): string[][] =>
  links.map(({ kind, value, with: other, how, since, person }) => [
    `${kind}:${value}`,
    how === "split" ? "split" : `${HOW[how]} ${other.kind}:${other.value}`,
    `since ${readableInstant(since)}${person === null ? "" : `, somebody else (${person})`}`,
  ]);

const HOW = {
  together: "in one record with",
  device: "the device of",
  household: "given by",
  merge: "merged with",
} as const;

const consentRows = ({ consents }: Portrait): string[][] =>
  consents.map(({ channel, purpose, status, since, by }) => [
    purpose === "bulk" ? channel : `${channel}, ${purpose}`,
    { granted: "yes", denied: "no", pending: "not confirmed" }[status],
    `since ${readableInstant(since)}${by === "unsubscribed" ? ", by unsubscribing" : ""}`,
  ]);

function membershipRows({ memberships }: Portrait): string[][] {
  const { dim } = coloursOf(process.stdout);
  return memberships.map(({ key, name, since, cause, dueAt }) => [
    key,
    name,
    since === null
      ? dim("not in the log")
      : cause === "definition"
        ? `${readableInstant(since)} or before`
        : readableInstant(since),
    dueAt === null ? "" : readableInstant(dueAt),
  ]);
}
