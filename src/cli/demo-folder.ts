/**
 * The sample store's folder. It is ours alone: a marker says so, and nothing is made where another
 * store lies. What a person adds to it (segments, settings) stays when it is made anew.
 */

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../base/index.js";
import { SETTINGS_FILE } from "./settings-file.js";
import { withWarehouse } from "./store-folder.js";

const SEED = 20_261_101;
const PEOPLE = 3000;

const MARKER = "sample-store.json";

interface Marker {
  readonly edition: number;
  /** False while it is being made: a crash then leaves a store that is made anew. */
  readonly complete: boolean;
}

/** Returns whether the store had to be made. Throws where the folder is somebody's. */
export async function ensureSample(folder: string, onMaking: () => void): Promise<boolean> {
  const { makeSample, SAMPLE_EDITION } = await import("../collect/index.js");
  const marker = readMarker(folder);
  if (marker?.complete && marker.edition === SAMPLE_EDITION) return false;
  if (marker === undefined && existsSync(folder) && readdirSync(folder).length > 0) {
    throw new AppError("input.invalid", `${folder} holds something else than the sample store.`, {
      hint: "Give another folder with --data; the sample is made in its folder `sample`.",
    });
  }
  onMaking();
  mkdirSync(folder, { recursive: true });
  writeMarker(folder, { edition: SAMPLE_EDITION, complete: false });
  rmSync(join(folder, "warehouse"), { recursive: true, force: true });
  await writeTexts(folder);
  await withWarehouse(
    folder,
    (warehouse) => makeSample(warehouse, { seed: SEED, people: PEOPLE }),
    { embedded: true },
  );
  writeMarker(folder, { edition: SAMPLE_EDITION, complete: true });
  return true;
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

/** Settings and segments, unless they are there already. */
async function writeTexts(folder: string): Promise<void> {
  const { SAMPLE_END } = await import("../collect/index.js");
  mkdirSync(join(folder, "segments"), { recursive: true });
  const texts = {
    [SETTINGS_FILE]: `# The sample store's history ends here, so this is its "now".\nasOf: ${SAMPLE_END}\n`,
    "segments/browsing.tess": OWN_SEGMENTS,
  };
  for (const [name, text] of Object.entries(texts)) {
    const path = join(folder, name);
    if (!existsSync(path)) writeFileSync(path, text);
  }
}

const OWN_SEGMENTS = `# Segments of this store. Files in this folder are read after the playbook; a name that the
# playbook has is overridden. docs/language.md describes the language.

segment looked_twice "Looked twice, did not buy"
  some product: count(viewed in last 7 days) >= 2
    and count(line of same category after first(viewed in last 7 days)) = 0

segment cart_left "Left a cart"
  some cart: time since last(added) between 30 minutes and 72 hours
    and count(order of person after last(added)) = 0

segment missed_regulars "Regulars who look but no longer buy"
  count(session in last 14 days) >= 1 and order_days >= 3 and overdue > 1.5
`;
