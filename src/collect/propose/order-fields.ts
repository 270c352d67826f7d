/**
 * Columns for the fields of orders. A file that says anything of an order as a whole (its status,
 * its shipping, ...) makes records of whole orders, which changes what a later file does; so a
 * column that only adds to that, such as the buyer's town, is taken where others do already.
 */

import { type Candidate, type Choice, chooseColumns, fieldOf } from "./candidates.js";
import { MEANINGS, type Meaning } from "./column-names.js";
import { matchName } from "./match-name.js";
import { shareOf } from "./profile-columns.js";
import type { ProposedField } from "./proposal.js";

/** Say one thing for each line. */
const OF_LINES: ReadonlySet<Meaning> = new Set([
  "product",
  "name",
  "quantity",
  "price",
  "amount",
  "discount",
]);

/** Make an order a record of its own. */
const STATE: ReadonlySet<string> = new Set([
  "status",
  "paid",
  "fulfilled",
  "cancelled",
  "refunded",
  "refunded_at",
  "order_discount",
  "subtotal",
  "shipping",
  "tax",
  "total",
]);

/** Belong to plain lines too. */
const PLAIN: ReadonlySet<string> = new Set([
  "order",
  "product",
  "name",
  "quantity",
  "price",
  "amount",
  "discount",
  "time",
  "customer",
  "country",
  "department",
  "category",
  "brand",
  "collection",
  "coupon",
  "channel",
]);

export interface OrderColumns {
  readonly fields: readonly ProposedField[];
  /** Column of each field, those that wait for an answer excepted. */
  readonly chosen: ReadonlyMap<string, Candidate>;
  readonly whole: boolean;
  /** What identifies the customer, where a column does. */
  readonly customerKind: "user_id" | "email" | "phone" | undefined;
}

/** `names`: the fields of the record kind. `levels`: as `constancy` says. */
export function orderFields(
  candidates: readonly Candidate[],
  {
    names,
    levels,
  }: { readonly names: readonly string[]; readonly levels: ReadonlyMap<number, number> },
): OrderColumns {
  const meanings = new Map(
    MEANINGS.filter((meaning) => names.includes(meaning)).map((meaning) => [meaning, meaning]),
  );
  const all = chooseColumns(candidates, meanings, (c) => atItsLevel(c, levels));
  const choices = oneAmount(all);
  const whole = choices.some(
    (choice) => STATE.has(choice.field) && fieldOf(choice).question === undefined,
  );
  const { choices: own, kind } = identified(choices, whole);
  const fields = own.map((choice) => questioned(choice, { whole, choices: own, levels }));
  const taken = new Set(fields.flatMap(({ field, question }) => (question ? [] : [field])));
  const chosen = own
    .filter(({ field }) => taken.has(field))
    .map((c) => [c.field, c.candidate] as const);
  const customerKind = taken.has("customer") ? kind : undefined;
  return { fields, chosen: new Map(chosen), whole, customerKind };
}

/** A column of one value for each order is not the line's, and one of several is not the order's. */
function atItsLevel({ meaning, column }: Candidate, levels: ReadonlyMap<number, number>): number {
  const constant = levels.get(column.index);
  if (constant === undefined) return 1;
  if (OF_LINES.has(meaning)) return constant >= 0.98 && column.distinct > 1 ? 0.4 : 1;
  const ofOrder = meaning === "time" || meaning === "customer" || !PLAIN.has(meaning);
  const lineOnly = meaning === "gift_card" || meaning === "taxable";
  return ofOrder && !lineOnly && constant < 0.9 ? 0.3 : 1;
}

/** The price of one unit gives the amount; without either, the order's total is its only line's. */
function oneAmount(choices: readonly Choice[]): readonly Choice[] {
  const has = (field: string) => choices.some((choice) => choice.field === field);
  if (has("price")) return choices.filter(({ field }) => field !== "amount");
  if (has("amount")) return choices;
  const instead = has("subtotal") ? "subtotal" : "total";
  return choices.map((choice) =>
    choice.field === instead ? { ...choice, field: "amount" } : choice,
  );
}

/** By which column a customer is known: an id, else an e-mail address, else a phone number. */
function identified(choices: readonly Choice[], whole: boolean) {
  const of = (field: string) => choices.find((choice) => choice.field === field);
  const rename = (from: string) =>
    choices.map((choice) => (choice.field === from ? { ...choice, field: "customer" } : choice));
  const customer = of("customer");
  if (customer) {
    const mails = shareOf(customer.candidate.column, (value) => value.includes("@"));
    return { choices, kind: mails > 0.9 ? ("email" as const) : ("user_id" as const) };
  }
  const [email, phone] = [of("email"), of("phone")];
  if (email && !(whole && phone)) return { choices: rename("email"), kind: "email" as const };
  if (phone && !email) return { choices: rename("phone"), kind: "phone" as const };
  return { choices, kind: undefined };
}

const RECORD_QUESTION =
  "it makes each order a record of its own, of which the most advanced export counts; " +
  "is every order complete in one file?";

function questioned(
  choice: Choice,
  given: {
    readonly whole: boolean;
    readonly choices: readonly Choice[];
    readonly levels: ReadonlyMap<number, number>;
  },
): ProposedField {
  const { whole, choices, levels } = given;
  const { field, candidate } = choice;
  const line = fieldOf(choice);
  if (line.question !== undefined) return line;
  const ofOrder = matchName(candidate.column.name).get("order_discount")?.score === 1;
  const ambiguous = ofOrder && !levels.has(candidate.column.index);
  const has = (name: string) => choices.some((other) => other.field === name);
  if (field === "discount" && has("amount")) {
    const question = "is it taken off the amount already (discounts: {amounts: after}) or not yet?";
    return { ...line, sureness: "unsure", question };
  }
  if (field === "discount" && ambiguous) {
    const why = "named so; of the line, or of the whole order: the rows do not tell";
    return { ...line, sureness: "likely", why };
  }
  if (field === "amount" && ["total", "subtotal"].includes(candidate.meaning)) {
    return {
      ...line,
      sureness: "likely",
      why: "the order's total, for want of a price of its lines",
    };
  }
  if (!whole && !PLAIN.has(field))
    return { ...line, sureness: "unsure", question: RECORD_QUESTION };
  return line;
}
