/** What a mapping of orders says beside its columns: refunds, discounts, customers, states. */

import type { Warehouse } from "../../store/index.js";
import type { Candidate } from "./candidates.js";
import { foldText } from "./match-name.js";
import type { OrderColumns } from "./order-fields.js";
import { readSigns } from "./order-signs.js";
import type { ColumnProfile } from "./profile-columns.js";
import { type ProposedRule, plural } from "./proposal.js";
import type { Sample } from "./sample.js";
import { GIFT_CARD_PATTERN, NOBODY, STATUS_WORDS } from "./value-words.js";

export async function orderRules(
  warehouse: Warehouse,
  sample: Sample,
  { chosen, customerKind, whole }: OrderColumns,
): Promise<readonly ProposedRule[]> {
  const signs = await readSigns(warehouse, sample, chosen);
  return [
    ...customerRules(chosen, customerKind),
    ...(chosen.has("status") ? statusRules(chosen.get("status")!.column) : []),
    ...signs,
    ...(whole ? wholeRules(chosen) : []),
    ...productRules(sample, chosen),
  ];
}

type Chosen = ReadonlyMap<string, Candidate>;

function customerRules(chosen: Chosen, kind: OrderColumns["customerKind"]): ProposedRule[] {
  const rules: ProposedRule[] = [];
  const customer = chosen.get("customer")?.column;
  if (customer && kind && kind !== "user_id") {
    const what = kind === "email" ? "e-mail addresses" : "phone numbers";
    rules.push({
      key: "customer.kind",
      value: kind,
      sureness: "sure",
      why: `${what} in "${customer.name}"`,
    });
  }
  const nobody = customer?.top.filter(({ value }) => NOBODY.has(foldText(value))) ?? [];
  if (nobody.length > 0) {
    const values = nobody.map(({ value }) => value);
    const rows = nobody.reduce((sum, each) => sum + each.rows, 0);
    rules.push({
      key: "customer.nobody",
      value: values,
      sureness: "likely",
      why: `on ${plural(rows, "row")}; no person is called so`,
    });
  }
  const identifying = ["email", "phone"].filter((field) => chosen.has(field));
  if (identifying.length + (customer ? 1 : 0) > 1) {
    const why = "they stand on one order, so they are one person's";
    rules.push({ key: "customer.identifying", value: identifying, sureness: "likely", why });
  }
  return rules;
}

/** A state that is not known is named with a question: what it means changes the revenue. */
function statusRules({ top, name }: ColumnProfile): ProposedRule[] {
  const of = (words: ReadonlySet<string>) =>
    top.map(({ value }) => value).filter((value) => words.has(foldText(value)));
  const rules = (["cancelled", "unpaid", "refunded"] as const).flatMap((key): ProposedRule[] => {
    const value = of(STATUS_WORDS[key]);
    const why = `${value.length === 1 ? "a value" : "values"} of "${name}"`;
    return value.length === 0 ? [] : [{ key: `orders.${key}`, value, sureness: "likely", why }];
  });
  const known = new Set(Object.values(STATUS_WORDS).flatMap(of));
  const unknown = top.map(({ value }) => value).filter((value) => !known.has(value));
  if (unknown.length === 0) return rules;
  const question = "does any of these mean cancelled, unpaid or refunded? Add it to its list";
  const why = `not known here, so taken as orders that hold`;
  const shown = unknown.slice(0, 10);
  return [...rules, { key: "orders.unpaid", value: shown, sureness: "unsure", why, question }];
}

function wholeRules(chosen: Chosen): ProposedRule[] {
  const rules: ProposedRule[] = [];
  if (chosen.has("refunded") && !chosen.has("refunded_at")) {
    rules.push({
      key: "refunds.lag_days",
      value: 7,
      sureness: "unsure",
      why: "refunds have no date here, so they count from the order",
      question: "how many days later are they usually paid back?",
    });
  }
  if (chosen.has("tax")) {
    const byTotal = chosen.has("total") && chosen.has("subtotal");
    rules.push(
      byTotal
        ? {
            key: "taxes.included",
            value: "by_total",
            sureness: "likely",
            why: "subtotal and total tell for each order",
          }
        : {
            key: "taxes.included",
            value: "yes",
            sureness: "unsure",
            why: "tax is on no row compared with the prices",
            question: "do the prices include tax? Then it is taken out of them",
          },
    );
  }
  return rules;
}

function productRules({ rows }: Sample, chosen: Chosen): ProposedRule[] {
  const rules: ProposedRule[] = [];
  const [product, name] = [chosen.get("product")?.column, chosen.get("name")?.column];
  if (name && (!product || product.filled < rows)) {
    rules.push({
      key: "product.missing",
      value: "name",
      sureness: "likely",
      why: product
        ? `"${product.name}" is blank on ${plural(rows - product.filled, "row")}`
        : "there is no product id",
    });
  }
  const cards = name?.top.filter(({ value }) =>
    new RegExp(GIFT_CARD_PATTERN).test(value.toLowerCase()),
  );
  if (cards && cards.length > 0) {
    rules.push({
      key: "gift_cards.name_pattern",
      value: GIFT_CARD_PATTERN,
      sureness: "likely",
      why: `as "${cards[0]!.value}"`,
    });
  }
  return rules;
}
