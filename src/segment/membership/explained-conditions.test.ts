import { expect, it } from "vitest";
import { DEFAULT_SETTINGS } from "../settings.js";
import { conditionsOf } from "./explained-conditions.js";
import { loadLibrary, planOrThrow } from "./library.js";

const TEXT = `
attribute odd = count(order) >= 9 or person.note is 'left'
attribute keen per product = count(viewed) >= 2
segment mine count(viewed) >= 1 and not odd and (some product: keen) and (count(searched) = 0 or count(order) = 0)
segment flipped not (count(order) >= 1 and count(viewed) >= 1)
`;

function shown(segment: string): readonly string[] {
  const { library } = loadLibrary([{ file: "mine.tess", text: TEXT }], DEFAULT_SETTINGS);
  const [planned] = planOrThrow(library, { segments: [segment] }).segments;
  return conditionsOf(planned!.truth).map(({ text, depth }) => `${"  ".repeat(depth)}${text}`);
}

it("shows a named condition as a line, and what it is made of below it", () => {
  expect(shown("mine")).toEqual([
    "count(viewed) >= 1",
    "not odd",
    "  any of",
    "    count(order) >= 9",
    "    person.note = 'left'",
    "some product: keen",
    "any of",
    "  count(searched) = 0",
    "  count(order) = 0",
  ]);
});

it("says of what is denied as a whole that it is", () => {
  expect(shown("flipped")).toEqual(["not all of", "  count(order) >= 1", "  count(viewed) >= 1"]);
});
