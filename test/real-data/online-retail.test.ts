/**
 * A real year of a real store, through the importer and the language: published figures, counts
 * that equal hand-written SQL on the raw file, and the sizes of the ready segments.
 */

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ImportSummary, importFiles } from "../../src/collect/index.js";
import { evaluatePeople, makeEvaluator } from "../../src/segment/membership/evaluate.js";
import { computeStatistics } from "../../src/segment/membership/statistics.js";
import { makePlan, type Wanted } from "../../src/segment/plan/index.js";
import { DEFAULT_SETTINGS, type StoreSettings } from "../../src/segment/settings.js";
import { parseExpression } from "../../src/segment/syntax/index.js";
import { openWarehouse, type Warehouse } from "../../src/store/index.js";
import { playbookLibrary } from "../playbook/library.js";
import { FILE, QUESTIONS } from "./online-retail-queries.js";
import { CHRISTMAS_SIZES, SIZES, type Size } from "./online-retail-sizes.js";

const LONDON = "Europe/London";
const AT = { now: Date.parse("2011-12-10T00:00:00Z"), timeZone: LONDON };
const SETTINGS: StoreSettings = { ...DEFAULT_SETTINGS, timeZone: LONDON };
const OWN = `
attribute recency = days since last(order)
attribute frequency = count(order)
attribute money = sum(order.net)
`;

const present = existsSync(FILE);
if (!present) console.warn(`skipped: ${FILE} is not there; the data set is no part of the project`);

let folder: string;
let warehouse: Warehouse;
let summary: ImportSummary;

beforeAll(async () => {
  if (!present) return;
  folder = mkdtempSync(join(tmpdir(), "tessera-online-retail-"));
  warehouse = await openWarehouse({ dataDir: folder });
  const files = [FILE];
  const mapping = { preset: "online-retail" };
  [summary] = (await importFiles(warehouse, { files, mapping, dataDir: folder, now: AT.now })) as [
    ImportSummary,
  ];
});
afterAll(async () => {
  if (!present) return;
  await warehouse.close();
  rmSync(folder, { recursive: true, force: true });
});

async function evaluate(wanted: Wanted, settings = SETTINGS) {
  const { plan, diagnostics } = makePlan(playbookLibrary(settings, OWN), wanted);
  expect(diagnostics).toEqual([]);
  const statistics = await computeStatistics(warehouse, plan!, AT);
  const people = await evaluatePeople(warehouse, makeEvaluator(plan!), AT, statistics);
  return { plan: plan!, statistics: [...statistics.values()], people };
}

describe.skipIf(!present)("Online Retail", () => {
  it("is read completely; equal rows are reported and kept", () => {
    expect(summary).toMatchObject({
      rowsRead: 541_909,
      rowsRejected: 0,
      duplicates: 5268,
      people: 4372,
      revenue: "9747747.934",
      currency: "GBP",
    });
    expect(summary.notes).toContain("5268 rows equal another row in every column; they were kept.");
  });

  it("gives the published figures", async () => {
    const { people, plan } = await evaluate({
      segments: [],
      attributes: ["recency", "frequency", "money"],
    });
    expect(plan.attributes.map((a) => a.name)).toEqual(["recency", "frequency", "money"]);
    expect(people.length).toBe(4372);
    const buyers = people
      .map((p) => p.attributes.map((v) => (v === null ? null : Number(v))) as number[])
      .filter(([recency]) => recency !== null);
    const column = (i: number) => buyers.map((b) => b[i]!);
    expect(buyers.length).toBe(4338);
    expect(sum(column(1))).toBe(18_532);
    expect(sum(column(2))).toBeCloseTo(8_911_407.904, 3);
    expect(mean(column(0))).toBeCloseTo(93.059, 3);
    expect(column(0).sort((a, b) => a - b)[2169]).toBe(51);
    expect(mean(column(1))).toBeCloseTo(4.272, 4);
    expect(mean(column(2))).toBeCloseTo(2054.2665, 4);
    expect(column(1).filter((n) => n === 1).length).toBe(1493);
  });

  it("has the published gaps between order days", async () => {
    const edges = { p50: 28, p75: 58, p90: 110, p95: 155 };
    const texts = Object.entries(edges).map(([p, days]) => `store ${p}(gap.days) = ${days}`);
    const { statistics, people } = await evaluate({ segments: [], expressions: texts.map(named) });
    expect(Object.fromEntries(statistics.map((s) => [s.text, s.value]))).toEqual(
      Object.fromEntries(Object.entries(edges).map(([p, v]) => [`store ${p}(gap.days)`, v])),
    );
    expect(statistics.map((s) => s.n)).toEqual([12_425, 12_425, 12_425, 12_425]);
    expect(people.every((p) => p.member.every(Boolean))).toBe(true);
  });

  describe("counts what hand-written SQL counts on the raw file", () => {
    const found = new Map<string, number>();
    /** So many questions in one statement: planning many of them at once takes ClickHouse long. */
    const AT_ONCE = 12;

    beforeAll(async () => {
      for (let i = 0; i < QUESTIONS.length; i += AT_ONCE) {
        const texts = QUESTIONS.slice(i, i + AT_ONCE).map((q) => q.ask);
        const { people } = await evaluate({ segments: [], expressions: texts.map(named) });
        texts.forEach((t, j) => {
          found.set(t, people.filter((p) => p.member[j]).length);
        });
      }
    });

    it.each(QUESTIONS)("$ask", async ({ ask, sql }) => {
      const { rows } = await warehouse.query<{ n: string }>(sql);
      expect(found.get(ask), sql).toBe(Number(rows[0]!.n));
    });

    it("and most of the answers are neither nobody nor everybody", () => {
      const telling = [...found.values()].filter((n) => n > 20 && n < 4300);
      expect(found.size).toBeGreaterThanOrEqual(50);
      expect(telling.length).toBeGreaterThanOrEqual(0.9 * found.size);
    });
  });

  it("has ready segments of these sizes on 2011-12-10", async () => {
    const sizes = await sizesWith(SETTINGS);
    check(sizes, SIZES);
    const sized = new Map(sizes);
    const stages = ["visitor", "new", "active", "churned"].map((s) => sized.get(`stage ${s}`)!);
    expect(sum(stages)).toBe(4372);
    expect(sized.get("lapsed_one_time")! + sized.get("lapsed_repeat")!).toBe(sized.get("lapsed"));
  });

  it("has other ones where the season is from November to Christmas", async () => {
    const [november, ...others] = SETTINGS.seasons;
    const seasons = [{ ...november!, to: "12-25" }, ...others];
    check(await sizesWith({ ...SETTINGS, seasons }), CHRISTMAS_SIZES);
  });

  async function sizesWith(settings: StoreSettings): Promise<[string, number][]> {
    const { plan, people } = await evaluate({ attributes: ["stage", "value_tier"] }, settings);
    const labels = people.flatMap((p) => [`stage ${p.attributes[0]}`, `tier ${p.attributes[1]}`]);
    return [
      ...[...new Set(labels)].map((l): [string, number] => [
        l,
        labels.filter((m) => m === l).length,
      ]),
      ...plan.segments.map((s, i): [string, number] => [
        s.name,
        people.filter((p) => p.member[i]).length,
      ]),
      ...plan.families.map((f, i): [string, number] => [
        f.name,
        sum(people.map((p) => p.families[i]!.filter((m) => m.member).length)),
      ]),
    ];
  }
});

function check(found: readonly [string, number][], expected: readonly Size[]): void {
  const sizes = new Map(found);
  const asked = expected.map((e) => e.name);
  expect(Object.fromEntries(asked.map((n) => [n, sizes.get(n)]))).toEqual(
    Object.fromEntries(expected.map((e) => [e.name, e.size])),
  );
  for (const { name, size, between } of expected) {
    expect(size, name).toBeGreaterThanOrEqual(between[0]);
    expect(size, name).toBeLessThanOrEqual(between[1]);
  }
}

function named(text: string) {
  const { expression, diagnostics } = parseExpression(text);
  expect(diagnostics).toEqual([]);
  return { name: text, expression: expression! };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
const mean = (numbers: readonly number[]): number => sum(numbers) / numbers.length;
