/**
 * Links between identifiers -> which person each of them is, since when. Pure.
 *
 *   an e-mail address or number   the person it was seen with; seen with a second one it is shared,
 *                                 a household's at most, and belongs to itself
 *   a device                      the first person who is identified on it, with all that was done on
 *                                 it before; of more than three persons it is a kiosk, and nobody's
 *   a decision                    `split`: its own, whatever links say; `merge`: that person's; the
 *                                 last one counts
 *
 * The person that is named may be somebody else's identifier, so what is asked is asked of whom that
 * one is in the end. Chains end there, and a circle ends in its least alias: strongly connected parts
 * are worked out in the order in which they lean on each other (Tarjan), each at every instant at
 * which something it leans on changes. So the answer as of T is the answer of the links known by T.
 */

/** What a row of `links` says of alias and person. A `household` shares it and nothing follows. */
export type How = "together" | "device" | "household" | "split" | "merge";

export interface Link {
  readonly alias: string;
  readonly person: string;
  /** Milliseconds: known since. */
  readonly since: number;
  readonly how: How;
}

/** From `at` on the alias is this person's; its own alias = a person of its own. */
export interface Step {
  readonly at: number;
  readonly person: string;
  readonly cause: Cause;
}

/** Why it is so: what was seen, what was decided, or why it is its own again. */
export type Cause = "link" | "device" | "merge" | "split" | "shared" | "kiosk" | "undone";

/** On a device, so many persons are visitors of one household; more are passers-by. */
export const MOST_ON_DEVICE = 3;

/** The steps of each alias that has links, in order of time; what is not in it is its own person. */
export function resolveLinks(links: readonly Link[]): ReadonlyMap<string, readonly Step[]> {
  const seen = bySeen(links);
  const done = new Map<string, readonly Step[]>();
  for (const part of connectedParts(seen)) {
    for (const [alias, steps] of resolvePart(part, seen, done)) done.set(alias, steps);
  }
  return done;
}

/** What is known of an alias, in order of time. */
interface Known {
  readonly seen: Link[];
  readonly decisions: Link[];
}
type Seen = ReadonlyMap<string, Known>;
type Steps = ReadonlyMap<string, readonly Step[]>;

function bySeen(links: readonly Link[]): Seen {
  const seen = new Map<string, Known>();
  const inTime = links
    .filter(({ how }) => how !== "household")
    .sort((a, b) => a.since - b.since || byAlias(a.person, b.person));
  for (const link of inTime) {
    const own = seen.get(link.alias) ?? { seen: [], decisions: [] };
    seen.set(link.alias, own);
    (link.how === "split" || link.how === "merge" ? own.decisions : own.seen).push(link);
  }
  return seen;
}

const linksOf = ({ seen, decisions }: Known): readonly Link[] =>
  decisions.length === 0 ? seen : [...decisions, ...seen];

/** Aliases are 64-bit numbers as texts. */
const byAlias = (a: string, b: string): number =>
  a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);

/** Of one part, whose other persons are in `done`, or have no links. */
function resolvePart(part: readonly string[], seen: Seen, done: Steps): Map<string, Step[]> {
  const [only = ""] = part;
  const link = part.length === 1 ? onlyLink(seen.get(only)) : undefined;
  if (link !== undefined && link.person !== only) return new Map([[only, stepsAlong(link, done)]]);
  const own = part.filter((alias) => seen.has(alias)).sort((a, b) => byAlias(b, a));
  const found = new Map(own.map((alias) => [alias, [] as Step[]]));
  for (const at of instantsOf(own, seen, done)) {
    const owners = ownersAt(at, own, seen, done);
    for (const alias of own) {
      const { person, cause } = owners(alias);
      const steps = found.get(alias)!;
      if (person !== (steps.at(-1)?.person ?? alias)) steps.push({ at, person, cause });
    }
  }
  return found;
}

/** Nearly all have one, and need not be asked at each instant. */
function onlyLink(known: Known | undefined): Link | undefined {
  return known?.seen.length === 1 && known.decisions.length === 0 ? known.seen[0] : undefined;
}

/** From the link on whoever its person is. */
function stepsAlong({ person, since, how }: Link, done: Steps): Step[] {
  const cause = how === "device" ? "device" : "link";
  const theirs = done.get(person) ?? [];
  const first = personAt(theirs, since) ?? person;
  const later = theirs.filter(({ at }) => at > since);
  return [{ at: since, person: first }, ...later].map((step) => ({ ...step, cause }));
}

function instantsOf(own: readonly string[], seen: Seen, done: Steps): readonly number[] {
  const instants = new Set<number>();
  for (const alias of own) {
    for (const { since, person } of linksOf(seen.get(alias)!)) {
      instants.add(since);
      for (const { at } of done.get(person) ?? []) instants.add(at);
    }
  }
  return [...instants].sort((a, b) => a - b);
}

/**
 * Who the aliases of a part are at an instant. Who is joined stays so while others are looked at: more
 * of it makes fewer persons of those that an alias was seen with, never more. The greatest alias is
 * asked first, so that the least is left of a circle.
 */
function ownersAt(at: number, own: readonly string[], seen: Seen, done: Steps) {
  const owner = new Map<string, string>();
  const personOf = (alias: string): string => {
    let person = alias;
    for (let next = owner.get(person); next !== undefined; next = owner.get(person)) person = next;
    return personAt(done.get(person), at) ?? person;
  };
  for (let joined = true; joined; ) {
    joined = false;
    for (const alias of own) {
      if (owner.has(alias)) continue;
      const { person } = askedOf(alias, at, seen.get(alias)!, personOf);
      if (person === alias) continue;
      owner.set(alias, person);
      joined = true;
    }
  }
  return (alias: string): { person: string; cause: Cause } => {
    const { cause } = askedOf(alias, at, seen.get(alias)!, personOf);
    return { person: personOf(alias), cause };
  };
}

function personAt(steps: readonly Step[] | undefined, at: number): string | undefined {
  return steps?.findLast((step) => step.at <= at)?.person;
}

/**
 * Whom the links of an alias make it, as far as is known of the others. An alias that was seen with
 * half the store is answered after the first few of them.
 */
function askedOf(
  alias: string,
  at: number,
  { seen, decisions }: Known,
  personOf: (alias: string) => string,
): { readonly person: string; readonly cause: Cause } {
  const decision = decisions.findLast(({ since }) => since <= at);
  if (decision?.how === "split") return { person: alias, cause: "split" };
  if (decision?.how === "merge") return { person: personOf(decision.person), cause: "merge" };
  const isDevice = seen[0]?.how === "device";
  const most = isDevice ? MOST_ON_DEVICE : 1;
  const persons = new Set<string>();
  for (const { person, since } of seen) {
    if (since > at) break;
    const found = personOf(person);
    if (found !== alias) persons.add(found);
    if (persons.size > most) return { person: alias, cause: isDevice ? "kiosk" : "shared" };
  }
  const [person = alias] = persons;
  return { person, cause: isDevice ? "device" : "link" };
}

/** Strongly connected parts of alias -> person, each after those that it leans on. */
function* connectedParts(seen: Seen): Generator<readonly string[]> {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  const enter = (alias: string) => {
    index.set(alias, index.size);
    low.set(alias, index.size - 1);
    open.push(alias);
    isOpen.add(alias);
    const known = seen.get(alias);
    return { alias, links: known === undefined ? [] : linksOf(known), next: 0 };
  };
  for (const start of seen.keys()) {
    if (index.has(start)) continue;
    const path = [enter(start)];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const { alias } = top;
      const link = top.links[top.next];
      if (link !== undefined) {
        top.next += 1;
        // Whoever has no links is a part of their own, of which nothing is to be worked out.
        if (!seen.has(link.person)) continue;
        if (!index.has(link.person)) path.push(enter(link.person));
        else if (isOpen.has(link.person))
          low.set(alias, Math.min(low.get(alias)!, index.get(link.person)!));
        continue;
      }
      path.pop();
      const parent = path.at(-1);
      if (parent) low.set(parent.alias, Math.min(low.get(parent.alias)!, low.get(alias)!));
      if (low.get(alias) !== index.get(alias)) continue;
      const part: string[] = [];
      for (let last = open.pop()!; ; last = open.pop()!) {
        isOpen.delete(last);
        part.push(last);
        if (last === alias) break;
      }
      yield part;
    }
  }
}
