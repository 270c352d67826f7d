/**
 * Each segment on hand-made histories: who is in, who narrowly is not, and the very millisecond at
 * which the clock turns it around, found by waking only at the instants that the evaluator names.
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { evaluatePeople, makeEvaluator } from "../../src/segment/membership/evaluate.js";
import { Session } from "../../src/segment/membership/run.js";
import { computeStatistics, type Statistics } from "../../src/segment/membership/statistics.js";
import { makePlan } from "../../src/segment/plan/index.js";
import { DEFAULT_SETTINGS } from "../../src/segment/settings.js";
import { FOREVER } from "../../src/segment/sql/index.js";
import { parseExpression } from "../../src/segment/syntax/index.js";
import { factRow, type Warehouse } from "../../src/store/index.js";
import { engines } from "../engines.js";
import type { Case, Table } from "./case.js";
import { TABLES } from "./cases.js";
import { playbookLibrary } from "./library.js";
import { factsOf, instant, NOW, regularCustomers, ZONE } from "./store.js";

/** The store's own churn limit: the 90th percentile of its gaps, as a calibration finds it. */
const CALIBRATED = "attribute churn_limit = 100";
const library = playbookLibrary({ ...DEFAULT_SETTINGS, timeZone: ZONE }, CALIBRATED);
const [engine] = engines(["chdb"]);
/** Far beyond what any window of the playbook needs. */
const MOST_WAKES = 200;

let warehouse: Warehouse;
let statistics: Statistics;

interface Person extends Case {
  readonly person: bigint;
  readonly member: boolean;
}

interface Answer {
  readonly member: boolean;
  readonly due: number;
}

const people = new Map<Table, readonly Person[]>();

beforeAll(async () => {
  warehouse = await engine!.open();
  await warehouse.insert(
    "facts",
    regularCustomers().map((f) => factRow(f)),
  );
  const everything = planOf({ attributes: "all" });
  statistics = await computeStatistics(warehouse, everything, { now: NOW, timeZone: ZONE }, 1);
  let next = 1000n;
  for (const table of TABLES) {
    const add = (member: boolean) => (c: Case) => ({ ...c, member, person: next++ });
    people.set(table, [...table.in.map(add(true)), ...table.out.map(add(false))]);
  }
  const facts = [...people.values()].flat().flatMap((p) => factsOf(p.person, p.history));
  await warehouse.insert(
    "facts",
    facts.map((f) => factRow(f)),
  );
});
afterAll(() => engine!.close());

describe("the store that the cases live in", () => {
  it.each([
    ["store p50(gap.days)", 30],
    ["p90(net_12m)", 184],
    ["p80(net_24m)", 168],
    ["p40(net_24m)", 26],
    ["p50(aov)", 30],
    ["p80(aov)", 42],
    ["p90(potential among new_buyer)", 19],
    ["p80(overdue among stage is active)", 7 / 3],
    ["p99.5(units_per_line)", 1],
  ])("has %s = %d", (text, value) => {
    const found = [...statistics.values()].find((s) => s.text === text);
    expect(found?.value).toBeCloseTo(value, 9);
  });
});

it("each ready segment has a table, of three people who are in and three who are not at least", () => {
  const { segments, families } = planOf();
  const tested = new Set(TABLES.map(({ segment }) => segment.replace(/\(.*/, "")));
  expect([...segments, ...families].map((s) => s.name).filter((n) => !tested.has(n))).toEqual([]);
  const small = TABLES.filter((t) => t.in.length < 3 || t.out.length < 3);
  expect(small.map(({ segment }) => segment)).toEqual([]);
});

describe.each(TABLES.map((table) => [table.segment, table] as const))("%s", (segment, table) => {
  const { expression } = parseExpression(segment);
  const plan = planOf({ segments: [], expressions: [{ name: "asked", expression: expression! }] });
  const evaluator = makeEvaluator(plan);
  const start = table.at === undefined ? NOW : instant(table.at);

  const atStart = new Map<bigint, Answer>();
  let session: Session;

  beforeAll(async () => {
    session = new Session(warehouse);
    const all = people.get(table)!.map((p) => p.person);
    for (const [person, answer] of await askAll(all, start)) atStart.set(person, answer);
  });
  afterAll(() => session.close());

  async function askAll(asked: readonly bigint[], now: number): Promise<Map<bigint, Answer>> {
    const at = { now, knownAt: start, timeZone: ZONE };
    const results = await evaluatePeople(warehouse, evaluator, at, statistics, asked, session);
    return new Map(results.map((r) => [r.person, { member: r.member[0]!, due: r.dueAt }]));
  }

  const ask = async (person: bigint, now: number) => (await askAll([person], now)).get(person)!;

  /** The first wake at which the answer is another one. */
  async function changeOf(person: bigint, first: Answer): Promise<number> {
    let { due } = first;
    for (let wakes = 0; due < FOREVER; wakes++) {
      expect(wakes).toBeLessThan(MOST_WAKES);
      const later = await ask(person, due);
      if (later.member !== first.member) return due;
      expect(later.due).toBeGreaterThan(due);
      due = later.due;
    }
    return FOREVER;
  }

  it.each([
    ...table.in.map((c, i) => ["in", c.who, i] as const),
    ...table.out.map((c, i) => ["out", c.who, table.in.length + i] as const),
  ])("%s: %s", async (_, __, i) => {
    const { person, member, until } = people.get(table)![i]!;
    const first = atStart.get(person)!;
    expect(first.member).toBe(member);
    const change = await changeOf(person, first);
    expect(change === FOREVER ? "never" : local(change)).toBe(
      until === "never" ? until : local(instant(until)),
    );
    if (change < FOREVER) expect((await ask(person, change - 1)).member).toBe(member);
  });
});

function planOf(wanted: Parameters<typeof makePlan>[1] = {}) {
  const { plan, diagnostics } = makePlan(library, wanted);
  expect(diagnostics).toEqual([]);
  return plan!;
}

const local = (ms: number): string => new Date(ms + 3 * 3_600_000).toISOString().slice(0, -1);
