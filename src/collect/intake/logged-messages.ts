/** Messages as they came, by their number in the intake log: to see and mend what was refused. */

import type { Ledger } from "../../store/index.js";

/** JSON texts by sequence; those that the log no longer has are left out. */
export async function loggedMessages(
  { db }: Ledger,
  sequences: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  if (sequences.length === 0) return new Map();
  const found = await db
    .selectFrom("intake_log")
    .select(["sequence", "body"])
    .where("sequence", "in", [...sequences])
    .execute();
  return new Map(found.map(({ sequence, body }) => [sequence, body]));
}
