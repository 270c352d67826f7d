import { describe, expect, it } from "vitest";
import { cutJson, cutLines } from "../../src/collect/files/json-records.js";
import fc from "../properties.js";

interface Row {
  readonly line: number;
  readonly text: string;
}

/** The rows of a text that arrives in pieces of the given sizes; or why it is refused. */
function cut(text: string, sizes: readonly number[] = [7], cutter = cutJson): Row[] | string {
  const rows: Row[] = [];
  const made = cutter({
    record: ({ line, buffer, start, end }) =>
      void rows.push({ line, text: buffer.toString("utf8", start, end).trim() }),
    tooLong: (line) => void rows.push({ line, text: "too long" }),
    refuse: (reason) => {
      throw new Error(reason);
    },
  });
  try {
    const bytes = Buffer.from(text);
    for (let at = 0, i = 0; at < bytes.length; i++) {
      const size = sizes[i % sizes.length]!;
      made.push(bytes.subarray(at, at + size));
      at += size;
    }
    made.end();
    return rows;
  } catch (error) {
    return (error as Error).message;
  }
}

const row = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { noNullPrototype: true });
const rows = fc.array(row, { minLength: 1, maxLength: 6 });
const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });
const blanks = fc.constantFrom(undefined, 1, 2);

describe("cutting JSON into rows", () => {
  it("finds the rows of a list with their lines, however the bytes arrive", () => {
    fc.assert(
      fc.property(rows, sizes, blanks, (objects, pieces, indent) => {
        const text = JSON.stringify(objects, null, indent);
        const found = cut(text, pieces) as Row[];
        expect(found.map((r) => JSON.parse(r.text))).toEqual(JSON.parse(text));
        if (indent === undefined) return;
        const firstLines = objects.map((_, i) => JSON.stringify(objects.slice(0, i), null, indent));
        const lines = firstLines.map((before, i) => (i === 0 ? 2 : before.split("\n").length));
        expect(found.map((r) => r.line)).toEqual(lines);
      }),
    );
  });

  it("finds them in the only list of objects of an object", () => {
    fc.assert(
      fc.property(rows, sizes, blanks, (objects, pieces, indent) => {
        const document = { count: 2, tags: ["a", [{}]], none: {}, rows: objects, end: [1] };
        const found = cut(JSON.stringify(document, null, indent), pieces) as Row[];
        expect(found.map((r) => JSON.parse(r.text))).toEqual(JSON.parse(JSON.stringify(objects)));
      }),
    );
  });

  it("takes objects one after another, and an object without a list as a row", () => {
    expect(cut('{"a":1}\n{"a":\n2} {"a":"}"}')).toEqual([
      { line: 1, text: '{"a":1}' },
      { line: 2, text: '{"a":\n2}' },
      { line: 3, text: '{"a":"}"}' },
    ]);
    expect(cut('{"a":{"b":[{}]}}')).toEqual([{ line: 1, text: '{"a":{"b":[{}]}}' }]);
    expect(cut('{"orders":[]}')).toEqual([]);
    expect(cut("[]")).toEqual([]);
  });

  it("passes over a row that is too long and goes on after it", () => {
    const long = JSON.stringify({ a: "x".repeat(2_000_000) });
    const expected = [
      { line: 1, text: '{"a":1}' },
      { line: 2, text: "too long" },
      { line: 3, text: '{"a":2}' },
    ];
    expect(cut(`[{"a":1},\n${long},\n{"a":2}]`, [65_536])).toEqual(expected);
    expect(cut(`{"a":1}\n${long}\n{"a":2}`, [65_536])).toEqual(expected);
    expect(cut(`{"a":1}\n${long}\n{"a":2}`, [65_536], cutLines)).toEqual(expected);
  });

  it("refuses a document that says two things, or ends too early", () => {
    const refused: Record<string, RegExp> = {
      '{"a":[{}],"b":[{}]}': /a further list/,
      '{"a":1}{"b":[{}]}': /a further list/,
      "[{}]\n[{}]": /line 2: text after the end/,
      "[{}] 1": /text outside/,
      '[{"a":"x': /never closed/,
      '[{"a":1}\n': /ends on line 2 with 1 bracket open/,
      "[{}]]": /closes nothing/,
    };
    for (const [text, message] of Object.entries(refused)) expect(cut(text)).toMatch(message);
  });
});
