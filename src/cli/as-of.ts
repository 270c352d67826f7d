/** `--as-of`: a date, which is its local midnight in the store's zone, or an instant. */

import { AppError } from "../base/index.js";

/** Milliseconds since the epoch. Throws `input.invalid`. */
export async function instantOf(text: string, timeZone: string): Promise<number> {
  const { Temporal } = await import("temporal-polyfill");
  const given = text.trim();
  try {
    if (/^\d{4}-\d\d-\d\d$/.test(given)) {
      return Temporal.PlainDate.from(given).toZonedDateTime(timeZone).epochMilliseconds;
    }
    if (/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(given)) {
      return Temporal.Instant.from(given).epochMilliseconds;
    }
  } catch {
    // No such date, or no offset: the same sentence as for any other text.
  }
  throw new AppError("input.invalid", `"${text}" is neither a date nor an instant.`, {
    hint: "Write a date, 2026-11-01, or an instant with its offset, 2026-11-01T10:30:00Z.",
  });
}
