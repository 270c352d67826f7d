/**
 * Everyone, in ranges of people. Persons are 64-bit hashes, so equal ranges of the key space hold
 * about equally many. A range is small enough that its groups fit the processor's caches: ten
 * ranges of 100,000 people took a fifth of the time of one pass over a million.
 */

import type { Parameters, Warehouse } from "../../store/index.js";

const PEOPLE_PER_RANGE = 100_000;
const KEY_SPACE = 1n << 64n;

export async function peopleRanges(warehouse: Warehouse): Promise<readonly Parameters[]> {
  const { rows } = await warehouse.query<{ n: string }>(
    "SELECT uniq(alias) AS n FROM facts",
    {},
    { lane: "evaluate" },
  );
  const count = BigInt(Math.max(1, Math.ceil(Number(rows[0]?.n ?? 0) / PEOPLE_PER_RANGE)));
  const step = KEY_SPACE / count;
  return Array.from({ length: Number(count) }, (_, i) => ({
    from: BigInt(i) * step,
    to: BigInt(i) === count - 1n ? KEY_SPACE - 1n : BigInt(i + 1) * step - 1n,
  }));
}
