import { describe, expect, it } from "vitest";
import { columnPaths, jsonLineReader } from "../../src/collect/files/json-line.js";
import fc from "../properties.js";

/** The texts of the given columns; of all that the object has, unless told. */
const read = (text: string, columns = columnPaths(JSON.parse(text)), nested = false) => {
  const line = jsonLineReader(columns.map((column) => ({ column, nested })))(text);
  if (!line.ok) return line.reason;
  return Object.fromEntries(columns.map((column, i) => [column, line.texts[i]]));
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
    expect(read('{"b":{"a":1},"a":2,"c":[{"a":3}]}', ["a", "b.a"])).toEqual({ a: "2", "b.a": "1" });
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
          expect(read(text, Object.keys(object))).toEqual(Object.fromEntries(expected));
        },
      ),
    );
  });

  it("reaches into objects by a path, and takes a key with a dot as it stands", () => {
    const text = '{"properties":{"order":{"id":7}},"a.b":1,"a":{"b":2}}';
    const found = { "properties.order.id": "7", "a.b": "1", "properties.no": undefined };
    expect(read(text, Object.keys(found))).toEqual(found);
    expect(read(text, ["toString", "properties.constructor"])).toEqual({});
  });

  it("gives an object as JSON where that is wanted, and refuses it elsewhere", () => {
    const text = '{"p":{"a":[1,"x"]}}';
    expect(read(text, ["p"], true)).toEqual({ p: '{"a":[1,"x"]}' });
    expect(read(text, ["p"])).toBe("a nested value where one value is needed");
  });

  it("finds the same faults in nested values", () => {
    expect(read('{"p":{"a":1,"a":1}}', ["x"])).toBe("the key occurs twice");
    expect(read('{"p":[{"a":-1e999}]}', ["x"])).toBe("-1e999 is not a usable number");
    expect(read('{"p":["\\udc00"]}', ["x"])).toBe("half of a surrogate pair");
    expect(read(`{"p":${"[".repeat(5000)}${"]".repeat(5000)}}`, ["x"])).toMatch(/nested deeper/);
    expect(read('{"p":["\\ud83d\\ude00"],"x":"\\ud83d\\ude00"}', ["x"])).toEqual({ x: "😀" });
    expect(read('{"p":12345678901234567890}', ["p"])).toEqual({ p: "12345678901234567890" });
  });

  it("writes numbers with the mark that the mapping names", () => {
    const line = jsonLineReader([{ column: "a", nested: false }], { decimal: "," });
    expect(line('{"a":1.5}')).toEqual({ ok: true, texts: ["1,5"] });
    expect(line('{"a":"1.5"}')).toEqual({ ok: true, texts: ["1.5"] });
  });
});
