/**
 * The ready segments: readable texts that ship with the program. A store's own files come after
 * them and override by name; nothing here is known to the code by name.
 */

import { readFileSync } from "node:fs";

/** In the order in which they are read by people; the language does not mind. */
const FILES = [
  "limits.tess",
  "hygiene.tess",
  "attributes-value.tess",
  "attributes-price.tess",
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

export interface PlaybookText {
  readonly file: string;
  readonly text: string;
}

export function playbookTexts(): readonly PlaybookText[] {
  return FILES.map((file) => ({
    file,
    text: readFileSync(new URL(file, import.meta.url), "utf8"),
  }));
}
