/**
 * The folder of a demo store. It is ours alone: a marker says so, and nothing is made where another
 * store lies. What a person adds to it (segments, settings) stays when it is made anew.
 */

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../base/index.js";
import type { DemoSummary } from "../collect/index.js";
import { requireNoServer } from "./open-store.js";
import { SETTINGS_FILE } from "./settings-file.js";
import { withWarehouse } from "./store-folder.js";

/** What `start` shows. */
export const DEMO_PEOPLE = 3000;
export const DEMO_SEED = 20_261_101;

/** Of the data folder. */
export const DEMO_FOLDER = "demo";

const MARKER = "demo-store.json";

export interface DemoWanted {
  readonly people: number;
  readonly seed: number;
  /** Milliseconds. */
  readonly until: number;
}

interface Marker extends DemoWanted {
  readonly edition: number;
  /** Absent while it is being made: a crash then leaves a store that is made anew. */
  readonly summary?: DemoSummary;
}

export interface DemoMaking {
  readonly processes?: number;
  readonly onMaking: () => void;
  readonly onProgress?: (done: { readonly people: number; readonly facts: number }) => void;
}

export interface DemoStore {
  /** False: it was there already, just so. */
  readonly made: boolean;
  readonly summary: DemoSummary;
}

/** Throws where the folder is somebody's. */
export async function ensureDemo(
  folder: string,
  wanted: DemoWanted,
  { processes, onMaking, onProgress }: DemoMaking,
): Promise<DemoStore> {
  const { makeDemo, markPeople, readCorrections, DEMO_EDITION } = await import(
    "../collect/index.js"
  );
  const marker = readMarker(folder);
  const same =
    marker?.edition === DEMO_EDITION &&
    marker.people === wanted.people &&
    marker.seed === wanted.seed &&
    marker.until === wanted.until;
  if (same && marker.summary !== undefined) return { made: false, summary: marker.summary };
  if (marker === undefined && existsSync(folder) && readdirSync(folder).length > 0) {
    throw new AppError("input.invalid", `${folder} holds something else than a demo store.`, {
      hint: "Give another folder with --data; a demo store needs one of its own.",
    });
  }
  await requireNoServer(folder);
  onMaking();
  mkdirSync(folder, { recursive: true });
  const next = { edition: DEMO_EDITION, ...wanted };
  writeMarker(folder, next);
  rmSync(join(folder, "warehouse"), { recursive: true, force: true });
  await writeTexts(folder, wanted.until);
  const summary = await withWarehouse(
    folder,
    async (warehouse) => {
      const made = await makeDemo(warehouse, { ...wanted, folder, processes, onProgress });
      // As after every import: who is no customer is left out of audiences.
      await markPeople(warehouse, { corrections: readCorrections(folder), now: wanted.until });
      return made;
    },
    { embedded: true },
  );
  writeMarker(folder, { ...next, summary });
  return { made: true, summary };
}

function readMarker(folder: string): Marker | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, MARKER), "utf8"));
  } catch {
    return undefined;
  }
}

function writeMarker(folder: string, marker: Marker): void {
  writeFileSync(join(folder, MARKER), `${JSON.stringify(marker)}\n`);
}

/** What is not there already; of the settings, what nobody has changed. */
async function writeTexts(folder: string, until: number): Promise<void> {
  const { HYGIENE_FILE, STORE_DOMAIN } = await import("../collect/index.js");
  mkdirSync(join(folder, "segments"), { recursive: true });
  const hygiene = join(folder, HYGIENE_FILE);
  if (!existsSync(hygiene)) writeFileSync(hygiene, `staff:\n  domains: [${STORE_DOMAIN}]\n`);
  const settings = join(folder, SETTINGS_FILE);
  const own = existsSync(settings) && !readFileSync(settings, "utf8").startsWith(SETTINGS_HEAD);
  if (!own) writeFileSync(settings, `${SETTINGS_HEAD}\nasOf: ${new Date(until).toISOString()}\n`);
  const segments = join(folder, "segments", "browsing.tess");
  if (!existsSync(segments)) writeFileSync(segments, OWN_SEGMENTS);
}

const SETTINGS_HEAD = `# The demo store's history ends here, so this is its "now".`;

const OWN_SEGMENTS = `# Segments of this store. Files in this folder are read after the playbook; a name that the
# playbook has is overridden. docs/language.md describes the language.

segment looked_twice "Looked twice, did not buy"
  with needs "viewed"
  some product: count(viewed in last 7 days) >= 2
    and count(line of same category after first(viewed in last 7 days)) = 0

segment cart_left "Left a cart"
  with needs "added"
  some cart: time since last(added) between 30 minutes and 72 hours
    and count(order of person after last(added)) = 0

segment missed_regulars "Regulars who look but no longer buy"
  with needs "order, site"
  count(session in last 14 days) >= 1 and order_days >= 3 and overdue > 1.5
`;
