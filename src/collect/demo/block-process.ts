/**
 * A process that makes blocks for another (`make-blocks.ts`): it is sent the world once and then
 * ranges of people, and answers each with its counts when the files lie there. A child process and
 * not a worker thread, because the engine lives in the parent and does not bear threads.
 */

import { type BlockCounts, type BlockRange, newBlockWriter } from "./block.js";
import { makeWorld, type WorldOptions } from "./world.js";

export type BlockOrder =
  | { readonly world: WorldOptions; readonly folder: string }
  | { readonly range: BlockRange };

export type BlockAnswer = { readonly counts: BlockCounts } | { readonly error: string };

let writeBlock: ReturnType<typeof newBlockWriter> | undefined;

process.on("message", (order: BlockOrder) => {
  if ("world" in order) {
    writeBlock = newBlockWriter(makeWorld(order.world), order.folder);
    return;
  }
  let answer: BlockAnswer;
  try {
    answer = { counts: writeBlock!(order.range) };
  } catch (error) {
    answer = { error: (error as Error).message };
  }
  process.send!(answer);
});

// The parent is gone: nobody wants the blocks.
process.on("disconnect", () => process.exit());
