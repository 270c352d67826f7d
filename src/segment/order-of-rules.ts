/**
 * The order of rules: of all that a person is in, which segment's message is sent, and how much may
 * be added to the price that everyone sees. A function of notes alone, so that `explain`, a pair of
 * segments and the arbiter of campaigns decide alike.
 *
 *   guards    go before everything: they shut channels, and their caps hold always
 *   message   the smallest place in `moment` that a channel is open for
 *   value     the smallest place in `value` says as whom the person is treated
 *   cap       the lowest of: the guards' caps, the message's, and those of all value segments. The
 *             value order decides only between equal ones. A cap with `cap_when` counts for the
 *             people for whom that holds.
 *
 * A part of a segment (`part_of`) takes its segment's place and goes before it, being more precise.
 */

import {
  CAP_LEVELS,
  type CapLevel,
  capLevel,
  channelsIn,
  type Notes,
  noteOf,
  placeIn,
} from "./notes.js";

/** A segment that a person is in; of a family, with its argument in the key: `fond_of('shoes')`. */
export interface Standing {
  readonly key: string;
  readonly name: string;
  readonly notes: Notes;
  /** Notes of the segment that it is a part of, then of the one that that is a part of, ... */
  readonly parents: readonly Notes[];
  /** Whether the condition in `cap_when` is true of the person; true without one. */
  readonly capHolds: boolean;
}

export interface Guarding {
  readonly key: string;
  /** Its name, as G1. */
  readonly guard: string;
  readonly blocks: readonly string[];
  readonly reason: string;
}

export interface Ruled {
  readonly key: string;
  readonly reason: string;
}

export interface RuledMessage extends Ruled {
  /** Those of its channels that no guard shuts; none where it names none. */
  readonly channels: readonly string[];
}

export interface RuledCap extends Ruled {
  readonly level: CapLevel;
  /** The whole note: `L3, single use`. */
  readonly text: string;
}

/** Who won, and each of the others with the reason why not. */
export interface Contest<Winner extends Ruled> {
  readonly winner: Winner | null;
  readonly losers: readonly Ruled[];
}

export interface Decision {
  readonly guards: readonly Guarding[];
  readonly message: Contest<RuledMessage>;
  readonly value: Contest<Ruled>;
  readonly cap: Contest<RuledCap>;
}

/** All that the person is in, in any order. Equal places go by key, so the answer is always one. */
export function decide(standings: readonly Standing[]): Decision {
  const guards = standings.filter(({ notes }) => noteOf(notes, "guard") !== undefined);
  const others = standings.filter((standing) => !guards.includes(standing));
  const guarding = guards
    .map(({ key, notes, name }) => ({
      key,
      guard: noteOf(notes, "guard") ?? "",
      blocks: channelsIn(noteOf(notes, "blocks")),
      reason: noteOf(notes, "intent") ?? name,
    }))
    .sort((a, b) => compare(a.guard, b.guard) || compare(a.key, b.key));
  const speakers = ranked(others, "moment");
  const spoken = speakers.find(({ standing }) => shutBy(standing, guarding) === undefined);
  const values = ranked(others, "value");
  const { winner, losers } = contest("moment", speakers, spoken, (s) => shutBy(s, guarding));
  const channels = openChannels(
    channelsIn(spoken && noteOf(spoken.standing.notes, "channel")),
    guarding,
  );
  return {
    guards: guarding,
    message: { winner: winner && { ...winner, channels }, losers },
    value: contest("value", values, values[0]),
    cap: lowestCap(rankedCaps(guards, values, spoken?.standing)),
  };
}

interface Placed {
  readonly standing: Standing;
  readonly place: number;
  /** Whose place it is: 0 = its own, 1 = that of the segment it is a part of, ... */
  readonly depth: number;
}

function ranked(standings: readonly Standing[], order: "moment" | "value"): readonly Placed[] {
  return standings
    .flatMap((standing) => {
      const places = [standing.notes, ...standing.parents].map((notes) => placeIn(notes, order));
      const depth = places.findIndex((place) => place !== undefined);
      const place = places[depth];
      return place === undefined ? [] : [{ standing, place, depth }];
    })
    .sort(
      (a, b) => a.place - b.place || b.depth - a.depth || compare(a.standing.key, b.standing.key),
    );
}

/** The guard that leaves no channel to speak by, in words. */
function shutBy({ notes }: Standing, guards: readonly Guarding[]): string | undefined {
  const channels = channelsIn(noteOf(notes, "channel"));
  const closing = guards.filter(({ blocks }) => blocks.length > 0);
  const all = closing.find(({ blocks }) => blocks.includes("all"));
  if (all !== undefined) return `${all.guard} ${all.key} blocks all messages`;
  const by = closing.filter(({ blocks }) => channels.some((c) => blocks.includes(c)));
  if (by.length === 0 || openChannels(channels, by).length > 0) return undefined;
  return `speaks by ${channels.join(", ")}, which ${by.map((g) => `${g.guard} ${g.key}`).join(", ")} blocks`;
}

/** Of these channels, those that no guard shuts. */
export function openChannels(
  channels: readonly string[],
  guards: readonly Pick<Guarding, "blocks">[],
): readonly string[] {
  if (guards.some(({ blocks }) => blocks.includes("all"))) return [];
  return channels.filter((channel) => !guards.some(({ blocks }) => blocks.includes(channel)));
}

const ORDER_NAMES = { moment: "order of messages", value: "value order" } as const;

function contest(
  order: "moment" | "value",
  all: readonly Placed[],
  won: Placed | undefined,
  shut: (standing: Standing) => string | undefined = () => undefined,
): Contest<Ruled> {
  const lost = all.filter((placed) => placed !== won);
  const losers = lost.map((loser) => ({
    key: loser.standing.key,
    reason: shut(loser.standing) ?? lostPlace(order, loser, won),
  }));
  if (won === undefined) return { winner: null, losers };
  const first = lost.length === 0 ? "the only one" : `place ${won.place}, the first`;
  const reason = won === all[0] ? first : `place ${won.place}, the first that may speak`;
  return { winner: { key: won.standing.key, reason }, losers };
}

function lostPlace(order: "moment" | "value", loser: Placed, won: Placed | undefined): string {
  if (won === undefined) return "nothing may be said";
  const { key } = won.standing;
  if (loser.place !== won.place)
    return `place ${loser.place} in the ${ORDER_NAMES[order]}, after ${key} in ${won.place}`;
  return loser.depth < won.depth
    ? `${key} is the part of it that says more`
    : `the same place as ${key}, which goes first by name`;
}

interface Cap {
  readonly standing: Standing;
  readonly level: CapLevel;
  readonly holds: boolean;
  readonly why: "guard" | "message" | "value";
}

/** In the order in which equal ones win: guards, then by value order, then the message. */
function rankedCaps(
  guards: readonly Standing[],
  placed: readonly Placed[],
  spoken: Standing | undefined,
): readonly Cap[] {
  const of = (standing: Standing, why: Cap["why"]): Cap[] => {
    const level = capLevel(standing.notes);
    return level === undefined ? [] : [{ standing, level, holds: standing.capHolds, why }];
  };
  const values = placed.map(({ standing }) => standing);
  const message = spoken === undefined || values.includes(spoken) ? [] : [spoken];
  return [
    ...guards.flatMap((standing) => of(standing, "guard")),
    ...values.flatMap((standing) => of(standing, "value")),
    ...message.flatMap((standing) => of(standing, "message")),
  ];
}

const heightOf = (cap: Cap) => CAP_LEVELS.indexOf(cap.level);

const WHOSE = {
  guard: "a guard's cap",
  value: "a value segment's cap",
  message: "its message's cap",
} as const;

function lowestCap(caps: readonly Cap[]): Contest<RuledCap> {
  const inForce = caps.filter(({ holds }) => holds);
  const lowest = inForce.reduce<Cap | undefined>(
    (best, cap) => (best === undefined || heightOf(cap) < heightOf(best) ? cap : best),
    undefined,
  );
  const losers = caps
    .filter((cap) => cap !== lowest)
    .map((cap) => ({ key: cap.standing.key, reason: lostCap(cap, lowest) }));
  if (lowest === undefined) return { winner: null, losers };
  const { level, standing, why } = lowest;
  const among = inForce.length > 1 ? "the lowest" : "the only one in force";
  const text = noteOf(standing.notes, "cap") ?? level;
  return { winner: { key: standing.key, level, text, reason: `${WHOSE[why]}, ${among}` }, losers };
}

function lostCap(cap: Cap, winner: Cap | undefined): string {
  if (!cap.holds || winner === undefined)
    return `its cap ${cap.level} holds only where ${noteOf(cap.standing.notes, "cap_when")}`;
  return cap.level === winner.level
    ? `${cap.level} too; ${winner.standing.key} goes first`
    : `${cap.level} is higher than ${winner.level}`;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
