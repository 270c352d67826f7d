/**
 * `*.test.yaml`: what segments must give. Everything that is wrong in a file is said at once, with
 * its place, as diagnostics; a file that has faults runs none of its tests.
 */

import { type Document, isMap, isScalar, LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { columnName, withColumns } from "../membership/people-columns.js";
import { type Library, makePlan } from "../plan/index.js";
import { type Diagnostic, parseExpression, type Span, suggest } from "../syntax/index.js";
import { readHistory, readInstant, type TestHistory } from "./history.js";

/** People, sizes, values, by a segment or attribute, or any expression in its place. */
export type By<T> = ReadonlyMap<string, T>;

export interface SizeRange {
  readonly least: number;
  readonly most: number;
  /** As it was written. */
  readonly text: string;
}

export type ExpectedValue = string | number | boolean | null;

export interface SegmentTest {
  readonly name: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Milliseconds. */
  readonly asOf: number;
  /** Undefined: asked of the store. */
  readonly history: TestHistory | undefined;
  readonly in: By<readonly string[]>;
  readonly notIn: By<readonly string[]>;
  /** Exactly these. */
  readonly members: By<readonly string[]>;
  readonly sizes: By<SizeRange>;
  /** By attribute, then by person. */
  readonly values: By<By<ExpectedValue>>;
}

export type HistoryTest = SegmentTest & { readonly history: TestHistory };

export const hasHistory = (test: SegmentTest): test is HistoryTest => test.history !== undefined;

export interface Suite {
  readonly tests: readonly SegmentTest[];
  readonly faults: readonly Diagnostic[];
}

const name = z.union([z.string(), z.number()]);
const people = z.record(z.string(), z.union([name, z.array(name)]));
const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const BY_PEOPLE = ["in", "notIn", "members"] as const;

const suiteSchema = z.strictObject({
  tests: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        asOf: z.string(),
        history: z.string().optional(),
        in: people.default({}),
        notIn: people.default({}),
        members: people.default({}),
        sizes: z.record(z.string(), name).default({}),
        values: z.record(z.string(), z.record(z.string(), value)).default({}),
      }),
    )
    .min(1),
});

type Written = z.infer<typeof suiteSchema>["tests"][number];

export function readSuite(
  { file, text }: { readonly file: string; readonly text: string },
  library: Library,
): Suite {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const page = new Page(document, file, text);
  for (const { message, pos } of document.errors)
    page.fault({ start: pos[0], end: pos[1] }, `not YAML: ${message.split("\n")[0]}`);
  if (page.faults.length > 0) return { tests: [], faults: page.faults };
  const read = suiteSchema.safeParse(document.toJS());
  if (!read.success) {
    for (const issue of read.error.issues) page.issue(issue);
    return { tests: [], faults: page.faults };
  }
  const tests = read.data.tests.map((test, i): SegmentTest => {
    const { line } = lines.linePos(page.span(["tests", i]).start);
    return { ...readTest(test, i, { page, library }), file, line };
  });
  return { tests, faults: page.faults };
}

type Path = readonly (string | number)[];

/** A file, with the places of its parts, and its faults. */
class Page {
  readonly faults: Diagnostic[] = [];

  constructor(
    private readonly document: Document,
    private readonly file: string,
    readonly text: string,
  ) {}

  fault(span: Span, message: string, hint?: string): void {
    const fault = { severity: "error", code: "bad-test", message, span, file: this.file } as const;
    this.faults.push(hint === undefined ? fault : { ...fault, hint });
  }

  /** Of the value at a path, or of the nearest one above that there is. */
  span(path: Path): Span {
    const node = this.document.getIn(path, true) as
      | { range?: [number, number, number] }
      | undefined;
    if (node?.range)
      return { start: node.range[0], end: Math.max(node.range[0] + 1, node.range[1]) };
    return path.length === 0 ? { start: 0, end: 1 } : this.span(path.slice(0, -1));
  }

  key(path: Path, key: string): Span {
    const map = path.length === 0 ? this.document.contents : this.document.getIn(path, true);
    const pair = isMap(map) ? map.items.find((p) => isScalar(p.key) && p.key.source === key) : null;
    const range = isScalar(pair?.key) ? pair.key.range : undefined;
    return range ? { start: range[0], end: range[1] } : this.span(path);
  }

  /** A scalar as it is written: 0017 is a name, and no number. */
  written(path: Path): string {
    const node = this.document.getIn(path, true);
    return isScalar(node) ? (node.source ?? String(node.value)) : String(node);
  }

  /** Whether a text is a block behind `|`, whose lines are the file's. */
  isBlock(path: Path): boolean {
    const node = this.document.getIn(path, true);
    return isScalar(node) && node.type === "BLOCK_LITERAL";
  }

  issue(issue: z.core.$ZodIssue): void {
    const path = issue.path as Path;
    if (issue.code !== "unrecognized_keys") {
      this.fault(this.span(path), issue.message);
      return;
    }
    const known =
      path.length === 0 ? ["tests"] : Object.keys(suiteSchema.shape.tests.element.shape);
    for (const key of issue.keys) {
      const near = suggest(key, known);
      const hint = near === undefined ? `known are: ${known.join(", ")}` : `did you mean ${near}?`;
      this.fault(this.key(path, key), `there is no key ${key}`, hint);
    }
  }
}

interface Reading {
  readonly page: Page;
  readonly library: Library;
}

function readTest(test: Written, i: number, reading: Reading): Omit<SegmentTest, "file" | "line"> {
  const { page, library } = reading;
  const { timeZone } = library.settings;
  const at: Path = ["tests", i];
  const asOf = readInstant(test.asOf, timeZone);
  if (asOf === undefined)
    page.fault(page.span([...at, "asOf"]), `"${test.asOf}" is no date and no instant`, AS_OF_HINT);
  const history = test.history === undefined ? undefined : readFacts(test.history, at, reading);
  const parts = [...BY_PEOPLE, "sizes", "values"] as const;
  if (parts.every((part) => Object.keys(test[part]).length === 0))
    page.fault(page.span(at), "nothing is expected", `add one of ${parts.join(", ")}`);
  for (const part of parts) {
    for (const text of Object.keys(test[part])) {
      const places = page.key([...at, part], text);
      for (const { message, hint } of faultsOf(text, part, library))
        page.fault(places, message, hint);
    }
  }
  const named = (part: (typeof BY_PEOPLE)[number]) =>
    new Map(
      Object.entries(test[part]).map(([text, given]) => {
        const path = [...at, part, text];
        const list = Array.isArray(given) ? given.map((_, n) => [...path, n]) : [path];
        return [text, list.map((one) => page.written(one))];
      }),
    );
  const members = named("members");
  if (history === undefined && members.size > 0)
    page.fault(page.key(at, "members"), "members needs a history", "ask for in, notIn and sizes");
  return {
    name: test.name,
    asOf: asOf ?? 0,
    history,
    in: named("in"),
    notIn: named("notIn"),
    members,
    sizes: new Map(
      Object.keys(test.sizes).map((text) => [text, readSize([...at, "sizes", text], page)]),
    ),
    values: new Map(
      Object.entries(test.values).map(([text, values]) => [text, new Map(Object.entries(values))]),
    ),
  };
}

const AS_OF_HINT = "write 2026-11-01 (midnight in the store's zone) or 2026-11-01T10:00:00Z";

function readFacts(text: string, at: Path, { page, library }: Reading): TestHistory {
  const { history, faults } = readHistory(text, library.settings.timeZone);
  const path = [...at, "history"];
  for (const { line, message, hint } of faults)
    page.fault(page.isBlock(path) ? lineOf(page, path, line) : page.span(path), message, hint);
  return history;
}

/** The n-th line of a block, whose first line stands below its `|`. */
function lineOf(page: Page, path: Path, n: number): Span {
  const { start } = page.span(path);
  const text = page.text;
  let from = start;
  for (let i = 0; i <= n; i += 1) from = text.indexOf("\n", from) + 1;
  const end = text.indexOf("\n", from);
  const indent = text.slice(from).search(/\S/);
  return { start: from + Math.max(0, indent), end: end < 0 ? text.length : end };
}

const SIZE = /^(?:(\d{1,12})|(\d{1,12})\s*-\s*(\d{1,12})|(>=|<=)\s*(\d{1,12}))$/;

function readSize(path: Path, page: Page): SizeRange {
  const text = page.written(path);
  const [, exactly, from, to, sign, limit] = SIZE.exec(text.trim()) ?? [];
  const whole = { least: 0, most: Number.POSITIVE_INFINITY, text };
  if (exactly !== undefined) return { ...whole, least: Number(exactly), most: Number(exactly) };
  if (from !== undefined && to !== undefined && Number(from) <= Number(to))
    return { ...whole, least: Number(from), most: Number(to) };
  if (sign === ">=") return { ...whole, least: Number(limit) };
  if (sign === "<=") return { ...whole, most: Number(limit) };
  page.fault(page.span(path), `"${text}" is no size`, 'write 120, 100-200, ">= 10" or "<= 10"');
  return whole;
}

/** A name or expression that cannot be asked of a person: its faults, in words. */
function faultsOf(
  text: string,
  part: (typeof BY_PEOPLE)[number] | "sizes" | "values",
  library: Library,
): readonly Pick<Diagnostic, "message" | "hint">[] {
  const { expression, diagnostics } = parseExpression(text);
  const wrong = diagnostics.filter(({ severity }) => severity === "error");
  if (expression === undefined || wrong.length > 0) return wrong;
  const planned =
    part === "values"
      ? makePlan(withColumns(library, [{ name: text, expression }]), {
          segments: [],
          attributes: [columnName(0)],
        })
      : makePlan(library, { segments: [], expressions: [{ name: text, expression }] });
  return planned.diagnostics.filter(({ severity }) => severity === "error");
}
