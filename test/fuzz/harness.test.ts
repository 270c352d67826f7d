/** The harness against the oracle itself: it agrees with itself, and built-in faults are found. */

import { describe, expect, test } from "vitest";
import { failureOf, newCase, runCase } from "./compare.js";
import { contains } from "./maker.js";
import { newOracleEvaluator } from "./oracle-evaluator.js";
import { shrink } from "./shrink.js";

const HORIZON_MS = 60 * 86_400_000;

describe("the harness", () => {
  test("finds no fault in the oracle, whose wakes are all useful", async () => {
    const evaluator = newOracleEvaluator({ horizonMs: HORIZON_MS });
    let [wakes, usefulWakes] = [0, 0];
    for (let seed = 0; seed < 6; seed++) {
      const result = await runCase(evaluator, newCase(seed));
      expect(result.failure, `seed ${seed}`).toBeUndefined();
      wakes += result.wakes;
      usefulWakes += result.usefulWakes;
    }
    expect(wakes).toBeGreaterThan(0);
    expect(usefulWakes).toBe(wakes);
  });

  test("finds a member left out", async () => {
    const evaluator = newOracleEvaluator({
      horizonMs: 0,
      spoil: (members) =>
        new Map([...members].map(([name, keys]) => [name, new Set([...keys].slice(1))])),
    });
    expect((await runCase(evaluator, newCase(1))).failure?.kind).toBe("members: one left out");
  });

  test("finds wakes that do not come", async () => {
    const evaluator = newOracleEvaluator({ horizonMs: HORIZON_MS, delayDueMs: HORIZON_MS });
    let kind: string | undefined;
    // Not every case has people about whom something changes by the clock.
    for (let seed = 0; seed < 30 && kind === undefined; seed++) {
      kind = (await runCase(evaluator, newCase(seed))).failure?.kind;
    }
    expect(kind).toBe("due");
  });

  test("shrinks a case to few facts and one segment", async () => {
    // A fault that needs an order of the first person and the word `sum` in the text.
    const fuzzCase = newCase(2);
    const fails = (document: unknown, history: { facts: readonly { kind: string }[] }) =>
      contains(document, (node) => node.kind === "aggregate") &&
      history.facts.filter((fact) => fact.kind === "order").length >= 2;
    const small = await shrink(fuzzCase.document, fuzzCase.world.history, fails);
    expect(small.history.facts.map((fact) => fact.kind)).toEqual(["order", "order"]);
    expect(small.document.declarations).toHaveLength(1);
  });

  test("does not take a text that makes no sense for a failing one", async () => {
    const evaluator = newOracleEvaluator({ horizonMs: 0 });
    const fuzzCase = newCase(3);
    const nonsense = {
      kind: "document",
      declarations: [
        {
          kind: "segment",
          name: "x",
          parameters: [],
          notes: [],
          condition: { kind: "name", name: "nowhere" },
        },
      ],
    } as const;
    expect(await failureOf(evaluator, fuzzCase, nonsense, fuzzCase.world.history)).toBeUndefined();
  });
});
