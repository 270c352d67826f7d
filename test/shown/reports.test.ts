/**
 * Reports about many people, held against counting by hand over the answers for each person; from
 * the facts, and from the profiles of a refresh at the same instant, which must say the same.
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { evaluatePeople, makeEvaluator } from "../../src/segment/membership/evaluate.js";
import { refresh } from "../../src/segment/membership/refresh.js";
import {
  breakDown,
  compareGroups,
  crossChain,
  crossPeople,
  overlapGroups,
  reportHistory,
  reportSegments,
} from "../../src/segment/membership/reports.js";
import { computeStatistics } from "../../src/segment/membership/statistics.js";
import { makeLibrary } from "../../src/segment/plan/index.js";
import { DEFAULT_SETTINGS } from "../../src/segment/settings.js";
import type { Warehouse } from "../../src/store/index.js";
import { parsed } from "../playbook/library.js";
import { demoRows, insertRows } from "./demo-rows.js";
import { oneEngine, planOf, ZONE } from "./snapshot.js";

const NOW = Date.UTC(2026, 10, 1);
const DAY_MS = 86_400_000;
const TEXTS = `
  attribute net = sum(order.net in last 365 days) + sum(refund.net in last 365 days)
  attribute orders = count(order in last 365 days)
  attribute basket = average(order.gross)
  attribute limit = 60
  attribute half = bucket(2, 'a')
  attribute stage = one of
    visitor when count(order) = 0,
    active when days since last(order) <= 120,
    churned otherwise

  segment vip net >= p90 and orders >= 3
  segment frequent orders >= 4
  segment back_soon count(session in last 14 days) >= 1
  segment fond(c) count(line where category = c in last 12 months) >= 3
  segment first_rule with value "2" count(order) >= 5
  segment second_rule with value "3" count(order) >= 2
  segment second_part with part_of "second_rule" count(order) = 3
  segment chained count(order) >= 1 and (count(order) >= 3 or count(viewed) >= 1)
    and days since last(order) <= limit
  segment waiting with value "1" with needs "order.nothing" count(order) >= 1
`;
const libraryOf = (text: string) => makeLibrary([{ document: parsed(text) }], DEFAULT_SETTINGS);
const library = libraryOf(TEXTS);
const engine = oneEngine("chdb");
let warehouse: Warehouse;

interface Person {
  readonly in: ReadonlySet<string>;
  readonly net: number;
  readonly orders: number;
  readonly basket: number | null;
  readonly stage: string;
  readonly half: number;
  readonly dresses: boolean;
  readonly person: bigint;
}

/** Everyone as of an instant, from the evaluator that knows nothing of reports. */
async function peopleAsOf(now: number): Promise<readonly Person[]> {
  const plan = planOf(library, { attributes: ["net", "orders", "basket", "stage", "half"] });
  const at = { now, knownAt: now, timeZone: ZONE };
  const statistics = await computeStatistics(warehouse, plan, at);
  const found = await evaluatePeople(warehouse, makeEvaluator(plan), at, statistics);
  return found.map((p) => ({
    person: p.person,
    in: new Set([
      ...plan.segments.flatMap(({ name }, i) => (p.member[i] ? [name] : [])),
      ...plan.families.flatMap(({ name }, i) =>
        p.families[i]!.some(({ member }) => member) ? [name] : [],
      ),
    ]),
    net: Number(p.attributes[0]),
    orders: Number(p.attributes[1]),
    basket: p.attributes[2] === null ? null : Number(p.attributes[2]),
    stage: String(p.attributes[3]),
    half: Number(p.attributes[4]),
    dresses: p.families[0]!.some((f) => f.member && f.argument === "dresses"),
  }));
}

let everyone: readonly Person[];
let refreshed = false;

beforeAll(async () => {
  warehouse = await engine.open();
  await insertRows(warehouse, demoRows({ people: 300 }));
  everyone = await peopleAsOf(NOW);
});
afterAll(() => engine.close());

const at = { asOf: NOW };
const count = (holds: (p: Person) => boolean) => everyone.filter(holds).length;
const sum = (of: readonly Person[], what: "net" | "orders") =>
  of.reduce((total, p) => total + p[what], 0);
/** Amounts have four decimals. */
const close = (amount: number) => expect.closeTo(amount, 3);

describe.each(["the facts", "profiles"])("from %s", (source) => {
  beforeAll(async () => {
    if (source === "the facts" || refreshed) return;
    refreshed = true;
    await refresh(warehouse, library, at);
  });

  it("segments have the sizes, revenue and average order of their people", async () => {
    const { people, segments } = await reportSegments(warehouse, library, at);
    expect(people).toBe(everyone.length);
    expect(segments.filter(({ size }) => size > 0).length).toBe(8);
    for (const { key, size, revenue12m, averageOrder } of segments.filter((s) => s.available)) {
      const members = everyone.filter((p) => p.in.has(key));
      const orders = sum(members, "orders");
      const average = orders === 0 ? null : close(sum(members, "net") / orders);
      expect({ key, size, revenue12m, averageOrder }).toEqual({
        key,
        size: members.length,
        revenue12m: close(sum(members, "net")),
        averageOrder: average,
      });
    }
  });

  it("a segment is claimed by those before it in the order of rules, parts as their whole", async () => {
    const { segments } = await reportSegments(warehouse, library, at);
    const claimed = Object.fromEntries(segments.map((s) => [s.key, s.claimed]));
    expect(claimed).toMatchObject({
      first_rule: 0,
      second_rule: count((p) => p.in.has("first_rule")),
      second_part: 0,
      vip: null,
    });
    expect(claimed.second_rule).toBeGreaterThan(0);
  });

  it("a segment that lacks facts says which", async () => {
    const { segments } = await reportSegments(warehouse, library, at);
    const waiting = segments.find(({ key }) => key === "waiting");
    expect(waiting).toMatchObject({ available: false, needs: ["order.nothing"], trend: null });
    const { lacks } = await crossPeople(warehouse, library, ["vip", "not waiting"], at);
    expect(lacks).toEqual([{ segment: "waiting", needs: ["order.nothing"] }]);
  });

  it("every combination of conditions is counted, and the combinations are everyone", async () => {
    const names = ["frequent", "stage is active", "count(order) >= 2", "vip"];
    const holds = (p: Person) => [
      p.in.has("frequent"),
      p.stage === "active",
      p.in.has("second_rule"),
      p.in.has("vip"),
    ];
    const { steps, combinations } = await crossPeople(warehouse, library, names, at);
    expect(steps.map(({ size }) => size)).toEqual(
      names.map((_, i) =>
        count((p) =>
          holds(p)
            .slice(0, i + 1)
            .every(Boolean),
        ),
      ),
    );
    expect(combinations).toHaveLength(16);
    expect(combinations!.reduce((n, c) => n + c.exactly, 0)).toBe(everyone.length);
    for (const { holds: wanted, exactly, atLeast, revenue } of combinations!) {
      const same = everyone.filter((p) => holds(p).join() === wanted.join());
      expect({ wanted, exactly, atLeast, revenue }).toEqual({
        wanted,
        exactly: same.length,
        atLeast: count((p) => holds(p).every((h, i) => h || !wanted[i])),
        revenue: close(sum(same, "net")),
      });
    }
    const sizes = combinations!.map(({ exactly }) => exactly);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(sizes.filter((n) => n > 0).length).toBeGreaterThan(4);
  });

  it("what depends on the person itself, or on a family's argument, is asked of each person", async () => {
    const asked: readonly (readonly [string, (p: Person) => boolean])[] = [
      ["vip or frequent", (p) => p.in.has("vip") || p.in.has("frequent")],
      ["bucket(2, 'a') = 0", (p) => p.half === 0],
      ["fond('dresses')", (p) => p.dresses],
    ];
    for (const [one, other] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      const [[a, holdsA], [b, holdsB]] = [asked[one]!, asked[other]!];
      const { combinations } = await crossPeople(warehouse, library, [a, b], at);
      for (const { holds, exactly } of combinations!) {
        const expected = count((p) => holdsA(p) === holds[0] && holdsB(p) === holds[1]);
        expect({ a, b, holds, exactly }).toEqual({ a, b, holds, exactly: expected });
        expect(exactly).toBeGreaterThan(0);
      }
    }
  });

  it("more than eight conditions are a chain without combinations", async () => {
    const conditions = Array.from({ length: 10 }, (_, i) => `count(order) >= ${i}`);
    const { steps, combinations } = await crossPeople(warehouse, library, conditions, at);
    expect(combinations).toBeNull();
    const found = steps.map(({ size }) => size);
    expect(found[0]).toBe(everyone.length);
    expect(found[2]).toBe(count((p) => p.in.has("second_rule")));
    expect(found[5]).toBe(count((p) => p.in.has("first_rule")));
    expect(found).toEqual([...found].sort((a, b) => b - a));
  });

  it("a segment joined by and is taken apart into its conditions", async () => {
    const { steps } = await crossChain(warehouse, library, ["chained"], at);
    expect(steps.map(({ expr }) => expr)).toEqual([
      "count(order) >= 1",
      "count(order) >= 3 or count(viewed) >= 1",
      "days since last(order) <= limit",
    ]);
    expect(steps.at(-1)!.size).toBe(count((p) => p.in.has("chained")));
    const { steps: one } = await crossChain(warehouse, library, ["second_rule"], at);
    expect(one.map(({ expr }) => expr)).toEqual(["second_rule"]);
  });

  it("pairs of segments have the people of both, Jaccard and lift", async () => {
    const names = ["vip", "frequent", "fond", "first_rule"];
    const { pairs, groups } = await overlapGroups(warehouse, library, [], at);
    const all = new Map(pairs.map((p) => [`${p.a} ${p.b}`, p]));
    expect(groups.map(({ expr }) => expr)).not.toContain("waiting");
    // A part is not compared with its whole.
    expect(all.has("second_rule second_part") || all.has("second_part second_rule")).toBe(false);
    const size = (name: string) => count((p) => p.in.has(name));
    for (const a of names) {
      for (const b of names.filter((other) => other !== a)) {
        const pair = all.get(`${a} ${b}`);
        if (pair === undefined) continue;
        const both = count((p) => p.in.has(a) && p.in.has(b));
        expect(pair).toEqual({
          a,
          b,
          both,
          shareOfA: both / size(a),
          shareOfB: both / size(b),
          jaccard: both / (size(a) + size(b) - both),
          lift: expect.closeTo((both * everyone.length) / size(a) / size(b), 9),
        });
      }
    }
    const asked = await overlapGroups(warehouse, library, ["count(order) >= 5", "vip"], at);
    expect(asked.pairs).toHaveLength(1);
    expect(asked.pairs[0]!.both).toBe(count((p) => p.in.has("first_rule") && p.in.has("vip")));
  });

  it("a breakdown by a classification has its values in order, with the index", async () => {
    const options = { ...at, buckets: { count: 5 }, limit: 50 };
    const { people, rows } = await breakDown(warehouse, library, "second_rule", ["stage"], options);
    const asked = everyone.filter((p) => p.in.has("second_rule"));
    expect(people).toBe(asked.length);
    const stages = ["visitor", "active", "churned"];
    const expected = stages
      .map((stage) => ({
        stage,
        here: asked.filter((p) => p.stage === stage),
        all: count((p) => p.stage === stage),
      }))
      .filter(({ here }) => here.length > 0);
    expect(
      rows.map(({ values, people: n, revenue, index }) => ({
        text: values[0]!.text,
        n,
        revenue,
        index,
      })),
    ).toEqual(
      expected.map(({ stage, here, all }) => ({
        text: stage,
        n: here.length,
        revenue: close(sum(here, "net")),
        index: expect.closeTo((100 * (here.length / asked.length)) / (all / everyone.length), 6),
      })),
    );
  });

  it("numbers are cut at quantiles, never between equal ones; given edges are kept", async () => {
    const options = { ...at, limit: 50 };
    const quarters = await breakDown(warehouse, library, "frequent", ["basket"], {
      ...options,
      buckets: { count: 4 },
    });
    const baskets = everyone.filter((p) => p.in.has("frequent")).map((p) => p.basket!);
    expect(quarters.rows).toHaveLength(4);
    for (const { values, people } of quarters.rows) {
      const { from, to } = values[0]!;
      const inside = (x: number) => x >= (from ?? -Infinity) && x < (to ?? Infinity);
      expect(people).toBe(baskets.filter(inside).length);
      expect(people / baskets.length).toBeCloseTo(0.25, 1);
    }
    const edges = await breakDown(warehouse, library, "count(order) >= 0", ["orders"], {
      ...options,
      buckets: { edges: [1, 3] },
    });
    expect(edges.rows.map(({ values, people }) => [values[0]!.text, people])).toEqual([
      ["under 1", count((p) => p.orders < 1)],
      ["1 to under 3", count((p) => p.orders >= 1 && p.orders < 3)],
      ["3 and more", count((p) => p.orders >= 3)],
    ]);
    const missing = await breakDown(warehouse, library, "count(order) >= 0", ["basket"], {
      ...options,
      buckets: { edges: [50] },
    });
    expect(missing.rows.at(-1)).toMatchObject({
      values: [{ text: null, from: null, to: null }],
      people: count((p) => p.basket === null),
    });
  });

  it("several attributes are crossed, and rows beyond the limit are counted", async () => {
    const options = { ...at, buckets: { count: 5 }, limit: 3 };
    const by = ["stage", "vip"];
    const { rows, others, people } = await breakDown(
      warehouse,
      library,
      "orders >= 0",
      by,
      options,
    );
    expect(rows).toHaveLength(3);
    expect(rows.reduce((n, r) => n + r.people, 0) + others).toBe(people);
    for (const { values, people: n } of rows) {
      const [stage, vip] = values.map(({ text }) => text);
      expect(n).toBe(count((p) => p.stage === stage && p.in.has("vip") === (vip === "yes")));
    }
  });

  it("a comparison says who differs, and its medians and shares are those of the groups", async () => {
    const found = await compareGroups(warehouse, library, ["vip", "vip or stage is churned"], at);
    const vips = everyone.filter((p) => p.in.has("vip"));
    const wide = everyone.filter((p) => p.in.has("vip") || p.stage === "churned");
    expect(found).toMatchObject({ onlyA: 0, both: vips.length, onlyB: wide.length - vips.length });
    const churned = found.differences.find((d) => d.attribute === "stage" && d.value === "churned");
    expect(churned).toMatchObject({
      a: vips.filter((p) => p.stage === "churned").length / vips.length,
      b: wide.filter((p) => p.stage === "churned").length / wide.length,
    });
    const basket = found.differences.find((d) => d.attribute === "basket")!;
    expect(basket.a).toBeCloseTo(medianOf(vips), 6);
    expect(basket.b).toBeCloseTo(medianOf(wide), 6);
    expect(churned!.standardised).toBeLessThan(-0.2);
    const sizes = found.differences.map(({ standardised }) => Math.abs(standardised));
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(2);
    // What is the same for everyone tells nothing.
    expect(found.differences.map((d) => d.attribute)).not.toContain("limit");
  });
});

function medianOf(people: readonly Person[]): number {
  const values = people.flatMap((p) => (p.basket === null ? [] : [p.basket])).sort((a, b) => a - b);
  const middle = (values.length - 1) / 2;
  return (values[Math.floor(middle)]! + values[Math.ceil(middle)]!) / 2;
}

describe("over time", () => {
  it("history is the size as of each instant, with who entered and left between", async () => {
    const days = [7, 6, 5, 4, 3, 2, 1, 0].map((n) => NOW - n * DAY_MS);
    const asked = { from: days[0]!, to: NOW, step: "day" } as const;
    const { points } = await reportHistory(warehouse, library, "chained", asked);
    expect(points.map((p) => Date.parse(p.at))).toEqual(days);
    let before: ReadonlySet<bigint> | undefined;
    for (const [i, day] of days.entries()) {
      const people = await peopleAsOf(day);
      const members = new Set(people.filter((p) => p.in.has("chained")).map((p) => p.person));
      expect(points[i]).toEqual({
        at: new Date(day).toISOString(),
        size: members.size,
        people: people.length,
        entered: before === undefined ? null : [...members].filter((p) => !before!.has(p)).length,
        left: before === undefined ? null : [...before].filter((p) => !members.has(p)).length,
        source: day === NOW ? "log" : "evaluated",
        lacks: [],
      });
      before = members;
    }
    expect(points.some(({ entered, left }) => (entered ?? 0) + (left ?? 0) > 0)).toBe(true);
  });

  it("the end is shown, also where no step falls on it", async () => {
    const [from, to] = [NOW - 10 * DAY_MS, NOW];
    const { points } = await reportHistory(warehouse, library, "vip", { from, to, step: "week" });
    expect(points.map((p) => Date.parse(p.at))).toEqual([from, from + 7 * DAY_MS, to]);
  });

  it("the log is not asked where the segment meant something else", async () => {
    const other = libraryOf("segment vip count(order) >= 2");
    const { points } = await reportHistory(warehouse, other, "vip", {
      from: NOW,
      to: NOW,
      step: "day",
    });
    expect(points).toMatchObject([
      { source: "evaluated", size: count((p) => p.in.has("second_rule")) },
    ]);
  });

  it("too many instants are refused before anything is evaluated", async () => {
    const asked = { from: NOW - 2000 * DAY_MS, to: NOW, step: "day" } as const;
    await expect(reportHistory(warehouse, library, "vip", asked)).rejects.toThrow(
      expect.objectContaining({ code: "input.invalid", hint: expect.stringContaining("--step") }),
    );
  });

  it("the trend is against the refresh before: who entered and left, or the difference", async () => {
    const later = NOW + 20 * DAY_MS;
    const before = (await reportSegments(warehouse, library, at)).segments;
    expect(before.every(({ trend }) => trend === null)).toBe(true);
    const unrefreshed = (await reportSegments(warehouse, library, { asOf: later })).segments;
    await refresh(warehouse, library, { asOf: later });
    const after = (await reportSegments(warehouse, library, { asOf: later })).segments;
    const people = await peopleAsOf(later);
    const moved = after.filter(({ trend }) => (trend?.entered ?? 0) + (trend?.left ?? 0) > 0);
    expect(moved.length).toBeGreaterThan(3);
    for (const [i, { key, size, trend, available }] of after.entries()) {
      if (!available) continue;
      const [was, is] = [everyone, people].map(
        (all) => new Set(all.filter((p) => p.in.has(key)).map((p) => p.person)),
      );
      const difference = size - was!.size;
      const since = new Date(NOW).toISOString();
      expect({ key, trend: unrefreshed[i]!.trend }).toEqual({
        key,
        trend: { since, difference, entered: null, left: null },
      });
      const family = key === "fond";
      expect({ key, trend }).toEqual({
        key,
        trend: {
          since,
          difference,
          entered: family ? null : [...is!].filter((p) => !was!.has(p)).length,
          left: family ? null : [...was!].filter((p) => !is!.has(p)).length,
        },
      });
    }
  });
});
