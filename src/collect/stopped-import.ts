/** What is said when one of several files fails: which landed before it, and which were not begun. */

import { AppError } from "../base/index.js";

interface Stopped {
  /** Of the file that failed, in `files`, which are in the order of landing. */
  readonly index: number;
  readonly files: readonly string[];
  readonly dryRun?: boolean | undefined;
}

/** The error with that added; of a single file, and of what is no AppError, the error itself. */
export function stoppedAt(error: unknown, { index, files, dryRun = false }: Stopped): unknown {
  if (!(error instanceof AppError) || files.length === 1 || dryRun) return error;
  const landed = files.slice(0, index);
  const left = files.slice(index + 1);
  const sentences = [
    error.message,
    landed.length > 0
      ? `Landed before it, and stay: ${listed(landed)}.`
      : "No file landed before it.",
    ...(left.length > 0 ? [`Not begun: ${listed(left)}.`] : []),
  ];
  const again = "Then give the same files again: what has landed is known and adds nothing.";
  const hint = error.hint === undefined ? again : `${error.hint} ${again}`;
  return new AppError(error.code, sentences.join(" "), { hint, cause: error.cause });
}

const SHOWN_FILES = 20;

function listed(files: readonly string[]): string {
  const shown = files.slice(0, SHOWN_FILES).join(", ");
  return files.length > SHOWN_FILES ? `${shown} and ${files.length - SHOWN_FILES} more` : shown;
}
