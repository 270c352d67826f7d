/**
 * When the dictionaries of people are reloaded. It takes longer the more identifiers belong to
 * others (0.3 s for 300,000), so not after each import that links some: at once when nothing else is
 * to be done, and under load so that it takes a small part of the time.
 */

import type { Warehouse } from "../../store/index.js";

/** Of the time, at most one part in so many. */
const SHARE = 8;

export interface PeopleReloads {
  /** Rows of `identity` have landed. */
  outdated(): void;
  isOutdated(): boolean;
  /** `idle`: little waits to be landed. */
  reload(now: { readonly idle: boolean }): Promise<void>;
}

export function peopleReloads(warehouse: Warehouse): PeopleReloads {
  // A ClickHouse server may have been left with older ones.
  let isOutdated = true;
  let due = 0;
  return {
    outdated() {
      isOutdated = true;
    },
    isOutdated: () => isOutdated,
    async reload({ idle }) {
      const begun = performance.now();
      if (!isOutdated || (!idle && begun < due)) return;
      await warehouse.reloadIdentity();
      isOutdated = false;
      due = performance.now() + (SHARE - 1) * (performance.now() - begun);
    },
  };
}
