/** Random aggregates: of every function, over plain streams and sequences, seen from any key. */

import type {
  Aggregate,
  AggregateFunction,
  Expression,
  ScopeKey,
  Source,
  Step,
} from "../../src/segment/syntax/tree.js";
import { FIELDS, SITE_KINDS, SOURCES } from "../../src/segment/vocabulary.js";
import { usualFor } from "./make-usual.js";
import { hasProperties } from "./make-where.js";
import { randomDuration } from "./make-windows.js";
import { deeper, type Maker, type Place } from "./maker.js";
import { aggregateOf, arithmetic, fieldOf, lengthOf, literal } from "./nodes.js";
import type { Random } from "./random.js";

/** Sources by how much histories hold of them. */
const COMMON = [
  "order",
  "line",
  "viewed",
  "added",
  "event",
  "site",
  "placed",
  "session",
  "gap",
] as const;
const ALL = [...SOURCES.keys()];

const KEYED_DIMENSIONS: readonly ScopeKey[] = ["product", "category", "department", "brand"];

/** Sources whose facts a key can hold. */
export function sourcesOf(key: ScopeKey | undefined): readonly string[] {
  if (key === undefined) return ALL;
  const plain = ALL.filter((name) => SOURCES.get(name)?.derived === undefined);
  if (key === "session") {
    return plain.filter(
      (name) => name === "site" || (SITE_KINDS as readonly string[]).includes(name),
    );
  }
  return plain.filter((name) => SOURCES.get(name)?.fields.includes(key));
}

export function randomSource(maker: Maker, place: Place, names?: readonly string[]): Source {
  const { random } = maker;
  const of = names === undefined ? randomOf(random, place.key) : undefined;
  const seen = of === undefined ? place.key : of === "person" ? undefined : of;
  const allowed = names ?? sourcesOf(seen);
  const common = allowed.filter((name) => (COMMON as readonly string[]).includes(name));
  const pick = () => random.pick(common.length > 0 && random.chance(0.75) ? common : allowed);
  const isSequence = names === undefined && random.chance(0.15);
  const plain = () => {
    const name = pick();
    return SOURCES.get(name)?.derived === undefined ? name : "viewed";
  };
  const canSequence = isSequence && allowed.includes("viewed");
  const steps = canSequence ? sequence(maker, place, plain) : [stepOf(maker, place, pick(), 0.4)];
  return { steps, ...(of !== undefined && { of }) };
}

function randomOf(random: Random, key: ScopeKey | undefined): Source["of"] {
  if (key === undefined || !random.chance(0.5)) return undefined;
  if (key !== "product" || random.chance(0.2)) return "person";
  return random.pick(["category", "department", "brand"]);
}

function stepOf(maker: Maker, place: Place, source: string, whereShare: number): Step {
  if (source === "session" || !maker.random.chance(whereShare)) return { source };
  return { source, where: maker.where(source, place) };
}

function sequence(maker: Maker, outer: Place, pickAny: () => string): Step[] {
  const { random, limits } = maker;
  const place = limits === "product" ? { ...outer, parameters: [] } : outer;
  const pick = (): string => {
    const source = pickAny();
    const isDerived = SOURCES.get(source)?.derived !== undefined;
    return isDerived ? pick() : source;
  };
  const first = stepOf(maker, place, pick(), 0.2);
  const later = Array.from(
    {
      length: random.weighted([
        [4, 1],
        [1, 2],
      ]),
    },
    (): Step => {
      const without = stepOf(maker, place, pick(), 0.2);
      return {
        ...stepOf(maker, place, pick(), 0.2),
        ...(random.chance(0.6) && { within: randomDuration(maker) }),
        ...(random.chance(0.4) && { without }),
      };
    },
  );
  return [first, ...later];
}

const lastOf = (source: Source): string => (source.steps.at(-1) as Step).source;

/** An aggregate that is a number. */
export function numberAggregate(maker: Maker, place: Place): Aggregate {
  const { random } = maker;
  const fn = random.weighted<AggregateFunction>([
    [8, "count"],
    [5, "sum"],
    [2, "average"],
    [2, "median"],
    [2, "min"],
    [2, "max"],
    [2, "share"],
    [1, "first"],
    [1, "last"],
  ]);
  const windows = maker.windows(deeper(place));
  if (fn === "count") return { ...countAggregate(maker, place), windows };
  const numeric = sourcesOf(place.key).filter((name) => numericFields(name).length > 0);
  const isPersons = place.key !== undefined && (numeric.length === 0 || random.chance(0.2));
  const names = isPersons ? ["order", "line", "gap", "viewed"] : numeric;
  const source = randomSource(maker, isPersons ? { ...place, key: undefined } : place, names);
  const name = lastOf(source);
  if (fn === "first" || fn === "last") {
    const value = fieldOf(name, random.pick(numericFields(name)));
    return aggregateOf(fn, of(source, isPersons), { value, windows });
  }
  const share = fn === "share" ? withWhere(maker, place, source) : source;
  return aggregateOf(fn, of(share, isPersons), { value: rowNumber(random, name), windows });
}

const of = (source: Source, isPersons: boolean): Source =>
  isPersons ? { ...source, of: "person" } : source;

function withWhere(maker: Maker, place: Place, source: Source): Source {
  const step = source.steps[0] as Step;
  return { ...source, steps: [{ ...step, where: maker.where(step.source, place) }] };
}

function countAggregate(maker: Maker, place: Place): Aggregate {
  const { random } = maker;
  const source = randomSource(maker, place);
  const name = lastOf(source);
  const fields = SOURCES.get(name)?.fields ?? [];
  const isPlain = source.steps.length === 1;
  if (isPlain && fields.length > 0 && random.chance(0.25)) {
    const path =
      hasProperties(name) && random.chance(0.2)
        ? ["props", "color", "name"]
        : [random.pick(fields)];
    return aggregateOf("count", source, { distinct: true, value: fieldOf(name, ...path) });
  }
  if (isPlain && random.chance(0.3)) {
    return aggregateOf("count", source, { per: random.pick(["day", "week", "month"]) });
  }
  return aggregateOf("count", source, {});
}

function numericFields(source: string): readonly string[] {
  if (source === "gap") return ["days"];
  return (SOURCES.get(source)?.fields ?? []).filter((field) => FIELDS[field]?.type === "number");
}

/** A number made from one row: a field mostly, else an expression over fields of the source. */
export function rowNumber(random: Random, source: string): Expression {
  const fields = numericFields(source);
  const field = (): Expression => fieldOf(source, random.pick(fields));
  const property = (): Expression => fieldOf(source, "props", "rating");
  return random.weighted<() => Expression>([
    [6, field],
    [hasProperties(source) && source !== "gap" ? 2 : 0, property],
    [2, () => arithmetic(field(), random.pick(["+", "-"]), field())],
    [
      1,
      () => arithmetic(field(), random.pick(["*", "/"]), random.chance(0.5) ? literal(2) : field()),
    ],
    [
      1,
      () => ({ kind: "call", name: random.pick(["ln", "abs", "round", "floor"]), args: [field()] }),
    ],
    [
      0.5,
      () => ({
        kind: "call",
        name: random.pick(["least", "greatest", "coalesce"]),
        args: [field(), literal(10)],
      }),
    ],
    [0.5, () => ({ kind: "negate", operand: field() })],
    [1, () => arithmetic(field(), random.pick(["-", "*"]), usualFor(random, source))],
    [source === "line" ? 0.5 : 0, () => arithmetic(sinceLaunch(), "/", lengthOf(1, "day"))],
  ])();
}

const sinceLaunch = (): Expression =>
  arithmetic(fieldOf("line", "at"), "-", fieldOf("line", "launched"));

/** `last(order.coupon)`: a text field at an end of the stream. */
export function textAggregate(maker: Maker, place: Place): Aggregate {
  const { random } = maker;
  const isPersons = place.key === "session" || place.key === "cart";
  const names = isPersons
    ? ["order", "viewed"]
    : sourcesOf(place.key).filter((name) => textFields(name).length > 0);
  const source = randomSource(maker, { ...place, key: undefined }, names);
  const field = random.pick(textFields(lastOf(source)));
  return aggregateOf(random.pick(["first", "last"]), of(source, isPersons), {
    value: fieldOf(lastOf(source), field),
    windows: maker.windows(deeper(place)),
  });
}

const textFields = (source: string): readonly string[] =>
  (SOURCES.get(source)?.fields ?? []).filter((field) => FIELDS[field]?.type === "text");

/** The field that a text aggregate yields, for literals to compare it with. */
export const fieldNameOf = (aggregate: Aggregate): string =>
  aggregate.value?.kind === "field" ? (aggregate.value.path.at(-1) as string) : "name";

/** The moment of an end of a stream, also as a field, or the earliest or latest launch. */
export function momentAggregate(maker: Maker, place: Place): Aggregate {
  const { random } = maker;
  const windows = place.depth > 0 && random.chance(0.4) ? maker.windows(deeper(place)) : [];
  const hasLines =
    place.key === undefined || KEYED_DIMENSIONS.includes(place.key) || place.key === "order";
  if (hasLines && random.chance(0.1)) {
    const value = fieldOf("line", "launched");
    return aggregateOf(
      random.pick(["min", "max", "first", "last"]),
      { steps: [{ source: "line" }] },
      { value, windows },
    );
  }
  const source = randomSource(maker, place);
  if (lastOf(source) !== "session" && random.chance(0.1)) {
    const value = fieldOf(lastOf(source), "at");
    return aggregateOf(random.pick(["min", "max", "first", "last"]), source, { value, windows });
  }
  return aggregateOf(random.pick(["first", "last"]), source, { windows });
}
