/**
 * The corpus: cases as plain text, each a history, a text in the segment language, and the members
 * that the reference (`docs/language.md`) gives, worked out by hand.
 *
 *     == the title of the case
 *     # a remark
 *     zone: Europe/Istanbul            the store's zone; UTC unless told
 *     activity: Deposit Made           events that count as activity; orders unless told
 *     home: TR                         the store's country, for gift occasions; unknown unless told
 *     minimum: 5                       smallest population of a percentile; 200 unless told
 *     cell: 2                          fewest facts of which something is usual; 30 unless told
 *     ann, bob: order net=20 at 2024-06-01T00:00:00Z, 2024-06-02
 *     ann: viewed product=p1 props={"size":5} at 2024-06-03 known 2024-06-05
 *     #7 v2 ann: order net=10 at ...   a fact id and a version, instead of the next id and 1
 *     supersede ann #7 v1 at 2024-06-05
 *     merge anna -> ann at 2024-06-09  (undone by: merge anna -> anna at ...)
 *     fault: product: ...              (or oracle:) known to be wrong today; must then be wrong
 *     ---
 *     segment s count(order in last 7 days) >= 1
 *     ---
 *     now: 2024-06-08 known 2024-06-09    (statistics 2024-06-01: percentiles frozen then)
 *     s: bob                           every segment of the text, all its members; `-` is nobody
 *     f: ann/shoes, bob/'two words'    a family: person/argument
 *     due s: bob 2024-06-08T00:00:00.001Z, ann never
 *     value net: ann 3, bob missing    an attribute
 *     people: ann, bob                 whoever is evaluated at all
 *
 * Several `now:` blocks may follow each other. Instead of the last part: `error: unknown-name`.
 * Instants: with `Z` exact; a date or a local time without zone is meant in the store's zone. A
 * person is the alias of ('user_id', NAME), or the number itself. `due` is the next instant at which
 * the answer changes though nothing new becomes known; `<= INSTANT` is for an answer
 * that need not change then, but that the product may ask anew at that instant or before; `never`
 * means that it never does.
 */

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Temporal } from "temporal-polyfill";
import { aliasOf } from "../../src/base/index.js";
import type { Activity, Season } from "../../src/segment/settings.js";
import type { Fact, History, IdentityLink, Superseded } from "../../src/store/facts.js";

export interface Due {
  /** "person" or "person/argument", by name. */
  readonly key: string;
  /** Infinity = never. */
  readonly at: number;
  readonly atMost: boolean;
}

export interface Asked {
  readonly now: number;
  readonly knownAt?: number;
  readonly statisticsAt?: number;
  /** Segment -> the keys of its members, by name, sorted. */
  readonly members: ReadonlyMap<string, readonly string[]>;
  readonly dues: ReadonlyMap<string, readonly Due[]>;
  /** Attribute -> person -> value; undefined = missing. */
  readonly values: ReadonlyMap<string, ReadonlyMap<string, string | undefined>>;
  readonly people?: readonly string[];
}

export interface CorpusCase {
  readonly file: string;
  readonly line: number;
  readonly title: string;
  /** As written, for a failing test to print. */
  readonly source: string;
  readonly timeZone: string;
  readonly activity: Activity;
  readonly home: string;
  readonly minimumPopulation?: number;
  readonly minimumCell?: number;
  readonly fault?: { readonly of: "product" | "oracle"; readonly why: string };
  readonly history: History;
  readonly names: ReadonlyMap<bigint, string>;
  readonly text: string;
  readonly asked: readonly Asked[];
  /** Codes of the diagnostics of a wrong text, in order. */
  readonly errors: readonly string[];
}

/** The seasons of every case: one inside the year, one over the new year; a phase with moving days. */
export const SEASONS: readonly Season[] = [
  {
    name: "november",
    from: "11-01",
    to: "12-01",
    phases: [
      { name: "peak", from: "11-20", to: "11-28" },
      { name: "sale", from: "black_friday", to: "cyber_monday + 1 day" },
    ],
  },
  {
    name: "winter",
    from: "12-15",
    to: "03-01",
    phases: [{ name: "holidays", from: "12-24", to: "01-07" }],
  },
];

const folder = fileURLToPath(new URL(".", import.meta.url));

export const corpusFiles = (): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".txt"))
    .sort();

export function readCorpus(file: string): CorpusCase[] {
  const lines = readFileSync(`${folder}/${file}`, "utf8").split("\n");
  const starts = lines.flatMap((line, i) => (line.startsWith("== ") ? [i] : []));
  return starts.map((start, i) => {
    const own = lines.slice(start, starts[i + 1] ?? lines.length);
    try {
      return readCase(file, start + 1, own);
    } catch (error) {
      throw new Error(`${file}:${start + 1}: ${(error as Error).message}`);
    }
  });
}

function readCase(file: string, line: number, lines: readonly string[]): CorpusCase {
  const [head = [], text = [], expected = []] = splitParts(lines.slice(1));
  const setup = new Setup();
  for (const row of meaningful(head)) setup.read(row);
  const { timeZone, activity, home, minimumPopulation, minimumCell, fault, history, names } = setup;
  const { asked, errors } = readExpected(meaningful(expected), timeZone);
  if (asked.length + errors.length === 0) throw new Error("nothing is expected");
  return {
    file,
    line,
    title: (lines[0] as string).slice(3).trim(),
    source: lines.join("\n").trimEnd(),
    timeZone,
    activity,
    home,
    ...(minimumPopulation !== undefined && { minimumPopulation }),
    ...(minimumCell !== undefined && { minimumCell }),
    ...(fault && { fault }),
    history,
    names,
    text: text.join("\n"),
    asked,
    errors,
  };
}

function splitParts(lines: readonly string[]): string[][] {
  const parts: string[][] = [[]];
  for (const line of lines) {
    if (line.trim() === "---") parts.push([]);
    else parts.at(-1)?.push(line);
  }
  return parts;
}

const meaningful = (lines: readonly string[]): string[] =>
  lines.map((line) => line.trim()).filter((line) => line !== "" && !/^#(?!\d)/.test(line));

/** The first part of a case: settings and history. */
class Setup {
  timeZone = "UTC";
  activity: Activity = { kind: "orders" };
  home = "";
  minimumPopulation: number | undefined;
  minimumCell: number | undefined;
  fault: CorpusCase["fault"];
  readonly names = new Map<bigint, string>();
  readonly #facts: Fact[] = [];
  readonly #superseded: Superseded[] = [];
  readonly #identity: IdentityLink[] = [];

  get history(): History {
    return { facts: this.#facts, superseded: this.#superseded, identity: this.#identity };
  }

  read(line: string): void {
    const setting = /^(zone|activity|home|minimum|fault|cell): (.*)$/.exec(line);
    const merge = /^merge (\S+) -> (\S+) at (\S+)$/.exec(line);
    const supersede = /^supersede (\S+) #(\d+) v(\d+) at (\S+)$/.exec(line);
    if (setting) this.#set(setting[1] as string, setting[2] as string);
    else if (merge) this.#merge(merge);
    else if (supersede) this.#supersede(supersede);
    else this.#fact(line);
  }

  #set(name: string, value: string): void {
    if (name === "zone") this.timeZone = value;
    else if (name === "home") this.home = value;
    else if (name === "activity")
      this.activity = { kind: "events", names: value.split(", "), amount: ["amount"] };
    else if (name === "minimum") this.minimumPopulation = Number(value);
    else if (name === "cell") this.minimumCell = Number(value);
    else {
      const [, of, why] = /^(product|oracle): (.+)$/.exec(value) ?? [];
      if (of === undefined) throw new Error("fault: product: WHY, or fault: oracle: WHY");
      this.fault = { of: of as "product" | "oracle", why: why as string };
    }
  }

  #person(name: string): bigint {
    const id = /^\d+$/.test(name) ? BigInt(name) : aliasOf("user_id", name);
    if (id !== 0n) this.names.set(id, name);
    return id;
  }

  #merge([, from, to, at]: readonly string[]): void {
    this.#identity.push({
      alias: this.#person(from as string),
      person: this.#person(to as string),
      knownAt: readInstant(at as string, this.timeZone),
      sequence: this.#identity.length + 1,
      cause: "corpus",
    });
  }

  #supersede([, name, factId, version, at]: readonly string[]): void {
    this.#superseded.push({
      alias: this.#person(name as string),
      factId: BigInt(factId as string),
      version: Number(version),
      knownAt: readInstant(at as string, this.timeZone),
    });
  }

  #fact(line: string): void {
    const [, id, version, people, kind, fields, times, known] =
      /^(?:#(\d+) )?(?:v(\d+) )?([\w, ]+): (\w+)((?: \w+=(?:"[^"]*"|\{.*\}|\S+))*) at ([^a-z]+?)(?: known (\S+))?$/.exec(
        line,
      ) ?? [];
    if (people === undefined) throw new Error(`not understood: ${line}`);
    for (const name of people.split(",")) {
      for (const time of (times as string).split(",")) {
        const ts = readInstant(time.trim(), this.timeZone);
        this.#facts.push({
          alias: this.#person(name.trim()),
          ts,
          knownAt: known === undefined ? ts : readInstant(known, this.timeZone),
          factId: id === undefined ? BigInt(1000 + this.#facts.length) : BigInt(id),
          version: Number(version ?? 1),
          kind: kind as string,
          ...this.#fields(fields as string),
        });
      }
    }
  }

  #fields(text: string): Partial<Fact> {
    const fields: Record<string, unknown> = {};
    for (const [, name = "", value = ""] of text.matchAll(/ (\w+)=("[^"]*"|\{.*\}|\S+)/g)) {
      if (name === "props") fields[name] = JSON.parse(value);
      else if (["kept", "placed", "human", "gift"].includes(name)) fields[name] = value === "yes";
      else if (["launched", "compareAtSince"].includes(name))
        fields[name] = readInstant(value, this.timeZone);
      else fields[name] = value.replace(/^"(.*)"$/, "$1");
    }
    return fields as Partial<Fact>;
  }
}

type Building = {
  now: number;
  knownAt?: number;
  statisticsAt?: number;
  members: Map<string, readonly string[]>;
  dues: Map<string, Due[]>;
  values: Map<string, Map<string, string | undefined>>;
  people?: readonly string[];
};

function readExpected(lines: readonly string[], zone: string) {
  const asked: Building[] = [];
  const errors: string[] = [];
  for (const line of lines) {
    const [, head = "", rest = ""] = /^([^:]+):(.*)$/.exec(line) ?? [];
    const items = splitList(rest);
    const current = asked.at(-1);
    if (head === "error") errors.push(...items);
    else if (head === "now") asked.push(readNow(rest, zone));
    else if (current === undefined) throw new Error(`not understood: ${line}`);
    else if (head === "people") current.people = items.sort();
    else if (head.startsWith("due ")) readDues(current, head.slice(4), items, zone);
    else if (head.startsWith("value ")) readValues(current, head.slice(6), items);
    else current.members.set(head, items.sort());
  }
  return { asked, errors };
}

const splitList = (text: string): string[] =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "" && item !== "-");

function readNow(text: string, zone: string): Building {
  const parts = /^(\S+)(?: known (\S+))?(?: statistics (\S+))?$/.exec(text.trim());
  if (parts === null) throw new Error(`not understood: now:${text}`);
  const [, now, known, statistics] = parts;
  return {
    now: readInstant(now as string, zone),
    ...(known && { knownAt: readInstant(known, zone) }),
    ...(statistics && { statisticsAt: readInstant(statistics, zone) }),
    members: new Map(),
    dues: new Map(),
    values: new Map(),
  };
}

function readDues(into: Building, segment: string, items: readonly string[], zone: string): void {
  const dues = items.map((item): Due => {
    const [, key, atMost, at] = /^(.*?) (<= )?(\S+)$/.exec(item) ?? [];
    if (key === undefined || at === undefined) throw new Error(`no due: ${item}`);
    return {
      key,
      at: at === "never" ? Number.POSITIVE_INFINITY : readInstant(at, zone),
      atMost: atMost !== undefined,
    };
  });
  into.dues.set(segment, [...(into.dues.get(segment) ?? []), ...dues]);
}

function readValues(into: Building, attribute: string, items: readonly string[]): void {
  const values = into.values.get(attribute) ?? new Map<string, string | undefined>();
  for (const item of items) {
    const [, name, value] = /^(\S+) (.+)$/.exec(item) ?? [];
    if (name === undefined) throw new Error(`no value: ${item}`);
    values.set(name, value === "missing" ? undefined : value);
  }
  into.values.set(attribute, values);
}

/** `2024-06-01`, `2024-06-01T10:00` in the zone; `2024-06-01T10:00:00.001Z` exactly. Milliseconds. */
function readInstant(text: string, zone: string): number {
  if (text.endsWith("Z")) return Temporal.Instant.from(text).epochMilliseconds;
  return Temporal.PlainDateTime.from(text).toZonedDateTime(zone).epochMilliseconds;
}
