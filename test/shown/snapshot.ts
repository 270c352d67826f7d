/** Everything that the program says about a store as of an instant, as one text to compare. */

import {
  type Evaluator,
  evaluatePeople,
  makeEvaluator,
} from "../../src/segment/membership/evaluate.js";
import type { Session } from "../../src/segment/membership/run.js";
import { computeStatistics, type Statistics } from "../../src/segment/membership/statistics.js";
import { type Library, makePlan, type Plan } from "../../src/segment/plan/index.js";
import type { Warehouse } from "../../src/store/index.js";
import { type EngineName, engines, type TestEngine } from "../engines.js";

export const ZONE = "UTC";

export function planOf(library: Library, wanted: Parameters<typeof makePlan>[1] = {}): Plan {
  const { plan, diagnostics } = makePlan(library, wanted);
  if (plan === undefined) throw new Error(JSON.stringify(diagnostics, null, 2));
  return plan;
}

export function oneEngine(name: EngineName): TestEngine {
  return engines([name])[0]!;
}

export const text = (value: unknown): string =>
  JSON.stringify(value, (_, v) => (typeof v === "bigint" ? String(v) : v), 1);

export interface Snapshot {
  readonly statistics: string;
  /** Person -> presence, memberships, families, attributes. */
  readonly people: ReadonlyMap<bigint, string>;
  /** "segment person" and "family argument person". */
  readonly members: ReadonlySet<string>;
}

export interface SnapshotOptions {
  readonly now: number;
  readonly knownAt?: number;
  readonly statistics?: Statistics;
  readonly people?: readonly bigint[];
  /** Doubles rounded to so many digits; all of them unless told. */
  readonly digits?: number;
  /** Keeps the tables of the stages for the next snapshot: a third less to plan. */
  readonly session?: Session;
}

/** The whole plan for everyone, or for some people. */
export async function snapshot(warehouse: Warehouse, plan: Plan, options: SnapshotOptions) {
  const { now, knownAt = now, people = "all", session } = options;
  const at = { now, knownAt, timeZone: ZONE };
  const statistics = options.statistics ?? (await computeStatistics(warehouse, plan, at));
  const evaluator = evaluatorOf(plan);
  const results = await evaluatePeople(warehouse, evaluator, at, statistics, people, session);
  results.sort((a, b) => (a.person < b.person ? -1 : 1));
  const members = new Set<string>();
  const texts = new Map<bigint, string>();
  for (const { person, present, member, due, families, attributes } of results) {
    const sorted = families.map((f) => [...f].sort((a, b) => (a.argument < b.argument ? -1 : 1)));
    plan.segments.forEach(({ name }, i) => {
      if (member[i]) members.add(`${name} ${person}`);
    });
    plan.families.forEach(({ name }, i) => {
      for (const f of sorted[i]!) if (f.member) members.add(`${name} ${f.argument} ${person}`);
    });
    const values = attributes.map((value) => rounded(value, options.digits));
    texts.set(person, text({ present, member, due, families: sorted, attributes: values }));
  }
  return { statistics: text([...statistics.values()]), people: texts, members } as Snapshot;
}

const evaluators = new WeakMap<Plan, Evaluator>();

function evaluatorOf(plan: Plan): Evaluator {
  const evaluator = evaluators.get(plan) ?? makeEvaluator(plan);
  evaluators.set(plan, evaluator);
  return evaluator;
}

const rounded = (value: unknown, digits: number | undefined): unknown =>
  typeof value === "number" && digits !== undefined ? Number(value.toPrecision(digits)) : value;

/** What is a member in exactly one of two snapshots. */
export function changes(a: Snapshot, b: Snapshot): string[] {
  return [...new Set([...a.members, ...b.members])]
    .filter((key) => a.members.has(key) !== b.members.has(key))
    .sort();
}
