/**
 * The oracle: what a text says about a history at an instant, straight from `docs/language.md`, as
 * obviously and slowly as possible. It interprets the tree and knows nothing of plans or SQL, so
 * that it cannot share their faults.
 */

import type { StoreSettings } from "../../src/segment/settings.js";
import type { Document, Expression } from "../../src/segment/syntax/tree.js";
import type { History } from "../../src/store/facts.js";
import { evaluateIn } from "./expressions.js";
import { holds, personScope, type Run } from "./run.js";
import { isMember, membersOf } from "./segments.js";
import { DEFAULT_MINIMUM_POPULATION, percentile } from "./statistics.js";
import { bind } from "./types.js";
import { DEFAULT_MINIMUM_CELL } from "./usual.js";
import type { Value } from "./values.js";
import { type Instant, visibleFacts } from "./visible.js";

/** `statistics`: the instant at which percentiles were frozen; absent: they are of `now` too. */
export interface At extends Instant {
  readonly statistics?: Instant;
}

export interface Options {
  /** Percentiles over fewer people of a window are over all buyers; 200 unless told. */
  readonly minimumPopulation?: number;
  /** What is usual of fewer facts is taken with one dimension less; 30 unless told. */
  readonly minimumCell?: number;
  /** Only these people are asked about; percentiles are over all people still. */
  readonly people?: ReadonlySet<bigint>;
  /** Only these segments are answered; others may be named still. */
  readonly segments?: readonly string[];
}

export interface Evaluation {
  /** Everybody with a visible fact, ascending. */
  readonly people: readonly bigint[];
  /** Segment -> "person", or "person\0argument" in a family. */
  readonly members: ReadonlyMap<string, ReadonlySet<string>>;
  /** The values of an attribute; a person for whom it is missing has no entry. */
  readonly values: (attribute: string, ...args: readonly Value[]) => ReadonlyMap<bigint, Value>;
}

export function evaluate(
  document: Document,
  history: History,
  at: At,
  settings: StoreSettings,
  options: Options = {},
): Evaluation {
  const run = newRun(document, history, at, settings, options);
  const people = peopleOf(run, options);
  const members = new Map<string, ReadonlySet<string>>();
  for (const declaration of document.declarations) {
    if (declaration.kind !== "segment") continue;
    if (options.segments?.includes(declaration.name) === false) continue;
    const isFamily = declaration.parameters.length > 0;
    const found = people.flatMap((person) =>
      [...membersOf(run, declaration, person)].map((argument) =>
        memberKey(person, isFamily ? argument : undefined),
      ),
    );
    members.set(declaration.name, new Set(found));
  }
  const values = (attribute: string, ...args: readonly Value[]) => {
    const declaration = run.declarations.get(attribute);
    if (declaration?.kind !== "attribute") throw new Error(`no attribute ${attribute}`);
    const call = callOf(declaration.parameters, attribute);
    const parameters = bind(declaration.parameters, args);
    const found = people.map((person): [bigint, Value] => [
      person,
      run.value(call, personScope(run, person, parameters), "text"),
    ]);
    return new Map(found.filter(([, value]) => value !== undefined));
  };
  return { people, members, values };
}

/** The people for whom a boolean expression holds; it may name what the document declares. */
export function evaluateExpression(
  document: Document,
  expression: Expression,
  history: History,
  at: At,
  settings: StoreSettings,
  options: Options = {},
): Set<bigint> {
  const run = newRun(document, history, at, settings, options);
  return new Set(
    peopleOf(run, options).filter((person) => holds(run, expression, personScope(run, person))),
  );
}

export const memberKey = (person: bigint, argument?: string): string =>
  argument === undefined ? String(person) : `${person}\u0000${argument}`;

function peopleOf(run: Run, options: Options): bigint[] {
  const people = [...run.people.keys()].filter((person) => options.people?.has(person) ?? true);
  return people.sort((a, b) => (a < b ? -1 : 1));
}

function callOf(parameters: readonly string[], name: string): Expression {
  if (parameters.length === 0) return { kind: "name", name };
  return {
    kind: "call",
    name,
    args: parameters.map((parameter) => ({ kind: "name", name: parameter })),
  };
}

function newRun(
  document: Document,
  history: History,
  at: At,
  settings: StoreSettings,
  options: Options,
): Run {
  const { statistics } = at;
  const minimumPopulation = options.minimumPopulation ?? DEFAULT_MINIMUM_POPULATION;
  const minimumCell = options.minimumCell ?? DEFAULT_MINIMUM_CELL;
  const run: Run = {
    now: at.now,
    zone: settings.timeZone,
    settings,
    declarations: new Map(document.declarations.map((d) => [d.name, d])),
    // With frozen percentiles the others do not matter.
    people: visibleFacts(history, at, statistics === undefined ? undefined : options.people),
    minimumPopulation,
    minimumCell,
    ...(statistics && {
      statistics: frozen(document, history, statistics, settings, {
        minimumPopulation,
        minimumCell,
      }),
    }),
    memo: new Map(),
    value: (expression, scope, asked) => evaluateIn(run, expression, scope, asked),
    percentile: (node, scope) => percentile(run, node, scope),
    isMember: (segment, person, args) => isMember(run, segment, person, args),
  };
  return run;
}

/** The last frozen percentiles of a text: a walk through time asks for the same again and again. */
const lastFrozen = new WeakMap<
  Document,
  { readonly inputs: readonly unknown[]; readonly run: Run }
>();

function frozen(
  document: Document,
  history: History,
  at: Instant,
  settings: StoreSettings,
  options: Options,
): Run {
  const inputs = [
    history,
    settings,
    at.now,
    at.knownAt,
    options.minimumPopulation,
    options.minimumCell,
  ];
  const last = lastFrozen.get(document);
  if (last?.inputs.every((input, i) => input === inputs[i])) return last.run;
  const run = newRun(document, history, { now: at.now, knownAt: at.knownAt }, settings, options);
  lastFrozen.set(document, { inputs, run });
  return run;
}
