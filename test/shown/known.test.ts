/**
 * Crossings that a refresh at the same instant can answer are answered from its profiles, and the
 * answer is the one that the facts give.
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { refresh } from "../../src/segment/membership/refresh.js";
import { crossPeople } from "../../src/segment/membership/reports.js";
import type { Warehouse } from "../../src/store/index.js";
import { playbookLibrary } from "../playbook/library.js";
import { demoRows, insertRows } from "./demo-rows.js";
import { oneEngine } from "./snapshot.js";

const NOW = Date.UTC(2026, 10, 1);
const library = playbookLibrary();
const engine = oneEngine("chdb");
let warehouse: Warehouse;

/** Crossing -> whether facts are read although the store was refreshed. */
const CROSSINGS: readonly (readonly [readonly string[], boolean])[] = [
  [["vip"], false],
  [["lapsed", "not full_price"], false],
  [["stage is new or active", "value_tier is top", "vip or loyal"], false],
  [["affine_category('shoes')", "stage is not churned"], false],
  [["count(order in last 90 days) >= 2"], true],
  [["vip", "some category: count(distinct viewed.product in last 7 days) >= 3", "loyal"], true],
  [["stage is churned", "dept_share('women') >= 0.5", "net_12m >= p50"], true],
];

beforeAll(async () => {
  warehouse = await engine.open();
  await insertRows(warehouse, demoRows({ people: 400 }));
});
afterAll(() => engine.close());

async function cross(expressions: readonly string[]) {
  let readsFacts = false;
  const watched: Warehouse = {
    ...warehouse,
    command: (sql, ...rest) => {
      readsFacts ||= /FROM facts\b[^)]*PREWHERE/.test(sql);
      return warehouse.command(sql, ...rest);
    },
    query: (sql, ...rest) => {
      readsFacts ||= /FROM facts\b[^)]*PREWHERE/.test(sql);
      return warehouse.query(sql, ...rest);
    },
  };
  return { report: await crossPeople(watched, library, expressions, { asOf: NOW }), readsFacts };
}

describe("crossings", () => {
  it("are the same before and after a refresh at the same instant", async () => {
    const before = [];
    for (const [expressions] of CROSSINGS) before.push((await cross(expressions)).report);
    await refresh(warehouse, library, { asOf: NOW });
    for (const [i, [expressions, reads]] of CROSSINGS.entries()) {
      const { report, readsFacts } = await cross(expressions);
      expect(report).toEqual(before[i]);
      expect([expressions, readsFacts]).toEqual([expressions, reads]);
    }
    expect(before.filter(({ steps }) => steps[0]!.size > 0).length).toBeGreaterThan(5);
  });

  it("read the facts where a definition was changed since", async () => {
    const other = playbookLibrary(undefined, "segment vip count(order) >= 5");
    const facts = await crossPeople(warehouse, other, ["vip"], { asOf: NOW });
    const same = await crossPeople(warehouse, other, ["count(order) >= 5"], { asOf: NOW });
    expect(facts.steps[0]!.size).toBe(same.steps[0]!.size);
    expect(facts.steps[0]!.size).not.toBe((await cross(["vip"])).report.steps[0]!.size);
  });
});
