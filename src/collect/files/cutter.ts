/** What CSV and JSON have in common on their way into the intermediate file: text, cut, written, in turns. */

import type { NumberedCsv } from "./numbered-csv.js";

/** Cuts a text that comes in chunks into records, which it tells of as soon as each is whole. */
export interface Cutter {
  push(chunk: Buffer): void;
  end(): void;
}

/** The cutter's records go to the output, which is closed then, also where the text fails. */
export async function cutInto(
  output: NumberedCsv,
  cutter: Cutter,
  text: AsyncIterable<Buffer>,
): Promise<void> {
  try {
    for await (const chunk of text) {
      cutter.push(chunk);
      await output.flush();
    }
    cutter.end();
    await output.flush();
  } finally {
    await output.close();
  }
}
