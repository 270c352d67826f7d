/** What a person is told who writes a word that is known, but is no name by itself. */

import { expect, test } from "vitest";
import { DEFAULT_SETTINGS } from "../settings.js";
import { parseDocument } from "../syntax/index.js";
import { makeLibrary, makePlan } from "./index.js";

const KNOWN = `
attribute stage = one of visitor when count(placed) = 0, churned otherwise
attribute tier = one of top when sum(order.net) > 100, low otherwise
attribute liked = one of top when count(reviewed) > 1, none otherwise`;

const hintOf = (condition: string) => {
  const { document } = parseDocument(`${KNOWN}\nsegment asked ${condition}`);
  const { diagnostics } = makePlan(makeLibrary([{ document }], DEFAULT_SETTINGS));
  return diagnostics.map(({ hint }) => hint);
};

test.each([
  ["churned", "as a value it is asked so: `stage is churned`"],
  ["top", "as a value it is asked so: `tier is top`, or `liked is top`"],
  ["stages is churned", "did you mean stage?"],
  [
    "category = 'shoes'",
    "category is a field of facts: ask for it with them, as in last(line.category), or count(line where category is set)",
  ],
])("%s", (condition, hint) => {
  expect(hintOf(condition)).toEqual([hint]);
});

test.each([
  "stage is churned",
  "last(line.category) = 'shoes'",
  "count(line where category is set) > 0",
])("what it proposes can be asked: %s", (condition) => {
  expect(hintOf(condition)).toEqual([]);
});
