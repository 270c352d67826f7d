/**
 * Blocks in the order of their people, made in this process or in several others. A few blocks are
 * ahead of what the caller has taken and no more, so disk and memory stay bounded at any size.
 */

import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { AppError } from "../../base/index.js";
import { type BlockCounts, type BlockRange, newBlockWriter } from "./block.js";
import type { BlockAnswer, BlockOrder } from "./block-process.js";
import { makeWorld, type WorldOptions } from "./world.js";

export interface Block {
  readonly range: BlockRange;
  readonly counts: BlockCounts;
}

export interface BlocksOptions {
  readonly world: WorldOptions;
  readonly people: number;
  readonly peoplePerBlock: number;
  /** 0: this process makes them. */
  readonly processes: number;
  /** Where the files are written. */
  readonly folder: string;
}

/** Blocks that are made or in the making for each process, before the caller asks for them. */
const AHEAD = 2;

export async function* makeBlocks(options: BlocksOptions): AsyncGenerator<Block> {
  const ranges = rangesOf(options);
  if (options.processes === 0) {
    const writeBlock = newBlockWriter(makeWorld(options.world), options.folder);
    for (const range of ranges) yield { range, counts: writeBlock(range) };
    return;
  }
  const makers = Array.from({ length: Math.min(options.processes, ranges.length) }, () =>
    startMaker(options),
  );
  try {
    const made: Promise<BlockCounts>[] = [];
    const ahead = AHEAD * makers.length;
    for (const [i, range] of ranges.entries()) {
      for (let next = made.length; next < Math.min(i + ahead, ranges.length); next++) {
        const counts = makers[next % makers.length]!.make(ranges[next]!);
        // Awaited in its turn; a failure before that must not count as unhandled.
        counts.catch(() => {});
        made.push(counts);
      }
      yield { range, counts: await made[i]! };
    }
  } finally {
    for (const maker of makers) maker.stop();
  }
}

function rangesOf({ people, peoplePerBlock }: BlocksOptions): readonly BlockRange[] {
  const count = Math.ceil(people / peoplePerBlock);
  return Array.from({ length: count }, (_, i) => {
    const from = 1 + i * peoplePerBlock;
    return { from, to: Math.min(from + peoplePerBlock, people + 1) };
  });
}

interface Maker {
  readonly make: (range: BlockRange) => Promise<BlockCounts>;
  readonly stop: () => void;
}

interface Waiting {
  readonly resolve: (counts: BlockCounts) => void;
  readonly reject: (error: Error) => void;
}

/** Nearly everything dies young; with room for it little is copied, and a tenth of the time saved. */
const YOUNG_SPACE = "--max-semi-space-size=32";

/** A process that answers orders one after the other. */
function startMaker({ world, folder }: BlocksOptions): Maker {
  // The extension is this file's own, so that it runs from the sources too.
  const entry = import.meta.url.replace("make-blocks", "block-process");
  const child: ChildProcess = fork(fileURLToPath(entry), {
    execArgv: [...process.execArgv, YOUNG_SPACE],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const waiting: Waiting[] = [];
  const failed = (message: string) => {
    for (const { reject } of waiting.splice(0)) {
      reject(new AppError("demo.stopped", message, { hint: HINT }));
    }
  };
  child.on("message", (answer: BlockAnswer) => {
    if ("error" in answer) failed(`A part of the demo store could not be made: ${answer.error}.`);
    else waiting.shift()?.resolve(answer.counts);
  });
  child.on("error", (error) => failed(`A process could not be started: ${error.message}.`));
  child.on("exit", () => failed("A process that makes the demo store ended unexpectedly."));
  const send = (order: BlockOrder) => child.send(order);
  send({ world, folder });
  return {
    make: (range) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        send({ range });
      }),
    stop: () => child.disconnect(),
  };
}

const HINT = "Is there room on the disk and in memory? Fewer processes need less: --processes 1.";
