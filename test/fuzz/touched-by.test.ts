/**
 * The law of `touchedBy`: when facts become known, no answer changes but those that they touch. The
 * oracle says what changes; statistics stay as they were, as they do between two refreshes.
 */

import { expect, test } from "vitest";
import { makeLibrary, makePlan } from "../../src/segment/plan/index.js";
import { touchedBy } from "../../src/segment/sql/index.js";
import type { Fact, History } from "../../src/store/facts.js";
import { evaluate, knownFacts, personOfAlias } from "../oracle/index.js";
import { seed as firstSeed, roundsOr } from "../seed.js";
import { stateOf } from "./evaluator.js";
import { FEW } from "./maker.js";
import { newRandom } from "./random.js";
import { randomDocument } from "./random-document.js";
import { randomWorld } from "./world.js";

const ROUNDS = roundsOr(80);
const FACTS_PER_ROUND = 6;

test(`facts change no answer that they do not touch: ${ROUNDS} texts`, () => {
  const totals = { answers: 0, touched: 0, changed: 0 };
  for (let seed = firstSeed; seed < firstSeed + ROUNDS; seed++) {
    const world = randomWorld(seed, { people: 6, factsPerPerson: 25 });
    const { history, settings } = world;
    const document = randomDocument(seed, {
      world,
      measuredAt: world.period.end,
      limits: "product",
    });
    const { plan } = makePlan(makeLibrary([{ document }], settings));
    if (plan === undefined) continue; // refused: a range from an instant to itself
    const random = newRandom(seed, "facts that come");
    for (let i = 0; i < FACTS_PER_ROUND; i++) {
      const { alias, knownAt: now } = random.pick(history.facts);
      const before = now - 1;
      const person = personOfAlias(history, now)(alias);
      const [old, known] = [before, now].map((at) => factsOf(history, person, at));
      const came = [...differing(old, known), ...differing(known, old)];
      const names = came.map(({ kind, name = "" }) => ({ kind, name }));
      const touched = touchedBy(plan, names);
      const [was, is] = [before, now].map((knownAt) => {
        const at = { now, knownAt, statistics: { now, knownAt: before } };
        return evaluate(document, history, at, settings, { ...FEW, people: new Set([person]) });
      });
      if (was?.people.length !== 1 || is?.people.length !== 1) continue;
      for (const name of was.members.keys()) {
        const isTouched = [...touched.segments, ...touched.families].includes(name);
        const changed = stateOf(was.members, name, person) !== stateOf(is.members, name, person);
        totals.answers++;
        if (isTouched) totals.touched++;
        if (changed) totals.changed++;
        if (changed && !isTouched)
          expect.fail(`seed ${seed}, ${name} of ${person}: ${JSON.stringify(names)}`);
      }
    }
  }
  expect(totals.answers).toBeGreaterThan(10 * ROUNDS);
  expect(totals.changed).toBeGreaterThan(ROUNDS / 4);
  expect(totals.touched).toBeLessThan(0.8 * totals.answers);
});

/** The facts of a person as known then, those yet to come included. */
function factsOf(history: History, person: bigint, knownAt: number): Map<string, Fact> {
  const personOf = personOfAlias(history, knownAt);
  const own = knownFacts(history, knownAt).filter((f) => personOf(f.alias) === person);
  return new Map(own.map((f) => [`${f.alias} ${f.factId} ${f.version ?? 1}`, f]));
}

const differing = (a: Map<string, Fact> = new Map(), b: Map<string, Fact> = new Map()): Fact[] =>
  [...a].filter(([key]) => !b.has(key)).map(([, fact]) => fact);
