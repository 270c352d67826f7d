/** Diagnostics on their way to a person: rendered with the line and a caret, or as data. */

import type { Diagnostic, DiagnosticsError } from "../segment/index.js";
import type { FaultJson } from "./schemas.js";

/** Texts of a store's own that have faults. `texts` by file, to show the lines. */
export class Faults extends Error {
  override readonly name = "Faults";
  constructor(
    readonly diagnostics: readonly Diagnostic[],
    readonly texts: ReadonlyMap<string, string>,
  ) {
    super(diagnostics.map((d) => d.message).join("; "));
  }
}

export interface DescribedFaults {
  readonly json: FaultJson[];
  readonly text: string;
}

export async function describeFaults(error: Faults | DiagnosticsError): Promise<DescribedFaults> {
  const { renderDiagnostic, position } = await import("../segment/index.js");
  const own = "texts" in error ? error.texts : new Map<string, string>();
  const asked = "text" in error ? (error.text ?? "") : "";
  const textOf = ({ file }: Diagnostic) => (file === undefined ? asked : (own.get(file) ?? asked));
  return {
    json: error.diagnostics.map((diagnostic) => {
      const { severity, code, message, hint, file, span } = diagnostic;
      const { line, column } = position(textOf(diagnostic), span.start);
      return { severity, code, message, hint: hint ?? null, file: file ?? null, line, column };
    }),
    text: error.diagnostics
      .map((diagnostic) => renderDiagnostic(textOf(diagnostic), diagnostic))
      .join("\n"),
  };
}
