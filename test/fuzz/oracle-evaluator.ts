/**
 * The oracle behind the evaluator's interface, to test the harness itself. Its due instants are
 * found by asking at every interesting instant and halving the time between two different answers.
 */

import { DEFAULT_SETTINGS, type StoreSettings } from "../../src/segment/settings.js";
import type { Document, SegmentDeclaration } from "../../src/segment/syntax/tree.js";
import type { History } from "../../src/store/facts.js";
import { type At, evaluate, type Options } from "../oracle/index.js";
import { type Evaluator, type Members, stateOf } from "./evaluator.js";
import { interestingInstants } from "./interesting-instants.js";
import { PERIOD } from "./random-history.js";

export interface OracleEvaluatorOptions {
  /** How far ahead changes are looked for, beyond the instant first asked about; 0 = no due. */
  readonly horizonMs: number;
  /** A fault to be built in, so that a test can see it found. */
  readonly spoil?: (members: Members, at: At) => Members;
  readonly delayDueMs?: number;
}

export function newOracleEvaluator(options: OracleEvaluatorOptions): Evaluator {
  let history: History = { facts: [] };
  let settings: StoreSettings = DEFAULT_SETTINGS;
  let timeline: Timeline | undefined;
  return {
    name: "oracle",
    load: async (newHistory, newSettings) => {
      history = newHistory;
      settings = newSettings;
      timeline = undefined;
    },
    evaluate: async (document, at, asked) => {
      const { people, members } = evaluate(document, history, at, settings, asked);
      const shown = options.spoil?.(members, at) ?? members;
      if (options.horizonMs === 0 || asked.people === undefined) return { people, members: shown };
      const key = [document, asked.people, at.knownAt, at.statistics?.now];
      if (
        timeline === undefined ||
        timeline.key.some((part, i) => part !== key[i]) ||
        at.now < timeline.start
      ) {
        timeline = newTimeline(key, document, history, settings, at, asked, options.horizonMs);
      }
      return {
        people,
        members: shown,
        due: dueAfter(timeline, at.now + (options.delayDueMs ?? 0)),
      };
    },
    close: async () => {},
  };
}

/** All changes from `start` on: segment -> person -> instants, ascending. */
interface Timeline {
  readonly key: readonly unknown[];
  readonly start: number;
  readonly changes: ReadonlyMap<string, ReadonlyMap<string, readonly number[]>>;
}

function newTimeline(
  key: readonly unknown[],
  document: Document,
  history: History,
  settings: StoreSettings,
  at: At,
  options: Options,
  horizonMs: number,
): Timeline {
  const people = options.people as ReadonlySet<bigint>;
  const membersAt = (now: number): Members =>
    evaluate(document, history, { ...at, now }, settings, options).members;
  const world = { history, settings, period: PERIOD };
  const period = { start: at.now, end: at.now + horizonMs };
  const instants = [
    at.now,
    ...interestingInstants(document, world, people, at.knownAt ?? at.now, period),
  ];
  const answers = instants.map(membersAt);
  const segments = document.declarations.filter(
    (d): d is SegmentDeclaration => d.kind === "segment",
  );
  const changes = new Map(
    segments.map(({ name }) => {
      const ofPeople = [...people].map((person): [string, number[]] => {
        const state = (members: Members) => stateOf(members, name, person);
        const found: number[] = [];
        for (let i = 1; i < instants.length; i++) {
          if (state(answers[i - 1] as Members) === state(answers[i] as Members)) continue;
          found.push(
            firstChange(instants[i - 1] as number, instants[i] as number, (now) =>
              state(membersAt(now)),
            ),
          );
        }
        return [String(person), found];
      });
      return [name, new Map(ofPeople)] as const;
    }),
  );
  return { key, start: at.now, changes };
}

/** The first instant after `before` with the answer of `after`, supposing one change between. */
function firstChange(before: number, after: number, answer: (now: number) => string): number {
  const old = answer(before);
  let [low, high] = [before, after];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (answer(middle) === old) low = middle;
    else high = middle;
  }
  return high;
}

function dueAfter(timeline: Timeline, now: number): Map<string, Map<string, number>> {
  const entries = [...timeline.changes].map(([segment, people]) => {
    const dues = [...people].flatMap(([person, instants]): [string, number][] => {
      const due = instants.find((instant) => instant > now);
      return due === undefined ? [] : [[person, due]];
    });
    return [segment, new Map(dues)] as const;
  });
  return new Map(entries);
}
