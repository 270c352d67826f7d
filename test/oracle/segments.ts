/** Section 1: the members of a segment; of a family, the arguments for which a person is a member. */

import type { SegmentDeclaration } from "../../src/segment/syntax/tree.js";
import { keyValues, PRODUCT_DIMENSIONS, type ProductDimension } from "./keys.js";
import { holds, once, personScope, type Run } from "./run.js";
import { bind, declared } from "./types.js";
import { asNumber, byteOrder, type Value } from "./values.js";

/** Several parameters of a family are written one after the other. */
const ARGUMENT_SEPARATOR = "\u0000";

export const argumentKey = (args: readonly Value[]): string =>
  args.map(String).join(ARGUMENT_SEPARATOR);

export function isMember(run: Run, name: string, person: bigint, args: readonly Value[]): boolean {
  const segment = declared(run, name);
  if (segment.kind !== "segment") throw new Error(`ill-typed: ${name} is no segment`);
  bind(segment.parameters, args);
  return membersOf(run, segment, person).has(argumentKey(args));
}

/** The argument keys for which the person is a member: "" where the segment is no family. */
export function membersOf(
  run: Run,
  segment: SegmentDeclaration,
  person: bigint,
): ReadonlySet<string> {
  return once(run, `segment ${segment.name} ${person}`, () => {
    const members = candidates(run, segment, person).filter((args) =>
      holds(run, segment.condition, personScope(run, person, bind(segment.parameters, args))),
    );
    return new Set(best(run, segment, person, members).map(argumentKey));
  });
}

/** The argument lists to be tried: for each parameter the person's own keys of its dimensions. */
function candidates(run: Run, segment: SegmentDeclaration, person: bigint): string[][] {
  let lists: string[][] = [[]];
  for (const parameter of segment.parameters) {
    const dimensions = dimensionsOf(run, segment, parameter);
    if (dimensions.size === 0)
      throw new Error(`ill-typed: ${parameter} is compared with no dimension`);
    const facts = run.people.get(person) ?? [];
    const values = new Set([...dimensions].flatMap((dimension) => keyValues(dimension, facts)));
    lists = lists.flatMap((list) => [...values].map((value) => [...list, value]));
  }
  return lists;
}

function best(
  run: Run,
  segment: SegmentDeclaration,
  person: bigint,
  members: string[][],
): string[][] {
  const { top } = segment;
  if (top === undefined) return members;
  const ranked = members.map((args) => {
    const scope = personScope(run, person, bind(segment.parameters, args));
    return { args, number: asNumber(run.value(top.by, scope, "number")) };
  });
  ranked.sort((a, b) => {
    if (a.number !== b.number) {
      if (a.number === undefined) return 1;
      if (b.number === undefined) return -1;
      return b.number - a.number;
    }
    return byteOrder(argumentKey(a.args), argumentKey(b.args));
  });
  return ranked.slice(0, top.count).map(({ args }) => args);
}

/** The product dimensions that a parameter is compared with, attributes and segments written out. */
function dimensionsOf(run: Run, node: unknown, parameter: string): Set<ProductDimension> {
  const found = new Set<ProductDimension>();
  collect(run, node, parameter, found, new Set());
  return found;
}

function collect(
  run: Run,
  x: unknown,
  parameter: string,
  found: Set<ProductDimension>,
  seen: Set<unknown>,
): void {
  if (typeof x !== "object" || x === null) return;
  const node = x as Readonly<Record<string, unknown>>;
  if (node.kind === "comparison" && node.op === "=") {
    const sides = [node.left, node.right];
    for (const [one, other] of [sides, [...sides].reverse()]) {
      const dimension = fieldName(other);
      if (fieldName(one) === parameter && isDimension(dimension)) found.add(dimension);
    }
  }
  if (node.kind === "call") {
    const named = run.declarations.get(node.name as string);
    (node.args as readonly unknown[]).forEach((arg, i) => {
      const inner = named?.parameters[i];
      if (
        named === undefined ||
        inner === undefined ||
        fieldName(arg) !== parameter ||
        seen.has(named)
      )
        return;
      collect(run, named, inner, found, new Set([...seen, named]));
    });
  }
  for (const part of Object.values(node)) collect(run, part, parameter, found, seen);
}

const isDimension = (name: string | undefined): name is ProductDimension =>
  (PRODUCT_DIMENSIONS as readonly (string | undefined)[]).includes(name);

/** The name in a bare name or field of one part. */
function fieldName(x: unknown): string | undefined {
  const node = x as { kind?: string; name?: string; path?: readonly string[] } | undefined;
  if (node?.kind === "name") return node.name;
  return node?.kind === "field" && node.path?.length === 1 ? node.path[0] : undefined;
}
