/**
 * What is usual by category and month is a frozen input: a refresh keeps every cell of it, what is
 * asked as of that instant takes it from there, and it costs no scan of the facts of its own.
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeEvaluator } from "../../src/segment/membership/evaluate.js";
import { lastRefresh, refresh } from "../../src/segment/membership/refresh.js";
import { computeStatistics } from "../../src/segment/membership/statistics.js";
import { acceptedStatistics } from "../../src/segment/membership/stored-statistics.js";
import { makeLibrary } from "../../src/segment/plan/index.js";
import { DEFAULT_SETTINGS } from "../../src/segment/settings.js";
import { parseDocument } from "../../src/segment/syntax/index.js";
import { type Fact, factRow, type Warehouse } from "../../src/store/index.js";
import { oneEngine, planOf, ZONE } from "./snapshot.js";

const NOW = Date.UTC(2024, 6, 1);
const HOUR_MS = 3_600_000;
const { document } = parseDocument(`
attribute expected =
  sum(line.net * store share(line.net where discount > 0 by category and month)) / sum(line.net)
segment above share(line.net where discount > 0) > expected
segment plain sum(line.net * line.quantity) > 3
`);
const library = makeLibrary([{ document }], { ...DEFAULT_SETTINGS, timeZone: ZONE });

const engine = oneEngine("chdb");
let warehouse: Warehouse;

beforeAll(async () => {
  warehouse = await engine.open();
  await insert(40, "shoes", NOW - 1);
  await insert(40, "it's \0 \n", NOW - 1);
  await insert(5, "hats", NOW - 1);
});
afterAll(() => engine.close());

/** Lines of a category within June, of which every fourth is discounted. */
async function insert(count: number, category: string, knownAt: number): Promise<void> {
  const lines = Array.from({ length: count }, (_, i): Fact => {
    const ts = NOW - (i + 1) * HOUR_MS;
    const factId = BigInt(knownAt + category.length * 1000 + i);
    const discount = i % 4 === 0 ? "1" : "0";
    return {
      alias: BigInt(i + 1),
      ts,
      knownAt,
      factId,
      kind: "line",
      category,
      net: "2",
      discount,
    };
  });
  await warehouse.insert(
    "facts",
    lines.map((line) => factRow(line)),
  );
}

const computed = (now: number) =>
  computeStatistics(warehouse, planOf(library), { now, timeZone: ZONE });

describe("what is usual, frozen by a refresh", () => {
  it("is what was computed, cell by cell, names with odd letters too", async () => {
    await refresh(warehouse, library, { asOf: NOW });
    const last = await lastRefresh(warehouse);
    const accepted = await acceptedStatistics(warehouse, last!.statistics);
    const [found] = [...(await computed(NOW)).values()];
    const [kept] = [...accepted.values()];
    const inOrder = (cells: readonly object[] = []) => cells.map((c) => JSON.stringify(c)).sort();
    expect(kept).toMatchObject({ key: found!.key, value: 22 / 85, n: 85 });
    expect(inOrder(kept!.cells)).toEqual(inOrder(found!.cells));
    expect(found!.cells).toContainEqual({ values: ["shoes", "202406"], value: 0.25, n: 40 });
    expect(found!.cells).toContainEqual({ values: ["it's \0 \n"], value: 0.25, n: 40 });
    expect(found!.cells!.filter((c) => c.values[0] === "hats")).toEqual([]);
  });

  it("keeps its version while nothing changes, and takes a new one when a cell does", async () => {
    const version = async (asOf: number) => {
      await refresh(warehouse, library, { asOf });
      return (await lastRefresh(warehouse))!.statistics;
    };
    const first = await version(NOW);
    expect(await version(NOW + HOUR_MS)).toBe(first);
    await insert(30, "bags", NOW + 2 * HOUR_MS);
    expect(await version(NOW + 3 * HOUR_MS)).toBe(first + 1);
    // As of an instant before, the bags do not show.
    const [before] = [...(await computed(NOW + HOUR_MS)).values()];
    expect(before!.cells!.some((c) => c.values[0] === "bags")).toBe(false);
  });

  it("is looked up in the scan that the person needs anyway", () => {
    const scans = (segments: readonly string[]) => {
      const { compiled } = makeEvaluator(planOf(library, { segments }));
      const { text } = compiled.statement("all", Number.POSITIVE_INFINITY);
      return text.match(/\bFROM facts\b/g)?.length;
    };
    expect(scans(["above", "plain"])).toBe(scans(["plain"]));
  });
});
