/** What a declaration means is said above it. */

import { expect, test } from "vitest";
import { parseDocument } from "../syntax/index.js";
import { commentAbove } from "./describe.js";

const TEXT = `# About the file.

# Two of them,
# said together.
attribute a = 1
attribute b =
  2 # no description
attribute c = one of x when true, y otherwise

attribute d = 4

# 12
segment e true

# 5: until the second order.
segment f true
  # inside
  segment g true
`;

test.each([
  ["a", "Two of them, said together."],
  ["b", "Two of them, said together."],
  ["c", "Two of them, said together."],
  ["d", ""],
  ["e", ""],
  ["f", "Until the second order."],
  ["g", "Inside"],
])("the comment above %s", (name, about) => {
  const { declarations } = parseDocument(TEXT).document;
  const start = declarations.find((d) => d.name === name)?.span?.start;
  expect(commentAbove(TEXT, start ?? -1)).toBe(about);
  expect(commentAbove(TEXT.replaceAll("\n", "\r\n"), crlf(start ?? -1))).toBe(about);
});

/** Where an offset lies when every line before it is one character longer. */
const crlf = (offset: number) => offset + (TEXT.slice(0, offset).match(/\n/g) ?? []).length;
