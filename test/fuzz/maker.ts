/**
 * What the makers of random texts share: the randomness, the world that the text speaks of, what
 * has been declared so far, and each other.
 */

import type {
  Declaration,
  Document,
  Expression,
  ScopeKey,
  Window,
} from "../../src/segment/syntax/tree.js";
import type { Value } from "../oracle/index.js";
import { evaluate } from "../oracle/index.js";
import { arithmetic, comparison, literal } from "./nodes.js";
import type { Random } from "./random.js";
import type { World } from "./world.js";

export type Dimension = "product" | "category" | "department" | "brand";

/** Where an expression is written. */
export interface Place {
  readonly key?: ScopeKey;
  /** Parameters in scope, with the dimension that each is compared with. */
  readonly parameters: readonly { readonly name: string; readonly dimension: Dimension }[];
  /** How many levels may still be below. */
  readonly depth: number;
}

/**
 * "reference": every text that the reference allows. "product": without what the planner says that
 * it refuses, though the reference does not: keys asked for in a family's own condition, and a
 * family's parameter in a sequence.
 */
export type Limits = "reference" | "product";

/** An attribute that later texts may use. */
export interface DeclaredAttribute {
  readonly name: string;
  readonly type: "number" | "text" | "truth" | "moment" | "duration" | "classification";
  readonly per?: ScopeKey;
  readonly dimension?: Dimension;
  /** It changes with the clock by `days since` or `time since`: only where now is linear. */
  readonly usesNow: boolean;
  readonly values?: readonly string[];
}

export interface DeclaredSegment {
  readonly name: string;
  readonly dimension?: Dimension;
}

export interface Maker {
  readonly random: Random;
  readonly world: World;
  readonly declarations: Declaration[];
  readonly attributes: DeclaredAttribute[];
  readonly segments: DeclaredSegment[];
  readonly limits: Limits;
  /** The instant at which thresholds are measured; absent: they are guessed. */
  readonly measuredAt?: number;
  readonly number: (place: Place) => Expression;
  readonly moment: (place: Place) => Expression;
  readonly condition: (place: Place) => Expression;
  readonly where: (source: string, place: Place) => Expression;
  readonly windows: (place: Place) => Window[];
}

export const PERSON: Place = { parameters: [], depth: 3 };

export const deeper = (place: Place): Place => ({ ...place, depth: place.depth - 1 });

/** In texts about so few people and facts, what is taken of too few would otherwise be taken of all. */
export const FEW = { minimumPopulation: 4, minimumCell: 3 } as const;

/** The values of an expression over people; none where it cannot be measured by itself. */
export function measure(maker: Maker, expression: Expression, place: Place): Value[] {
  const { measuredAt, world } = maker;
  if (measuredAt === undefined || place.key !== undefined || place.parameters.length > 0) return [];
  const body = ofOwnType(expression, "number");
  const probe: Declaration = { kind: "attribute", name: "probe", parameters: [], body };
  const document: Document = { kind: "document", declarations: [...maker.declarations, probe] };
  const { values } = evaluate(document, world.history, { now: measuredAt }, world.settings, {
    ...FEW,
    segments: [],
  });
  return [...values("probe").values()];
}

/** A bare trait has the type that its use asks for; with this it asks for one by itself. */
export function ofOwnType(expression: Expression, type: "number" | "truth"): Expression {
  if (expression.kind !== "trait") return expression;
  if (type === "truth") return comparison(expression, "=", literal(true));
  return arithmetic(expression, "+", literal(0));
}

/** Does the tree hold a node for which the test is true (attributes are not written out)? */
export function contains(
  node: unknown,
  test: (node: Readonly<Record<string, unknown>>) => boolean,
): boolean {
  if (typeof node !== "object" || node === null) return false;
  if (test(node as Readonly<Record<string, unknown>>)) return true;
  return Object.values(node).some((part) => contains(part, test));
}

/** May the value differ in its last bit between two ways of computing it? */
export function isFuzzy(maker: Maker, node: unknown): boolean {
  return contains(node, (n) => {
    if (n.kind === "call" && (n.name === "ln" || n.name === "exp")) return true;
    if (n.kind === "usual") return true;
    if (n.kind === "arithmetic" && (n.op === "*" || n.op === "/")) return true;
    if (n.kind !== "name" && n.kind !== "call") return false;
    const named = maker.declarations.find((d) => d.name === n.name);
    return named?.kind === "attribute" && isFuzzy(maker, named.body);
  });
}
