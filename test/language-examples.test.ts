/** Every example of docs/language.md is parsed, planned and run, and says the same as the oracle. */

import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  computeStatistics,
  DEFAULT_SETTINGS,
  evaluatePeople,
  makeEvaluator,
  makeLibrary,
  makePlan,
  parseDocument,
} from "../src/segment/index.js";
import {
  factRow,
  type History,
  identityRow,
  supersededRow,
  type Warehouse,
} from "../src/store/index.js";
import { engines } from "./engines.js";
import { randomHistory } from "./fuzz/random-history.js";
import { evaluate } from "./oracle/index.js";

const NOW = Date.UTC(2024, 0, 20, 12);
const page = readFileSync(new URL("../docs/language.md", import.meta.url), "utf8");
const examples = [...page.matchAll(/```tess\n([\s\S]*?)```/g)].map((m) => m[1] ?? "");
const settings = { ...DEFAULT_SETTINGS, timeZone: "Europe/Istanbul" };

describe("the examples of the language reference", () => {
  const [engine] = engines(["chdb"]);
  let warehouse: Warehouse;
  let history: History;

  beforeAll(async () => {
    if (engine === undefined) throw new Error("chDB is there");
    warehouse = await engine.open();
    history = randomHistory(5, { zone: settings.timeZone });
    await warehouse.insert(
      "facts",
      history.facts.map((f) => factRow(f)),
    );
    if (history.superseded?.length)
      await warehouse.insert(
        "superseded",
        history.superseded.map((s) => supersededRow(s)),
      );
    if (history.identity?.length)
      await warehouse.insert(
        "identity",
        history.identity.map((l) => identityRow(l)),
      );
    await warehouse.reloadIdentity();
  });
  afterAll(() => engine?.close());

  it("are found on the page", () => expect(examples.length).toBeGreaterThanOrEqual(9));

  it.each(examples.map((text, i) => [i + 1, text] as const))("block %i", async (_, text) => {
    const { document, diagnostics } = parseDocument(text);
    expect(diagnostics).toEqual([]);
    const planned = makePlan(makeLibrary([{ document }], settings), { attributes: "all" });
    expect(planned.diagnostics).toEqual([]);
    const plan = planned.plan;
    if (plan === undefined) throw new Error("an example has a plan");
    const at = { now: NOW, timeZone: settings.timeZone };
    const statistics = await computeStatistics(warehouse, plan, at);
    const results = await evaluatePeople(warehouse, makeEvaluator(plan), at, statistics);
    const expected = evaluate(document, history, { now: NOW }, settings, {});
    expect(results.length).toBeGreaterThan(0);
    plan.segments.forEach((segment, i) => {
      const members = results.filter((r) => r.member[i]).map((r) => String(r.person));
      expect(members.sort(), segment.name).toEqual(
        [...(expected.members.get(segment.name) ?? [])].sort(),
      );
    });
  });
});
