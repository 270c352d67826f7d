/** Which limits hold now, and who says so: the playbook, the calibration, or the store's own files. */

import { basename } from "node:path";
import { assert } from "../../base/index.js";
import { type Library, makeLibrary, parseDocument, playbookTexts } from "../../segment/index.js";
import { CALIBRATION_FILE } from "./calibration-file.js";
import { LIMITS, type LimitName } from "./figures.js";

export interface LimitInForce {
  readonly name: LimitName;
  /** null where a file of the store has something else than a number for it. */
  readonly value: number | null;
  /** The playbook's. */
  readonly default: number;
  /** "default", "calibration", or the file of the store that sets it. */
  readonly from: string;
}

export function limitsInForce(library: Library): readonly LimitInForce[] {
  const documents = playbookTexts().map(({ file, text }) => ({
    file,
    document: parseDocument(text, { file }).document,
  }));
  const shipped = makeLibrary(documents, library.settings);
  return LIMITS.map((name) => {
    const now = numberOf(library, name);
    const usual = numberOf(shipped, name);
    assert(usual.value !== undefined, `the playbook has a number for ${name}`);
    const file = now.file ?? "";
    const calibrated = basename(file) === CALIBRATION_FILE;
    return {
      name,
      value: now.value ?? null,
      default: usual.value,
      from: file === usual.file ? "default" : calibrated ? "calibration" : file,
    };
  });
}

/** Of an attribute that is a plain number, and the file that says so. */
export function numberOf(
  { definitions }: Library,
  name: LimitName,
): { readonly value?: number; readonly file?: string } {
  const found = definitions.get(name);
  const file = found?.file === undefined ? {} : { file: found.file };
  if (found?.declaration.kind !== "attribute") return file;
  const { body } = found.declaration;
  return body.kind === "literal" && typeof body.value === "number"
    ? { ...file, value: body.value }
    : file;
}
