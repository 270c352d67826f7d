/**
 * What a person was sent and did with it. Clicks of people lead to the site; some mail providers
 * open links by themselves seconds after delivery (`human` is false there), and mail programs open
 * messages. Whoever takes back a consent says so in an event and in their traits.
 */

import { type Calendar, DAY_MS } from "./calendar.js";
import {
  type Campaign,
  type Channel,
  type Experiment,
  experimentCampaign,
  welcomeSeries,
} from "./campaigns.js";
import type { Diary } from "./diary.js";
import type { Dice } from "./dice.js";
import type { Person } from "./person.js";

const NAMES: Readonly<Record<Channel, { delivered: string; clicked: string }>> = {
  email: { delivered: "Email Delivered", clicked: "Email Link Clicked" },
  sms: { delivered: "SMS Delivered", clicked: "SMS Link Clicked" },
  push: { delivered: "Push Notification Received", clicked: "Push Notification Tapped" },
};

/** Share of the campaigns that fit a person which they get. */
const CONTACT_SHARE = 0.22;
const SCANNER_CHANCE = 0.04;
const OPEN_CHANCE = 0.25;
const MACHINE_OPEN_CHANCE = 0.1;
const UNSUBSCRIBE_CHANCE = 0.008;

export interface MessageContext {
  readonly person: Person;
  readonly joinedAt: number;
  readonly alias: bigint;
  /** All that could be sent in the person's country. */
  readonly campaigns: readonly Campaign[];
  readonly calendar: Calendar;
  readonly diary: Diary;
  readonly experiment: Experiment | undefined;
}

export interface Reactions {
  /** Instants of the clicks that led to the site. */
  readonly arrivals: readonly number[];
  /** When the person took the consent to e-mail back. */
  readonly unsubscribedAt: number | undefined;
}

export function writeMessages(dice: Dice, context: MessageContext): Reactions {
  const { person, calendar } = context;
  const scanned = dice.chance(SCANNER_CHANCE);
  const clickiness = clickinessOf(dice, person);
  const arrivals: number[] = [];
  let unsubscribedAt: number | undefined;
  for (const campaign of sentTo(dice, context)) {
    if (campaign.channel === "email" && unsubscribedAt !== undefined) continue;
    const delivered = deliver(dice, context, campaign);
    if (!delivered) continue;
    if (scanned && campaign.channel === "email") {
      const at = campaign.at + dice.int(1, 20) * 1000;
      write(context, campaign, { kind: "message_clicked", at, human: false });
    }
    openMessage(dice, context, campaign);
    if (clicks(dice, person, { campaign, clickiness })) {
      const at = campaign.at + Math.ceil(dice.wait(5 * 3_600_000)) + 60_000;
      write(context, campaign, { kind: "message_clicked", at, human: true });
      if (at > calendar.eventsSince) arrivals.push(at);
    } else if (leaves(dice, context, campaign)) {
      unsubscribedAt = campaign.at + dice.int(1, 48) * 3_600_000;
      write(context, campaign, { kind: "unsubscribed", at: unsubscribedAt, human: true });
    }
  }
  return { arrivals, unsubscribedAt };
}

function sentTo(dice: Dice, context: MessageContext): readonly Campaign[] {
  const { person, joinedAt, calendar, campaigns, experiment } = context;
  const { consents, persona } = person;
  const chosen = campaigns.filter(({ channel, theme, at }) => {
    if (consents[channel] !== true || at < joinedAt) return false;
    if (persona === "silent_subscriber") return channel === "email";
    if (persona === "gift_for_partner" && theme === "gift") return true;
    return dice.chance(CONTACT_SHARE);
  });
  if (experiment?.arm === "treated") chosen.push(experimentCampaign(calendar));
  if (persona === "engaged_visitor") chosen.push(...welcomeSeries(calendar));
  return chosen.sort((a, b) => a.at - b.at);
}

function clickinessOf(dice: Dice, { persona }: Person): number {
  if (persona === "silent_subscriber") return 0;
  return dice.beta(1, 12);
}

function clicks(
  dice: Dice,
  { persona }: Person,
  { campaign, clickiness }: { readonly campaign: Campaign; readonly clickiness: number },
): boolean {
  const always =
    (persona === "gift_for_partner" && campaign.theme === "gift") ||
    (persona === "engaged_visitor" && campaign.theme === "welcome");
  return always || dice.chance(clickiness);
}

/** Nobody leaves before the experiment in which they are, so that its arms stay as drawn. */
function leaves(dice: Dice, { person, experiment }: MessageContext, campaign: Campaign): boolean {
  const { channel, at } = campaign;
  if (channel !== "email" || person.persona !== undefined) return false;
  if (experiment !== undefined && at <= experiment.sentAt) return false;
  return dice.chance(UNSUBSCRIBE_CHANCE);
}

/** Mail to an address that is none comes back. */
function deliver(dice: Dice, context: MessageContext, campaign: Campaign): boolean {
  const bounces =
    campaign.channel === "email" && context.person.emailKind === "junk" && dice.chance(0.9);
  const name = bounces ? "Email Bounced" : NAMES[campaign.channel].delivered;
  write(context, campaign, { kind: bounces ? "event" : "delivered", name, at: campaign.at });
  return !bounces;
}

function openMessage(dice: Dice, context: MessageContext, campaign: Campaign): void {
  if (campaign.channel !== "email" || context.person.persona === "silent_subscriber") return;
  const drawn = dice.next();
  const human = drawn < OPEN_CHANCE;
  if (!human && drawn > OPEN_CHANCE + MACHINE_OPEN_CHANCE) return;
  const at = campaign.at + Math.ceil(dice.wait(human ? 0.2 * DAY_MS : 30_000)) + 1000;
  write(context, campaign, { kind: "opened", name: "Email Opened", at, human });
}

interface Contact {
  readonly kind: "delivered" | "opened" | "message_clicked" | "unsubscribed" | "event";
  readonly at: number;
  readonly name?: string;
  readonly human?: boolean;
}

function write(
  { person, alias, diary }: MessageContext,
  { campaign, theme, channel }: Campaign,
  { kind, at, name, human = true }: Contact,
): void {
  diary.write({
    alias,
    ts: at,
    kind,
    name: name ?? (kind === "unsubscribed" ? "Unsubscribed" : NAMES[channel].clicked),
    campaign,
    theme,
    channel,
    country: person.home.place.country,
    human,
  });
}
