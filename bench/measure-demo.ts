/**
 * The demo store's generator: making facts in one process, and the whole command, in which others
 * make them while one has the engine load them. The command is measured as people run it, compiled
 * and in a process of its own.
 */

import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { makeBlocks } from "../src/collect/demo/make-blocks.js";
import { DEMO_END } from "../src/collect/index.js";
import { openWarehouse } from "../src/store/index.js";
import { check, median, peakMemoryOf, type Report, timed } from "./figures.js";

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
    const rates: number[] = [];
    let memory: number | undefined;
    for (let run = 1; run <= runs; run++) {
      // Removed in the end: file systems are slow to make files after many were removed.
      const made = await demoCommand(people, join(folder, `store-${run}`));
      await checkStore(made, { facts, report });
      rates.push(made.facts / made.seconds);
      memory = made.memory;
    }
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
        what: "tessera demo",
        value: median(rates),
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

async function makeOnly(people: number, folder: string): Promise<number> {
  mkdirSync(folder, { recursive: true });
  const world = { seed: SEED, until: Date.parse(DEMO_END) };
  let facts = 0;
  const blocks = makeBlocks({ world, people, folder, peoplePerBlock: 20_000, processes: 0 });
  for await (const { counts } of blocks) facts += counts.facts;
  rmSync(folder, { recursive: true });
  return facts;
}

interface Made {
  readonly folder: string;
  readonly facts: number;
  /** From its first word to its last, with the opening of the warehouse and the marks of people. */
  readonly seconds: number;
  /** GB. */
  readonly memory: number | undefined;
}

async function demoCommand(people: number, folder: string): Promise<Made> {
  const options = { people, seed: SEED, data: folder };
  const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const run = promisify(execFile)(process.execPath, [
    "bin/tessera.cjs",
    "demo",
    "--json",
    ...words,
  ]);
  let memory: number | undefined;
  const watch = setInterval(() => {
    memory = peakMemoryOf(run.child.pid!) ?? memory;
  }, 100);
  try {
    const { facts, seconds } = JSON.parse((await run).stdout);
    return { folder, facts, seconds, memory };
  } finally {
    clearInterval(watch);
  }
}

async function checkStore(
  made: Made,
  { facts, report }: { readonly facts: number; readonly report: Report },
): Promise<void> {
  const warehouse = await openWarehouse({ dataDir: made.folder });
  try {
    // News are found among prices and wishes, marks among people, when all is loaded.
    const { rows } = await warehouse.query<{ demo: number; news: number }>(
      `SELECT toUInt32(countIf(NOT is_news)) AS demo, toUInt32(countIf(is_news)) AS news
       FROM (SELECT kind IN ('price_dropped', 'back_in_stock') AS is_news
         FROM facts WHERE source != 'hygiene')`,
    );
    const { demo, news } = rows[0]!;
    check(report, "demo store: facts loaded = facts made", demo, facts);
    check(report, "demo store: facts loaded with news = facts told of", demo + news, made.facts);
  } finally {
    await warehouse.close();
  }
}
