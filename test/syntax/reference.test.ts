import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  formatDocument,
  parseDocument,
  parseTreeJson,
  stripSpans,
} from "../../src/segment/syntax/index.js";

const page = readFileSync(new URL("../../docs/language.md", import.meta.url), "utf8");
const examples = [...page.matchAll(/```tess\n([\s\S]*?)```/gu)].map((match) => match[1]!);

describe("the examples of docs/language.md", () => {
  it("are found", () => expect(examples.length).toBeGreaterThanOrEqual(9));

  it.each(examples)("are read without a fault and written back: %s", (text) => {
    const { document, diagnostics } = parseDocument(text);
    expect(diagnostics).toEqual([]);
    const written = formatDocument(document);
    const again = parseDocument(written);
    expect(again.diagnostics).toEqual([]);
    expect(stripSpans(again.document)).toStrictEqual(stripSpans(document));
    expect(formatDocument(again.document)).toBe(written);
    const tree = stripSpans(document);
    expect(parseTreeJson(JSON.parse(JSON.stringify(tree))).document).toStrictEqual(tree);
  });
});
