/**
 * The due law. Some people are followed through time, woken only when the evaluator said so; what
 * is believed about them must be what the oracle says at every interesting instant, and one
 * millisecond before a due instant the answer must still be the old one. Percentiles are frozen.
 *
 *   start ---- due - 1: still old ---- due: ask, believe ---- interesting: oracle = belief ---- end
 */

import type { Document, SegmentDeclaration } from "../../src/segment/syntax/tree.js";
import { type At, evaluate } from "../oracle/index.js";
import { type Answer, type Evaluator, personOf, stateOf } from "./evaluator.js";
import { interestingInstants } from "./interesting-instants.js";
import { FEW } from "./maker.js";
import type { World } from "./world.js";

export interface Walk {
  readonly document: Document;
  readonly world: World;
  readonly start: number;
  readonly knownAt: number;
  readonly people: ReadonlySet<bigint>;
  readonly horizonMs: number;
}

export interface WalkResult {
  /** What went wrong, as sentences; empty if the law holds. */
  readonly faults: readonly string[];
  readonly wakes: number;
  /** Wakes at which the answer was a new one. */
  readonly usefulWakes: number;
}

/** Bounds of one walk: each wake asks the evaluator twice, each instant the oracle once. */
const MAX_WAKES = 40;
const MAX_INSTANTS = 120;

interface Belief {
  readonly segment: string;
  readonly person: bigint;
  state: string;
  due: number;
}

export async function walkDue(evaluator: Evaluator, walk: Walk): Promise<WalkResult> {
  const { document, start, people } = walk;
  const ask = (now: number) =>
    evaluator.evaluate(document, atOf(walk, now), {
      people,
      ...FEW,
    });
  const faults: string[] = [];
  let [wakes, usefulWakes] = [0, 0];
  const first = await ask(start);
  if (first.due === undefined) return { faults, wakes, usefulWakes };
  const beliefs = newBeliefs(walk, first);
  faults.push(
    ...beliefs
      .filter((b) => b.due <= start)
      .map((b) => `${nameOf(b)} is due at ${b.due}, not after ${start}`),
  );
  const end = start + walk.horizonMs;
  const instants = sample(
    interestingInstants(document, walk.world, people, walk.knownAt, { start, end }),
  );
  let checked = start;
  while (faults.length === 0) {
    const next = Math.min(...beliefs.map((belief) => belief.due));
    const until = wakes < MAX_WAKES ? Math.min(next, end + 1) : checked;
    faults.push(
      ...oracleFaults(
        walk,
        beliefs,
        instants.filter((ms) => ms > checked && ms < until),
      ),
    );
    if (until > end || until !== next || faults.length > 0) break;
    const woken = beliefs.filter((belief) => belief.due === next);
    faults.push(...unchangedFaults(woken, await ask(next - 1), next - 1));
    const answer = await ask(next);
    // A fact dated in the future takes place: that is an event, not the clock's doing.
    const isEvent = walk.world.history.facts.some((fact) => fact.ts === next);
    for (const belief of woken) {
      const isUseful = wake(belief, answer);
      if (!isEvent) wakes++;
      if (!isEvent && isUseful) usefulWakes++;
      if (belief.due <= next)
        faults.push(`${nameOf(belief)} is due again at ${belief.due}, asked at ${next}`);
    }
    faults.push(...unchangedFaults(beliefs, answer, next), ...oracleFaults(walk, beliefs, [next]));
    checked = next;
  }
  return { faults, wakes, usefulWakes };
}

const nameOf = (belief: Belief): string => `${belief.segment} of ${belief.person}`;

const atOf = ({ knownAt, start }: Walk, now: number): At => ({
  now,
  knownAt,
  statistics: { now: start, knownAt },
});

function newBeliefs({ document, people }: Walk, answer: Answer): Belief[] {
  const segments = document.declarations.filter(
    (d): d is SegmentDeclaration => d.kind === "segment",
  );
  return segments.flatMap(({ name }) =>
    [...people].map((person) => ({
      segment: name,
      person,
      state: stateOf(answer.members, name, person),
      due: dueOf(answer, name, person),
    })),
  );
}

/** The earliest due of a person in a segment, whatever the argument. */
function dueOf(answer: Answer, segment: string, person: bigint): number {
  const entries = [...(answer.due?.get(segment) ?? [])];
  return Math.min(
    Infinity,
    ...entries.filter(([key]) => personOf(key) === String(person)).map(([, due]) => due),
  );
}

/** Believes the answer; whether it is a new one. */
function wake(belief: Belief, answer: Answer): boolean {
  const state = stateOf(answer.members, belief.segment, belief.person);
  const isNew = state !== belief.state;
  belief.state = state;
  belief.due = dueOf(answer, belief.segment, belief.person);
  return isNew;
}

/** The evaluator itself must still say what is believed. */
function unchangedFaults(beliefs: readonly Belief[], answer: Answer, now: number): string[] {
  return beliefs
    .filter((b) => stateOf(answer.members, b.segment, b.person) !== b.state)
    .map(
      (b) =>
        `${nameOf(b)} changed unannounced by ${now}: ${b.state} -> ${stateOf(answer.members, b.segment, b.person)}`,
    );
}

function oracleFaults(
  walk: Walk,
  beliefs: readonly Belief[],
  instants: readonly number[],
): string[] {
  for (const now of instants) {
    const { members } = evaluate(
      walk.document,
      walk.world.history,
      atOf(walk, now),
      walk.world.settings,
      {
        people: walk.people,
        ...FEW,
      },
    );
    const wrong = beliefs.filter((b) => stateOf(members, b.segment, b.person) !== b.state);
    if (wrong.length > 0) {
      return wrong.map(
        (b) =>
          `${nameOf(b)} at ${now}: believed ${b.state}, is ${stateOf(members, b.segment, b.person)}`,
      );
    }
  }
  return [];
}

/** At most `MAX_INSTANTS` of them, evenly. */
function sample(instants: readonly number[]): number[] {
  const step = Math.max(1, Math.ceil(instants.length / MAX_INSTANTS));
  return instants.filter((_, i) => i % step === 0);
}
