import { AppError } from "../../base/index.js";

/** A file that cannot be imported as it is: nothing of it lands. `reason` ends without a full stop. */
export function refused(path: string, reason: string, hint?: string): AppError {
  return new AppError("input.invalid", `${path}: ${reason}.`, hint ? { hint } : {});
}
