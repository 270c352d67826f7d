/** The corpus on chDB and by the oracle, and whether it shows every feature of the language. */

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Warehouse } from "../../src/store/index.js";
import { engines } from "../engines.js";
import { countFeatures } from "../fuzz/coverage.js";
import { checkOracle, checkProduct, diagnosticsOf, documentOf, load } from "./check-case.js";
import { corpusFiles, readCorpus } from "./read-corpus.js";
import { report, verdict } from "./report.js";

const files = corpusFiles().map((file) => ({ file, cases: readCorpus(file) }));
const [engine] = engines(["chdb"]);
let warehouse: Warehouse;

beforeAll(async () => {
  warehouse = await engine!.open();
});
afterAll(() => engine!.close());

describe.each(files)("$file", ({ cases }) => {
  test.each(cases.filter((c) => c.errors.length > 0))("$title", (c) => {
    expect(diagnosticsOf(c)).toEqual(c.errors);
  });

  test.each(cases.filter((c) => c.errors.length === 0))("$title", async (c) => {
    await load(warehouse, c);
    const product = await checkProduct(warehouse, c);
    expect(verdict(c, "product", product), report(c, product)).toBe("as expected");
    const oracle = checkOracle(c);
    expect(verdict(c, "oracle", oracle), report(c, oracle)).toBe("as expected");
  });
});

describe("the corpus", () => {
  const cases = files.flatMap((f) => f.cases);
  const right = cases.filter((c) => c.errors.length === 0);

  test("has at least 150 cases, 100 of them with members and 40 with due instants", () => {
    expect(cases.length).toBeGreaterThanOrEqual(150);
    expect(right.length).toBeGreaterThanOrEqual(100);
    const due = right.filter((c) => c.asked.some((a) => a.dues.size > 0));
    expect(due.length).toBeGreaterThanOrEqual(40);
  });

  test("shows every feature of the language", () => {
    const counts = countFeatures(right.map(documentOf));
    expect([...counts].filter(([, count]) => count === 0).map(([feature]) => feature)).toEqual([]);
  });

  test("has no two cases of one title", () => {
    const titles = cases.map((c) => c.title);
    expect(titles.filter((title, i) => titles.indexOf(title) !== i)).toEqual([]);
  });
});
