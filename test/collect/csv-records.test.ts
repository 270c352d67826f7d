import { describe, expect, it } from "vitest";
import { csvFields, csvQuoted, cutCsv } from "../../src/collect/files/csv-records.js";
import fc from "../properties.js";

interface Seen {
  readonly line: number;
  readonly fields: number;
  readonly text: string;
}

/** The records of a text that arrives in pieces of the given sizes. */
function cut(text: string, sizes: readonly number[]): Seen[] {
  const seen: Seen[] = [];
  const cutter = cutCsv(",", {
    record: ({ line, fields, buffer, start, end }) =>
      void seen.push({ line, fields, text: buffer.toString("utf8", start, end) }),
    tooLong: () => {},
    openQuote: (line) => {
      throw new Error(`open quote on line ${line}`);
    },
  });
  const bytes = Buffer.from(text);
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length]!;
    cutter.push(bytes.subarray(at, at + size));
    at += size;
  }
  cutter.end();
  return seen;
}

const value = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r\n", "é", " ", "😀") });
const rows = fc.array(fc.array(value, { minLength: 2, maxLength: 4 }), { maxLength: 8 });

describe("cutting CSV into records", () => {
  it("finds every record with its values and line, however the bytes arrive", () => {
    fc.assert(
      fc.property(
        rows,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        (table, sizes) => {
          const text = table.map((row) => `${row.map(csvQuoted).join(",")}\n`).join("");
          const seen = cut(text, sizes);
          expect(seen.map((record) => csvFields(record.text, ","))).toEqual(table);
          expect(seen.map((record) => record.fields)).toEqual(table.map((row) => row.length));
          let line = 1;
          for (const [i, record] of seen.entries()) {
            expect(record.line).toBe(line);
            line += table[i]!.join(",").split("\n").length;
          }
        },
      ),
    );
  });

  it("takes a quote inside a bare field as it stands", () => {
    expect(cut('12" vinyl,1\n', [5])).toEqual([{ line: 1, fields: 2, text: '12" vinyl,1' }]);
    expect(csvFields('12" vinyl,1', ",")).toEqual(['12" vinyl', "1"]);
  });

  it("skips blank lines but counts them", () => {
    expect(cut("a,b\n\r\n\nc,d", [3]).map((record) => record.line)).toEqual([1, 4]);
  });

  it("says where a quote was left open", () => {
    expect(() => cut('a,b\nc,"d\ne,f\n', [4])).toThrow("open quote on line 2");
  });
});
