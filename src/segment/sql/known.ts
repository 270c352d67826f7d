/** Truths that need no facts, because a refresh at the same instant left its answers in `profiles`. */

import type { PlannedFamily, Truth } from "../plan/index.js";

/** What a refresh at the very instant asked about has found already. */
export interface Known {
  /** The signed due of a named truth, as SQL over the columns of `profiled`. */
  condition(name: string, truth: Truth): string | undefined;
  /** Whether the family's members are among `profile_arguments`. */
  family(family: PlannedFamily): boolean;
}
