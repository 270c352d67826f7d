import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readJsonLine } from "../../src/collect/json-line.js";

const read = (text: string) => {
  const line = readJsonLine(text, new Set(["a"]));
  return line.ok ? Object.fromEntries(line.values) : line.reason;
};

describe("a JSON line", () => {
  it("gives each value as text, and null as missing", () => {
    expect(read('{"a":"x","b":12.50,"c":null,"d":true}')).toEqual({
      a: "x",
      b: "12.5",
      c: "",
      d: "true",
    });
  });

  it("keeps every digit of a long number", () => {
    const digits = "12345678901234567890.123456789";
    expect(read(`{"a":${digits}}`)).toEqual({ a: digits });
  });

  it("finds a key that occurs twice, whatever the values", () => {
    for (const text of [
      '{"a":1,"a":1}',
      '{"a":"x","a":1}',
      '{"a":1,"\\u0061":2}',
      '{"b":{"c":1},"a":1,"a":2}',
    ]) {
      expect(read(text)).toBe("the key occurs twice");
    }
    expect(read('{"b":{"a":1},"a":2,"c":[{"a":3}]}')).toEqual({ a: "2", b: "", c: "" });
  });

  it("reads any flat object as it was written, with or without blanks", () => {
    const value = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
    );
    const keys = fc.string({ unit: "grapheme" }).filter((key) => key !== "__proto__");
    fc.assert(
      fc.property(
        fc.dictionary(keys, value, { noNullPrototype: true }),
        fc.boolean(),
        (object, blanks) => {
          const text = blanks
            ? JSON.stringify(object, null, 1).replaceAll("\n", " ")
            : JSON.stringify(object);
          const expected = Object.entries(object).map(([key, v]) => [
            key,
            v === null ? "" : String(v),
          ]);
          const line = readJsonLine(text, new Set());
          expect(line.ok && [...line.values].sort()).toEqual(expected.sort());
        },
      ),
    );
  });
});
