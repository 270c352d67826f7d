/**
 * Every segment of the playbook has members in the demo store, and so have the rules that the
 * playbook will get: they are written out here, as near to their definition as the language allows
 * today. The personas are where their rules say.
 */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { DEMO_END, makeDemo, PERSONAS, TRUTH_FILE, type Truth } from "../../src/collect/index.js";
import type { Warehouse } from "../../src/store/index.js";
import { playbookLibrary } from "../playbook/library.js";
import { oneEngine, planOf, snapshot } from "../shown/snapshot.js";

const PEOPLE = 3000;
/** The seed of `tessera start`. */
const SEED = 20_261_101;

/** Stages and tiers, rules 12 to 20, guards and examples of the playbook. */
const OWN = `
segment stage_visitor stage is visitor
segment stage_new stage is new
segment stage_active stage is active
segment stage_churned stage is churned
segment tier_top value_tier is top
segment tier_mid value_tier is mid
segment tier_low value_tier is low

segment cart_abandoner some cart: time since last(added) between 30 minutes and 72 hours
  and count(order of person after last(added)) = 0
segment checkout_abandoner some cart: count(checkout in last 24 hours) >= 1
  and count(order of person after last(checkout)) = 0
segment failed_payment count(payment_failed in last 24 hours) >= 1
segment product_viewer some product: count(viewed in last 7 days) >= 2 and count(added) = 0
  and count(line of same category after first(viewed in last 7 days)) = 0
segment searcher count(distinct searched.query in last 7 days) >= 2
  and count(viewed in last 7 days) = 0
segment no_result count(searched where results = 0 in last 7 days) >= 2
segment wisher some product: count(wished in last 30 days) + count(watched in last 30 days) >= 1
segment watcher_of_sold_out count(watched in last 30 days) >= 1
segment gift_giver count(order days where props.gift_wrap = true or props.gift_note is set
    or props.ship_name is set) >= 2
segment engaged_non_buyer (count(message_clicked where human in last 30 days) >= 2
    or count(session in last 14 days) >= 3) and (count(placed) = 0 or d_last > 180)
segment anonymous_high_intent count(identified) = 0 and count(placed) = 0
  and (count(viewed in last 7 days) >= 3 or count(added in last 7 days) >= 1
    or count(session in last 7 days) >= 2)
segment first_time_visitor count(session) = 1 and first(session) in last 24 hours
  and count(placed) = 0

segment no_consent not (person.accepts_email = true)
segment sunset person.accepts_email = true and first(identified) before 2026-08-01
  and count(delivered where channel = 'email') >= 8
  and count(message_clicked where human in last 180 days) = 0
  and count(session in last 180 days) = 0 and count(order in last 180 days) = 0
segment just_bought count(order in last 72 hours) >= 1
segment open_complaint last(complaint_opened) is set
  and not (last(complaint_closed) after last(complaint_opened))
segment costly_returns ret_rate >= 0.5 and margin_after_returns < 0

segment opening last(order) in last 7 days and dept_share('women') >= 0.5 and value_tier is top
segment footwear_fans stage is churned and value_tier is top and d_last <= 365
  and count(viewed where category = 'running shoes' and collection = 'autumn 26') >= 1
  and count(session in last 7 days) >= 1 and dept_share('footwear') >= 0.4
segment givers_to_men stage is active and person.gender = 'female' and value_tier is mid
  and dept_share('men') >= 0.5 and count(message_clicked where theme = 'gift' and human) >= 1
  and share(line.quantity where discount > 0) > 0.5
segment early_adopters stage is active and value_tier is top and departments_n >= 4
  and count(viewed where collection = 'autumn 26' in last 14 days) >= 1
  and not open_complaint and share(line.net where collection = 'autumn 26' or
    collection = 'summer 26' or collection = 'spring 26') >= 0.4
`;

const engine = oneEngine("chdb");
const folder = mkdtempSync(join(tmpdir(), "tessera-demo-"));
/** Segment -> people. */
const members = new Map<string, Set<string>>();
let truth: readonly Truth[];
let warehouse: Warehouse;
let plan: ReturnType<typeof planOf>;

beforeAll(async () => {
  warehouse = await engine.open();
  await makeDemo(warehouse, { people: PEOPLE, seed: SEED, folder });
  truth = readFileSync(join(folder, TRUTH_FILE), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  plan = planOf(playbookLibrary(undefined, OWN));
  const found = await snapshot(warehouse, plan, { now: Date.parse(DEMO_END) });
  for (const entry of found.members) {
    const words = entry.split(" ");
    const [segment, person] = [words[0]!, words.at(-1)!];
    members.set(segment, (members.get(segment) ?? new Set()).add(person));
  }
}, 240_000);
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

it("every segment, stage, tier, guard and example has members, and none is everybody", () => {
  const names = [...plan.segments, ...plan.families].map(({ name }) => name);
  expect(names.length).toBeGreaterThan(50);
  const sizes = names.map((name) => [name, members.get(name)?.size ?? 0] as const);
  expect(sizes.filter(([, size]) => size < 3)).toEqual([]);
  expect(sizes.filter(([, size]) => size > 0.7 * PEOPLE)).toEqual([]);
});

/** Persona -> segments in which most of its people are, and how many at least. */
const WHERE: Readonly<Record<string, readonly [string, number]>> = {
  churned_footwear_fan: ["footwear_fans", 0.5],
  gift_for_partner: ["gift_giver", 0.6],
  early_adopter: ["early_adopters", 0.6],
  frequent_small: ["frequent_small", 0.8],
  serial_returner: ["costly_returns", 0.3],
  two_seasons: ["season_only_sure", 0.8],
  returned: ["reactivated", 0.6],
  lapsed_hot: ["lapsed_hot", 0.5],
  lapsed_with_balance: ["lapsed_repeat_with_balance", 0.7],
  silent_subscriber: ["sunset", 0.8],
  cart_left: ["cart_abandoner", 0.7],
  checkout_left: ["checkout_abandoner", 0.7],
  payment_failed: ["failed_payment", 0.9],
  fruitless_searcher: ["no_result", 0.9],
  searcher: ["searcher", 0.9],
  watcher: ["wisher", 0.9],
  complainer: ["open_complaint", 0.9],
  engaged_visitor: ["engaged_non_buyer", 0.8],
  business: ["business_buyer", 0.3],
  anonymous_intent: ["anonymous_high_intent", 0.9],
  first_time_visitor: ["first_time_visitor", 0.9],
};

it.each(Object.entries(WHERE))("most of the persona %s are in %s", (persona, [segment, least]) => {
  const people = truth.filter((t) => t.persona === persona);
  const inside = people.filter((t) =>
    t.aliases.some(({ alias }) => members.get(segment)?.has(alias)),
  );
  expect(people.length).toBeGreaterThan(2);
  expect(inside.length / people.length).toBeGreaterThanOrEqual(least);
});

it("every persona is somewhere, or says nothing of a segment", () => {
  const elsewhere = Object.keys(PERSONAS).filter((persona) => !(persona in WHERE));
  expect(elsewhere).toEqual(["staff", "reseller"]);
});

it("docs/demo.md lists the personas with their rules", () => {
  const page = readFileSync(new URL("../../docs/demo.md", import.meta.url), "utf8");
  for (const [persona, { perMille, rule }] of Object.entries(PERSONAS)) {
    expect(page).toContain(`| \`${persona}\` | ${perMille} | ${rule} |`);
  }
});

it("who gives gifts by construction is found by what they ordered", () => {
  const givers = truth.filter((t) => new Set(t.gift_orders.map((g) => g.occasion)).size >= 2);
  const found = members.get("gift_giver")!;
  const caught = givers.filter((t) => found.has(t.aliases[0]!.alias));
  expect(caught.length / givers.length).toBeGreaterThan(0.85);
  expect(caught.length / found.size).toBeGreaterThan(0.85);
});
