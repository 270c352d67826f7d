/**
 * The ready segments: readable texts that ship with the program. A store's own files come after
 * them and override by name; nothing here is known to the code by name.
 */

import { readFileSync } from "node:fs";
import { DEFAULT_SETTINGS, type StoreSettings } from "../settings.js";

/** Its windows begin when the store's return window closes; written with the default. */
const RETURNS = "returns.tess";
const WINDOW_OPENS = `between ${DEFAULT_SETTINGS.returnWindowDays} and`;

/** In the order in which they are read by people; the language does not mind. */
const FILES = [
  "limits.tess",
  "hygiene.tess",
  "attributes-value.tess",
  "attributes-price.tess",
  RETURNS,
  "attributes-taste.tess",
  "attributes-contact.tess",
  "attributes-site.tess",
  "lifecycle.tess",
  "guards.tess",
  "segments-value.tess",
  "segments-moment.tess",
  "segments-taste.tess",
  "examples.tess",
] as const;

/** What overrides the others where the store counts events as activity. */
const EVENTS_AS_ACTIVITY = "events-as-activity.tess";

export interface PlaybookText {
  readonly file: string;
  readonly text: string;
}

/** As the store's settings have them read. */
export function playbookTexts({
  activity,
  returnWindowDays,
}: Pick<
  StoreSettings,
  "activity" | "returnWindowDays"
> = DEFAULT_SETTINGS): readonly PlaybookText[] {
  const files = activity.kind === "events" ? [...FILES, EVENTS_AS_ACTIVITY] : FILES;
  return files.map((file) => {
    const text = readFileSync(new URL(file, import.meta.url), "utf8");
    if (file !== RETURNS) return { file, text };
    return { file, text: text.replaceAll(WINDOW_OPENS, `between ${returnWindowDays} and`) };
  });
}
