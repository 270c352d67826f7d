/** The transition log, read as its readers must: only what a finished refresh has written. */

import type { Warehouse } from "../../src/store/index.js";
import { instant } from "./demo-rows.js";

export interface Transition {
  readonly refreshId: number;
  readonly person: bigint;
  readonly segment: string;
  readonly argument: string;
  readonly entered: boolean;
  readonly at: number;
  readonly cause: string;
}

export async function readLog(warehouse: Warehouse): Promise<Transition[]> {
  const { rows } = await warehouse.query<Record<string, unknown>>(
    `SELECT refresh_id, person, segment, argument, entered, at, cause FROM transitions
     WHERE refresh_id IN (SELECT refresh_id FROM refreshes) ORDER BY sequence`,
  );
  return rows.map((row) => ({
    refreshId: Number(row.refresh_id),
    person: BigInt(String(row.person)),
    segment: String(row.segment),
    argument: String(row.argument),
    entered: row.entered === 1,
    at: instant(row.at),
    cause: String(row.cause),
  }));
}

export interface Replayed {
  readonly members: ReadonlySet<string>;
  /** Entries of members and exits of others: there must be none. */
  readonly absurd: readonly Transition[];
}

/** Members as "segment person" or "segment argument person", from the log alone. */
export function replay(log: readonly Transition[]): Replayed {
  const members = new Set<string>();
  const absurd: Transition[] = [];
  for (const t of log) {
    const key = [t.segment, ...(t.argument === "" ? [] : [t.argument]), t.person].join(" ");
    if (members.has(key) === t.entered) absurd.push(t);
    if (t.entered) members.add(key);
    else members.delete(key);
  }
  return { members, absurd };
}
