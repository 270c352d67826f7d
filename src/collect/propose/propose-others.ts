/** The columns and rules of a file of products, people, events, or whatever else has fields. */

import { eventOf } from "../events/index.js";
import { kindOf } from "../records/index.js";
import { type Candidate, type Choice, chooseColumns, fieldOf, surenessOf } from "./candidates.js";
import { COLUMN_NAMES, type Meaning } from "./column-names.js";
import { commonRules } from "./common-rules.js";
import { wordsOf } from "./match-name.js";
import { shareOf } from "./profile-columns.js";
import { type ProposedLines, type ProposedRule, plural } from "./proposal.js";

/** Fields that mean something else than orders do by the same name. */
const MEANINGS: Readonly<Record<string, Readonly<Record<string, Meaning>>>> = {
  people: { name: "full_name" },
  events: { name: "event", anonymous: "visitor", product_name: "name" },
  refunds: { time: "refunded_at", amount: "refunded" },
};

export function proposeOthers(
  record: string,
  candidates: readonly Candidate[],
  columns: readonly string[],
): ProposedLines {
  const { fields: types } = kindOf({ record });
  const meanings = Object.keys(types).flatMap((field) => {
    const own = MEANINGS[record]?.[field];
    const meaning = own && candidates.some((c) => c.meaning === own) ? own : field;
    return meaning in COLUMN_NAMES ? [[field, meaning as Meaning] as const] : [];
  });
  const found = chooseColumns(candidates, new Map(meanings));
  const choices = "category_path" in types ? found.map(asPath) : found;
  const taken = choices.filter(({ candidate }) => surenessOf(candidate) !== "unsure");
  const chosen = new Map(taken.map(({ field, candidate }) => [field, candidate]));
  const named = new Set(choices.map(({ candidate }) => candidate.column.name));
  const left = columns.filter((name) => !named.has(name));
  return {
    fields: choices.map(fieldOf),
    rules: [
      ...commonRules(chosen, { types, columns }),
      ...(record === "events" ? eventNames(chosen.get("name")) : []),
      ...(record === "contacts" && !chosen.has("response") ? [RESPONSE] : []),
      ...(record === "people" ? traits(left, Object.keys(types)) : []),
    ],
  };
}

/** A file of responses looks like one of what was sent. */
const RESPONSE: ProposedRule = {
  key: "constants.response",
  value: "clicked",
  sureness: "unsure",
  why: "each row counts as a message that was delivered",
  question: "or is it a response: opened, clicked, redeemed or unsubscribed?",
};

/** "Home > Kitchen > Mugs" is the way to a category. */
function asPath(choice: Choice): Choice {
  const path = shareOf(choice.candidate.column, (value) => value.includes(">")) > 0.3;
  return choice.field === "category" && path ? { ...choice, field: "category_path" } : choice;
}

const SHOWN_NAMES = 10;

/** Names that no tracker uses are kept as they stand, and are no views or additions to a cart. */
function eventNames(name: Candidate | undefined): ProposedRule[] {
  const unknown = (name?.column.top ?? []).filter(({ value }) => eventOf(value) === undefined);
  return unknown.slice(0, SHOWN_NAMES).map(({ value, rows }) => ({
    key: `names.${JSON.stringify(value)}`,
    value: "Product Viewed",
    sureness: "unsure",
    why: `on ${plural(rows, "row")}; not known here, so it stays an event of that name`,
    question: "is it this one, or another of those that segments ask for?",
  }));
}

/** Columns that no field is for may be traits, under names of their own. */
function traits(columns: readonly string[], fields: readonly string[]): ProposedRule[] {
  return columns.flatMap((column): ProposedRule[] => {
    const name = wordsOf(column).replaceAll(" ", "_");
    if (!/^[a-z][a-z0-9_]{0,31}$/.test(name) || fields.includes(name)) return [];
    const why = "no field is for it";
    return [
      { key: `traits.${name}`, value: column, sureness: "unsure", why, question: "is it a trait?" },
    ];
  });
}
