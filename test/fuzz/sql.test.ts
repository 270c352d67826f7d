/**
 * Random texts over random histories: SQL must say what the oracle says, at several instants, and
 * waking only at the dues must equal asking at every interesting instant. A few fixed seeds here;
 * `npm run fuzz` goes on for as long as one likes.
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EngineName } from "../engines.js";
import { newCase, runCase } from "./compare.js";
import type { Evaluator } from "./evaluator.js";
import { newSqlEvaluator } from "./sql-evaluator.js";

const SEEDS: Readonly<Record<EngineName, readonly number[]>> = {
  chdb: [3, 34, 37, 205, 213, 235, 241, 1016],
  server: [7, 220],
  cluster: [9, 226],
};

describe.each(Object.entries(SEEDS) as [EngineName, readonly number[]][])(
  "on %s",
  (name, seeds) => {
    let evaluator: Evaluator;
    beforeAll(async () => {
      evaluator = await newSqlEvaluator(name);
    });
    afterAll(() => evaluator?.close());

    it.each(seeds)("seed %i: SQL and the oracle agree, and dues are kept", async (seed) => {
      const { failure } = await runCase(evaluator, newCase(seed));
      expect(failure?.details ?? "").toBe("");
    });
  },
);
