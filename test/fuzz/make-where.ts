/** Random conditions on the fields and properties of a row, inside `where`. */

import type { Expression, Literal } from "../../src/segment/syntax/tree.js";
import { FIELDS, SOURCES } from "../../src/segment/vocabulary.js";
import { usualFor } from "./make-usual.js";
import { randomDate, randomDuration, rangeWindow } from "./make-windows.js";
import type { Maker, Place } from "./maker.js";
import {
  arithmetic,
  bareField,
  comparison,
  junction,
  lengthOf,
  literal,
  nameOf,
  negation,
} from "./nodes.js";
import type { Random } from "./random.js";
import { WORDS } from "./vocabulary.js";

const ORDER = ["<", "<=", ">", ">="] as const;
const EQUALITY = ["=", "!="] as const;

export function randomWhere(maker: Maker, source: string, place: Place): Expression {
  const { random } = maker;
  const fields = SOURCES.get(source)?.fields ?? [];
  const parameter = place.parameters.find((p) => fields.includes(p.dimension));
  if (parameter !== undefined && random.chance(0.6)) {
    return comparison(nameOf(parameter.dimension), "=", nameOf(parameter.name));
  }
  if (source !== "gap" && random.chance(0.3)) {
    const operands = [one(maker, source, fields), one(maker, source, fields)];
    return junction(random.pick(["and", "or"]), operands);
  }
  return one(maker, source, fields);
}

function one(maker: Maker, source: string, fields: readonly string[]): Expression {
  const { random } = maker;
  if (random.chance(0.1)) return negation(one(maker, source, fields));
  if (source === "gap" && random.chance(0.8))
    return comparison(nameOf("days"), random.pick(ORDER), literal(random.pick([1, 7, 30, 90])));
  if (source === "gap") return onMoment(maker, "at", ["at"]);
  if (fields.length === 0 || (hasProperties(source) && random.chance(0.3)))
    return onProperty(random);
  const field = random.pick(fields);
  switch (FIELDS[field]?.type) {
    case "text":
      return onText(random, field);
    case "boolean":
      return random.chance(0.3)
        ? nameOf(field)
        : comparison(nameOf(field), random.pick(EQUALITY), literal(random.chance(0.5)));
    case "moment":
      return onMoment(maker, field, fields);
    default:
      return onNumber(random, source, field);
  }
}

/** A moment of the row beside a date, in a window, beside another, or as far from it as this. */
function onMoment(maker: Maker, field: string, fields: readonly string[]): Expression {
  const { random } = maker;
  const moment = nameOf(field);
  const others = fields.filter((other) => other !== field && FIELDS[other]?.type === "moment");
  const other = nameOf(others.length > 0 ? random.pick(others) : field);
  const distance = arithmetic(moment, "-", other);
  const { amount, unit } = randomDuration(maker, { exact: true });
  const length = lengthOf(amount, unit);
  const isPair = others.length > 0;
  return random.weighted<() => Expression>([
    [2, () => comparison(moment, random.pick(ORDER), { kind: "instant", text: randomDate(maker) })],
    [1, () => ({ kind: "in window", moment, windows: [rangeWindow(maker)] })],
    [1, () => isSet(random, moment)],
    [isPair ? 2 : 0, () => comparison(moment, random.pick([...ORDER, ...EQUALITY]), other)],
    [isPair ? 2 : 0, () => comparison(distance, random.pick(ORDER), length)],
    [isPair ? 1 : 0, () => comparison(arithmetic(distance, "*", literal(2)), ">", length)],
    [1, () => ({ kind: "between", operand: distance, low: lengthOf(0, "day"), high: length })],
    [1, () => comparison(arithmetic(moment, random.pick(["+", "-"]), length), "<=", other)],
  ])();
}

/** Events carry properties; orders, lines and refunds of the histories do not. */
export const hasProperties = (source: string): boolean => {
  const kinds = SOURCES.get(source)?.kinds ?? [];
  return source !== "session" && !kinds.some((kind) => ["order", "line", "refund"].includes(kind));
};

const isSet = (random: Random, operand: Expression): Expression => ({
  kind: "is set",
  operand,
  ...(random.chance(0.4) && { negated: true }),
});

function onText(random: Random, field: string): Expression {
  const words = WORDS[field] ?? ["x"];
  const word = random.pick(words);
  switch (
    random.weighted([
      [4, "="],
      [3, "is"],
      [1, "contains"],
      [1, "starts with"],
      [1, "lower"],
      [1, "length"],
      [1, "set"],
    ])
  ) {
    case "=":
      return comparison(nameOf(field), random.pick(EQUALITY), literal(word));
    case "is":
      return isOf(random, nameOf(field), words.slice(0, random.int(1, 2)));
    case "lower":
      return comparison(
        { kind: "call", name: "lower", args: [nameOf(field)] },
        random.pick([...EQUALITY, "contains"]),
        literal(word.toLowerCase().slice(0, random.int(2, word.length))),
      );
    case "length":
      return comparison(
        { kind: "call", name: "length", args: [nameOf(field)] },
        random.pick(ORDER),
        literal(random.int(2, 6)),
      );
    case "contains":
      return comparison(nameOf(field), "contains", literal(word.slice(1, 3)));
    case "starts with":
      return comparison(nameOf(field), "starts with", literal(word.slice(0, 2)));
    default:
      return isSet(random, nameOf(field));
  }
}

export function isOf(
  random: Random,
  operand: Expression,
  values: readonly (string | number)[],
): Expression {
  return {
    kind: "is",
    ...(random.chance(0.35) && { negated: true }),
    operand,
    values: values.map((value): Literal => literal(value)),
  };
}

function onNumber(random: Random, source: string, field: string): Expression {
  const fields = SOURCES.get(source)?.fields ?? [];
  const limit = () =>
    literal(random.pick(field === "quantity" ? [1, 2] : [0, 0.1, 3, 10, 19.99, 20, 40, 49.9]));
  const others = fields.filter((other) => other !== field && FIELDS[other]?.type === "number");
  switch (
    random.weighted([
      [5, "order"],
      [1, "="],
      [2, "between"],
      [others.length > 0 ? 3 : 0, "fields"],
      [1, "usual"],
      [1, "set"],
    ])
  ) {
    case "order":
      return comparison(nameOf(field), random.pick(ORDER), limit());
    case "=":
      return comparison(nameOf(field), random.pick(EQUALITY), limit());
    case "between":
      return { kind: "between", operand: nameOf(field), low: literal(1), high: limit() };
    case "usual":
      return comparison(nameOf(field), random.pick(ORDER), usualFor(random, source));
    case "fields": {
      const other = nameOf(random.pick(others));
      const right = random.pick<Expression>([
        other,
        arithmetic(literal(random.pick([0.2, 0.5, 2])), "*", other),
        arithmetic(other, "-", literal(5)),
        { kind: "call", name: random.pick(["abs", "round", "floor"]), args: [other] },
        {
          kind: "call",
          name: random.pick(["least", "greatest", "coalesce"]),
          args: [other, literal(10)],
        },
      ]);
      return comparison(nameOf(field), random.pick(ORDER), right);
    }
    default:
      return isSet(random, nameOf(field));
  }
}

/** "5" and 5, texts and numbers under one name, nested paths: each use asks its own type. */
function onProperty(random: Random): Expression {
  const size = bareField("props", "size");
  const color = bareField("props", "color", "name");
  return random.pick<() => Expression>([
    () => comparison(size, random.pick(EQUALITY), literal(5)),
    () => comparison(size, random.pick(EQUALITY), literal("5")),
    () => comparison(size, random.pick(ORDER), literal(random.pick([4, 5, 5.25]))),
    () =>
      isOf(
        random,
        size,
        random.pick([
          ["M", "5"],
          [5, 5.25],
        ]),
      ),
    () => isSet(random, random.pick([size, color, bareField("props", "color", "code", "hex")])),
    () => comparison(color, random.pick(EQUALITY), literal("red")),
    () => comparison(color, random.pick(["contains", "starts with"]), literal("re")),
    () =>
      comparison(
        bareField("props", "color", "code", "hex"),
        "=",
        literal(random.pick(["ff0000", 7])),
      ),
    () => bareField("props", "flag"),
    () => comparison(bareField("props", "flag"), random.pick(EQUALITY), literal(true)),
    () => ({
      kind: "between",
      operand: bareField("props", "rating"),
      low: literal(1),
      high: literal(2.5),
    }),
    () => comparison(arithmetic(bareField("props", "rating"), "*", literal(2)), ">", size),
    () => comparison(size, "=", bareField("props", "rating")),
  ])();
}
