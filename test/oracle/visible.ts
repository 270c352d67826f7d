/**
 * Section 9 of the reference: the facts that an evaluation sees, grouped by the person that each
 * alias belonged to then. Facts are in order of (ts, fact_id).
 */

import type { Fact, History } from "../../src/store/facts.js";

export interface Instant {
  readonly now: number;
  /** What the store knew until then; absent: until `now`. */
  readonly knownAt?: number;
}

/** alias -> person as of `knownAt`; an alias without a link is a person of its own. */
export function personOfAlias(history: History, knownAt: number): (alias: bigint) => bigint {
  const newest = new Map<bigint, { person: bigint; knownAt: number; sequence: number }>();
  for (const link of history.identity ?? []) {
    if (link.knownAt > knownAt) continue;
    const old = newest.get(link.alias);
    const isNewer =
      old === undefined ||
      link.knownAt > old.knownAt ||
      (link.knownAt === old.knownAt && link.sequence > old.sequence);
    if (isNewer) newest.set(link.alias, link);
  }
  return (alias) => newest.get(alias)?.person ?? alias;
}

/** The facts known at `knownAt` in their version of then, those dated after `now` included. */
export function knownFacts(history: History, knownAt: number): Fact[] {
  const versionKey = (alias: bigint, factId: bigint, version: number) =>
    `${alias}/${factId}/${version}`;
  const gone = new Set<string>();
  for (const s of history.superseded ?? []) {
    if (s.knownAt <= knownAt) gone.add(versionKey(s.alias, s.factId, s.version));
  }
  return history.facts.filter(
    (fact) =>
      fact.alias !== 0n &&
      fact.knownAt <= knownAt &&
      !gone.has(versionKey(fact.alias, fact.factId, fact.version ?? 1)),
  );
}

/** Everybody's visible facts; nobody is there without one. `only`: of these people. */
export function visibleFacts(
  history: History,
  at: Instant,
  only?: ReadonlySet<bigint>,
): Map<bigint, Fact[]> {
  const people = new Map<bigint, Fact[]>();
  for (const [person, facts] of factsByPerson(history, at.knownAt ?? at.now)) {
    if (only !== undefined && !only.has(person)) continue;
    const visible = facts.filter((fact) => fact.ts <= at.now);
    if (visible.length > 0) people.set(person, visible);
  }
  return people;
}

/** What was known last, per history: a walk through time asks for the same again and again. */
const lastKnown = new WeakMap<
  History,
  { readonly knownAt: number; readonly people: Map<bigint, Fact[]> }
>();

function factsByPerson(history: History, knownAt: number): Map<bigint, Fact[]> {
  const last = lastKnown.get(history);
  if (last?.knownAt === knownAt) return last.people;
  const personOf = personOfAlias(history, knownAt);
  const people = new Map<bigint, Fact[]>();
  for (const fact of knownFacts(history, knownAt)) {
    const person = personOf(fact.alias);
    const facts = people.get(person);
    if (facts === undefined) people.set(person, [fact]);
    else facts.push(fact);
  }
  for (const facts of people.values()) facts.sort(inTime);
  lastKnown.set(history, { knownAt, people });
  return people;
}

/** Order of time; facts at one instant by `fact_id`. */
export function inTime(
  a: { ts: number; factId: bigint },
  b: { ts: number; factId: bigint },
): number {
  if (a.ts !== b.ts) return a.ts - b.ts;
  return a.factId < b.factId ? -1 : a.factId > b.factId ? 1 : 0;
}
