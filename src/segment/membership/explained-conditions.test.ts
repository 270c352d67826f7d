import { expect, it } from "vitest";
import { DEFAULT_SETTINGS } from "../settings.js";
import { conditionsOf } from "./explained-conditions.js";
import { loadLibrary, planOrThrow } from "./library.js";

const TEXT = `
attribute odd = count(order) >= 9 or person.note is 'left'
attribute keen per product = count(viewed) >= 2
segment mine count(viewed) >= 1 and not odd and (some product: keen) and (count(searched) = 0 or count(order) = 0)
attribute phase = one of
  gone when count(order) = 0 and count(viewed) = 0, keen when count(order) >= 9,
  calm when count(viewed) >= 3, still otherwise
segment in_phase phase is keen or calm and count(searched) = 0
segment not_gone phase is not gone
segment still_here phase is still
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

it("shows the test of a classification as one condition, with what decides its values below", () => {
  expect(shown("in_phase")).toEqual([
    "phase is keen or calm",
    "  count(order) >= 9",
    "  count(viewed) >= 3",
    "count(searched) = 0",
  ]);
  expect(shown("not_gone")).toEqual([
    "phase is not gone",
    "  count(order) = 0",
    "  count(viewed) = 0",
  ]);
  expect(shown("still_here")).toEqual([
    "phase is still",
    "  all of",
    "    count(order) = 0",
    "    count(viewed) = 0",
    "  count(order) >= 9",
    "  count(viewed) >= 3",
  ]);
});
