/** Section 3: fields of a row, properties at any depth, and traits. */

import { countriesWith, dayOf, occasionOn, spellingsOf } from "../../src/segment/calendar/index.js";
import { FIELDS } from "../../src/segment/vocabulary.js";
import type { Fact } from "../../src/store/facts.js";
import { localDate } from "./calendar.js";
import { once, type Row, type Run } from "./run.js";
import { sourceDefinition } from "./sources.js";
import { type Asked, moment, parseExact, type Type, type Value } from "./values.js";

/** Amounts that are 0 where the fact does not carry them. */
const AMOUNTS: readonly string[] = ["gross", "discount", "refunded", "net", "tax", "shipping"];

/** Fields that a fact holds under another name, or that are no text. */
const HELD: Readonly<Record<string, keyof Fact>> = {
  usual_price: "usualPrice",
  compare_at: "compareAt",
  compare_at_since: "compareAtSince",
  price_before: "priceBefore",
};

/** The type of a field, or undefined if it has the type that its use asks for; throws if there is none. */
export function fieldType(source: string, path: readonly string[]): Type | undefined {
  const [head, ...rest] = path;
  if (head === "props" && rest.length > 0) return undefined;
  if (head === undefined || rest.length > 0 || !sourceDefinition(source).fields.includes(head)) {
    throw new Error(`ill-typed: ${source} has no field ${path.join(".")}`);
  }
  if (head === "days") return "number";
  const type = FIELDS[head]?.type;
  return type === "boolean" ? "truth" : type;
}

export function fieldValue(
  run: Run,
  row: Row,
  source: string,
  path: readonly string[],
  asked: Asked,
): Value {
  fieldType(source, path);
  const [head, ...rest] = path as [string, ...string[]];
  if (head === "days") return row.days;
  if (head === "at") return moment(row.ts);
  const fact = row.fact as Fact;
  if (head === "props") return typed(property(fact, rest), asked);
  if (head === "amount") return activityAmount(run, fact);
  if (head === "occasion") return occasion(run, fact);
  const held = fact[HELD[head] ?? (head as keyof Fact)];
  switch (FIELDS[head]?.type) {
    case "text": {
      const text = held as string | undefined;
      return text === "" ? undefined : text;
    }
    case "boolean":
      return head === "gift" ? held === true : held !== false;
    case "moment":
      return held === undefined ? undefined : moment(held as number);
    default: {
      const text = held as string | undefined;
      if (text !== undefined) return parseExact(text);
      return AMOUNTS.includes(head) ? parseExact("0") : undefined;
    }
  }
}

/** What activity was worth: an order's net, or the property that the store's settings name. */
function activityAmount({ settings: { activity } }: Run, fact: Fact): Value {
  if (activity.kind === "events") return typed(property(fact, activity.amount), "number");
  return parseExact(fact.net ?? "0");
}

/** The gift occasion of an order's country and local day; orders without a country are the store's. */
function occasion(run: Run, fact: Fact): Value {
  const { zone } = run;
  const { gifts } = run.settings;
  const written = (fact.country ?? "").toLowerCase();
  const code = () => countriesWith(gifts.own).find((c) => spellingsOf(c).includes(written)) ?? "";
  const country = written === "" ? gifts.country : once(run, `country ${written}`, code);
  const date = localDate(fact.ts, zone);
  const day = dayOf(date.year, date.month, date.day);
  return once(run, `occasion ${country} ${date}`, () => occasionOn(day, country, gifts));
}

/** The property of the latest `identified` fact that has it, in the type asked for. */
export function traitValue(facts: readonly Fact[], path: readonly string[], asked: Asked): Value {
  const values = facts
    .filter((fact) => fact.kind === "identified")
    .map((fact) => typed(property(fact, path), asked));
  return values.filter((value) => value !== undefined).at(-1);
}

function property(fact: Fact, path: readonly string[]): unknown {
  let value: unknown = fact.props;
  for (const part of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part))
      return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

/** A stored JSON value in the type asked for, else missing. "Any" only says whether it is set. */
function typed(value: unknown, asked: Asked): Value {
  if (value === undefined || value === null) return undefined;
  if (asked === "any") return true;
  if (asked === "number" && typeof value === "number") return value;
  if (asked === "text" && typeof value === "string") return value;
  if (asked === "truth" && typeof value === "boolean") return value;
  return undefined;
}
