import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  type Diagnostic,
  formatDocument,
  MAX_FAULTS,
  MAX_TEXT_LENGTH,
  MAX_TREE_DEPTH,
  parseDocument,
  parseExpression,
  parseTreeJson,
  renderDiagnostic,
} from "../../src/segment/syntax/index.js";
import fc from "../properties.js";
import { arbitraryDocument } from "./arbitrary-tree.js";

/** Far above what is needed, far below what quadratic work over a megabyte would take. */
const TIME_LIMIT_MS = 30_000;

const page = readFileSync(new URL("../../docs/language.md", import.meta.url), "utf8");
const examples = [...page.matchAll(/```tess\n([\s\S]*?)```/gu)].map((match) => match[1]!);
const WORDS = [
  ..."( ( ( ) ) , . : = != < <= > >= + - * / # ' \" \\ 3 40% 7 p90 p99.5 2011-11-01 'a' \"b\" \n".split(
    " ",
  ),
  ..."and or not is in some every no where then with attribute segment set distinct between ago".split(
    " ",
  ),
  ..."at least product of same category person last first count sum days since store among top by".split(
    " ",
  ),
  ..."one of when otherwise within without after before from to today season this month x y line.net".split(
    " ",
  ),
];

/** Reads, and checks what must hold of any answer: places in the text, sound declarations only. */
function read(text: string): Diagnostic[] {
  const { document, diagnostics } = parseDocument(text);
  for (const d of diagnostics) {
    expect(d.span.start).toBeGreaterThanOrEqual(0);
    expect(d.span.start).toBeLessThanOrEqual(d.span.end);
    expect(d.span.end).toBeLessThanOrEqual(text.length);
    expect(renderDiagnostic(text, d)).toContain(d.message);
  }
  if (text.length < 10_000) expect(parseDocument(formatDocument(document)).diagnostics).toEqual([]);
  return diagnostics;
}

describe("any text", () => {
  it("is read without an exception: characters", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => void read(text)),
      { numRuns: 2000 },
    );
    const units = fc
      .array(fc.nat(0xffff), { maxLength: 40 })
      .map((codes) => String.fromCharCode(...codes));
    fc.assert(
      fc.property(units, (text) => void read(text)),
      { numRuns: 2000 },
    );
  });

  it("is read without an exception: words of the language in any order", () => {
    const words = fc
      .array(fc.constantFrom(...WORDS), { maxLength: 40 })
      .map((list) => list.join(" "));
    fc.assert(
      fc.property(words, (text) => void read(text)),
      { numRuns: 4000 },
    );
    fc.assert(
      fc.property(words, (text) => void read(`segment a ${text}`)),
      { numRuns: 4000 },
    );
  });

  it("is read without an exception: examples cut short, with parts left out or put elsewhere", () => {
    const cut = fc.record({
      text: fc.constantFrom(...examples),
      from: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.nat(30),
      put: fc.oneof(fc.constantFrom(...WORDS), fc.string({ maxLength: 3 })),
      end: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(cut, ({ text, from, length, put, end }) => {
        const at = Math.floor(from * text.length);
        read(text.slice(0, at) + put + text.slice(at + length));
        read(text.slice(0, Math.floor(end * text.length)));
      }),
      { numRuns: 3000 },
    );
  });
});

describe("a text made to do harm", () => {
  const fill = (unit: string, length = MAX_TEXT_LENGTH - 100) =>
    unit.repeat(Math.floor(length / unit.length));

  it.each([
    ["open brackets", `segment a ${fill("(")}`],
    ["not not not", `segment a ${fill("not ")}`],
    ["signs", `segment a ${fill("-")}`],
    ["days since", `segment a ${fill("days since ")}`],
    ["quantifiers", `segment a ${fill("some product: ")}`],
    ["open aggregates", `segment a ${fill("count(x where ")}`],
    ["open calls", `segment a ${fill("f(1, ")}`],
    ["open percentiles", `segment a ${fill("p90(")}`],
    ["a long sum", `segment a ${fill("x + ")} x`],
    [
      "a deep left side",
      `segment a ${"(".repeat(150)}x${fill(" + x", 400).concat(")").repeat(150)}`,
    ],
  ])("nested too deep: %s", { timeout: TIME_LIMIT_MS }, (_, text) => {
    expect(read(text).map((d) => d.code)).toContain("too-deep");
  });

  it.each([
    ["blanks", fill(" ")],
    ["line breaks", fill("\n")],
    ["comments", fill("#\n")],
    ["one comment", fill("#")],
    ["one word", `segment a ${fill("x")} > 1`],
    ["one text", `segment a x = '${fill("a")}'`],
    ["a wide or", `segment a ${fill("x or ")} x`],
    ["a wide is", `segment a x is ${fill("x or ")} x`],
    ["many segments", fill("segment a x\n")],
    ["a long path", `segment a person${fill(".x")}`],
  ])("long but right: %s", { timeout: TIME_LIMIT_MS }, (_, text) => {
    expect(read(text)).toEqual([]);
  });

  it.each([
    ["quotes", fill("'")],
    ["unclosed texts", fill("'\n")],
    ["backslashes", `segment a '${fill("\\")}`],
    ["unknown characters", fill("@")],
    ["NUL", fill("\0")],
    ["faulty segments", fill("segment a\n")],
    ["faulty brackets", `segment a ${fill("(x y) or ")}`],
    ["faulty open brackets", `segment a ${fill("(x y f(")}`],
    ["digits", `segment a ${fill("9")}`],
    ["underscores", `segment a 1${fill("_")}`],
    ["numbers in words", `segment a ${fill("1a ")}`],
    ["closing brackets", `segment a x ${fill(")")}`],
    ["keywords", fill("attribute segment ")],
  ])("long and wrong, with a bounded answer: %s", { timeout: TIME_LIMIT_MS }, (_, text) => {
    const diagnostics = read(text);
    expect(diagnostics.length).toBeGreaterThan(0);
    expect(diagnostics.length).toBeLessThanOrEqual(MAX_FAULTS + 1);
  });

  it("is refused when it is longer than a person writes", () => {
    const text = "x".repeat(MAX_TEXT_LENGTH + 1);
    expect(parseDocument(text)).toMatchObject({
      document: { declarations: [] },
      diagnostics: [{ code: "too-long" }],
    });
    expect(parseExpression(text)).toMatchObject({ diagnostics: [{ code: "too-long" }] });
  });

  it("gives no declaration at all when there are too many faults to know where they are", () => {
    const { document, diagnostics } = parseDocument("segment a x == 1\n".repeat(MAX_FAULTS + 5));
    expect(diagnostics.at(-1)).toMatchObject({ code: "too-many" });
    expect(document.declarations).toEqual([]);
  });
});

describe("a deep tree that is allowed", () => {
  it("is written with a bracket around each node, and read back", () => {
    let text = "x";
    for (let i = 0; i < (MAX_TREE_DEPTH - 2) / 2; i += 1) text = `y and (z or (${text}))`;
    const { expression, diagnostics } = parseExpression(text);
    expect(diagnostics).toEqual([]);
    expect(expression).toBeDefined();
  });
});

describe("JSON that is no tree", () => {
  const wrong = (condition: unknown) => ({
    kind: "document",
    declarations: [{ kind: "segment", name: "a", parameters: [], notes: [], condition }],
  });
  const codes = (json: unknown) => parseTreeJson(json).diagnostics.map((d) => d.code);
  const x = { kind: "name", name: "x" };
  const sum = {
    kind: "aggregate",
    fn: "sum",
    source: { steps: [{ source: "line" }] },
    windows: [],
  };

  it("is refused with its place", () => {
    for (const json of [
      undefined,
      null,
      3,
      "x",
      [],
      {},
      { kind: "document" },
      wrong(undefined),
      wrong({ kind: "no" }),
    ]) {
      expect(new Set(codes(json))).toEqual(new Set(["bad-tree"]));
    }
    const { diagnostics } = parseTreeJson(wrong({ kind: "literal", value: -1 }));
    expect(diagnostics[0]!.message).toContain("declarations.0.condition");
  });

  it.each([
    ["a name with a bracket in it", { kind: "name", name: "x) or (y" }],
    ["a reserved name", { kind: "name", name: "segment" }],
    ["a percentile as name", { kind: "name", name: "p90" }],
    ["an unknown key", { ...x, also: 1 }],
    ["a prototype", JSON.parse('{"kind":"name","name":"x","__proto__":{"a":1}}')],
    ["half a surrogate pair", { kind: "literal", value: "\ud800" }],
    ["NUL", { kind: "literal", value: "\0" }],
    ["an infinite number", { kind: "literal", value: Number.POSITIVE_INFINITY }],
    ["an impossible date", { kind: "instant", text: "2011-02-30" }],
    ["one operand", { kind: "and", operands: [x] }],
    ["false where absent is meant", { kind: "is set", negated: false, operand: x }],
  ])("by its shape: %s", (_, condition) => expect(codes(wrong(condition))).toContain("bad-tree"));

  it.each([
    ["a sum of nothing", sum, "wrong-aggregate"],
    ["a stray field", { kind: "field", source: "line", path: ["net"] }, "stray-field"],
    ["`among` without `of`", { kind: "percentile", percent: 90, among: x }, "not-expressible"],
    [
      "a window without ends",
      { kind: "in window", moment: x, windows: [{ kind: "range" }] },
      "not-expressible",
    ],
    [
      "a value of another source",
      { ...sum, value: { kind: "field", source: "order", path: ["net"] } },
      "not-expressible",
    ],
  ])("by the language: %s", (_, condition, code) =>
    expect(codes(wrong(condition))).toContain(code),
  );

  it("is refused when it is deep or large, before anything recurses", () => {
    let deep: unknown = x;
    for (let i = 0; i < 100_000; i += 1) deep = { kind: "not", operand: deep };
    expect(codes(wrong(deep))).toEqual(["too-deep"]);
    let legal: unknown = x;
    for (let i = 0; i < MAX_TREE_DEPTH; i += 1) legal = { kind: "not", operand: legal };
    expect(codes(wrong(legal))).toEqual(["too-deep"]);
    const wide = { kind: "and", operands: Array.from({ length: 400_000 }, () => x) };
    expect(codes(wrong(wide))).toEqual(["too-long"]);
  });

  it("never throws, wherever a tree is damaged", () => {
    const damage = fc.record({ tree: arbitraryDocument, at: fc.nat(), put: fc.jsonValue() });
    fc.assert(
      fc.property(damage, ({ tree, at, put }) => {
        const json = JSON.parse(JSON.stringify(tree));
        const places: (() => void)[] = [];
        const visit = (node: unknown): void => {
          if (typeof node !== "object" || node === null) return;
          for (const [key, value] of Object.entries(node)) {
            places.push(() => Object.assign(node, { [key]: put }));
            visit(value);
          }
        };
        visit(json);
        places[at % places.length]!();
        const { document, diagnostics } = parseTreeJson(json);
        expect(document === undefined).toBe(diagnostics.length > 0);
      }),
      { numRuns: 1000 },
    );
  });
});
