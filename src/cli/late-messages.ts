/** Whom a message named a moment ago may not be known yet: where a server has such messages, it says so. */

import { AppError } from "../base/index.js";
import { storeOfServer } from "./open-store.js";
import { plural } from "./terminal.js";

/** Adds it to the hint of an `input.missing` that the work throws. */
export async function hintingAtLate<T>(folder: string, work: () => Promise<T>): Promise<T> {
  // Asked before: what lands during the work was not there for it.
  const waiting = storeOfServer(folder)?.waiting() ?? 0;
  try {
    return await work();
  } catch (error) {
    if (waiting === 0 || !(error instanceof AppError) || error.code !== "input.missing")
      throw error;
    const late = `Live events take a moment: ${plural(waiting, "message waits", "messages wait")} to become facts. Ask again in some seconds.`;
    const hint = [error.hint?.replace(/[^.?]$/, "$&."), late].filter(Boolean).join(" ");
    throw new AppError(error.code, error.message, { hint, cause: error });
  }
}
