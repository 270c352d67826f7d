/**
 * A few facts written down, from which a segment can be tested without a store:
 *
 *     ann, bob: order net=20 at 2026-06-01, 2026-06-08
 *     ann: viewed product=p1 props={"size":5} at 2026-06-03T10:00 known 2026-06-05
 *     merge anna -> ann at 2026-06-09
 *
 * Kinds and fields are those of the vocabulary; people are called by any name. The rows are those of
 * the warehouse's tables, so that what is tested is what the product does with imported facts.
 */

import { Temporal } from "temporal-polyfill";
import { aliasOf } from "../../base/index.js";
import { type Fact, factRow, identityRow, instantText } from "../../store/index.js";
import { suggest } from "../syntax/index.js";
import { FIELDS, type FieldDefinition, RECORD_KINDS, SOURCES } from "../vocabulary.js";

export type Row = Readonly<Record<string, unknown>>;

export interface TestHistory {
  readonly facts: readonly Row[];
  readonly aliases: readonly Row[];
  readonly identity: readonly Row[];
  /** Names, by alias. */
  readonly names: ReadonlyMap<bigint, string>;
}

export interface LineFault {
  /** From 0. */
  readonly line: number;
  readonly message: string;
  readonly hint: string;
}

/** The kind of identifier that the names of a history are. */
const NAME_KIND = "user_id";

/** All that could be read, and every line that could not. */
export function readHistory(
  text: string,
  timeZone: string,
): { readonly history: TestHistory; readonly faults: readonly LineFault[] } {
  const reader = new Reader(timeZone);
  const faults: LineFault[] = [];
  for (const [line, written] of text.split(/\r?\n/).entries()) {
    if (/^\s*(#.*)?$/.test(written)) continue;
    try {
      reader.read(written.trim());
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      faults.push({ line, message: error.message, hint: error.hint });
    }
  }
  return { history: reader.history, faults };
}

/** Milliseconds of `2026-06-01`, `2026-06-01T10:00` (both in the zone), `2026-06-01T10:00:00Z`. */
export function readInstant(text: string, timeZone: string): number | undefined {
  try {
    if (/(Z|[+-]\d\d:\d\d)$/.test(text) && text.includes("T"))
      return Temporal.Instant.from(text).epochMilliseconds;
    if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?)?$/.test(text)) return undefined;
    return Temporal.PlainDateTime.from(text).toZonedDateTime(timeZone).epochMilliseconds;
  } catch {
    return undefined;
  }
}

class Unreadable extends Error {
  constructor(
    message: string,
    readonly hint: string,
  ) {
    super(message);
  }
}

const SHAPE = "WHO: KIND FIELD=VALUE ... at WHEN";
const VALUE = String.raw`"(?:[^"\\]|\\.)*"|\{.*\}|[^\s"{]\S*`;
const FACT = new RegExp(
  String.raw`^([^:]+):\s+(\w+)((?:\s+\w+=(?:${VALUE}))*)\s+at\s+(.+?)(?:\s+known\s+(\S+))?$`,
);
const FIELD = new RegExp(String.raw`\s(\w+)=(${VALUE})`, "g");
const MERGE = /^merge\s+(\S+)\s*->\s*(\S+)\s+at\s+(\S+)$/;

/** Worked out of others, so that nobody can write them down. */
const DERIVED_FIELDS = ["at", "occasion", "amount", "days"];
const FLAGS = ["kept", "placed"];

class Reader {
  readonly #names = new Map<bigint, string>();
  readonly #facts: Row[] = [];
  readonly #identity: Row[] = [];

  constructor(private readonly timeZone: string) {}

  get history(): TestHistory {
    const aliases = [...this.#names].map(([alias, name]) => {
      return { alias, id_kind: NAME_KIND, id_value: name, import_id: 0 };
    });
    return { facts: this.#facts, aliases, identity: this.#identity, names: this.#names };
  }

  read(line: string): void {
    const merge = MERGE.exec(line);
    if (merge !== null) {
      this.#merge(merge);
      return;
    }
    const fact = FACT.exec(line);
    if (fact === null) throw new Unreadable(`"${line}" is no fact`, `write ${SHAPE}`);
    const [, people = "", kind = "", fields = "", times = "", known] = fact;
    const row = { ...this.#kind(kind), ...this.#fields(kind, fields) };
    for (const person of listed(people)) {
      for (const time of listed(times)) this.#fact(person, { kind, row, time, known });
    }
  }

  #fact(
    person: string,
    of: {
      readonly kind: string;
      readonly row: Row;
      readonly time: string;
      readonly known: string | undefined;
    },
  ): void {
    const ts = this.#instant(of.time);
    const fact: Fact = {
      alias: this.#person(person),
      ts,
      knownAt: of.known === undefined ? ts : this.#instant(of.known),
      factId: BigInt(this.#facts.length + 1),
      kind: of.kind,
    };
    this.#facts.push({ ...factRow(fact), ...of.row });
  }

  #merge([, from = "", to = "", at = ""]: RegExpExecArray): void {
    this.#identity.push(
      identityRow({
        alias: this.#person(from),
        person: this.#person(to),
        knownAt: this.#instant(at),
        sequence: this.#identity.length + 1,
        cause: "test",
      }),
    );
  }

  #person(name: string): bigint {
    const alias = aliasOf(NAME_KIND, name);
    this.#names.set(alias, name);
    return alias;
  }

  #instant(text: string): number {
    const found = readInstant(text, this.timeZone);
    if (found !== undefined) return found;
    throw new Unreadable(
      `"${text}" is no time`,
      "write 2026-06-01 or 2026-06-01T10:00 in the store's zone, or 2026-06-01T10:00:00Z",
    );
  }

  /** The kinds of the vocabulary, `event` included. */
  #kind(kind: string): Row {
    const kinds = [...new Set([...SOURCES.values()].flatMap((source) => source.kinds)), "event"];
    if (kinds.includes(kind)) return {};
    const near = suggest(kind, kinds);
    throw new Unreadable(
      `there are no facts of the kind ${kind}`,
      near === undefined ? "tessera attributes lists them" : `did you mean ${near}?`,
    );
  }

  #fields(kind: string, text: string): Row {
    const row: Record<string, unknown> = {};
    for (const [, name = "", written = ""] of text.matchAll(FIELD)) {
      const value = written.startsWith('"') ? unquoted(written) : written;
      if (name === "props") row.props = properties(value);
      else if (FLAGS.includes(name)) row[name] = yesNo(name, value);
      else {
        const field = fieldOf(kind, name);
        row[field.column] = this.#value(name, field, value);
      }
    }
    return row;
  }

  #value(name: string, { type }: FieldDefinition, value: string): unknown {
    if (type === "boolean") return yesNo(name, value);
    if (type === "moment") return instantText(this.#instant(value));
    if (type === "number" && !/^-?\d{1,14}(\.\d{1,4})?$/.test(value))
      throw new Unreadable(
        `${name}=${value} is no number`,
        "write it plainly, 12.5, to four decimals",
      );
    return value;
  }
}

const listed = (text: string): string[] =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");

function unquoted(text: string): string {
  try {
    return JSON.parse(text) as string;
  } catch {
    throw new Unreadable(`${text} is no text`, 'a backslash is written \\\\, a quote \\"');
  }
}

function properties(text: string): Row {
  try {
    return JSON.parse(text) as Row;
  } catch {
    throw new Unreadable(`props=${text} is no JSON`, 'write props={"size":5,"colour":"red"}');
  }
}

function yesNo(name: string, value: string): 0 | 1 {
  if (value === "yes") return 1;
  if (value === "no") return 0;
  throw new Unreadable(`${name}=${value} is neither yes nor no`, `write ${name}=yes or ${name}=no`);
}

/** A field of any source that has facts of this kind. */
function fieldOf(kind: string, name: string): FieldDefinition {
  const isEvent = !(RECORD_KINDS as readonly string[]).includes(kind);
  const names = new Set(
    [...SOURCES.values()]
      .filter(({ kinds }) => kinds.includes(kind) || (kinds.length === 0 && isEvent))
      .flatMap(({ fields }) => fields)
      .filter((field) => !DERIVED_FIELDS.includes(field)),
  );
  const field = names.has(name) ? FIELDS[name] : undefined;
  if (field !== undefined) return field;
  const near = suggest(name, names);
  throw new Unreadable(
    `${kind} has no field ${name}`,
    near === undefined
      ? `it has ${[...names].join(", ")}; others are properties: props={...}`
      : `did you mean ${near}?`,
  );
}
