/**
 * The order of rules over every pair of the twenty segments, worked out here from the playbook's own
 * sentence and table, and compared with what `tessera explain SEGMENT SEGMENT` says. Pairs that never
 * have people in common are asked too.
 */

import { describe, expect, test } from "vitest";
import { explainPair } from "../../src/segment/index.js";
import { playbookLibrary } from "./library.js";

/** "Moment (message and time): 13 > 12 > 16 > 15 > 14 > 20 > 18 > 17 > 19." */
const MOMENT = [13, 12, 16, 15, 14, 20, 18, 17, 19];
/** "Value (cap), first that applies: 1, 11, 2, 4, 7, 3, 5, 6, 9, 10, 8, 19, 20." */
const VALUE = [1, 11, 2, 4, 7, 3, 5, 6, 9, 10, 8, 19, 20];
/** "Caps of 1, 2, 4, 11 hold only in stage new or active." */
const ONLY_HERE = [1, 2, 4, 11];
/** The column "cap" of the table; 17 follows value, and the drop itself is what 16 offers. */
const CAP: Readonly<Record<number, number>> = {
  ...{ 1: 2, 2: 2, 3: 2, 4: 3, 5: 2, 6: 3, 7: 3, 8: 4, 9: 5, 10: 5, 11: 1 },
  ...{ 12: 0, 13: 0, 14: 0, 15: 0, 16: 0, 18: 2, 19: 3, 20: 2 },
};

const library = playbookLibrary();

const numbered = [...library.definitions.values()].flatMap(({ declaration }) => {
  if (declaration.kind !== "segment") return [];
  const number = declaration.notes.find(({ key }) => key === "number")?.text;
  const key = declaration.parameters.length > 0 ? `${declaration.name}('x')` : declaration.name;
  return number === undefined ? [] : [{ number: Number(number), key }];
});

test("every row of the table is there", () => {
  const numbers = new Set(numbered.map(({ number }) => number));
  expect([...numbers].sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
});

interface Numbered {
  readonly number: number;
  readonly key: string;
}

/** The first of the two in an order; of equal ones, as of two segments of row 17, either. */
function first(pair: readonly Numbered[], order: readonly number[]): readonly string[] {
  const ranked = pair.filter(({ number }) => order.includes(number));
  const best = Math.min(...ranked.map(({ number }) => order.indexOf(number)));
  return ranked.filter(({ number }) => order.indexOf(number) === best).map(({ key }) => key);
}

function lowest(
  pair: readonly Numbered[],
  { here }: { readonly here: boolean },
): number | undefined {
  const [message] = first(pair, MOMENT);
  const counting = pair.filter(
    ({ number, key }) =>
      CAP[number] !== undefined &&
      (VALUE.includes(number) || key === message) &&
      (here || !ONLY_HERE.includes(number)),
  );
  const caps = counting.map(({ number }) => CAP[number] ?? 9);
  return caps.length === 0 ? undefined : Math.min(...caps);
}

const levelOf = (level: string | undefined) => (level === undefined ? undefined : Number(level[1]));

describe("of each pair", () => {
  const pairs = numbered.flatMap((a, i) => numbered.slice(i + 1).map((b) => [a, b] as const));

  test("there are all", () => {
    expect(pairs.length).toBeGreaterThanOrEqual((20 * 19) / 2);
  });

  test.each(pairs.map(([a, b]) => [a.key, b.key, a, b] as const))("%s, %s", (one, two, a, b) => {
    const pair = [a, b];
    const { decision, elsewhere } = explainPair(library, [one, two]);
    const winners = (
      of: { readonly winner: { readonly key: string } | null },
      order: readonly number[],
    ) => {
      const expected = first(pair, order);
      if (expected.length === 0) expect(of.winner).toBeNull();
      else expect(expected).toContain(of.winner?.key);
    };
    winners(decision.message, MOMENT);
    winners(decision.value, VALUE);
    expect(levelOf(decision.cap.winner?.level)).toBe(lowest(pair, { here: true }));
    const conditional = pair.some(({ number }) => ONLY_HERE.includes(number));
    expect(elsewhere !== null).toBe(conditional);
    if (elsewhere !== null) {
      expect(elsewhere.when).toEqual(["stage is new or active"]);
      expect(levelOf(elsewhere.decision.cap.winner?.level)).toBe(lowest(pair, { here: false }));
    }
    // Whoever loses is told why, and the order of the two does not matter.
    for (const { losers } of [decision.message, decision.value, decision.cap])
      for (const { reason } of losers) expect(reason).not.toBe("");
    expect(explainPair(library, [two, one]).decision).toEqual(decision);
  });
});
