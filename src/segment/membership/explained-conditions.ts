/**
 * The conditions that a segment is made of, as lines in reading order: what must all hold stands at the
 * margin, a condition that has a name is one line, and the parts of a condition follow it one deeper.
 * That a classification has some value is one line too, however many cases come before it.
 * So `a and not left_out` does not look as if the parts of `left_out` had to hold.
 */

import type { Truth, Value } from "../plan/index.js";

export interface Condition {
  readonly truth: Truth;
  readonly text: string;
  readonly depth: number;
  readonly left?: Value;
  readonly right?: Value;
  /** The classification whose value is asked, in place of a left side. */
  readonly label?: string;
}

/** Parts of a named condition are shown while they are few; each name can be explained by itself. */
const MOST_PARTS = 8;

/** Whether a text stands for the parts below it and says nothing itself. */
export const isTitle = (text: string): boolean => /^(not )?(any|all) of$/.test(text);

export function conditionsOf(truth: Truth): readonly Condition[] {
  // A segment that is but another's name is explained by what that one says.
  const inner = truth.kind === "named" ? truth.truth : truth;
  return linesOfAll(partsOf(inner), { depth: 0, known: new Set(), named: true });
}

interface Place {
  readonly depth: number;
  /** Names whose parts have been shown. */
  readonly known: Set<string>;
  /** Whether parts of names are shown. */
  readonly named: boolean;
}

/** Parts that must all hold need no line that says so. */
const partsOf = (truth: Truth): readonly Truth[] =>
  truth.kind === "and" ? truth.operands : [truth];

const linesOfAll = (truths: readonly Truth[], place: Place): readonly Condition[] =>
  truths.flatMap((t) => linesOf(t, place));

function linesOf(truth: Truth, place: Place, not = ""): readonly Condition[] {
  const { depth } = place;
  const below = { ...place, depth: depth + 1 };
  const whole = not === "" ? truth : ({ kind: "not", operand: truth } as const);
  type Sides = Pick<Condition, "left" | "right" | "label">;
  const line = (text: string, sides: Sides = {}): Condition => {
    return { truth: whole, text: `${not}${text}`, depth, ...sides };
  };
  switch (truth.kind) {
    case "and":
    case "or": {
      if (truth.label !== undefined) {
        const { name, values } = truth.label;
        const text = `${name} is ${not}${values}`;
        const cases = truth.operands.flatMap(casesOf);
        const parts = cases.length === 1 ? cases.flatMap(partsOf) : cases;
        return [{ ...line(text, { label: name }), text }, ...fewParts(text, parts, below)];
      }
      const title = truth.kind === "and" ? "all of" : "any of";
      const parts = truth.operands.flatMap((t) => linesOf(t, below));
      const isOne = parts.filter((part) => part.depth === below.depth).length === 1;
      if (not === "" && isOne) return parts.map((part) => ({ ...part, depth: part.depth - 1 }));
      return parts.length === 0 ? [] : [line(title), ...parts];
    }
    case "not":
      return linesOf(truth.operand, place, not === "" ? "not " : "");
    case "named":
      return [line(truth.text ?? truth.name), ...fewParts(truth.name, partsOf(truth.truth), below)];
    case "constant":
      return [];
    case "compare":
      return [line(truth.text, { left: truth.left, right: truth.right })];
    case "set":
      return [line(truth.text, { left: truth.operand })];
    case "in window":
      return [line(truth.text, { left: truth.moment })];
    case "in days":
    case "quantifier":
    case "member":
      return [line(truth.text)];
  }
}

/** Of "this case, and none before it" the case; where no case is to hold, all of them. */
function casesOf(truth: Truth): readonly Truth[] {
  const inner = (t: Truth) => (t.kind === "named" ? t.truth : t);
  const operands = truth.kind === "and" ? truth.operands : [truth];
  const holding = operands.filter(({ kind }) => kind !== "not");
  return holding.length > 0
    ? holding.map(inner)
    : operands.flatMap((t) => (t.kind === "not" ? [inner(t.operand)] : []));
}

/** With the parts of the names in it, else without them, else none. */
function fewParts(
  name: string,
  truths: readonly Truth[],
  { depth, known, named }: Place,
): readonly Condition[] {
  if (!named || known.has(name)) return [];
  known.add(name);
  for (const deeper of [true, false]) {
    const seen = new Set(known);
    const parts = linesOfAll(truths, { depth, known: seen, named: deeper });
    if (parts.length > MOST_PARTS) continue;
    for (const one of seen) known.add(one);
    return parts;
  }
  return [];
}
