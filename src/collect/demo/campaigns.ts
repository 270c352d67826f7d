/**
 * What the demo store sent: newsletters, texts and pushes, gift campaigns before each country's
 * gift days, and one experiment. A random 70 % of those whom the experiment fits got its message;
 * it made each of them order with a probability that is written in the truth file, and nobody else.
 */

import { type Calendar, DAY_MS, giftDaysOf, HOUR_MS } from "./calendar.js";
import type { Dice } from "./dice.js";
import type { OrderPlan } from "./order-plans.js";
import type { Person } from "./person.js";

export type Channel = "email" | "sms" | "push";

export interface Campaign {
  readonly campaign: string;
  readonly theme: string;
  readonly channel: Channel;
  readonly at: number;
}

const NEWSLETTERS = 15;
const NEWSLETTER_EVERY_DAYS = 14;
/** Gift campaigns of so many days are kept. */
const GIFT_CAMPAIGN_DAYS = 280;

/** Everything that somebody in this country could have been sent, oldest first. */
export function campaignsFor(country: string, calendar: Calendar): readonly Campaign[] {
  const { until, launches } = calendar;
  const morning = (at: number) => Math.floor(at / DAY_MS) * DAY_MS + 8 * HOUR_MS;
  const dated = (name: string, at: number) => `${name} ${new Date(at).toISOString().slice(0, 10)}`;
  const campaigns: Campaign[] = [];
  for (let n = 1; n <= NEWSLETTERS; n++) {
    const at = morning(until - (n * NEWSLETTER_EVERY_DAYS - 6) * DAY_MS);
    campaigns.push({ campaign: dated("newsletter", at), theme: "news", channel: "email", at });
  }
  for (const days of [20, 80, 140]) {
    const at = morning(until - days * DAY_MS);
    campaigns.push({ campaign: dated("flash sale", at), theme: "sale", channel: "sms", at });
  }
  for (const { collection, at } of launches.slice(-3)) {
    const launch = { campaign: `new in: ${collection}`, theme: "launch", at: morning(at) };
    campaigns.push({ ...launch, channel: "push" });
  }
  for (const { occasion, at } of giftDaysOf(country, calendar)) {
    if (at < until - GIFT_CAMPAIGN_DAYS * DAY_MS) continue;
    const campaign = `Buy your loved ones: ${occasion}`;
    campaigns.push({ campaign, theme: "gift", channel: "email", at: morning(at - 14 * DAY_MS) });
  }
  return campaigns.filter(({ at }) => at < until).sort((a, b) => a.at - b.at);
}

/** Three messages in the last four weeks to who has an account and has not ordered. */
export function welcomeSeries({ until }: Calendar): readonly Campaign[] {
  return [25, 14, 4].map((days, i) => ({
    campaign: `welcome ${i + 1}`,
    theme: "welcome",
    channel: "email",
    at: until - days * DAY_MS + 10 * HOUR_MS,
  }));
}

export interface Experiment {
  readonly campaign: string;
  readonly arm: "treated" | "control";
  /** By how much the message raises the chance of an order within ten days. */
  readonly effect: number;
  /** Whether the message makes this person order; of a control: would have made. */
  readonly responds: boolean;
  readonly sentAt: number;
}

const EXPERIMENT = "come back test";
const EXPERIMENT_DAYS_AGO = 75;
const TREATED_SHARE = 0.7;

export function experimentCampaign({ until }: Calendar): Campaign {
  const at = until - EXPERIMENT_DAYS_AGO * DAY_MS + 9 * HOUR_MS;
  return { campaign: EXPERIMENT, theme: "win back", channel: "email", at };
}

/** Undefined for whom it does not fit: no consent or address, no order yet, a planted persona. */
export function drawExperiment(
  dice: Dice,
  person: Person,
  { orders, calendar }: { readonly orders: readonly OrderPlan[]; readonly calendar: Calendar },
): Experiment | undefined {
  const [first] = orders;
  const { at } = experimentCampaign(calendar);
  if (person.persona !== undefined || person.consents.email !== true) return undefined;
  if (person.emailKind === "junk") return undefined;
  if (first === undefined || first.at > at - 30 * DAY_MS) return undefined;
  const effect = person.tastes.bargains > 0.5 ? 0.16 : 0.05;
  return {
    campaign: EXPERIMENT,
    arm: dice.chance(TREATED_SHARE) ? "treated" : "control",
    effect,
    responds: dice.chance(effect),
    sentAt: at,
  };
}
