/** Random numbers and moments, and lengths of time that grow with the clock. */

import type { Call, Expression, Percentile, Source } from "../../src/segment/syntax/tree.js";
import { momentAggregate, numberAggregate, rowNumber } from "./make-aggregates.js";
import { randomDate, randomDuration } from "./make-windows.js";
import { type DeclaredAttribute, deeper, type Maker, PERSON, type Place } from "./maker.js";
import {
  aggregateOf,
  arithmetic,
  fieldOf,
  lengthOf,
  literal,
  momentOf,
  nameOf,
  numberLiteral,
} from "./nodes.js";
import { WORDS } from "./vocabulary.js";

/** A number that does not grow with the clock by itself. */
export function randomNumber(maker: Maker, place: Place): Expression {
  const { random } = maker;
  const isDeep = place.depth > 0;
  const attribute = usable(maker, place, "number").find(() => random.chance(0.5));
  const below = deeper(place);
  return random.weighted<() => Expression>([
    [14, () => numberAggregate(maker, place)],
    [attribute === undefined ? 0 : 5, () => use(maker, place, attribute as DeclaredAttribute)],
    [
      isDeep ? 3 : 0,
      () => arithmetic(maker.number(below), random.pick(["+", "-", "*", "/"]), maker.number(below)),
    ],
    [isDeep ? 2 : 0, () => scalarCall(maker, below)],
    [isDeep ? 0.5 : 0, () => ({ kind: "negate", operand: maker.number(below) })],
    [isDeep ? 1 : 0, () => percentileOf(maker)],
    [1, () => lengthRatio(maker, below)],
    [0.7, () => bucket(maker)],
    [0.7, () => ({ kind: "trait", path: ["age"] })],
    [0.7, () => numberLiteral(random.pick([0, 1, 2, 0.4, 10, -3, 20.01]))],
  ])();
}

/** Attributes of a type that may be used at a place, now not growing with the clock. */
export function usable(
  maker: Maker,
  place: Place,
  type: DeclaredAttribute["type"],
): DeclaredAttribute[] {
  return maker.attributes.filter((attribute) => {
    if (attribute.type !== type || attribute.usesNow) return false;
    return attribute.per === undefined || attribute.per === place.key;
  });
}

/** The attribute by name, or called with a word or a parameter of its dimension. */
export function use(
  maker: Maker,
  place: Place,
  attribute: { name: string; dimension?: string },
): Expression {
  const { random } = maker;
  const { name, dimension } = attribute;
  if (dimension === undefined) return nameOf(name);
  const parameter = place.parameters.find((p) => p.dimension === dimension);
  if (parameter !== undefined && random.chance(0.7)) return call(name, nameOf(parameter.name));
  return call(name, literal(random.pick(WORDS[dimension] as readonly string[])));
}

const call = (name: string, ...args: Expression[]): Call => ({ kind: "call", name, args });

/** Functions of several arguments. */
const MANY = ["least", "greatest", "coalesce"];

function scalarCall(maker: Maker, place: Place): Expression {
  const { random } = maker;
  const name = random.pick(["ln", "exp", "abs", "round", "floor", ...MANY, "coalesce"]);
  if (name === "exp") return call("exp", call("least", maker.number(place), literal(5)));
  if (!MANY.includes(name)) return call(name, maker.number(place));
  const rest = Array.from({ length: random.int(0, 2) }, () => maker.number(place));
  return call(name, maker.number(place), maker.number(place), ...rest);
}

const bucket = (maker: Maker): Expression =>
  call(
    "bucket",
    literal(maker.random.pick([2, 3, 10])),
    literal(maker.random.pick(["a", "O'Hara"])),
  );

/** `p90(x)`, `p50(x among C)`, `store p50(gap.days)`. */
export function percentileOf(maker: Maker): Percentile {
  const { random } = maker;
  const percent = random.pick([10, 25, 50, 75, 90, 99.5]);
  const among = () =>
    random.chance(0.6) ? {} : { among: maker.condition({ ...PERSON, depth: 0 }) };
  if (random.chance(0.35)) {
    const source = random.pick(["gap", "line", "order", "viewed"]);
    const of = rowNumber(random, source);
    return { kind: "percentile", percent, store: true, of, ...among() };
  }
  const of = maker.number({ ...PERSON, depth: 1 });
  return { kind: "percentile", percent, of, ...among() };
}

export function randomMoment(maker: Maker, place: Place): Expression {
  const { random } = maker;
  const attribute = usable(maker, place, "moment").find(() => random.chance(0.5));
  return random.weighted<() => Expression>([
    [10, () => momentAggregate(maker, place)],
    [attribute === undefined ? 0 : 4, () => use(maker, place, attribute as DeclaredAttribute)],
    [1, () => ({ kind: "instant", text: randomDate(maker) })],
    [place.depth > 0 ? 1 : 0, () => movedMoment(maker, deeper(place))],
    [
      place.depth > 0 ? 1 : 0,
      () => call("coalesce", maker.moment(deeper(place)), maker.moment(deeper(place))),
    ],
  ])();
}

/** A moment before or after another by a length of time. */
const movedMoment = (maker: Maker, place: Place): Expression => {
  const { amount, unit } = randomDuration(maker, { exact: true });
  return arithmetic(
    momentAggregate(maker, place),
    maker.random.pick(["+", "+", "-"]),
    lengthOf(amount, unit),
  );
};

/** The length between two moments, at times scaled. */
export function randomLength(maker: Maker, place: Place): Expression {
  const { random } = maker;
  const attribute = usable(maker, place, "duration").find(() => random.chance(0.5));
  const below = deeper(place);
  const between = () => arithmetic(maker.moment(below), "-", maker.moment(below));
  return random.weighted<() => Expression>([
    [5, between],
    [attribute === undefined ? 0 : 5, () => nameOf((attribute as DeclaredAttribute).name)],
    [1, () => arithmetic(between(), random.pick(["*", "/"]), literal(random.pick([2, 0.5])))],
    [0.5, () => arithmetic(between(), random.pick(["+", "-"]), randomLengthLiteral(maker))],
    [0.3, () => ({ kind: "negate", operand: between() })],
    [0.3, () => call("coalesce", between(), randomLengthLiteral(maker))],
  ])();
}

export function randomLengthLiteral(maker: Maker): Expression {
  const { amount, unit } = randomDuration(maker, { exact: true });
  return lengthOf(amount, unit);
}

const lengthRatio = (maker: Maker, place: Place): Expression =>
  arithmetic(randomLength(maker, place), "/", randomLengthLiteral(maker));

/** `days since M` with what may be done to it: now stays linear. */
export function growingNumber(maker: Maker, place: Place): Expression {
  const { random } = maker;
  const below = deeper(place);
  const attribute = growing(maker, "number");
  const days = (): Expression => ({ kind: "since", measure: "days", moment: maker.moment(below) });
  const isKeyed = place.key !== undefined;
  const gaps: Source = { steps: [{ source: "gap" }], ...(isKeyed && { of: "person" }) };
  const steady = (): Expression =>
    random.pick<Expression>([
      literal(2),
      literal(0.5),
      aggregateOf("average", gaps, { value: fieldOf("gap", "days") }),
    ]);
  return random.weighted<() => Expression>([
    [6, days],
    [attribute === undefined ? 0 : 2, () => nameOf((attribute as DeclaredAttribute).name)],
    [1, () => arithmetic(days(), random.pick(["+", "-"]), steady())],
    [1, () => arithmetic(days(), random.pick(["*", "/"]), steady())],
    [0.5, () => arithmetic(steady(), "-", days())],
    [0.5, () => arithmetic(days(), "-", days())],
    [0.5, () => arithmetic(timeSince(maker, below), "/", randomLengthLiteral(maker))],
    [0.3, () => ({ kind: "negate", operand: days() })],
    [1, () => call("coalesce", days(), random.pick([literal(999), days()]))],
  ])();
}

/** `time since M`, plain or scaled or moved. */
export function growingLength(maker: Maker, place: Place): Expression {
  const { random } = maker;
  const below = deeper(place);
  const attribute = growing(maker, "duration");
  return random.weighted<() => Expression>([
    [6, () => timeSince(maker, below)],
    [attribute === undefined ? 0 : 2, () => nameOf((attribute as DeclaredAttribute).name)],
    [
      1,
      () =>
        arithmetic(timeSince(maker, below), random.pick(["+", "-"]), randomLengthLiteral(maker)),
    ],
    [1, () => arithmetic(literal(2), "*", timeSince(maker, below))],
    [0.5, () => arithmetic(timeSince(maker, below), "-", randomLength(maker, below))],
  ])();
}

const growing = (maker: Maker, type: "number" | "duration"): DeclaredAttribute | undefined =>
  maker.attributes.find(
    (a) => a.type === type && a.usesNow && a.per === undefined && maker.random.chance(0.5),
  );

export function timeSince(maker: Maker, place: Place): Expression {
  const moment = maker.random.chance(0.3) ? momentOf("last", "event") : maker.moment(place);
  return {
    kind: "since",
    measure: "time",
    moment: place.key === undefined ? moment : maker.moment(place),
  };
}
