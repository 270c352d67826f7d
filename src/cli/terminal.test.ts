/** How values are put before people's eyes. */

import { expect, test } from "vitest";
import { shown } from "./terminal.js";

const DAY = 86_400_000;

test.each([
  [42 * DAY, "42 d"],
  [3 * DAY + 4.9 * 3_600_000, "3 d 4 h"],
  [DAY + 59 * 60_000, "1 d"],
  [3_599_999, "59 min 59 s"],
  [-90_000, "-1 min 30 s"],
  [1234 * DAY, "1,234 d"],
  [250, "0.25 s"],
  [0, "0 s"],
])("a duration of %d ms is read as %s", (ms, text) => {
  expect(shown(ms, "duration")).toBe(text);
});

test.each([
  [3_628_800_000, "number", "3,628,800,000"],
  [0.125, undefined, "0.13"],
  [null, "duration", "-"],
  ["2026-11-01T00:00:00.000Z", "moment", "2026-11-01 00:00 UTC"],
  [true, "boolean", "true"],
] as const)("%s (%s) is read as %s", (value, type, text) => {
  expect(shown(value, type)).toBe(text);
});
