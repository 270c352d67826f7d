/** The columns and rules of a file of orders. */

import type { Warehouse } from "../../store/index.js";
import { kindOf } from "../records/index.js";
import { bestOf, type Candidate, surenessOf } from "./candidates.js";
import type { Meaning } from "./column-names.js";
import { commonRules, onlyCurrency } from "./common-rules.js";
import { expectedOf } from "./fit-values.js";
import { matchName } from "./match-name.js";
import { orderFields } from "./order-fields.js";
import { orderRules } from "./order-rules.js";
import { constancy, groupingColumn } from "./order-shape.js";
import type { ColumnProfile } from "./profile-columns.js";
import type { ProposedLines } from "./proposal.js";
import type { Sample } from "./sample.js";

export async function proposeOrders(
  warehouse: Warehouse,
  sample: Sample,
  candidates: readonly Candidate[],
): Promise<ProposedLines> {
  const { fields: types } = kindOf({ record: "orders" });
  const order = bestOf(candidates, "order")?.column;
  const levels = order ? await constancy(warehouse, sample, order) : new Map<number, number>();
  const columns = orderFields(candidates, { names: Object.keys(types), levels });
  const rules = [
    ...commonRules(columns.chosen, { types, columns: sample.columns }),
    ...(await orderRules(warehouse, sample, columns)),
  ];
  // A file of plain lines that says one currency on every row stays one of plain lines.
  const money = columns.whole ? undefined : bestOf(candidates, "currency");
  const only = money ? onlyCurrency(money) : [];
  if (only.length === 0) return { fields: columns.fields, rules };
  return {
    fields: columns.fields.filter(({ field }) => field !== "currency"),
    rules: [...only, ...rules.filter(({ key }) => key !== "currency")],
  };
}

/**
 * Where no name says so, the column whose values group the rows as orders do ("Name" in Shopify's
 * exports): the candidates with it as nothing but the order.
 */
export async function withOrder(
  warehouse: Warehouse,
  sample: Sample,
  given: {
    readonly named: readonly Candidate[];
    readonly profiles: readonly ColumnProfile[];
  },
): Promise<readonly Candidate[]> {
  const { named, profiles } = given;
  const has = (meaning: Meaning) => {
    const best = bestOf(named, meaning);
    return best && surenessOf(best) !== "unsure" ? best : undefined;
  };
  const time = has("time");
  if (has("order") || !time || !(has("price") || has("amount") || has("total"))) return named;
  const isKnown = (c: Candidate) => surenessOf(c) !== "unsure" && expectedOf(c.meaning) !== "text";
  const known = new Set(named.filter(isKnown).map((c) => c.column));
  const among = profiles.filter((p) => p.filled === sample.rows && !known.has(p));
  const column = await groupingColumn(warehouse, sample, { time: time.column, among });
  if (column === undefined) return named;
  const why = "its equal values stand beside each other, each with one time";
  const name = matchName(column.name).get("order") ?? { score: 0, languages: [] };
  const fit = { score: 1, why, telling: true } as const;
  const others = named.filter((c) => c.column !== column && c.meaning !== "order");
  return [...others, { meaning: "order", column, name, rivals: 0, fit }];
}
