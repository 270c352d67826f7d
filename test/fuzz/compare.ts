/** One fuzz case: a history, a text about it, instants to ask at, and what the evaluator gets wrong. */

import type { Document } from "../../src/segment/syntax/tree.js";
import type { History } from "../../src/store/facts.js";
import { type At, evaluate, knownFacts, personOfAlias } from "../oracle/index.js";
import { differences, type Evaluator } from "./evaluator.js";
import { everyPerson, interestingInstants } from "./interesting-instants.js";
import { FEW, type Limits } from "./maker.js";
import { newRandom } from "./random.js";
import { randomDocument } from "./random-document.js";
import { type Walk, walkDue } from "./walk-due.js";
import { randomWorld, type World } from "./world.js";

export interface FuzzCase {
  readonly seed: number;
  readonly world: World;
  readonly document: Document;
  readonly instants: readonly At[];
  /** The walk that tests the due law, over people of this history. */
  readonly walk: Omit<Walk, "document" | "world">;
}

export interface Failure {
  /** Shrinking keeps this: "members: one left out" or "... too many" (of the first), "due", or "error: ..." with the start of the message. */
  readonly kind: string;
  readonly details: string;
}

export interface CaseResult {
  readonly failure?: Failure;
  readonly wakes: number;
  readonly usefulWakes: number;
  /** Segments, and those whose members are neither nobody nor everybody, at the first instant. */
  readonly segments: number;
  readonly tellingSegments: number;
}

const DAY_MS = 86_400_000;
/** How many people are followed through time, and how far. */
const WALKED_PEOPLE = 4;
const WALK_MS = 60 * DAY_MS;

export function newCase(seed: number, limits: Limits = "product"): FuzzCase {
  const world = randomWorld(seed);
  const random = newRandom(seed, "instants");
  const now = random.int(world.period.end - 60 * DAY_MS, world.period.end);
  const document = randomDocument(seed, { world, measuredAt: now, limits });
  const people = new Set(everyPerson(world, { now }));
  const period = { start: world.period.end - 100 * DAY_MS, end: world.period.end };
  const interesting = interestingInstants(document, world, people, now, period);
  const beside = (ms: number) => ms + random.pick([0, 0, -1, 1]);
  const others = Array.from({ length: interesting.length > 0 ? 3 : 0 }, (): At => {
    const at = beside(random.pick(interesting));
    return random.chance(0.3)
      ? { now: at, knownAt: at + random.pick([-7, 1, 30]) * DAY_MS }
      : { now: at };
  });
  return { seed, world, document, instants: [{ now }, ...others], walk: newWalk(seed, world, now) };
}

export async function runCase(evaluator: Evaluator, fuzzCase: FuzzCase): Promise<CaseResult> {
  const { world, document, instants } = fuzzCase;
  const shares = sharesOf(fuzzCase);
  const segments = shares.length;
  const tellingSegments = shares.filter((share) => share > 0 && share < 1).length;
  const result = { wakes: 0, usefulWakes: 0, segments, tellingSegments };
  const options = { ...FEW };
  const expected = instants.map((at) =>
    evaluate(document, world.history, at, world.settings, options),
  );
  try {
    await evaluator.load(world.history, world.settings);
    for (const [i, at] of instants.entries()) {
      const actual = await evaluator.evaluate(document, at, options);
      const wrong = differences(expected[i] as (typeof expected)[number], actual);
      if (wrong.length > 0) return { ...result, failure: membersFailure(at, wrong) };
    }
    const walk = await walkDue(evaluator, { ...fuzzCase.walk, document, world });
    const { wakes, usefulWakes, faults } = walk;
    if (faults.length === 0) return { ...result, wakes, usefulWakes };
    return { ...result, wakes, usefulWakes, failure: { kind: "due", details: faults.join("\n") } };
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { ...result, failure: { kind: `error: ${firstWords(message)}`, details: message } };
  }
}

/** The failure of another text and history under the same circumstances, for the shrinker. */
export async function failureOf(
  evaluator: Evaluator,
  fuzzCase: FuzzCase,
  document: Document,
  history: History,
): Promise<string | undefined> {
  try {
    const changed = { ...fuzzCase, document, world: { ...fuzzCase.world, history } };
    return (await runCase(evaluator, changed)).failure?.kind;
  } catch {
    // The oracle refuses what the shrinker made: no case at all.
    return undefined;
  }
}

function membersFailure(at: At, wrong: ReturnType<typeof differences>): Failure {
  const lines = wrong.slice(0, 20).map(({ segment, key, expected }) => {
    const shown = JSON.stringify(key);
    return `  ${segment} ${shown}: ${expected ? "a member by the reference" : "no member by the reference"}`;
  });
  const asked = `at ${JSON.stringify({ ...at, iso: new Date(at.now).toISOString() })}`;
  const kind = wrong[0]?.expected ? "members: one left out" : "members: one too many";
  return { kind, details: [asked, ...lines].join("\n") };
}

/** Numbers differ from case to case; the words of a message tell faults apart. */
const firstWords = (message: string): string => message.replace(/[\d'"`].*$/s, "").slice(0, 60);

/**
 * A walk from some time before the case's instant. With what was known at its start little happens
 * but windows closing; with what is known later, many facts lie ahead.
 */
function newWalk(seed: number, world: World, now: number): FuzzCase["walk"] {
  const random = newRandom(seed, "walk");
  const start = now - random.int(0, WALK_MS);
  const knownAt = random.chance(0.5) ? start : now;
  const people = everyPerson(world, { now: start, knownAt });
  const facts = knownFacts(world.history, knownAt);
  const personOf = personOfAlias(world.history, knownAt);
  const busyness = (person: bigint) => facts.filter((f) => personOf(f.alias) === person).length;
  // Those with more facts change more often: the busier half of twice as many.
  const drawn = Array.from({ length: people.length > 0 ? 2 * WALKED_PEOPLE : 0 }, () =>
    random.pick(people),
  );
  const busiest = [...new Set(drawn)].sort((a, b) => busyness(b) - busyness(a));
  const walked = new Set(busiest.slice(0, WALKED_PEOPLE));
  return { start, knownAt, people: walked, horizonMs: WALK_MS };
}

/** The share of people in each segment at the first instant. */
function sharesOf({ world, document, instants }: FuzzCase): number[] {
  const { people, members } = evaluate(document, world.history, instants[0] as At, world.settings, {
    ...FEW,
  });
  return [...members.values()].map((keys) => {
    const persons = new Set([...keys].map((key) => key.split("\u0000")[0]));
    return persons.size / Math.max(people.length, 1);
  });
}
