/**
 * Every definition of a library as one would look it up: what it means, where it stands, what it
 * overrides. The meaning is the comment directly above a declaration; declarations without a blank
 * line between them share the one above the first.
 */

import { noteOf } from "../notes.js";
import type { Definition, Library } from "../plan/index.js";
import { formatDeclaration } from "../syntax/index.js";

export interface Described {
  readonly kind: "attribute" | "segment";
  readonly name: string;
  /** With its parameters: `dept_share(d)`. */
  readonly written: string;
  /** Of a segment; else empty. */
  readonly title: string;
  /** What it means, as one paragraph; empty where nobody said. */
  readonly about: string;
  /** Null for what no file says. */
  readonly file: string | null;
  /** The file whose definition of the same name it replaces. */
  readonly overrides: string | null;
  /** The declaration, as it is formatted. */
  readonly text: string;
}

/** In the order in which they were first defined. `texts` by file. */
export function describeDefinitions(
  library: Library,
  texts: ReadonlyMap<string, string>,
): readonly Described[] {
  return [...library.definitions.values()].map((definition) => {
    const { declaration, file, overrides } = definition;
    const { kind, name, parameters } = declaration;
    return {
      kind,
      name,
      written: parameters.length === 0 ? name : `${name}(${parameters.join(", ")})`,
      title: declaration.kind === "segment" ? (declaration.title ?? "") : "",
      about: meaningOf(definition, texts),
      file: file ?? null,
      overrides: overrides?.file ?? null,
      text: formatDeclaration(declaration).trim(),
    };
  });
}

/** The comment; else, of what overrides something, that of the overridden; else a segment's intent. */
function meaningOf(definition: Definition, texts: ReadonlyMap<string, string>): string {
  const { declaration, file, overrides } = definition;
  const text = file === undefined ? undefined : texts.get(file);
  const said = text === undefined ? "" : commentAbove(text, declaration.span?.start ?? 0);
  if (said !== "") return said;
  if (overrides !== undefined) return meaningOf(overrides, texts);
  return declaration.kind === "segment" ? (noteOf(declaration.notes, "intent") ?? "") : "";
}

/** A row of the list of ready segments is no meaning: "# 12". */
const ONLY_A_NUMBER = /^\d*$/;

/** The comment above the declaration that starts at `start`, as one paragraph. */
export function commentAbove(text: string, start: number): string {
  const above = text.slice(0, start).split(/\r\n|\n|\r/);
  const isComment = (line: string | undefined) => line?.trimStart().startsWith("#") === true;
  // What stands before the declaration on its own line is its indentation.
  let last = above.length - 2;
  while (last >= 0 && !isComment(above[last]) && above[last]?.trim() !== "") last -= 1;
  if (!isComment(above[last])) return "";
  let first = last;
  while (isComment(above[first - 1])) first -= 1;
  const words = above
    .slice(first, last + 1)
    .map((line) => line.trim().replace(/^#+\s?/, ""))
    .join(" ")
    .replace(/^\d+\s*:\s*/, "")
    .trim();
  return ONLY_A_NUMBER.test(words) ? "" : `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
