/**
 * The people of a demo store as their makers know them: each with the facts that hold at the end,
 * found without the warehouse and without the language.
 */

import { makeLife } from "../../src/collect/demo/life.js";
import type { Truth } from "../../src/collect/demo/truth.js";
import { truthOf } from "../../src/collect/demo/truth.js";
import type { World } from "../../src/collect/demo/world.js";
import type { Fact } from "../../src/store/index.js";

export interface DemoPerson {
  readonly id: string;
  /** In order of time; of each order and line the last version. */
  readonly facts: readonly Fact[];
  /** Of whoever the facts are; absent where an identifier is not known to be theirs. */
  readonly truth: Truth | undefined;
}

export function demoPeople(world: World, count: number): readonly DemoPerson[] {
  const facts: Fact[] = [];
  const truths = new Map<string, Truth>();
  const links = new Map<bigint, { person: bigint; knownAt: number; sequence: number }>();
  for (let number = 1; number <= count; number++) {
    const life = makeLife(world, number);
    facts.push(...life.diary.facts);
    truths.set(String(life.identifiers.main.alias), truthOf(life));
    for (const link of life.diary.identity) {
      const before = links.get(link.alias);
      const later =
        before === undefined ||
        link.knownAt > before.knownAt ||
        (link.knownAt === before.knownAt && link.sequence > before.sequence);
      if (later) links.set(link.alias, link);
    }
  }
  const newest = new Map<bigint, number>();
  for (const { factId, version = 1 } of facts)
    newest.set(factId, Math.max(version, newest.get(factId) ?? 0));
  const people = new Map<string, Fact[]>();
  for (const fact of facts) {
    if (newest.get(fact.factId) !== (fact.version ?? 1)) continue;
    const id = String(links.get(fact.alias)?.person ?? fact.alias);
    if (!people.has(id)) people.set(id, []);
    people.get(id)!.push(fact);
  }
  return [...people].map(([id, own]) => ({
    id,
    facts: own.sort((a, b) => a.ts - b.ts || Number(a.factId - b.factId)),
    truth: truths.get(id),
  }));
}
