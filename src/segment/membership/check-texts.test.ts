/** What a store's own texts are warned of; each line of each case is one fault. */

import { describe, expect, test } from "vitest";
import { playbookTexts } from "../playbook/index.js";
import { DEFAULT_SETTINGS } from "../settings.js";
import { checkTexts } from "./check-texts.js";
import { loadLibrary } from "./library.js";

const SHIPPED = `
attribute limit = 30
attribute kinds = one of few when limit < 3, many otherwise
segment shipped "Shipped" with cap "L2" count(order in last 30 days) > limit`;

function faultsOf(own: Readonly<Record<string, string>>): string[] {
  const files = Object.entries(own).map(([file, text]) => ({ file, text }));
  const shipped = { file: "shipped.tess", text: SHIPPED };
  const { library, texts } = loadLibrary([shipped, ...files], DEFAULT_SETTINGS);
  return checkTexts(library, texts, new Set(Object.keys(own))).map(({ code, file, span }) => {
    const text = texts.get(file ?? "") ?? "";
    return `${code} at ${text.slice(span.start, span.end)}`;
  });
}

const seg = (notes: string) => `segment mine ${notes} shipped`;

test.each<[name: string, text: string, faults: string[]]>([
  ["nothing", seg('with cap "L3, single use" with value "2" with part_of "shipped"'), []],
  ["a limit of the store's own", "attribute limit = 40", []],
  ["an unknown note", seg('with gruop "x"'), ['unknown-note at with gruop "x"']],
  ["a note given twice", seg('with cap "L1" with cap "L2"'), ['note-twice at with cap "L2"']],
  ["a cap without a level", seg('with cap "10 %"'), ['bad-note at with cap "10 %"']],
  ["a cap that follows", seg('with cap "follows value"'), []],
  ["no place in an order", seg('with moment "0"'), ['bad-note at with moment "0"']],
  ["a part of nothing", seg('with part_of "shiped"'), ['bad-note at with part_of "shiped"']],
  ["blocking without a guard", seg('with blocks "email"'), ['bad-note at with blocks "email"']],
  ["a guard", seg('with guard "G1" with blocks "email"'), []],
  [
    "needs that name no facts",
    seg('with needs "order, ordr, line.colour, person.age, viewed.props.size"'),
    [
      'unknown-need at with needs "order, ordr, line.colour, person.age, viewed.props.size"',
      'unknown-need at with needs "order, ordr, line.colour, person.age, viewed.props.size"',
    ],
  ],
  ["a condition of a cap", seg('with cap "L1" with cap_when "kinds is few"'), []],
  [
    "a faulty condition of a cap",
    seg('with cap "L1" with cap_when "kinds is fw"'),
    ['unknown-value at with cap_when "kinds is fw"'],
  ],
  [
    "a condition of a cap that is no text of the language",
    seg("with cap_when 'count(order'"),
    ["unclosed-bracket at with cap_when 'count(order'"],
  ],
  ["another kind", "attribute shipped = 1\nsegment s shipped > 0", ["other-kind at shipped"]],
  [
    "other parameters",
    "attribute limit(x) = x\nsegment s limit(2) > 1",
    ["other-parameters at limit"],
  ],
  ["an attribute that serves nobody", "attribute spend = sum(order.net)", ["unused at spend"]],
  ["an attribute that is only its own", "attribute a = a + 1", ["unused at a"]],
  ["the name of facts", "attribute order = 1\nsegment s order > 0", ["hides-facts at order"]],
  [
    "a parameter that hides a name",
    "attribute big(limit) = sum(order.net) > limit\nsegment s big(5)",
    ["hides-name at big"],
  ],
  [
    "an unbounded scan",
    "segment s some product: count(viewed) > 3",
    ["unbounded-key at segment s some product: count(viewed) > 3"],
  ],
])("%s", (_, text, faults) => {
  expect(faultsOf({ "own.tess": text })).toEqual(faults);
});

describe("several files", () => {
  test("one name in two of them is said, and both are checked", () => {
    const faults = faultsOf({
      "a.tess": 'segment mine with cap "x" shipped',
      "b.tess": 'segment mine "Again" shipped',
    });
    expect(faults).toEqual(["defined-again at mine", 'bad-note at with cap "x"']);
  });

  test("parts of each other", () => {
    const text = 'segment a with part_of "b" shipped\nsegment b with part_of "a" shipped';
    expect(faultsOf({ "a.tess": text })).toEqual([
      'circular at with part_of "b"',
      'circular at with part_of "a"',
    ]);
  });
});

test("the playbook's notes, needs and names are right", () => {
  const { library, texts, diagnostics } = loadLibrary([], DEFAULT_SETTINGS);
  expect(diagnostics).toEqual([]);
  const files = new Set(playbookTexts(DEFAULT_SETTINGS).map(({ file }) => file));
  const faults = checkTexts(library, texts, files);
  // Attributes may be there for lists and reports alone.
  expect(faults.filter(({ code }) => code !== "unused").map(({ message }) => message)).toEqual([]);
});
