/** What a test says about a case: the verdict, and everything needed to see why. */

import { statementOf } from "./check-case.js";
import type { CorpusCase } from "./read-corpus.js";

/** A case with a known fault must still show it: once mended, its mark must go. */
export function verdict(
  { fault }: CorpusCase,
  of: "product" | "oracle",
  faults: readonly string[],
): string {
  if (fault?.of !== of) return faults.length === 0 ? "as expected" : `not as expected (${of})`;
  return faults.length > 0 ? "as expected" : `mended: remove "fault: ${of}: ${fault.why}"`;
}

export function report(corpusCase: CorpusCase, faults: readonly string[]): string {
  const { file, line, source } = corpusCase;
  const statement = faults.length > 0 ? `\n\n${statementOf(corpusCase)}` : "";
  return `${file}:${line}\n${faults.join("\n")}\n\n${source}${statement}\n`;
}
