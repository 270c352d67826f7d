/**
 * Statistics as rows of `store_stats`. A percentile is a row by its key; of what is usual, the row
 * over all facts is, and each cell has one whose key goes on with its values as JSON:
 * `3f0c9a1e5b7d2480["shoes","202411"]`.
 */

import { instantText, type Warehouse } from "../../store/index.js";
import { STATISTIC_KEY_LENGTH } from "../plan/index.js";
import type { EvaluationTime } from "./inputs.js";
import type { Cell, Statistics, StatisticValue } from "./statistics.js";

interface Row {
  readonly key: string;
  readonly value: number | null;
  readonly n: number;
  readonly thin: number;
}

/**
 * Keeps the statistics, under a new version if any value differs from those of version `last` (0 =
 * there is none). Returns their version.
 */
export async function storeStatistics(
  warehouse: Warehouse,
  statistics: Statistics,
  at: EvaluationTime,
  last: number,
): Promise<number> {
  const found = [...statistics.values()].flatMap(rowsOf);
  const known = new Map((await storedRows(warehouse, last)).map((r) => [r.key, r.value]));
  const same =
    known.size === found.length &&
    found.every((r) => known.has(r.key) && known.get(r.key) === r.value);
  if (same) return last;
  const version = last + 1;
  const as_of = instantText(at.now);
  await warehouse.insert(
    "store_stats",
    found.map((r) => ({ version, as_of, ...r })),
  );
  return version;
}

/** The statistics of a version, which a refresh accepted. */
export async function acceptedStatistics(
  warehouse: Warehouse,
  version: number,
): Promise<Statistics> {
  const found = new Map<string, StatisticValue & { readonly cells: Cell[] }>();
  // A statistic's own row comes before those of its cells.
  for (const { key: stored, value, n, thin } of await storedRows(warehouse, version)) {
    const key = stored.slice(0, STATISTIC_KEY_LENGTH);
    const values = stored.slice(STATISTIC_KEY_LENGTH);
    const known = found.get(key);
    if (known !== undefined) known.cells.push({ values: JSON.parse(values), value, n });
    else found.set(key, { key, text: "", value, n, thin: thin === 1, cells: [] });
  }
  return found;
}

function rowsOf({ key, value, n, thin, cells = [] }: StatisticValue): Row[] {
  return [
    { key, value, n, thin: thin ? 1 : 0 },
    ...cells.map((c) => ({ key: key + JSON.stringify(c.values), value: c.value, n: c.n, thin: 0 })),
  ];
}

async function storedRows(warehouse: Warehouse, version: number): Promise<Row[]> {
  const { rows } = await warehouse.query<Omit<Row, "n"> & { readonly n: string }>(
    "SELECT key, value, n, thin FROM store_stats WHERE version = {version:UInt32} ORDER BY key",
    { version },
  );
  return rows.map((r) => ({ ...r, n: Number(r.n) }));
}
