/** Files of tests: all faults at once, each where it stands. */

import { expect, test } from "vitest";
import { loadLibrary } from "../membership/library.js";
import { makeLibrary } from "../plan/index.js";
import { DEFAULT_SETTINGS } from "../settings.js";
import { parseDocument } from "../syntax/index.js";
import { readSuite } from "./suite.js";

const { document } = parseDocument("attribute spent = sum(order.net)\nsegment big spent > 10");
const library = makeLibrary([{ document }], DEFAULT_SETTINGS);
const read = (text: string) => readSuite({ file: "a.test.yaml", text }, library);

function faultsOf(text: string): string[] {
  return read(text).faults.map(({ message, span }) => {
    const place = text.slice(span.start, span.end).split("\n")[0];
    return `${place}: ${message}`;
  });
}

test("people, sizes and values are read as they are written", () => {
  const { tests, faults } = read(`
tests:
  - name: one
    asOf: 2026-06-01
    history: "ann: order net=20 at 2026-05-01"
    members: { big: [ann, 0017] }
    sizes: { big: 1-2, "not big": ">= 3", "spent > 5": 4 }
    values: { spent: { ann: 20.5, bob: null } }
  - name: two
    asOf: 2026-06-01T10:00:00Z
    in: { "big and spent < 90": user_id:7 }
`);
  expect(faults).toEqual([]);
  const [one, two] = tests;
  expect(one).toMatchObject({ name: "one", line: 3, asOf: Date.UTC(2026, 5, 1) });
  expect(one?.members.get("big")).toEqual(["ann", "0017"]);
  expect([...(one?.sizes.values() ?? [])]).toEqual([
    { least: 1, most: 2, text: "1-2" },
    { least: 3, most: Number.POSITIVE_INFINITY, text: ">= 3" },
    { least: 4, most: 4, text: "4" },
  ]);
  expect(one?.values.get("spent")).toEqual(
    new Map<string, unknown>([
      ["ann", 20.5],
      ["bob", null],
    ]),
  );
  expect(two).toMatchObject({ line: 9, history: undefined });
  expect(two?.in.get("big and spent < 90")).toEqual(["user_id:7"]);
});

test.each<[string, string, string[]]>([
  ["no YAML", "tests: [", [expect.stringContaining("not YAML") as unknown as string]],
  ["nothing", "", [expect.stringContaining("expected object") as unknown as string]],
  [
    "unknown keys",
    "tests:\n  - { name: a, asOf: 2026-06-01, inn: {} }\nmore: 1\n",
    ["inn: there is no key inn", "more: there is no key more"],
  ],
  [
    "faulty names and expressions",
    'tests:\n  - name: a\n    asOf: 2026-06-01\n    in: { bigg: x, "spent +": y }\n    values: { "big": { x: true }, speent: {} }\n',
    [
      "bigg: there is no attribute or segment bigg",
      '"spent +": expected a value, found the end',
      "speent: there is no attribute or segment speent",
    ],
  ],
  [
    "no condition, sizes that are none, a wrong day",
    "tests:\n  - name: a\n    asOf: 2026-06-31\n    in: { spent: x }\n    sizes: { big: 9-2 }\n",
    [
      '2026-06-31: "2026-06-31" is no date and no instant',
      "spent: a condition is needed here, and this is a number",
      '9-2: "9-2" is no size',
    ],
  ],
  [
    "lines of a history",
    "tests:\n  - name: a\n    asOf: 2026-06-01\n    history: |\n\n      ann: order at 2026-06-01\n\n      bob order\n    in: { big: ann }\n",
    ['bob order: "bob order" is no fact'],
  ],
  [
    "nothing expected",
    "tests:\n  - { name: a, asOf: 2026-06-01 }\n",
    ["{ name: a, asOf: 2026-06-01 }: nothing is expected"],
  ],
  [
    "exact members of a store",
    "tests:\n  - { name: a, asOf: 2026-06-01, members: { big: [] } }\n",
    ["members: members needs a history"],
  ],
])("%s", (_, text, faults) => {
  expect(faultsOf(text)).toEqual(faults);
});

test("the playbook's own names can be expected", () => {
  const whole = loadLibrary([], DEFAULT_SETTINGS).library;
  const text =
    "tests:\n  - name: a\n    asOf: 2026-06-01\n    in: { vip: x, \"affine_category('shoes')\": x }\n";
  expect(readSuite({ file: "a", text }, whole).faults).toEqual([]);
});
