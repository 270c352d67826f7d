/** What the facts of a random history are collected into, one person after the other. */

import type { Fact, Superseded } from "../../src/store/facts.js";
import type { Random } from "./random.js";

export interface Draft {
  readonly random: Random;
  readonly zone: string;
  readonly facts: Fact[];
  readonly superseded: Superseded[];
  /** Instants used so far by this person: others are placed beside them. */
  readonly used: number[];
}

/** When the store knew: mostly at once, sometimes late, of a future fact before it happens. */
export function knownAtOf(random: Random, ts: number): number {
  const lateBy = random.weighted([
    [80, 0],
    [5, 1],
    [5, 3_600_000],
    [5, 3 * 86_400_000],
    [3, 40 * 86_400_000],
    [4, -2 * 86_400_000],
    [2, -30 * 86_400_000],
  ]);
  return ts + lateBy;
}
