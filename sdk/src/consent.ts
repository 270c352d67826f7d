/**
 * What the visitor has agreed to: their own choice, else what holds until they choose. Only a
 * recorded `true` is agreement. Global Privacy Control is a choice made in the browser's settings
 * for every shop; one made here, for this shop, goes before it.
 */

import type { Consent } from "./api.js";
import type { Memory } from "./memory.js";

const NAME = "tessera_consent";

export interface Consents {
  current(): Consent;
  /** Whether the visitor has made a choice on this site. */
  chosen(): boolean;
  choose(consent: Consent): void;
}

export function createConsents(
  memory: Memory,
  untilChosen: Consent = { analytics: true },
): Consents {
  const gpc = (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl === true;
  const initial = Object.fromEntries(
    Object.entries(untilChosen).map(([purpose, given]) => [purpose, given && !gpc]),
  );
  const choice = (): Consent | undefined => {
    try {
      return JSON.parse(memory.read(NAME) ?? "null") ?? undefined;
    } catch {
      return undefined;
    }
  };
  return {
    current: () => choice() ?? initial,
    chosen: () => choice() !== undefined,
    choose: (consent) => memory.write(NAME, JSON.stringify(consent)),
  };
}
