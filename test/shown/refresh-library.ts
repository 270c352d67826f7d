/** A few segments of every kind, quick to evaluate many times. */

import { type Library, makeLibrary } from "../../src/segment/plan/index.js";
import { DEFAULT_SETTINGS } from "../../src/segment/settings.js";
import { parsed } from "../playbook/library.js";

export const TEXTS = {
  buyer: "segment buyer count(order) >= 1",
  recent: "segment recent count(order in last 60 days) >= 1",
  top: "segment top sum(order.net in last 12 months) >= p80",
  quiet: "segment quiet days since last(order) > 90",
  viewer: "segment viewer some product: count(viewed in last 14 days) >= 2",
  fond: "segment fond(c) count(line where category = c in last 12 months) >= 3",
} as const;

/** `replaced`: other texts under the same names; '' leaves one out. */
export function refreshLibrary(
  replaced: Partial<Record<keyof typeof TEXTS, string>> = {},
): Library {
  const text = Object.values({ ...TEXTS, ...replaced }).join("\n");
  return makeLibrary([{ document: parsed(text) }], DEFAULT_SETTINGS);
}
