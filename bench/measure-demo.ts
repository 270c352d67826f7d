/**
 * The demo store's generator: making facts in one process, and making them in others while this one
 * has the engine load them.
 */

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { makeBlocks } from "../src/collect/demo/make-blocks.js";
import { DEMO_END, makeDemo } from "../src/collect/index.js";
import { openWarehouse } from "../src/store/index.js";
import { check, median, peakMemory, type Report, timed } from "./figures.js";

const SEED = 1;

export async function measureDemo(people: number, report: Report): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "tessera-bench-demo-"));
  const { runs } = report.effort;
  try {
    let facts = 0;
    const making = await timed(
      async () => {
        facts = await makeOnly(people, join(folder, "blocks"));
      },
      { runs },
    );
    let memory: number | undefined;
    const loading = await timed(
      async () => {
        memory = await peakMemory(() =>
          makeAndLoad(people, join(folder, "store"), { facts, report }),
        );
      },
      { runs },
    );
    const part = "demo store";
    const note = `${people} people, ${facts} facts`;
    report.figures.push(
      {
        part,
        what: "made in one process",
        value: facts / median(making),
        unit: "facts/s",
        runs,
        note,
      },
      {
        part,
        what: "made and loaded",
        value: facts / median(loading),
        unit: "facts/s",
        runs,
        target: { least: 200_000 },
        note: `${availableParallelism()} processes make, one loads`,
      },
    );
    if (memory !== undefined) {
      const what = "memory of the process that loads, greatest";
      report.figures.push({ part, what, value: memory, unit: "GB", runs: 1 });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Found by the warehouse among prices and wishes, when all is loaded. */
const NEWS = "('price_dropped', 'back_in_stock')";

async function makeOnly(people: number, folder: string): Promise<number> {
  mkdirSync(folder, { recursive: true });
  const world = { seed: SEED, until: Date.parse(DEMO_END) };
  let facts = 0;
  const blocks = makeBlocks({ world, people, folder, peoplePerBlock: 5000, processes: 0 });
  for await (const { counts } of blocks) facts += counts.facts;
  rmSync(folder, { recursive: true });
  return facts;
}

async function makeAndLoad(
  people: number,
  folder: string,
  { facts, report }: { readonly facts: number; readonly report: Report },
): Promise<void> {
  mkdirSync(folder);
  const warehouse = await openWarehouse({ dataDir: folder });
  try {
    await makeDemo(warehouse, { people, seed: SEED, folder });
    const { rows } = await warehouse.query<{ n: number }>(
      `SELECT toUInt32(count()) AS n FROM facts WHERE kind NOT IN ${NEWS}`,
    );
    check(report, "demo store: facts loaded = facts made", rows[0]!.n, facts);
  } finally {
    await warehouse.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
