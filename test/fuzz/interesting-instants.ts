/**
 * The instants at which a text's answer about some people can change though nothing becomes known:
 * when a fact happens, when it enters or leaves a window, and midnights.
 */

import type { Document, Duration } from "../../src/segment/syntax/tree.js";
import { shift } from "../oracle/calendar.js";
import { type Instant, knownFacts, personOfAlias } from "../oracle/index.js";
import { contains } from "./maker.js";
import { dayStart } from "./random-instants.js";
import type { World } from "./world.js";

const DAY_MS = 86_400_000;

export function interestingInstants(
  document: Document,
  world: World,
  people: ReadonlySet<bigint>,
  knownAt: number,
  period: { readonly start: number; readonly end: number },
): number[] {
  const zone = world.settings.timeZone;
  const personOf = personOfAlias(world.history, knownAt);
  const facts = knownFacts(world.history, knownAt).filter((fact) =>
    people.has(personOf(fact.alias)),
  );
  const lengths = durationsOf(document);
  const found = new Set<number>();
  for (const { ts } of facts) {
    found.add(ts);
    for (const length of lengths) {
      const once = shift(ts, length, 1, zone);
      found.add(once);
      // A moment may be moved by a length, and then asked in a window.
      for (const other of lengths.slice(0, MAX_PAIRS)) found.add(shift(once, other, 1, zone));
    }
  }
  for (let ms = period.start; ms <= period.end + DAY_MS; ms += DAY_MS)
    found.add(dayStart(ms, zone));
  return [...found].filter((ms) => ms > period.start && ms <= period.end).sort((a, b) => a - b);
}

const MAX_PAIRS = 3;

/** Every length of time that the text mentions. */
function durationsOf(document: Document): Duration[] {
  const found = new Map<string, Duration>();
  const add = (duration: Duration) => {
    if (duration.amount > 0) found.set(`${duration.amount} ${duration.unit}`, duration);
  };
  contains(document, (node) => {
    if (node.kind === "ago") {
      const { from, to, unit } = node as unknown as {
        from: number;
        to: number;
        unit: Duration["unit"];
      };
      add({ amount: from, unit });
      add({ amount: to, unit });
    }
    if (typeof node.amount === "number") add(node as unknown as Duration);
    return false;
  });
  return [...found.values()];
}

/** Every person as of then, those with only facts yet to come included. */
export function everyPerson(world: World, at: Instant): bigint[] {
  const knownAt = at.knownAt ?? at.now;
  const personOf = personOfAlias(world.history, knownAt);
  return [...new Set(knownFacts(world.history, knownAt).map((fact) => personOf(fact.alias)))];
}
