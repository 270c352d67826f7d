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
import { lex } from "../../src/segment/syntax/lexer.js";
import fc from "../properties.js";
import { arbitraryDocument, arbitraryExpression } from "./arbitrary-tree.js";

const RUNS = Number(process.env.RUNS ?? 2000);

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

  it("needs each bracket: without any one the text says something else", () => {
    fc.assert(
      fc.property(arbitraryExpression, (tree) => {
        const text = formatExpression(tree);
        for (const [open, close] of groupsOf(text)) {
          const without = `${text.slice(0, open)} ${text.slice(open + 1, close)} ${text.slice(close + 1)}`;
          const { expression } = parseExpression(without);
          expect(stripSpans(expression), text).not.toEqual(stripSpans(tree));
        }
      }),
      { numRuns: 1000 },
    );
  });
});

/** Offsets of the brackets that group, not those of calls and aggregates. */
function groupsOf(text: string): [open: number, close: number][] {
  const tokens = lex(text, () => {});
  const groups: [number, number][] = [];
  const stack: { start: number; isGroup: boolean }[] = [];
  tokens.forEach((token, i) => {
    if (token.kind !== "symbol") return;
    const before = tokens[i - 1];
    const isCall = before?.end === token.start && before.kind !== "symbol";
    if (token.text === "(") stack.push({ start: token.start, isGroup: !isCall });
    if (token.text !== ")") return;
    const open = stack.pop()!;
    if (open.isGroup) groups.push([open.start, token.start]);
  });
  return groups;
}
