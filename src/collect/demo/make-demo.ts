/**
 * Fills a warehouse with a demo store: blocks of people are made as files in ClickHouse's own
 * format, in other processes, while this one has the engine read the finished ones. What is true
 * by construction goes to a file beside the warehouse and never into it.
 */

import { createWriteStream, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Warehouse } from "../../store/index.js";
import { spreadAllNews } from "../catalogue/news.js";
import { BLOCK_TABLES, type BlockCounts, blockFile } from "./block.js";
import { productRows } from "./catalogue.js";
import { type Block, makeBlocks } from "./make-blocks.js";
import { makeWorld } from "./world.js";

/** The last instant, unless another is given: the eve of a November. */
export const DEMO_END = "2026-11-01T00:00:00Z";

/** Grows whenever the generator makes another store, so that an older one is made anew. */
export const DEMO_EDITION = 6;

/** In the data folder. */
export const TRUTH_FILE = "demo-truth.ndjson";

/**
 * Some 440,000 facts. Of fewer the table gets more parts of 600 files each, which the engine then
 * begins to merge; of more the others wait longer for the first block and the last one is loaded alone.
 */
const PEOPLE_PER_BLOCK = 20_000;

/** Of all rows of a block the table gets one part. */
const ONE_PART = { min_insert_block_size_rows: 2 ** 32, min_insert_block_size_bytes: 0 };
const SCRATCH = "demo-blocks";

export interface DemoOptions {
  readonly people: number;
  readonly seed: number;
  /** Milliseconds; `DEMO_END` if absent. Nothing is known at or after it. */
  readonly until?: number;
  /** The data folder: for the truth, and for files that are gone in the end. */
  readonly folder: string;
  /** How many others make the people; 0: this one. As many as there are cores if absent. */
  readonly processes?: number;
  readonly peoplePerBlock?: number;
  readonly onProgress?: (done: BlockCounts) => void;
}

export interface DemoSummary extends BlockCounts {
  readonly products: number;
}

/** The warehouse must be empty. The caller knows whether this finished. */
export async function makeDemo(warehouse: Warehouse, options: DemoOptions): Promise<DemoSummary> {
  const { people, seed, folder, until = Date.parse(DEMO_END) } = options;
  const { peoplePerBlock = PEOPLE_PER_BLOCK } = options;
  // One block is made sooner than a process is started.
  const few = people <= peoplePerBlock;
  const processes = few ? 0 : (options.processes ?? availableParallelism());
  const scratch = join(folder, SCRATCH);
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  const done = { people: 0, facts: 0, orders: 0, lines: 0, events: 0 };
  const world = { seed, until };
  const { catalogue } = makeWorld(world);
  try {
    await warehouse.insert("products", productRows(catalogue));
    const blocks = makeBlocks({ world, people, peoplePerBlock, processes, folder: scratch });
    const land = async function* (): AsyncGenerator<Buffer> {
      for await (const block of blocks) {
        yield await landBlock(warehouse, block, scratch);
        for (const key of COUNTED) done[key] += block.counts[key];
        options.onProgress?.(done);
      }
    };
    await pipeline(land, createWriteStream(join(folder, TRUTH_FILE)));
    await warehouse.command(
      "INSERT INTO seen SELECT fact_id, import_id FROM facts WHERE version = 1",
    );
    done.facts += await spreadAllNews(warehouse);
    await warehouse.reloadIdentity();
    return { ...done, products: catalogue.products.length };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const COUNTED = ["people", "facts", "orders", "lines", "events"] as const;

/** Its files enter the tables and are removed. Returns its lines of the truth. */
async function landBlock(warehouse: Warehouse, { range }: Block, scratch: string): Promise<Buffer> {
  for (const table of BLOCK_TABLES) {
    const path = blockFile(scratch, range, table);
    if (statSync(path).size > 0) {
      await warehouse.insertFile(table, { path, format: "Native", settings: ONE_PART });
    }
    rmSync(path);
  }
  const path = blockFile(scratch, range, "truth");
  const truth = readFileSync(path);
  rmSync(path);
  return truth;
}
