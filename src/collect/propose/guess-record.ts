/** What a file's rows are, by the columns that were found and how their values repeat. */

import { bestOf, type Candidate, surenessOf, weightOf } from "./candidates.js";
import type { Meaning } from "./column-names.js";
import type { ColumnProfile } from "./profile-columns.js";
import { plural, type RecordGuess, type Sureness } from "./proposal.js";

/** Undefined where nothing speaks for any kind. */
export function guessRecord(candidates: readonly Candidate[]): RecordGuess | undefined {
  const found = new Map<Meaning, Candidate>();
  const meant = candidates.filter((candidate) => isMeant(candidate, candidates));
  for (const { meaning } of meant) {
    const best = bestOf(meant, meaning)!;
    if (surenessOf(best) !== "unsure") found.set(meaning, best);
  }
  for (const rule of RULES) {
    const guess = rule(found);
    if (guess) return guess;
  }
  return undefined;
}

/** A column counts as what it most likely is. */
function isMeant(candidate: Candidate, all: readonly Candidate[]): boolean {
  const own = all.filter(({ column }) => column === candidate.column).map(weightOf);
  return weightOf(candidate) >= Math.max(...own) - NEARLY;
}

const NEARLY = 0.12;

type Found = ReadonlyMap<Meaning, Candidate>;
type Rule = (found: Found) => RecordGuess | undefined;

const any = (found: Found, ...meanings: Meaning[]) => meanings.some((m) => found.has(m));
const count = (found: Found, ...meanings: Meaning[]) => meanings.filter((m) => found.has(m)).length;

/** Nearly every row has another one. */
const isUnique = ({ distinct, filled }: ColumnProfile): boolean => distinct >= filled * 0.98;

const contacts: Rule = (found) => {
  if (!found.has("campaign") || any(found, "order", "quantity", "price", "amount", "event")) return;
  if (!any(found, "customer", "email", "visitor")) return;
  return guess("contacts", "likely", "a campaign and a person on each row, and nothing bought");
};

const events: Rule = (found) => {
  const event = found.get("event");
  if (!event || !found.has("time") || !any(found, "customer", "visitor", "email")) return;
  const known = event.fit.telling === true;
  const why = "what happened, when, and to whom";
  return guess("events", known ? "sure" : "likely", known ? `${why}; ${event.fit.why}` : why);
};

const refunds: Rule = (found) => {
  if (!any(found, "refunded") || !any(found, "refunded_at", "time")) return;
  if (!found.has("order") || any(found, "price", "amount", "total", "status")) return;
  return guess("refunds", "likely", "an order, an amount paid back and its date on each row");
};

const orders: Rule = (found) => {
  const money = any(found, "price", "amount", "total", "subtotal");
  if (!found.has("order") || !found.has("time") || !money) return;
  const { column } = found.get("order")!;
  const lines = isUnique(column)
    ? "one row for each order"
    : `${plural(column.distinct, "order")} on ${plural(column.filled, "row")}, each with a time and an amount`;
  return guess("orders", found.has("quantity") || found.has("product") ? "sure" : "likely", lines);
};

/** A list of products has no buyer and no order. */
const products: Rule = (found) => {
  const product = found.get("product");
  if (!product || any(found, "order", "customer", "email", "quantity")) return;
  const told = ["name", "price", "cost", "stock", "category", "department", "brand"] as const;
  const details = count(found, ...told, "compare_at_price", "launched_at");
  if (details === 0) return;
  if (isUnique(product.column)) {
    return guess(
      "products",
      details > 1 ? "sure" : "likely",
      "a product and what it is on each row",
    );
  }
  return found.has("time")
    ? guess("products", "likely", "products at several times, with what they were then")
    : undefined;
};

const people: Rule = (found) => {
  const person = found.get("customer") ?? found.get("email") ?? found.get("phone");
  if (!person || any(found, "order", "product", "quantity")) return;
  if (!isUnique(person.column)) return;
  const told = ["first_name", "last_name", "full_name", "city", "postcode", "country"] as const;
  const more = ["phone", "gender", "birthday", "accepts_email", "accepts_sms", "tags"] as const;
  const details = count(found, ...told, ...more, "company", "total_spent", "total_orders", "email");
  if (details < 2) {
    const alone = found.has("customer") && !found.has("time");
    return alone ? guess("people", "likely", "another person on each row") : undefined;
  }
  return guess(
    "people",
    found.has("email") ? "sure" : "likely",
    "a person and details on each row",
  );
};

/** Somebody bought something, but rows do not say in which order. */
const purchases: Rule = (found) => {
  if (!found.has("time") || !any(found, "price", "amount", "total")) return;
  if (!any(found, "customer", "email", "product")) return;
  return guess("orders", "unsure", "times and amounts, but no column for the order");
};

const RULES: readonly Rule[] = [contacts, events, refunds, orders, products, people, purchases];

const guess = (record: string, sureness: Sureness, why: string): RecordGuess => ({
  record,
  sureness,
  why,
});
