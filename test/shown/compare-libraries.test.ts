/**
 * Two libraries over the same facts: who enters and who leaves equals what two evaluations say; and
 * the distribution behind a percentile equals the values of the people one by one.
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareLibraries } from "../../src/segment/membership/compare-libraries.js";
import { distributionsOf } from "../../src/segment/membership/distributions.js";
import { evaluatePeople, makeEvaluator } from "../../src/segment/membership/evaluate.js";
import { computeStatistics } from "../../src/segment/membership/statistics.js";
import { type Library, makeLibrary, makePlan } from "../../src/segment/plan/index.js";
import { DEFAULT_SETTINGS } from "../../src/segment/settings.js";
import type { Warehouse } from "../../src/store/index.js";
import { parsed } from "../playbook/library.js";
import { demoRows, insertRows } from "./demo-rows.js";
import { oneEngine, planOf, snapshot } from "./snapshot.js";

const ASOF = Date.UTC(2026, 9, 1);
const AT = { now: ASOF, timeZone: "UTC" };
const TEXT = `
attribute limit = 90
segment quiet days since last(order) > limit
segment top sum(order.net) >= p80(sum(order.net) among not quiet)
segment fond(c) count(line where category = c in last 12 months) >= 2 and not quiet
segment shoes fond('shoes')
segment buyer count(order) >= 1
attribute stage = one of gone when quiet, here when buyer, nobody otherwise
`;

const libraryOf = (text: string): Library =>
  makeLibrary([{ document: parsed(text) }], DEFAULT_SETTINGS);

const engine = oneEngine("chdb");
let warehouse: Warehouse;

beforeAll(async () => {
  warehouse = await engine.open();
  await insertRows(warehouse, demoRows({ people: 150 }));
});
afterAll(() => engine.close());

/** Name -> persons. */
async function membersOf(library: Library): Promise<Map<string, Set<string>>> {
  const { members } = await snapshot(warehouse, planOf(library), { now: ASOF });
  const found = new Map<string, Set<string>>();
  for (const entry of members) {
    const words = entry.split(" ");
    const name = words[0] ?? "";
    found.set(name, (found.get(name) ?? new Set()).add(words.at(-1) ?? ""));
  }
  return found;
}

describe("comparing libraries", () => {
  it("counts who enters and who leaves, of segments, families and values of a classification", async () => {
    const before = libraryOf(TEXT);
    const after = libraryOf(`${TEXT.replace("= 90", "= 40")}\nsegment fresh true`);
    const changes = await compareLibraries(warehouse, { before, after }, { asOf: ASOF });
    // `shoes` only names the family that means something else.
    expect(changes.map((c) => c.name)).toEqual([
      ...["quiet", "top", "shoes", "stage is gone", "stage is here", "stage is nobody", "fond"],
    ]);
    const [old, now] = [await membersOf(before), await membersOf(after)];
    for (const name of ["quiet", "top", "shoes", "fond"]) {
      const [a, b] = [old.get(name) ?? new Set<string>(), now.get(name) ?? new Set<string>()];
      expect(changes.find((c) => c.name === name)).toEqual({
        name,
        before: a.size,
        after: b.size,
        entered: [...b].filter((person) => !a.has(person)).length,
        left: [...a].filter((person) => !b.has(person)).length,
      });
    }
    const of = (name: string) => changes.find((c) => c.name === name)!;
    expect(of("quiet").entered).toBeGreaterThan(3);
    expect(of("fond").left).toBeGreaterThan(3);
    expect(of("top").entered + of("top").left).toBeGreaterThan(0);
    // What means the same has the same members, and is not evaluated.
    expect(old.get("buyer")).toEqual(now.get("buyer"));
    expect(await compareLibraries(warehouse, { before, after: before }, { asOf: ASOF })).toEqual(
      [],
    );
    const { name: _, ...gone } = of("stage is gone");
    expect(of("quiet")).toMatchObject(gone);
    expect(of("stage is here").left).toBe(gone.entered);
  });
});

describe("the distribution behind a percentile", () => {
  it("is that of the people, or of their facts, one by one", async () => {
    const own = `${TEXT}
attribute orders_of = count(order)
attribute gaps_of = sum(gap.days)
attribute is_top = top`;
    const library = libraryOf(own);
    const [orders = [], gaps = [], nothing] = await distributionsOf(
      warehouse,
      library,
      [
        "p50(count(order) among top)",
        "store p50(gap.days among top)",
        "store p50(gap.days among count(order) > 10000)",
      ],
      AT,
    );
    const { plan } = makePlan(library, { attributes: ["orders_of", "gaps_of", "is_top"] });
    const statistics = await computeStatistics(warehouse, plan!, AT);
    const people = await evaluatePeople(warehouse, makeEvaluator(plan!), AT, statistics);
    const tops = people.filter(({ attributes }) => attributes[2] === 1);
    const counts = new Map<number, number>();
    for (const { attributes } of tops) {
      const n = Number(attributes[0]);
      counts.set(n, (counts.get(n) ?? 0) + 1);
    }
    expect(orders).toEqual(
      [...counts].sort(([a], [b]) => a - b).map(([value, n]) => ({ value, n })),
    );
    expect(tops.length).toBeGreaterThan(10);
    const days = tops.reduce((sum, { attributes }) => sum + Number(attributes[1]), 0);
    expect(gaps.reduce((sum, { value, n }) => sum + value * n, 0)).toBe(days);
    expect(days).toBeGreaterThan(100);
    expect(nothing).toEqual([]);
  });

  it("names the fault of a text", async () => {
    const asked = distributionsOf(warehouse, libraryOf(TEXT), ["p50(orders)"], AT);
    await expect(asked).rejects.toThrow(/orders/);
  });
});
