/** What the order of rules makes of a person, or of two segments, as text and JSON. */

import type { Decision, RulesOfPair, RulesOfPerson } from "../segment/index.js";
import type { Answer } from "./answer.js";
import type { Answers } from "./schemas.js";
import { readTexts, type StoreOptions, withStore } from "./store-folder.js";
import { coloursOf, plural, readableInstant, table, whole } from "./terminal.js";

export async function explainRulesOf(
  person: string,
  options: StoreOptions,
): Promise<Answer<"explain PERSON">> {
  const { explainRules } = await import("../segment/index.js");
  return withStore(options, async ({ warehouse, library, asOf }) => {
    const found = await explainRules(warehouse, library, person, { asOf });
    const { memberships, person: id } = found;
    const json = { person: id, asOf: found.asOf, memberships: [...memberships] };
    return { json: { ...json, ...decisionJson(found) }, text: rulesText(person, found) };
  });
}

export async function explainPairOf(
  keys: readonly [string, string],
  options: StoreOptions,
): Promise<Answer<"explain SEGMENT SEGMENT">> {
  const { countPeople, crossPeople, explainPair } = await import("../segment/index.js");
  const { library } = await readTexts(options);
  const pair = explainPair(library, keys);
  return withStore(options, async ({ warehouse, asOf }) => {
    const bare = keys.some((key) => library.definitions.get(key)?.declaration.parameters.length);
    const [first, second] = keys;
    const people = bare
      ? null
      : await crossPeople(warehouse, library, [first, second], { asOf }).then(
          async ({ steps }) => ({
            first: steps[0]?.size ?? 0,
            second: (await countPeople(warehouse, library, second, { asOf })).count,
            both: steps[1]?.size ?? 0,
          }),
        );
    const instant = new Date(asOf).toISOString();
    const { elsewhere } = pair;
    const json = {
      segments: [...keys],
      asOf: instant,
      people,
      ...decisionJson(pair.decision),
      elsewhere: elsewhere && { when: [...elsewhere.when], ...decisionJson(elsewhere.decision) },
    };
    return { json, text: pairText(pair, people, instant) };
  });
}

type DecisionJson = Pick<Answers["explain PERSON"], "guards" | "message" | "value" | "cap">;

function decisionJson({ guards, message, value, cap }: Decision): DecisionJson {
  return {
    guards: guards.map((guard) => ({ ...guard, blocks: [...guard.blocks] })),
    message: {
      winner: message.winner && { ...message.winner, channels: [...message.winner.channels] },
      losers: [...message.losers],
    },
    value: { winner: value.winner, losers: [...value.losers] },
    cap: { winner: cap.winner && { ...cap.winner }, losers: [...cap.losers] },
  };
}

function rulesText(person: string, found: RulesOfPerson): string {
  const { bold } = coloursOf(process.stdout);
  const { memberships } = found;
  const rows = memberships.map(({ key, name, group, dueAt }) => [
    key,
    name,
    group,
    dueAt === null ? "" : readableInstant(dueAt),
  ]);
  const titles = ["Segment", "Name", "Purpose", "Ends at the earliest"].map((title) => ({ title }));
  return [
    bold(`${person} is in ${plural(memberships.length, "segment")}`) +
      ` as of ${readableInstant(found.asOf)}`,
    ...(rows.length > 0 ? ["", table(titles, rows)] : []),
    "",
    ...decisionText(found),
  ].join("\n");
}

function pairText(
  { segments: [first, second], decision, elsewhere }: RulesOfPair,
  people: Answers["explain SEGMENT SEGMENT"]["people"],
  asOf: string,
): string {
  const { bold } = coloursOf(process.stdout);
  const sizes =
    people === null
      ? []
      : [
          `${plural(people.both, "person", "people")} in both as of ${readableInstant(asOf)}; ` +
            `${whole(people.first)} in ${first}, ${whole(people.second)} in ${second}`,
        ];
  const when = elsewhere?.when.join(", and ") ?? "";
  return [
    bold(`Who is in ${first} and in ${second}`),
    ...sizes,
    "",
    ...decisionText(decision),
    ...(elsewhere === null
      ? []
      : ["", `Where it does not hold that ${when}:`, ...capText(elsewhere.decision)]),
  ].join("\n");
}

/** The winner of each rule, and each loser, with the reason. */
function decisionText(decision: Decision): string[] {
  const { guards, message, value } = decision;
  const by = message.winner?.channels ?? [];
  const rows = [
    ...guards.map(({ key, guard, blocks, reason }) => {
      const shut = blocks.length === 0 ? "" : `blocks ${blocks.join(", ")}: `;
      return [`Guard ${guard}`, key, `${shut}${reason}`];
    }),
    ...contestRows(by.length === 0 ? "Message" : `Message by ${by.join(", ")}`, message),
    ...contestRows("Treated as", value),
  ];
  return [table(COLUMNS, [...rows, ...capRows(decision)])];
}

const COLUMNS = ["Rule", "Segment", "Why"].map((title) => ({ title }));

const capText = (decision: Decision): string[] => [table(COLUMNS, capRows(decision))];

function capRows({ cap }: Decision): string[][] {
  const { winner, losers } = cap;
  if (winner === null) return contestRows("Cap", cap);
  // The whole note may be a sentence, too long for the first column.
  const note = winner.text === winner.level ? "" : `: ${winner.text}`;
  const reason = `${winner.reason}${note}`;
  return contestRows(`Cap ${winner.level}`, { winner: { ...winner, reason }, losers });
}

function contestRows(rule: string, { winner, losers }: Decision["value"]): string[][] {
  const { bold, dim } = coloursOf(process.stdout);
  return [
    [rule, winner === null ? "-" : bold(winner.key), winner?.reason ?? "nobody"],
    ...losers.map(({ key, reason }) => ["", dim(`not ${key}`), dim(reason)]),
  ];
}
