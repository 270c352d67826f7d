/**
 * What is true of a person by construction and what the store cannot know, as a line of
 * `demo-truth.ndjson`: for tests of models, of joining identifiers, of measuring campaigns.
 * docs/demo.md describes the fields.
 */

import { identifiersOf } from "./identifiers.js";
import type { Life } from "./life.js";

export type Truth = ReturnType<typeof truthOf>;

export function truthOf({ person, identifiers, purchases, experiment, stoppedAt }: Life) {
  const { tastes, rates, habit, persona } = person;
  const modelled = persona === undefined && habit === "repeat";
  return {
    person: person.id,
    persona: persona ?? null,
    habit: persona === undefined ? habit : null,
    role: person.role,
    household: person.home.household ?? null,
    gender: person.gender,
    email_kind: person.emailKind,
    aliases: identifiersOf(identifiers).map(({ kind, value, alias, linkedAt, linked }) => ({
      kind,
      value,
      alias: String(alias),
      linked_at: instant(linkedAt),
      linked,
    })),
    orders: purchases.length,
    orders_per_day: modelled ? rates.ordersPerDay : null,
    drop_out_chance: modelled ? rates.dropOut : null,
    stopped_at: modelled ? instant(stoppedAt) : null,
    department: tastes.department,
    loyalty: tastes.loyalty,
    brand: tastes.brand,
    discount_proneness: tastes.bargains,
    gift_giver: person.giftGiver,
    gift_orders: purchases
      .filter(({ plan }) => plan.gift !== undefined)
      .map(({ orderId, plan }) => ({ order: orderId, occasion: plan.gift!.occasion })),
    experiment:
      experiment === undefined
        ? null
        : {
            campaign: experiment.campaign,
            arm: experiment.arm,
            effect: experiment.effect,
            responds: experiment.responds,
            order: purchases.find(({ plan }) => plan.campaign !== undefined)?.orderId ?? null,
          },
  };
}

function instant(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
