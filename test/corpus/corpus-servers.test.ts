/**
 * The corpus on a ClickHouse server and on a cluster of two shards: the first cases of each theme,
 * or all of them with TESSERA_CORPUS=all.
 */

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Warehouse } from "../../src/store/index.js";
import { engines } from "../engines.js";
import { checkProduct, load } from "./check-case.js";
import { corpusFiles, readCorpus } from "./read-corpus.js";
import { report, verdict } from "./report.js";

const CASES_OF_A_THEME = process.env.TESSERA_CORPUS === "all" ? Number.POSITIVE_INFINITY : 1;

const cases = corpusFiles().flatMap((file) =>
  readCorpus(file)
    .filter((c) => c.errors.length === 0)
    .slice(0, CASES_OF_A_THEME),
);

describe.each(engines(["server", "cluster"]))("the corpus on $name", (engine) => {
  let warehouse: Warehouse;
  beforeAll(async () => {
    warehouse = await engine.open();
  });
  afterAll(() => engine.close());

  test.each(cases)("$file: $title", async (c) => {
    await load(warehouse, c);
    const faults = await checkProduct(warehouse, c);
    expect(verdict(c, "product", faults), report(c, faults)).toBe("as expected");
  });
});
