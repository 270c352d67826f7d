/** What is said of segments that a question names and the store has no facts for. */

import type { Lack } from "../segment/index.js";
import { coloursOf } from "./terminal.js";

/** Named one by one; of more, which only a question about all segments has, their number. */
const NAMED = 4;

export function lackLines(lacks: readonly Lack[]): string[] {
  const { dim } = coloursOf(process.stdout);
  if (lacks.length > NAMED)
    return [
      dim(`${lacks.length} segments need facts that this store does not have: tessera segments`),
    ];
  return lacks.map(({ segment, needs }) =>
    dim(`${segment} needs facts that this store does not have: ${needs.join(", ")}`),
  );
}

export const lacksJson = (lacks: readonly Lack[]) =>
  lacks.map((lack) => ({ ...lack, needs: [...lack.needs] }));
