/**
 * A random history: few people, small vocabularies, and many of the instants where meaning is won
 * or lost (midnights, month ends, clock changes, equal times, distances that windows have). All
 * amounts have two places, so exact sums matter; numbers in properties are multiples of 0.25, so
 * that sums of doubles do not depend on the order of addition.
 */

import type { Fact, History, IdentityLink, Superseded } from "../../src/store/facts.js";
import type { Draft } from "./draft.js";
import { newRandom, type Random } from "./random.js";
import { randomEvents } from "./random-events.js";
import { randomInstant } from "./random-instants.js";
import { randomOrder } from "./random-orders.js";

export interface HistoryOptions {
  readonly zone?: string;
  readonly people?: number;
  /** At most so many facts per person (orders count with their lines). */
  readonly factsPerPerson?: number;
}

/** 400 days with the clock changes of both hemispheres, a leap day and two Novembers' ends. */
export const PERIOD = {
  start: Date.UTC(2023, 1, 1),
  end: Date.UTC(2024, 2, 7),
} as const;

const MAX_FACTS = 60;

export function randomHistory(seed: number, options: HistoryOptions = {}): History {
  const random = newRandom(seed, "history");
  const zone = options.zone ?? "Europe/Berlin";
  const facts: Fact[] = [];
  const superseded: Superseded[] = [];
  const people = Array.from({ length: options.people ?? random.int(5, 40) }, () =>
    newAliases(random),
  );
  for (const aliases of people) {
    const draft: Draft = { random, zone, facts: [], superseded: [], used: [] };
    addFacts(draft, aliases, random.int(0, options.factsPerPerson ?? MAX_FACTS));
    facts.push(...draft.facts);
    superseded.push(...draft.superseded);
  }
  const nobody: Draft = { random, zone, facts: [], superseded: [], used: [] };
  addFacts(nobody, [0n], random.int(0, 6));
  return { facts: [...facts, ...nobody.facts], superseded, identity: links(random, people) };
}

/** One to four aliases; now and then consecutive or beyond 2^63. */
function newAliases(random: Random): bigint[] {
  const first = random.id();
  return Array.from({ length: random.int(1, 4) }, (_, i) => {
    if (i === 0) return first;
    return random.chance(0.2) && first < 2n ** 64n - 8n ? first + BigInt(i) : random.id();
  });
}

function addFacts(draft: Draft, aliases: readonly bigint[], count: number): void {
  const { random } = draft;
  // Some people only look, some buy often, some are only known.
  const orderShare = random.pick([0, 0.1, 0.3, 0.5]);
  while (draft.facts.length < count) {
    const alias = random.pick(aliases);
    const ts = randomInstant(random, PERIOD, draft.zone, draft.used);
    draft.used.push(ts);
    if (random.chance(orderShare)) randomOrder(draft, alias, ts);
    else randomEvents(draft, alias, ts);
  }
}

/**
 * Aliases of one group come to belong to its first; some groups are merged, and some merges undone.
 * Persons are aliases themselves or ids of their own.
 */
function links(random: Random, people: readonly (readonly bigint[])[]): IdentityLink[] {
  const found: IdentityLink[] = [];
  let sequence = 1;
  const link = (alias: bigint, person: bigint, knownAt: number, cause: string) =>
    found.push({ alias, person, knownAt, sequence: sequence++, cause });
  const instant = () => random.int(PERIOD.start, PERIOD.end);
  for (const aliases of people) {
    const person = random.chance(0.3) ? random.id() : (aliases[0] as bigint);
    const knownAt = random.chance(0.5) ? PERIOD.start : instant();
    for (const alias of aliases) {
      if (alias !== person && random.chance(0.9)) link(alias, person, knownAt, "identify");
    }
    if (!random.chance(0.25)) continue;
    const other = random.pick(people)[0] as bigint;
    const mergedAt = instant();
    for (const alias of aliases) link(alias, other, mergedAt, "merge");
    if (!random.chance(0.5)) continue;
    // An undo at the very instant of the merge is decided by its sequence.
    const undoneAt = random.chance(0.2)
      ? mergedAt
      : mergedAt + random.pick([1, 86_400_000, 30 * 86_400_000]);
    for (const alias of aliases) link(alias, person, undoneAt, "unmerge");
  }
  return random.chance(0.5) ? found.reverse() : found;
}
