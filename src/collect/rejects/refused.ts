import { AppError } from "../../base/index.js";

/** A file that cannot be imported as it is: nothing of it lands. `reason` ends without a full stop. */
export function refused(path: string, reason: string, hint?: string): AppError {
  return new AppError("input.invalid", `${path}: ${reason}.`, hint ? { hint } : {});
}

/** Why a file of a folder was left alone, and what to do if it was meant. */
export interface LeftAlone {
  readonly file: string;
  readonly reason: string;
  readonly remedy: string;
}

/**
 * A file that is no table, or whose columns nothing is known of. Named by itself it is refused as
 * any other; one that only lay in a folder is left alone, and the others come in.
 */
export class ForeignFile extends AppError {
  readonly leftAlone: LeftAlone;

  /** `hint`: in the place of the remedy where the file was named by itself. */
  constructor(leftAlone: LeftAlone, hint: string = leftAlone.remedy) {
    super("input.invalid", `${leftAlone.file}: ${leftAlone.reason}.`, { hint });
    this.leftAlone = leftAlone;
  }
}
