import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Document } from "../../src/segment/syntax/tree.js";
import { evaluate } from "../oracle/index.js";
import { countFeatures } from "./coverage.js";
import { FEW } from "./maker.js";
import { randomDocument } from "./random-document.js";
import { randomWorld } from "./world.js";

const DOCUMENTS = 300;

/** Measured and limited as the texts of `run.ts` are, over smaller histories. */
const documents: readonly Document[] = Array.from({ length: DOCUMENTS }, (_, seed) => {
  const world = randomWorld(seed, { people: 8, factsPerPerson: 25 });
  const measuredAt = world.period.end - 3 * 86_400_000;
  return randomDocument(seed, { world, measuredAt, limits: "product" });
});

describe("random texts", () => {
  test(`show every node kind and option of the tree within ${DOCUMENTS} documents`, () => {
    const counts = countFeatures(documents);
    const absent = [...counts].filter(([, count]) => count === 0).map(([feature]) => feature);
    expect(absent).toEqual([]);
  });

  test("are the same for the same seed", () => {
    const make = () => randomDocument(7, { world: randomWorld(7) });
    expect(make()).toEqual(make());
  });

  test("are read back as the same tree", async () => {
    if (!existsSync(new URL("../../src/segment/syntax/format.ts", import.meta.url))) return;
    const { formatDocument, parseDocument, stripSpans } = await import(
      "../../src/segment/syntax/index.js"
    );
    for (const document of documents) {
      const text = formatDocument(document);
      const parsed = parseDocument(text);
      expect(parsed.diagnostics, text).toEqual([]);
      expect(stripSpans(parsed.document as Document), text).toEqual(document);
    }
  });
});

describe("memberships of random texts over random histories", () => {
  test("are neither empty nor full in most runs", () => {
    const shares: number[] = [];
    for (let seed = 0; seed < 30; seed++) {
      const world = randomWorld(seed);
      const now = world.period.end - 3 * 86_400_000;
      const document = randomDocument(seed, { world, measuredAt: now });
      const { people, members } = evaluate(document, world.history, { now }, world.settings, {
        ...FEW,
      });
      for (const found of members.values()) {
        const persons = new Set([...found].map((key) => key.split("\u0000")[0]));
        shares.push(persons.size / people.length);
      }
    }
    const telling = shares.filter((share) => share > 0 && share < 1).length / shares.length;
    expect(telling).toBeGreaterThan(0.8);
  });
});
