import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatDocument,
  formatExpression,
  parseDocument,
  parseExpression,
  parseExpressionJson,
  parseTreeJson,
  stripSpans,
} from "../../src/segment/syntax/index.js";
import { arbitraryDocument, arbitraryExpression } from "./arbitrary-tree.js";

const RUNS = Number(process.env.RUNS ?? 3000);

describe("the text and the tree", () => {
  it("say the same: parse(format(expression)) = expression", () => {
    fc.assert(
      fc.property(arbitraryExpression, (tree) => {
        const text = formatExpression(tree);
        const { expression, diagnostics } = parseExpression(text);
        expect(diagnostics, text).toEqual([]);
        expect(stripSpans(expression), text).toStrictEqual(stripSpans(tree));
      }),
      { numRuns: RUNS },
    );
  });

  it("say the same: parse(format(document)) = document, and the text is stable", () => {
    fc.assert(
      fc.property(arbitraryDocument, (tree) => {
        const text = formatDocument(tree);
        const { document, diagnostics } = parseDocument(text);
        expect(diagnostics, text).toEqual([]);
        expect(stripSpans(document), text).toStrictEqual(stripSpans(tree));
        expect(formatDocument(document)).toBe(text);
      }),
      { numRuns: RUNS },
    );
  });

  it("say the same as the JSON of the tree", () => {
    fc.assert(
      fc.property(arbitraryDocument, (tree) => {
        const { document, diagnostics } = parseTreeJson(JSON.parse(JSON.stringify(tree)));
        expect(diagnostics, formatDocument(tree)).toEqual([]);
        expect(document).toStrictEqual(JSON.parse(JSON.stringify(tree)));
      }),
      { numRuns: 1000 },
    );
    fc.assert(
      fc.property(arbitraryExpression, (tree) => {
        const { expression } = parseExpressionJson(JSON.parse(JSON.stringify(tree)));
        expect(expression).toStrictEqual(JSON.parse(JSON.stringify(tree)));
      }),
      { numRuns: 1000 },
    );
  });
});
