/**
 * What has changed since the refresh before the instant asked about. Where the store was refreshed
 * at that instant, the membership log says who entered and who left; else only sizes differ.
 */

import type { Warehouse } from "../../../store/index.js";
import type { Plan } from "../../plan/index.js";
import type { EvaluationTime } from "../inputs.js";
import { definitionHashes, lastRefresh } from "../refresh.js";

export interface Trend {
  /** The instant of the refresh that is compared with. */
  readonly since: string;
  /** People now less people then. */
  readonly difference: number;
  /** null of families, and where the store was not refreshed at the instant asked about. */
  readonly entered: number | null;
  readonly left: number | null;
}

/** By segment; absent where it is new, or meant something else then. */
export async function trendsOf(
  warehouse: Warehouse,
  plan: Plan,
  at: EvaluationTime,
  sizes: ReadonlyMap<string, number>,
): Promise<ReadonlyMap<string, Trend>> {
  const before = await lastRefresh(warehouse, { logged: true, before: at.now });
  if (before === undefined) return new Map();
  const now = await lastRefresh(warehouse, { logged: true, at: at.now });
  const changes = now && (await changesBetween(warehouse, before.refreshId, now.refreshId));
  const hashes = definitionHashes(plan, at.timeZone);
  const trends = [...plan.segments, ...plan.families].flatMap(({ name }, i) => {
    const index = before.segments.indexOf(name);
    if (index < 0 || before.definitions[index] !== hashes[i]) return [];
    const difference = (sizes.get(name) ?? 0) - (before.sizes[index] ?? 0);
    const change = changes && (changes.get(name) ?? NOTHING);
    // A family's log is of arguments; and files may have landed since the refresh.
    const told = change !== undefined && change.entered - change.left === difference;
    const trend: Trend = {
      since: new Date(before.asOf).toISOString(),
      difference,
      entered: told && i < plan.segments.length ? change.entered : null,
      left: told && i < plan.segments.length ? change.left : null,
    };
    return [[name, trend] as const];
  });
  return new Map(trends);
}

interface Change {
  readonly entered: number;
  readonly left: number;
}

const NOTHING: Change = { entered: 0, left: 0 };

async function changesBetween(
  warehouse: Warehouse,
  after: number,
  until: number,
): Promise<ReadonlyMap<string, Change>> {
  const { rows } = await warehouse.query<{ segment: string; came: string; went: string }>(
    `SELECT toString(segment) AS segment, toString(countIf(entered = 1)) AS came, toString(countIf(entered = 0)) AS went
     FROM transitions WHERE refresh_id > {after:UInt32} AND refresh_id <= {until:UInt32} AND argument = ''
     GROUP BY segment`,
    { after, until },
  );
  return new Map(rows.map((r) => [r.segment, { entered: Number(r.came), left: Number(r.went) }]));
}
