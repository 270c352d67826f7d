/** What is said of segments that a question names and the store has no facts for. */

import type { Lack } from "../segment/index.js";
import { coloursOf } from "./terminal.js";

export function lackLines(lacks: readonly Lack[]): string[] {
  const { dim } = coloursOf(process.stdout);
  return lacks.map(({ segment, needs }) =>
    dim(`${segment} needs facts that this store does not have: ${needs.join(", ")}`),
  );
}

export const lacksJson = (lacks: readonly Lack[]) =>
  lacks.map((lack) => ({ ...lack, needs: [...lack.needs] }));
