import { describe, expect, it } from "vitest";
import {
  type Diagnostic,
  position,
  renderDiagnostic,
  suggest,
} from "../../src/segment/syntax/index.js";

const at = (start: number, end: number, more: Partial<Diagnostic> = {}): Diagnostic => ({
  severity: "error",
  code: "expected",
  message: "expected a value",
  span: { start, end },
  ...more,
});

describe("a position", () => {
  it("counts lines and code points from 1", () => {
    expect(position("", 0)).toEqual({ line: 1, column: 1 });
    expect(position("a\nb", 2)).toEqual({ line: 2, column: 1 });
    expect(position("a\r\nb\rc", 3)).toEqual({ line: 2, column: 1 });
    expect(position("a\r\nb\rc", 5)).toEqual({ line: 3, column: 1 });
    expect(position("😀😀x", 4)).toEqual({ line: 1, column: 3 });
    expect(position("a\n", 2)).toEqual({ line: 2, column: 1 });
  });
});

describe("a rendered diagnostic", () => {
  it("shows the line, the place and the hint", () => {
    const shown = renderDiagnostic(
      "segment a\n\tx >= =",
      at(16, 17, { file: "a.tess", hint: "Write one." }),
    );
    expect(shown).toBe(
      [
        "a.tess:2:7: error: expected a value [expected]",
        "  2 | \tx >= =",
        "    | \t     ^",
        "    = Write one.",
      ].join("\n"),
    );
  });

  it("underlines to the end of the first line only, and behind the text if something is missing", () => {
    expect(renderDiagnostic("ab\ncd", at(1, 5)).split("\n").at(-1)).toBe("    |  ^");
    expect(renderDiagnostic("ab", at(2, 2)).split("\n").at(-1)).toBe("    |   ^");
  });

  it("cuts a long line around the place", () => {
    const rows = renderDiagnostic(`${"x".repeat(5000)}@${"y".repeat(5000)}`, at(5000, 5001)).split(
      "\n",
    );
    expect(rows[1]!.length).toBeLessThan(140);
    expect(rows[1]![rows[2]!.indexOf("^")]).toBe("@");
  });

  it("does not pass on what would move the cursor or turn the line", () => {
    const shown = renderDiagnostic("a \u001b[31m \u202e b", at(0, 1));
    for (const character of ["\u001b", "\u202e"]) expect(shown).not.toContain(character);
  });
});

describe("a suggestion", () => {
  it("is the nearest name within a few edits", () => {
    expect(suggest("cuont", ["sum", "count", "counter"])).toBe("count");
    expect(suggest("net_12", ["net_24m", "net_12m"])).toBe("net_12m");
    expect(suggest("Vip", ["vip"])).toBe("vip");
    expect(suggest("apple", ["orange"])).toBeUndefined();
    expect(suggest("ab", ["ac"])).toBeUndefined();
  });
});
