/** Random conditions, with thresholds where people differ. */

import { type Expression, SCOPE_KEYS } from "../../src/segment/syntax/tree.js";
import { asNumber, isLength, isMoment, type Value } from "../oracle/values.js";
import { fieldNameOf, textAggregate } from "./make-aggregates.js";
import {
  growingLength,
  growingNumber,
  percentileOf,
  randomLength,
  randomLengthLiteral,
  randomMoment,
  usable,
  use,
} from "./make-values.js";
import { isOf } from "./make-where.js";
import { randomDate, randomWindow, randomWindows } from "./make-windows.js";
import {
  type DeclaredAttribute,
  deeper,
  isFuzzy,
  type Maker,
  measure,
  type Place,
} from "./maker.js";
import {
  comparison,
  junction,
  lengthOf,
  literal,
  nameOf,
  negation,
  numberLiteral,
} from "./nodes.js";
import { TRAITS, WORDS } from "./vocabulary.js";

const ORDER = ["<", "<=", ">", ">=", ">", ">="] as const;
const ANY = [...ORDER, "=", "!="] as const;

export function randomCondition(maker: Maker, place: Place): Expression {
  const { random } = maker;
  const isDeep = place.depth > 0;
  const truths = usable(maker, place, "truth");
  const classes = usable(maker, place, "classification");
  const below = deeper(place);
  const operands = () => Array.from({ length: random.int(2, 3) }, () => maker.condition(below));
  return random.weighted<() => Expression>([
    [10, () => onNumber(maker, place)],
    [4, () => onText(maker, place)],
    [4, () => onMoment(maker, place)],
    [2, () => onLength(maker, place)],
    [4, () => onClock(maker, place)],
    [1.5, () => isSet(maker, place)],
    [0.7, () => inSeason(maker)],
    [1, () => onTruth(maker)],
    [truths.length > 0 ? 4 : 0, () => use(maker, place, random.pick(truths))],
    [classes.length > 0 ? 4 : 0, () => onClass(maker, random.pick(classes))],
    [maker.segments.length > 0 ? 3 : 0, () => use(maker, place, random.pick(maker.segments))],
    [isDeep ? 5 : 0, () => junction(random.pick(["and", "or"]), operands())],
    [isDeep ? 2 : 0, () => negation(maker.condition(below))],
    [isDeep && mayAskKeys(maker, place) ? 7 : 0, () => quantifier(maker, place)],
  ])();
}

const mayAskKeys = (maker: Maker, place: Place): boolean =>
  place.key === undefined && (maker.limits === "reference" || place.parameters.length === 0);

function quantifier(maker: Maker, place: Place): Expression {
  const { random } = maker;
  const keys = maker.attributes.flatMap((a) => (a.per === undefined ? [] : [a.per]));
  const key =
    keys.length > 0 && random.chance(0.4)
      ? random.pick(keys)
      : random.pick([...SCOPE_KEYS, "product", "product", "product"] as const);
  const quantity = random.weighted<"some" | "every" | "no" | "at least">([
    [5, "some"],
    [2, "every"],
    [2, "no"],
    [2, "at least"],
  ]);
  const body = maker.condition({ ...place, key, depth: Math.min(place.depth - 1, 1) });
  return {
    kind: "quantifier",
    quantity: quantity === "at least" ? { atLeast: random.int(1, 3) } : quantity,
    key,
    body,
  };
}

function onNumber(maker: Maker, place: Place): Expression {
  const { random } = maker;
  const left = maker.number(place);
  const kind = random.weighted([
    [10, "threshold"],
    [2, "between"],
    [place.key === undefined && place.parameters.length === 0 ? 2 : 0, "bare percentile"],
    [1, "percentile"],
    [1.5, "number"],
    [0.5, "is"],
  ]);
  if (kind === "bare percentile") {
    return comparison(left, random.pick(ORDER), {
      kind: "percentile",
      percent: random.pick([25, 50, 80, 90]),
    });
  }
  if (kind === "percentile") return comparison(left, random.pick(ORDER), percentileOf(maker));
  if (kind === "number") return comparison(left, random.pick(ORDER), maker.number(deeper(place)));
  const thresholds = thresholdsOf(maker, left, place);
  if (kind === "is") return isOf(random, left, [1, 2]);
  if (kind === "between") return between(left, thresholds, numberLiteral);
  return comparison(
    left,
    random.pick(isFuzzy(maker, left) ? ORDER : ANY),
    numberLiteral(random.pick(thresholds)),
  );
}

function between(
  operand: Expression,
  ends: readonly number[],
  make: (end: number) => Expression,
): Expression {
  const [low, high] =
    ends.length > 1 ? [Math.min(...ends), Math.max(...ends)] : [0, ends[0] as number];
  return { kind: "between", operand, low: make(low), high: make(high) };
}

/** Two values that people have (equality decides then), or numbers that many aggregates take. */
function thresholdsOf(maker: Maker, left: Expression, place: Place): number[] {
  const { random } = maker;
  const found = numbers(measure(maker, left, place));
  if (found.length === 0)
    return [random.pick([0, 1, 1, 2, 2, 3, 0.4, 19.99]), random.pick([5, 10, 40, 50, 100])];
  const round = (x: number) => Math.round(x * 100) / 100 + 0.003;
  return [random.pick(found), random.pick(found)].map((x) =>
    isFuzzy(maker, left) || !isPlain(x) ? round(x) : x,
  );
}

/** Numbers that a text can write without an exponent and with few digits. */
const isPlain = (x: number): boolean => /^-?\d{1,9}(\.\d{1,4})?$/.test(String(x));

const numbers = (values: readonly Value[]): number[] =>
  values
    .map((value) => (isLength(value) || isMoment(value) ? value.ms : asNumber(value)))
    .filter((x) => x !== undefined && Number.isFinite(x) && Math.abs(x) < 1e13) as number[];

/** `days since` and `time since`, each in its own comparison. */
function onClock(maker: Maker, place: Place): Expression {
  const { random } = maker;
  if (random.chance(0.5)) {
    const left = growingNumber(maker, place);
    const found = numbers(measure(maker, left, place)).map((x) => Math.round(x * 4) / 4);
    const ends =
      found.length > 0 ? [random.pick(found), random.pick(found)] : [random.pick([1, 7, 30]), 90];
    if (random.chance(0.2)) return between(left, ends, numberLiteral);
    if (place.key === undefined && place.parameters.length === 0 && random.chance(0.2)) {
      return comparison(left, random.pick(ORDER), { kind: "percentile", percent: 50 });
    }
    if (random.chance(0.2))
      return comparison(left, random.pick(ORDER), maker.number(deeper(place)));
    return comparison(left, random.pick(ORDER), numberLiteral(ends[0] as number));
  }
  const left = growingLength(maker, place);
  if (random.chance(0.2))
    return comparison(left, random.pick(ORDER), randomLength(maker, deeper(place)));
  return againstLength(maker, left, place);
}

function inSeason({ random, world }: Maker): Expression {
  const season = random.pick(world.settings.seasons);
  const phase = random.chance(0.5) ? { phase: random.pick(season.phases).name } : {};
  return { kind: "in season", season: season.name, ...phase };
}

function onLength(maker: Maker, place: Place): Expression {
  return againstLength(maker, randomLength(maker, place), place);
}

function againstLength(maker: Maker, left: Expression, place: Place): Expression {
  const { random } = maker;
  const found = numbers(measure(maker, left, place)).map((ms) => Math.round(ms / 60_000));
  const minutes = found.filter((m) => m > 0);
  const end = () =>
    minutes.length > 0 && random.chance(0.7)
      ? lengthOf(random.pick(minutes), "minute")
      : randomLengthLiteral(maker);
  if (random.chance(0.25)) {
    return { kind: "between", operand: left, low: lengthOf(30, "minute"), high: end() };
  }
  return comparison(left, random.pick(ORDER), end());
}

function onText(maker: Maker, place: Place): Expression {
  const { random } = maker;
  const attributes = usable(maker, place, "text");
  const subject = random.weighted([
    [3, "trait"],
    [4, "aggregate"],
    [attributes.length > 0 ? 3 : 0, "attribute"],
  ]);
  if (subject === "trait")
    return textTest(maker, { kind: "trait", path: random.pick([["city"], ["address", "zip"]]) }, [
      "İstanbul",
      "Izmir",
      "Berlin",
      "10115",
    ]);
  if (subject === "aggregate") {
    const text = textAggregate(maker, place);
    const words = WORDS[fieldNameOf(text)] ?? ["x"];
    if (random.chance(0.7)) return textTest(maker, text, words);
    if (random.chance(0.3)) {
      const lower: Expression = { kind: "call", name: "lower", args: [text] };
      return textTest(
        maker,
        lower,
        words.map((word) => word.toLowerCase()),
      );
    }
    if (random.chance(0.2)) {
      const length: Expression = { kind: "call", name: "length", args: [text] };
      return comparison(length, random.pick(ANY), literal(random.int(1, 8)));
    }
    const args = [text, random.pick([{ kind: "trait", path: ["city"] } as const, literal("x")])];
    return textTest(maker, { kind: "call", name: "coalesce", args }, [...words, "x"]);
  }
  const attribute = random.pick(attributes);
  return textTest(maker, nameOf(attribute.name), attribute.values ?? ["x"]);
}

function textTest(maker: Maker, left: Expression, words: readonly string[]): Expression {
  const { random } = maker;
  const word = random.pick(words);
  return random.weighted<() => Expression>([
    [4, () => comparison(left, random.pick(["=", "!="]), literal(word))],
    [4, () => isOf(random, left, words.slice(0, random.int(1, words.length)))],
    [1, () => comparison(left, "contains", literal(word.slice(1, 3)))],
    [1, () => comparison(left, "starts with", literal(word.slice(0, 2)))],
  ])();
}

function onMoment(maker: Maker, place: Place): Expression {
  const { random } = maker;
  const left = randomMoment(maker, place);
  const date = (): Expression => ({ kind: "instant", text: randomDate(maker) });
  return random.weighted<() => Expression>([
    [6, () => ({ kind: "in window", moment: left, windows: windowsOf(maker, place) })],
    [2, () => comparison(left, random.pick(ORDER), randomMoment(maker, deeper(place)))],
    [2, () => comparison(left, random.pick(ORDER), date())],
    [0.5, () => comparison(left, random.pick(["=", "!="]), randomMoment(maker, deeper(place)))],
    [1, () => ({ kind: "between", operand: left, low: date(), high: date() })],
  ])();
}

function windowsOf(maker: Maker, place: Place) {
  const windows = randomWindows(maker, place);
  return windows.length > 0 ? windows : [randomWindow(maker, place)];
}

function onTruth(maker: Maker): Expression {
  const trait: Expression = { kind: "trait", path: ["vip"] };
  return maker.random.chance(0.5)
    ? trait
    : comparison(trait, maker.random.pick(["=", "!="]), literal(maker.random.chance(0.5)));
}

function onClass(maker: Maker, attribute: DeclaredAttribute): Expression {
  const { random } = maker;
  const values = (attribute.values ?? []).slice(0, random.int(1, 2)).map(nameOf);
  return {
    kind: "is",
    ...(random.chance(0.35) && { negated: true }),
    operand: nameOf(attribute.name),
    values,
  };
}

function isSet(maker: Maker, place: Place): Expression {
  const { random } = maker;
  const path = random.pick(Object.keys(TRAITS)).split(".");
  const operand = random.weighted<() => Expression>([
    [2, () => ({ kind: "trait", path })],
    [2, () => textAggregate(maker, place)],
    [2, () => randomMoment(maker, place)],
    [1, () => maker.number(place)],
  ])();
  return { kind: "is set", operand, ...(random.chance(0.5) && { negated: true }) };
}
