/**
 * A greedy shrinker. It tries ever smaller changes (half of the facts, one fact, one field; a
 * declaration, an operand, a window, a part in place of the whole) and keeps each with which the
 * case still fails, until none helps. Trees that make no sense any more are left to `fails` to
 * refuse: the oracle throws on them.
 */

import type { Declaration, Document } from "../../src/segment/syntax/tree.js";
import type { Fact, History } from "../../src/store/facts.js";

export type Fails = (document: Document, history: History) => boolean | Promise<boolean>;

export interface Shrunk {
  readonly document: Document;
  readonly history: History;
}

/** Bounds the time that a large case may take. */
const MAX_TRIALS = 3000;

export async function shrink(document: Document, history: History, fails: Fails): Promise<Shrunk> {
  let trials = 0;
  let current: Shrunk = { document, history };
  const isSmaller = async (candidate: Shrunk): Promise<boolean> => {
    if (trials >= MAX_TRIALS) return false;
    trials++;
    return fails(candidate.document, candidate.history);
  };
  for (let isChanged = true; isChanged; ) {
    isChanged = false;
    for (const candidates of [smallerHistories, smallerDocuments]) {
      for (let found = true; found; ) {
        found = false;
        for (const candidate of candidates(current)) {
          if (!(await isSmaller(candidate))) continue;
          current = candidate;
          found = true;
          isChanged = true;
          break;
        }
      }
    }
  }
  return current;
}

function* smallerHistories({ document, history }: Shrunk): Generator<Shrunk> {
  const withHistory = (change: Partial<History>): Shrunk => ({
    document,
    history: { ...history, ...change },
  });
  const { facts, identity = [], superseded = [] } = history;
  if (identity.length > 0) yield withHistory({ identity: [] });
  if (superseded.length > 0) yield withHistory({ superseded: [] });
  const aliases = [...new Set(facts.map((fact) => fact.alias))];
  for (const kept of withoutChunks(aliases)) {
    const left = new Set(kept);
    yield withHistory({ facts: facts.filter((fact) => left.has(fact.alias)) });
  }
  for (const left of withoutChunks(facts)) yield withHistory({ facts: left });
  for (const left of withoutChunks(identity)) yield withHistory({ identity: left });
  for (const left of withoutChunks(superseded)) yield withHistory({ superseded: left });
  if (facts.length > MAX_FACTS_IN_DETAIL) return;
  for (const [i, fact] of facts.entries()) {
    for (const smaller of smallerFacts(fact)) yield withHistory({ facts: facts.with(i, smaller) });
  }
}

/** Fields are only taken away once few facts are left. */
const MAX_FACTS_IN_DETAIL = 20;
const NEEDED_FIELDS: readonly string[] = ["alias", "ts", "knownAt", "factId", "kind"];

function* smallerFacts(fact: Fact): Generator<Fact> {
  for (const field of Object.keys(fact)) {
    if (NEEDED_FIELDS.includes(field)) continue;
    const { [field as keyof Fact]: _gone, ...rest } = fact;
    yield rest as Fact;
  }
  for (const property of Object.keys(fact.props ?? {})) {
    const { [property]: _gone, ...props } = fact.props ?? {};
    yield { ...fact, props };
  }
}

/** The list without each of its halves, quarters, ... and single items. */
function* withoutChunks<T>(items: readonly T[]): Generator<T[]> {
  for (
    let size = Math.ceil(items.length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let start = 0; start < items.length; start += size) {
      yield [...items.slice(0, start), ...items.slice(start + size)];
    }
  }
}

function* smallerDocuments({ document, history }: Shrunk): Generator<Shrunk> {
  const { declarations } = document;
  for (const left of withoutChunks(declarations)) {
    if (left.some((declaration) => declaration.kind === "segment")) {
      yield { document: { ...document, declarations: left }, history };
    }
  }
  for (const [i, declaration] of declarations.entries()) {
    for (const smaller of smallerNodes(declaration, declarations)) {
      const changed = declarations.with(i, smaller as Declaration);
      yield { document: { ...document, declarations: changed }, history };
    }
  }
}

type AnyNode = Readonly<Record<string, unknown>>;

/** Parts that a node can do without. */
const OPTIONAL: readonly string[] = [
  "title",
  "top",
  "where",
  "within",
  "without",
  "of",
  "phase",
  "among",
  "per",
  "negated",
  "distinct",
];
/** Lists that may lose items, with the number that must stay. */
const LISTS: Readonly<Record<string, number>> = {
  windows: 0,
  notes: 0,
  steps: 1,
  operands: 1,
  cases: 1,
  values: 1,
  args: 1,
  by: 1,
};

/** Every tree that is a little smaller than this one. */
function* smallerNodes(value: unknown, declarations: readonly Declaration[]): Generator<unknown> {
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) {
      for (const smaller of smallerNodes(item, declarations)) yield value.with(i, smaller);
    }
    return;
  }
  const node = value as AnyNode;
  yield* replacements(node, declarations);
  for (const [name, part] of Object.entries(node)) {
    if (OPTIONAL.includes(name)) {
      const { [name]: _gone, ...rest } = node;
      yield rest;
    }
    const least = LISTS[name];
    if (Array.isArray(part) && least !== undefined && part.length > least) {
      for (let i = 0; i < part.length; i++) yield withList(node, name, part.toSpliced(i, 1));
    }
    for (const smaller of smallerNodes(part, declarations)) yield { ...node, [name]: smaller };
  }
}

/** A junction of one operand is the operand. */
function withList(node: AnyNode, name: string, items: readonly unknown[]): unknown {
  return name === "operands" && items.length === 1 ? items[0] : { ...node, [name]: items };
}

/** What may stand in place of an expression: one of its parts, or what it names. */
function* replacements(node: AnyNode, declarations: readonly Declaration[]): Generator<unknown> {
  if (!EXPRESSIONS.includes(node.kind as string)) return;
  const parts = [node.operand, node.left, node.right, node.low, node.moment, node.body];
  yield* parts.filter((part) => part !== undefined);
  yield* [...((node.operands ?? node.args ?? []) as readonly unknown[])];
  if (node.kind !== "name") return;
  const named = declarations.find((d) => d.name === node.name);
  if (named?.kind === "attribute" && named.body.kind !== "classification") yield named.body;
  if (named?.kind === "segment") yield named.condition;
}

const EXPRESSIONS: readonly string[] = [
  "name",
  "call",
  "arithmetic",
  "negate",
  "since",
  "and",
  "or",
  "not",
  "comparison",
  "is",
  "is set",
  "between",
  "in window",
  "in season",
  "quantifier",
];
