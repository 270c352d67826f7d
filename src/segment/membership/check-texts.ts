/**
 * What is doubtful or wrong in a store's own texts though the language allows it: notes that nothing
 * reads or that mean nothing, needs that name no facts, names that override, hide, or serve nobody.
 * Faults of the language itself come from `checkLibrary`, those of cost from `costWarnings`.
 */

import { noteFaults, noteOf } from "../notes.js";
import { type Definition, type Library, makePlan } from "../plan/index.js";
import {
  type Declaration,
  type Diagnostic,
  parseExpression,
  rootsOf,
  type SegmentDeclaration,
  type Span,
  suggest,
  walk,
} from "../syntax/index.js";
import { SOURCES } from "../vocabulary.js";
import { namesFacts, needsOf } from "./availability.js";
import { costWarnings } from "./costs.js";

/** Of the definitions that come from these files. `texts` by file. */
export function checkTexts(
  library: Library,
  texts: ReadonlyMap<string, string>,
  files: ReadonlySet<string>,
): readonly Diagnostic[] {
  const own = [...library.definitions.values()]
    .flatMap(withOverridden)
    .filter(({ file }) => files.has(file ?? ""));
  const segments = new Set(
    [...library.definitions].flatMap(([name, d]) =>
      d.declaration.kind === "segment" ? [name] : [],
    ),
  );
  const used = namesUsed(library);
  const found = own.flatMap((definition): readonly Diagnostic[] => {
    const { declaration, file = "" } = definition;
    const here = new Place(declaration, file, texts.get(file) ?? "");
    return [
      ...overriding(definition, here, files),
      ...hiding(declaration, here, library),
      ...(declaration.kind === "segment"
        ? [
            ...inNotes(declaration, here, segments),
            ...inNeeds(declaration, here, library),
            ...inCapWhen(declaration, here, library),
            ...inParts(declaration, here, library),
          ]
        : unused(declaration, here, used)),
    ];
  });
  const names = own.flatMap(({ declaration: d }) => (d.kind === "segment" ? [d.name] : []));
  return [...found, ...costWarnings(library, [...new Set(names)])];
}

/** A definition, and those that it hides: their files are to be right too. */
function withOverridden(definition: Definition): readonly Definition[] {
  const { overrides } = definition;
  return overrides === undefined ? [definition] : [definition, ...withOverridden(overrides)];
}

type Fault = Pick<Diagnostic, "severity" | "code" | "message" | "hint">;

/** Where the parts of a declaration stand in its file. */
class Place {
  constructor(
    private readonly declaration: Declaration,
    private readonly file: string,
    private readonly text: string,
  ) {}

  at(span: Span, fault: Fault): Diagnostic {
    return { ...fault, span, file: this.file };
  }

  get name(): Span {
    const { start = 0, end = start } = this.declaration.span ?? {};
    const { name } = this.declaration;
    const found = this.text.slice(start, end).search(new RegExp(`(?<=\\s)${name}`, "u"));
    return found < 0 ? { start, end } : { start: start + found, end: start + found + name.length };
  }

  /** The n-th note of that key, from `with` to the end of its text. */
  note(key: string, n = 0): Span {
    const { start = 0, end = start } = this.declaration.span ?? {};
    const written = new RegExp(
      `with\\s+${key}\\s+("(?:[^"\\\\]|\\\\.)*"|'(?:[^'\\\\]|\\\\.)*')`,
      "gu",
    );
    const match = [...this.text.slice(start, end).matchAll(written)][n];
    if (match === undefined) return this.name;
    return { start: start + match.index, end: start + match.index + match[0].length };
  }
}

const warning = (code: string, message: string, hint: string): Fault => ({
  ...{ severity: "warning", code, message, hint },
});

function overriding(
  { declaration, overrides }: Definition,
  here: Place,
  files: ReadonlySet<string>,
): Diagnostic[] {
  if (overrides === undefined) return [];
  const { name, kind, parameters } = declaration;
  const { declaration: before, file = "elsewhere" } = overrides;
  const fault =
    before.kind !== kind
      ? warning(
          "other-kind",
          `${name} is ${article(before.kind)} in ${file} and becomes ${article(kind)}`,
          "whatever asks for it gets something else; give it a name of its own",
        )
      : before.parameters.length !== parameters.length
        ? warning(
            "other-parameters",
            `${name} takes ${before.parameters.length} parameters in ${file} and now ${parameters.length}`,
            "whatever calls it calls it as before; give it a name of its own",
          )
        : files.has(file)
          ? warning(
              "defined-again",
              `${name} is defined in ${file} too`,
              "this one counts; remove one",
            )
          : undefined;
  return fault === undefined ? [] : [here.at(here.name, fault)];
}

const article = (kind: Declaration["kind"]): string =>
  kind === "attribute" ? "an attribute" : "a segment";

function hiding(declaration: Declaration, here: Place, library: Library): Diagnostic[] {
  const faults: Fault[] = [];
  if (declaration.kind === "attribute" && SOURCES.has(declaration.name))
    faults.push(
      warning(
        "hides-facts",
        `${declaration.name} is also the name of facts`,
        "people will mistake one for the other; choose another name",
      ),
    );
  for (const parameter of declaration.parameters) {
    if (library.definitions.has(parameter))
      faults.push(
        warning(
          "hides-name",
          `the parameter ${parameter} hides the ${library.definitions.get(parameter)?.declaration.kind} of that name`,
          "choose another name for the parameter",
        ),
      );
  }
  return faults.map((fault) => here.at(here.name, fault));
}

function inNotes(segment: SegmentDeclaration, here: Place, segments: ReadonlySet<string>) {
  return noteFaults(segment.notes, segments).map(({ key, n, ...fault }) =>
    here.at(here.note(key, n), fault),
  );
}

function inNeeds(segment: SegmentDeclaration, here: Place, library: Library): Diagnostic[] {
  const { activity } = library.settings;
  return needsOf(segment.notes).flatMap((need) => {
    if (namesFacts(need, activity)) return [];
    const [source = need] = need.split(".");
    const near = suggest(source, SOURCES.keys());
    const hint =
      near === undefined ? "tessera attributes lists facts and fields" : `did you mean ${near}?`;
    const message = `${need} names no facts, so no store has what ${segment.name} needs`;
    return [here.at(here.note("needs"), warning("unknown-need", message, hint))];
  });
}

/** The condition is planned as if it were a segment; its faults are those of the note. */
function inCapWhen(segment: SegmentDeclaration, here: Place, library: Library): Diagnostic[] {
  const text = noteOf(segment.notes, "cap_when");
  if (text === undefined) return [];
  const { expression, diagnostics } = parseExpression(text);
  const wrong = diagnostics.filter(({ severity }) => severity === "error");
  const faults =
    expression === undefined || wrong.length > 0
      ? wrong
      : makePlan(
          { ...library, diagnostics: [] },
          { segments: [], expressions: [{ name: "cap_when", expression }] },
        ).diagnostics;
  return faults.map(({ severity, code, message, hint }) =>
    here.at(here.note("cap_when"), { severity, code, message, ...(hint && { hint }) }),
  );
}

function inParts(segment: SegmentDeclaration, here: Place, library: Library): Diagnostic[] {
  const path = [segment.name];
  for (;;) {
    const declaration = library.definitions.get(path.at(-1) ?? "")?.declaration;
    const above =
      declaration?.kind === "segment" ? noteOf(declaration.notes, "part_of") : undefined;
    if (above === undefined || path.slice(1).includes(above)) return [];
    path.push(above);
    if (above !== segment.name) continue;
    const message = `${segment.name} is a part of itself: ${path.join(" -> ")}`;
    const hint = "take one of the notes part_of away";
    return [here.at(here.note("part_of"), { severity: "error", code: "circular", message, hint })];
  }
}

/** Every name that some definition's expression mentions. */
function namesUsed({ definitions }: Library): ReadonlySet<string> {
  const used = new Set<string>();
  for (const { declaration } of definitions.values()) {
    walk(rootsOf(declaration), (node) => {
      if ((node.kind === "name" || node.kind === "call") && node.name !== declaration.name)
        used.add(node.name);
      return true;
    });
  }
  return used;
}

function unused(declaration: Declaration, here: Place, used: ReadonlySet<string>): Diagnostic[] {
  if (used.has(declaration.name)) return [];
  const message = `no segment or attribute uses ${declaration.name}`;
  const hint = "fine for a column of tessera people; else remove it, or look for a misspelt name";
  return [here.at(here.name, warning("unused", message, hint))];
}
