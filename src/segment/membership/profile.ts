/** What every profile holds, in the language itself: anchors and sums that reports start from. */

import { assert } from "../../base/index.js";
import { type Library, makePlan, type Plan } from "../plan/index.js";
import { parseDocument } from "../syntax/index.js";
import { DiagnosticsError } from "./library.js";

const ORDERS = `
attribute profile_first_order = first(order)
attribute profile_last_order = last(order)
attribute profile_orders = count(order)
attribute profile_orders_12m = count(order in last 365 days)
attribute profile_net_12m = sum(order.net in last 365 days) + sum(refund.net in last 365 days)
attribute profile_net_total = sum(order.net) + sum(refund.net)
`;

/** Where the store counts events as activity, these and their amounts stand for orders and revenue. */
const EVENTS = `
attribute profile_first_order = first(activity)
attribute profile_last_order = last(activity)
attribute profile_orders = count(activity)
attribute profile_orders_12m = count(activity in last 365 days)
attribute profile_net_12m = sum(activity.amount in last 365 days)
attribute profile_net_total = sum(activity.amount)
`;

export const PROFILE_ATTRIBUTES = [
  "profile_first_order",
  "profile_last_order",
  "profile_orders",
  "profile_orders_12m",
  "profile_net_12m",
  "profile_net_total",
] as const;

/** The library with the profile's attributes in it. */
export function withProfile(library: Library): Library {
  const text = library.settings.activity.kind === "events" ? EVENTS : ORDERS;
  const { document, diagnostics } = parseDocument(text);
  assert(diagnostics.length === 0, "the profile's attributes are well-formed");
  const definitions = new Map(library.definitions);
  for (const declaration of document.declarations)
    definitions.set(declaration.name, { declaration });
  return { ...library, definitions };
}

/** All segments and families, the profile's attributes, and every classification as a label. */
export function fullPlan(library: Library): {
  readonly plan: Plan;
  readonly labels: readonly string[];
} {
  const labels = [...library.definitions]
    .filter(
      ([, { declaration: d }]) =>
        d.kind === "attribute" &&
        d.body.kind === "classification" &&
        d.parameters.length === 0 &&
        d.per === undefined,
    )
    .map(([name]) => name);
  const { plan, diagnostics } = makePlan(withProfile(library), {
    attributes: [...PROFILE_ATTRIBUTES, ...labels],
  });
  if (plan === undefined)
    throw new DiagnosticsError(diagnostics.filter((d) => d.severity === "error"));
  return { plan, labels };
}
