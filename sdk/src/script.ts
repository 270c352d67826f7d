/**
 * The snippet as a script: `window.tessera` is either absent or the page's stub, an array of the
 * calls that were made before this file had loaded: `["track", "Signed Up"]`. They are made again
 * in their order, `load` first, since the others need it.
 */

import type { Options, Tessera } from "./api.js";
import { createTessera } from "./client.js";

type Call = [method: string, ...given: unknown[]];
type Loaded = Partial<Tessera> & { load(writeKey: string, options?: Options): void };

const page = window as unknown as { tessera?: Call[] | Loaded };
const source = (document.currentScript as HTMLScriptElement | null)?.src;

// The file included twice would send everything twice.
if (!page.tessera || Array.isArray(page.tessera)) {
  const calls: Call[] = [...(page.tessera ?? [])];
  const tessera: Loaded = {
    load(writeKey, options) {
      if (tessera.track) return;
      try {
        const host = source ? new URL(source).origin : location.origin;
        Object.assign(tessera, createTessera(writeKey, { host, ...options }));
      } catch (error) {
        console.error("tessera.load:", error);
      }
    },
  };
  page.tessera = tessera;
  for (const wanted of [true, false]) {
    for (const [method, ...given] of calls) {
      if ((method === "load") !== wanted) continue;
      const run = (tessera as unknown as Record<string, unknown>)[method];
      if (typeof run === "function") run(...given);
      else console.error(`tessera.${method}: no such call, or load was not called`);
    }
  }
}
