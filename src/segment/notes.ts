/**
 * What stands beside a segment as data (`with cap "L3, single use"`): which keys there are, and how
 * those are read that a program decides by. The others are words for people. Nothing here knows a
 * segment by name.
 */

import { suggest } from "./syntax/index.js";

export type Note = { readonly key: string; readonly text: string };
export type Notes = readonly Note[];

/** Every key, with what it says. `tessera check` warns of others, which are most likely misspelt. */
export const NOTE_KEYS = {
  number: "its row in the list of ready segments",
  group: "the purpose under which it is listed",
  part_of: "the segment that it is a part of",
  intent: "what speaking to these people is for",
  channel: 'how to speak: a list of which each item begins with a channel, "push 30-60 min, email"',
  timing: "when to speak",
  phase: "phases of the season in which to speak",
  cap: 'how much may be added to the public price: begins with L0 ... L5, or is "follows value"',
  cap_when: "a condition: the cap holds for the people for whom it is true",
  moment: "its place in the order of rules for messages, 1 first",
  value: "its place in the order of rules for caps, 1 first",
  guard: "it is a guard, which goes before all other rules; its name",
  blocks: 'of a guard: the channels that it shuts, or "all"',
  purpose: "of a guard: what it is about, as marketing",
  example: "its number among the examples",
  needs: "sources, and fields of sources, without which it is not evaluated",
  fallback: "what stands in for something that is not there yet",
} as const;

export type NoteKey = keyof typeof NOTE_KEYS;

export function noteOf(notes: Notes, key: NoteKey): string | undefined {
  return notes.find((note) => note.key === key)?.text;
}

/** The offer ladder: nothing, access, service, up to 10 %, up to 20 %, the deepest public offer. */
export const CAP_LEVELS = ["L0", "L1", "L2", "L3", "L4", "L5"] as const;
export type CapLevel = (typeof CAP_LEVELS)[number];

/** Of a segment whose cap is that of whichever segment gives the person's value. */
const FOLLOWS = "follows value";

/** The level of a cap; undefined without one, and where it follows. */
export function capLevel(notes: Notes): CapLevel | undefined {
  const [word = ""] = (noteOf(notes, "cap") ?? "").split(/[\s,;]+/);
  return CAP_LEVELS.find((level) => level === word);
}

/** 1 = first; undefined where the segment takes no part in that order. */
export function placeIn(notes: Notes, order: "moment" | "value"): number | undefined {
  const text = noteOf(notes, order);
  return text !== undefined && PLACE.test(text) ? Number(text) : undefined;
}

const PLACE = /^[1-9]\d{0,3}$/;

/** The channels that a list names, in small letters: `push`, `email`, `sms`, `on-site`. */
export function channelsIn(list: string | undefined): readonly string[] {
  return (list ?? "")
    .split(",")
    .map((item) => item.trim().split(/\s+/)[0]?.toLowerCase() ?? "")
    .filter((channel) => channel !== "");
}

export interface NoteFault {
  readonly key: string;
  /** The how-manieth note of that key, from 0. */
  readonly n: number;
  readonly severity: "error" | "warning";
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** What is wrong with a segment's notes, as far as it can be seen without evaluating anything. */
export function noteFaults(notes: Notes, segments: ReadonlySet<string>): readonly NoteFault[] {
  return notes.flatMap((note, i) => {
    const { key } = note;
    const n = notes.slice(0, i).filter((before) => before.key === key).length;
    const faults = [unknownNote(key), n > 0 ? TWICE : undefined, badNote(note, notes, segments)];
    return faults.flatMap((fault) => (fault === undefined ? [] : [{ key, n, ...fault }]));
  });
}

type Fault = Omit<NoteFault, "key" | "n">;

const TWICE: Fault = {
  severity: "warning",
  code: "note-twice",
  message: "this note is given twice",
  hint: "the first one counts",
};

function unknownNote(key: string): Fault | undefined {
  if (Object.hasOwn(NOTE_KEYS, key)) return undefined;
  const near = suggest(key, Object.keys(NOTE_KEYS));
  const hint = near ? `did you mean ${near}?` : `known are: ${Object.keys(NOTE_KEYS).join(", ")}`;
  const message = `there is no note ${key}: nothing reads it`;
  return { severity: "warning", code: "unknown-note", message, hint };
}

function badNote({ key, text }: Note, notes: Notes, segments: ReadonlySet<string>) {
  const bad = (message: string, hint: string): Fault => ({
    ...{ severity: "error", code: "bad-note", message, hint },
  });
  switch (key) {
    case "cap":
      return capLevel([{ key, text }]) !== undefined || text.startsWith(FOLLOWS)
        ? undefined
        : bad(
            `the cap "${text}" begins with no level`,
            `begin with one of ${CAP_LEVELS.join(", ")}, as in "L3, single use", or write "${FOLLOWS}"`,
          );
    case "moment":
    case "value":
      return PLACE.test(text)
        ? undefined
        : bad(`"${text}" is no place in the order of rules`, "write a whole number, 1 = first");
    case "part_of": {
      if (segments.has(text)) return undefined;
      const near = suggest(text, segments);
      const hint = near ? `did you mean ${near}?` : "tessera segments lists them";
      return bad(`there is no segment ${text} that it could be a part of`, hint);
    }
    case "blocks":
      return noteOf(notes, "guard") === undefined
        ? bad("only a guard blocks channels", 'add: with guard "..."')
        : undefined;
    default:
      return undefined;
  }
}
