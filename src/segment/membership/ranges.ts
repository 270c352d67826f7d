/**
 * Everyone, in ranges of people. Persons are 64-bit hashes, so equal ranges of the key space hold
 * about equally many. A range is small enough that its groups fit the processor's caches: ten
 * ranges of 100,000 people took a fifth of the time of one pass over a million.
 */

import type { Parameters, Warehouse } from "../../store/index.js";
import type { People } from "../sql/index.js";

const PEOPLE_PER_RANGE = 100_000n;
const KEY_SPACE = 1n << 64n;

export interface PeopleRange {
  readonly people: People;
  /** The first and the last person. */
  readonly bounds: Parameters;
}

/** Everyone at once, for statements that read no facts. */
export const ALL: PeopleRange = { people: "all", bounds: {} };

export async function peopleRanges(warehouse: Warehouse): Promise<readonly PeopleRange[]> {
  const { rows } = await warehouse.query<{ aliases: string; linked: string }>(
    `SELECT (SELECT uniq(alias) FROM facts) AS aliases,
       (SELECT uniqArray([alias, person]) FROM identity) AS linked`,
    {},
    { lane: "evaluate" },
  );
  const { aliases, linked } = rows[0] ?? { aliases: 0, linked: 0 };
  return [...rangesOf("linked", BigInt(linked)), ...rangesOf("range", BigInt(aliases))];
}

function rangesOf(people: People, size: bigint): PeopleRange[] {
  const count = (size + PEOPLE_PER_RANGE - 1n) / PEOPLE_PER_RANGE;
  return Array.from({ length: Number(count) }, (_, i) => ({
    people,
    bounds: {
      from: (BigInt(i) * KEY_SPACE) / count,
      to: (BigInt(i + 1) * KEY_SPACE) / count - 1n,
    },
  }));
}
