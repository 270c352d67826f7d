/**
 * The library of a store: the shipped playbook, then the limits that the store accepted from its
 * calibration, then its own texts. What comes later overrides by name.
 */

import {
  checkLibrary,
  type Library,
  makeLibrary,
  makePlan,
  type Plan,
  type SourceDocument,
  type Wanted,
} from "../plan/index.js";
import { playbookTexts } from "../playbook/index.js";
import type { StoreSettings } from "../settings.js";
import { type Diagnostic, parseDocument, parseExpression } from "../syntax/index.js";

export interface TextFile {
  readonly file: string;
  readonly text: string;
}

export interface LoadedLibrary {
  readonly library: Library;
  /** Faults of the texts themselves. A library with errors evaluates nothing. */
  readonly diagnostics: readonly Diagnostic[];
  /** Texts by file, to show faults in. */
  readonly texts: ReadonlyMap<string, string>;
}

export function loadLibrary(
  own: readonly TextFile[],
  settings: StoreSettings,
  calibration: readonly TextFile[] = [],
): LoadedLibrary {
  const texts = new Map<string, string>();
  const diagnostics: Diagnostic[] = [];
  const parsed = (files: readonly TextFile[]): SourceDocument[] =>
    files.map(({ file, text }) => {
      texts.set(file, text);
      const { document, diagnostics: faults } = parseDocument(text, { file });
      diagnostics.push(...faults);
      return { document, file };
    });
  const [shipped, calibrated, others] = [
    parsed(playbookTexts(settings)),
    parsed(calibration),
    parsed(own),
  ];
  const all = makeLibrary([...shipped, ...calibrated, ...others], settings);
  const library =
    calibrated.length === 0
      ? all
      : { ...all, uncalibrated: makeLibrary([...shipped, ...others], settings) };
  const syntax = diagnostics.some((d) => d.severity === "error");
  return {
    library,
    diagnostics: syntax ? diagnostics : [...diagnostics, ...checkLibrary(library)],
    texts,
  };
}

/** A person's fault: what was asked has no meaning. Data, not an exception, until someone insists. */
export class DiagnosticsError extends Error {
  override readonly name = "DiagnosticsError";
  constructor(
    readonly diagnostics: readonly Diagnostic[],
    /** The text that they point into, where it is no file. */
    readonly text?: string,
  ) {
    super(diagnostics.map((d) => d.message).join("; "));
  }
}

export function planOrThrow(library: Library, wanted: Wanted, text?: string): Plan {
  const { plan, diagnostics } = makePlan(library, wanted);
  if (plan === undefined)
    throw new DiagnosticsError(
      diagnostics.filter((d) => d.severity === "error"),
      text,
    );
  return plan;
}

/** Expressions as ad-hoc segments, named by their text. */
export function parseOrThrow(
  text: string,
): NonNullable<ReturnType<typeof parseExpression>["expression"]> {
  const { expression, diagnostics } = parseExpression(text);
  const errors = diagnostics.filter((d) => d.severity === "error");
  if (expression === undefined || errors.length > 0) throw new DiagnosticsError(errors, text);
  return expression;
}
