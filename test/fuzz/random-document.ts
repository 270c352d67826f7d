/**
 * A random, well-typed text about a world. Thresholds come from the values that people really have,
 * and a segment that holds for nobody or everybody is mostly thrown away and made anew, so that
 * memberships say something.
 */

import type {
  AttributeDeclaration,
  Classification,
  Document,
  Expression,
  SegmentDeclaration,
} from "../../src/segment/syntax/tree.js";
import { evaluate } from "../oracle/index.js";
import { fieldNameOf, numberAggregate, textAggregate } from "./make-aggregates.js";
import { randomCondition } from "./make-conditions.js";
import {
  growingLength,
  growingNumber,
  randomLength,
  randomMoment,
  randomNumber,
  use,
} from "./make-values.js";
import { randomWhere } from "./make-where.js";
import { randomWindows } from "./make-windows.js";
import {
  contains,
  type DeclaredAttribute,
  type Dimension,
  FEW,
  type Limits,
  type Maker,
  ofOwnType,
  PERSON,
  type Place,
} from "./maker.js";
import { aggregateOf, comparison, fieldOf, junction, literal, nameOf } from "./nodes.js";
import { newRandom } from "./random.js";
import { WORDS } from "./vocabulary.js";
import type { World } from "./world.js";

export interface DocumentOptions {
  readonly world: World;
  /** The instant at which thresholds and shares are measured; absent: nothing is measured. */
  readonly measuredAt?: number;
  readonly segments?: number;
  /** "reference" unless told. */
  readonly limits?: Limits;
}

/** How often a segment of nobody or everybody is made anew. */
const ATTEMPTS = 6;
const KEYS = ["product", "category", "department", "brand", "order", "cart", "session"] as const;
const DIMENSIONS = ["category", "department", "brand", "product"] as const;

export function randomDocument(seed: number, options: DocumentOptions): Document {
  const maker = newMaker(seed, options);
  const { random } = maker;
  const count = options.segments ?? random.int(2, 5);
  for (let i = random.int(0, 3); i > 0; i--) declareAttribute(maker);
  for (let i = 0; i < count; i++) {
    declareSegment(maker);
    if (random.chance(0.3)) declareAttribute(maker);
  }
  const declarations = random.chance(0.2) ? [...maker.declarations].reverse() : maker.declarations;
  return { kind: "document", declarations };
}

function newMaker(
  seed: number,
  { world, measuredAt, limits = "reference" }: DocumentOptions,
): Maker {
  const maker: Maker = {
    random: newRandom(seed, "document"),
    world,
    limits,
    declarations: [],
    attributes: [],
    segments: [],
    ...(measuredAt !== undefined && { measuredAt }),
    number: (place) => randomNumber(maker, place),
    moment: (place) => randomMoment(maker, place),
    condition: (place) => randomCondition(maker, place),
    where: (source, place) => randomWhere(maker, source, place),
    windows: (place) => randomWindows(maker, place),
  };
  return maker;
}

function declareAttribute(maker: Maker): void {
  const { random } = maker;
  const name = `a${maker.declarations.length}`;
  const type = random.weighted<DeclaredAttribute["type"]>([
    [5, "number"],
    [2, "text"],
    [3, "truth"],
    [2, "moment"],
    [2, "duration"],
    [4, "classification"],
  ]);
  const per = type !== "classification" && random.chance(0.35) ? random.pick(KEYS) : undefined;
  const dimension =
    type === "number" && per === undefined && random.chance(0.4)
      ? random.pick(DIMENSIONS)
      : undefined;
  const usesNow =
    (type === "number" || type === "duration") &&
    dimension === undefined &&
    per === undefined &&
    random.chance(0.3);
  const parameters = dimension === undefined ? [] : [{ name: "d", dimension }];
  const place: Place = { parameters, depth: 2, ...(per && { key: per }) };
  const [body, values] = bodyOf(maker, place, type, usesNow);
  const declaration: AttributeDeclaration = {
    kind: "attribute",
    name,
    parameters: parameters.map((p) => p.name),
    ...(per && { per }),
    body,
  };
  maker.declarations.push(declaration);
  maker.attributes.push({
    name,
    type,
    usesNow,
    ...(per && { per }),
    ...(dimension && { dimension }),
    ...(values && { values }),
  });
}

function bodyOf(
  maker: Maker,
  place: Place,
  type: DeclaredAttribute["type"],
  usesNow: boolean,
): [AttributeDeclaration["body"], (readonly string[])?] {
  switch (type) {
    case "number":
      if (usesNow) return [growingNumber(maker, place)];
      if (place.parameters.length > 0) return [byDimension(maker, place)];
      return [ofOwnType(randomNumber(maker, place), "number")];
    case "text": {
      if (maker.random.chance(0.3)) return [{ kind: "trait", path: ["city"] }, ["Berlin", "Izmir"]];
      const body = textAggregate(maker, place);
      return [body, WORDS[fieldNameOf(body)] ?? ["x"]];
    }
    case "truth":
      return [ofOwnType(randomCondition(maker, place), "truth")];
    case "moment":
      return [randomMoment(maker, place)];
    case "duration":
      return [usesNow ? growingLength(maker, place) : randomLength(maker, place)];
    case "classification":
      return classification(maker);
  }
}

/** With the values that its cases can give. */
function classification(maker: Maker): [Classification, readonly string[]] {
  const cases = ["gold", "silver"].slice(0, maker.random.int(1, 2)).map((value) => ({
    value,
    when: randomCondition(maker, { ...PERSON, depth: 1 }),
  }));
  const values = [...cases.map((c) => c.value), "rest"];
  return [{ kind: "classification", cases, otherwise: "rest" }, values];
}

/** A number in which the place's parameter is compared with its dimension. */
function byDimension(maker: Maker, place: Place): Expression {
  const { random } = maker;
  const [parameter] = place.parameters;
  if (parameter === undefined) return numberAggregate(maker, place);
  const source = random.pick(["line", "line", "viewed", "added", "event"]);
  const isParameter = comparison(nameOf(parameter.dimension), "=", nameOf(parameter.name));
  const flipped = comparison(nameOf(parameter.name), "=", nameOf(parameter.dimension));
  const base = random.chance(0.9) ? isParameter : flipped;
  const where = random.chance(0.3)
    ? junction("and", [base, randomWhere(maker, source, PERSON)])
    : base;
  const windows = randomWindows(maker, PERSON);
  const steps = [{ source, where }];
  if (source === "line" && random.chance(0.5)) {
    return aggregateOf(
      random.pick(["share", "sum", "max"]),
      { steps },
      { value: fieldOf("line", "net"), windows },
    );
  }
  return aggregateOf("count", { steps }, { windows });
}

function declareSegment(maker: Maker): void {
  const { random } = maker;
  const dimension = random.chance(0.3) ? random.pick(DIMENSIONS) : undefined;
  const name = `s${maker.declarations.length}`;
  let segment = newSegment(maker, name, dimension);
  for (let i = 1; i < ATTEMPTS && !saysSomething(maker, segment); i++)
    segment = newSegment(maker, name, dimension);
  maker.declarations.push(segment);
  maker.segments.push({ name, ...(dimension && { dimension }) });
}

function newSegment(
  maker: Maker,
  name: string,
  dimension: Dimension | undefined,
): SegmentDeclaration {
  const { random } = maker;
  const head = {
    kind: "segment" as const,
    name,
    ...(random.chance(0.3) && { title: random.pick(['Likes "boots"', "İyi müşteri", "x"]) }),
    notes: random.chance(0.2) ? [{ key: "intent", text: "keep" }] : [],
  };
  if (dimension === undefined)
    return { ...head, parameters: [], condition: randomCondition(maker, PERSON) };
  const place: Place = { parameters: [{ name: "c", dimension }], depth: 2 };
  const own = comparison(
    familyNumber(maker, place),
    random.pick([">", ">=", "<="]),
    literal(random.pick([0, 0.4, 1, 2, 19.99])),
  );
  const condition = random.chance(0.4)
    ? junction(random.pick(["and", "or"]), [own, randomCondition(maker, place)])
    : own;
  const top = { count: random.int(1, 2), by: byDimension(maker, place) };
  return { ...head, parameters: ["c"], condition, ...(random.chance(0.4) && { top }) };
}

/** Of a family, by a parameterised attribute where there is one. */
function familyNumber(maker: Maker, place: Place): Expression {
  const dimension = place.parameters[0]?.dimension;
  const attribute = maker.attributes.find((a) => a.dimension === dimension);
  if (attribute === undefined || maker.random.chance(0.6)) return byDimension(maker, place);
  const used = use(maker, place, attribute);
  return contains(used, (node) => node.kind === "name" && node.name === "c")
    ? used
    : byDimension(maker, place);
}

function saysSomething(maker: Maker, segment: SegmentDeclaration): boolean {
  const { measuredAt, world } = maker;
  if (measuredAt === undefined) return true;
  const document: Document = { kind: "document", declarations: [...maker.declarations, segment] };
  const { people, members } = evaluate(
    document,
    world.history,
    { now: measuredAt },
    world.settings,
    {
      ...FEW,
      segments: [segment.name],
    },
  );
  const share = (members.get(segment.name)?.size ?? 0) / Math.max(people.length, 1);
  return share > 0 && (share < 1 || segment.parameters.length > 0);
}
