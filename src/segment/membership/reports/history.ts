/**
 * The size of a segment as of instant after instant. Where the store was refreshed at an instant,
 * the membership log says who was in it, as it was found then; any other instant is evaluated from
 * the facts that were known then.
 */

import { Temporal } from "temporal-polyfill";
import { AppError } from "../../../base/index.js";
import type { Warehouse } from "../../../store/index.js";
import type { Library } from "../../plan/index.js";
import type { Expression } from "../../syntax/index.js";
import { countEveryone, withEveryone } from "../everyone.js";
import { parseOrThrow, planOrThrow } from "../library.js";
import { definitionHashes, lastRefresh } from "../refresh.js";
import { type Lack, lacksOf } from "./lacks.js";

export const HISTORY_STEPS = ["day", "week", "month"] as const;
export type HistoryStep = (typeof HISTORY_STEPS)[number];

/** Each is an evaluation of everyone. */
export const MOST_POINTS = 1000;

export interface HistoryOptions {
  /** Milliseconds since the epoch, both inclusive. */
  readonly from: number;
  readonly to: number;
  /** Calendar days, weeks or months in the store's zone, from `from` on; the last is cut at `to`. */
  readonly step: HistoryStep;
  readonly onPoint?: (done: number, of: number) => void;
}

export interface HistoryReport {
  readonly expr: string;
  readonly points: readonly HistoryPoint[];
  /** Those of any point. */
  readonly lacks: readonly Lack[];
}

export interface HistoryPoint {
  readonly at: string;
  readonly size: number;
  /** All people then. */
  readonly people: number;
  /** Since the point before; null of the first. */
  readonly entered: number | null;
  readonly left: number | null;
  readonly source: "log" | "evaluated";
  /** Segments of the condition for which the store had no facts then. */
  readonly lacks: readonly Lack[];
}

export async function reportHistory(
  warehouse: Warehouse,
  library: Library,
  condition: string,
  options: HistoryOptions,
): Promise<HistoryReport> {
  const expression = parseOrThrow(condition);
  planOrThrow(library, { segments: [], expressions: [{ name: ASKED, expression }] }, condition);
  const instants = instantsOf(options, library.settings.timeZone);
  const points: HistoryPoint[] = [];
  const lacks = new Map<string, Lack>();
  let before: BigUint64Array | undefined;
  for (const at of instants) {
    const found =
      (await loggedMembers(warehouse, library, expression, at)) ??
      (await evaluatedMembers(warehouse, library, expression, at));
    const { members, people, source } = found;
    const entered = before && countAbsent(members, before);
    const left = before && countAbsent(before, members);
    points.push({
      at: new Date(at).toISOString(),
      size: members.length,
      people,
      entered: entered ?? null,
      left: left ?? null,
      source,
      lacks: found.lacks,
    });
    for (const lack of found.lacks) lacks.set(lack.segment, lack);
    before = members;
    options.onPoint?.(points.length, instants.length);
  }
  return { expr: condition, points, lacks: [...lacks.values()] };
}

const ASKED = "asked";

function instantsOf({ from, to, step }: HistoryOptions, timeZone: string): readonly number[] {
  const start = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(timeZone);
  const instants: number[] = [];
  for (let i = 0; (instants.at(-1) ?? from - 1) < to; i++) {
    // Always from the start: the 31st stays the last of each month. The end belongs to the question.
    instants.push(Math.min(start.add({ [`${step}s`]: i }).epochMilliseconds, to));
    if (instants.length > MOST_POINTS)
      throw new AppError("input.invalid", `that is more than ${MOST_POINTS} instants`, {
        hint: "take a shorter period (--from, --to) or a longer step (--step week, --step month)",
      });
  }
  return instants;
}

interface Members {
  /** Ascending. */
  readonly members: BigUint64Array;
  readonly people: number;
  readonly source: HistoryPoint["source"];
  readonly lacks: readonly Lack[];
}

/** Of a segment that meant at a refresh at this instant what it means now. */
async function loggedMembers(
  warehouse: Warehouse,
  library: Library,
  expression: Expression,
  at: number,
): Promise<Members | undefined> {
  if (expression.kind !== "name") return undefined;
  const { name } = expression;
  const declaration = library.definitions.get(name)?.declaration;
  if (declaration?.kind !== "segment") return undefined;
  const refresh = await lastRefresh(warehouse, { logged: true, at });
  if (refresh === undefined) return undefined;
  const plan = planOrThrow(library, { segments: [name] });
  const [hash] = definitionHashes({ ...plan, families: [] }, library.settings.timeZone);
  if (refresh.definitions[refresh.segments.indexOf(name)] !== hash) return undefined;
  const { rows } = await warehouse.query<{ person: string }>(
    `SELECT person FROM transitions
     WHERE segment = {name:String} AND argument = '' AND refresh_id <= {id:UInt32}
     GROUP BY person HAVING sum(if(entered = 1, 1, -1)) > 0 ORDER BY person`,
    { name, id: refresh.refreshId },
  );
  const lacks = await lacksOf(warehouse, library, { plan, refreshed: refresh }, { asOf: at });
  return { members: peopleOf(rows), people: refresh.people, source: "log", lacks };
}

async function evaluatedMembers(
  warehouse: Warehouse,
  library: Library,
  expression: Expression,
  at: number,
): Promise<Members> {
  const question = { conditions: [{ name: ASKED, expression }], singly: true };
  return withEveryone(warehouse, library, question, { asOf: at }, async (everyone) => {
    const rows = await everyone.ask<{ person: string }>(
      (people) => `SELECT person FROM ${people} WHERE ${everyone.held(ASKED)} ORDER BY person`,
    );
    return {
      members: peopleOf(rows),
      people: await countEveryone(everyone),
      source: "evaluated",
      lacks: await lacksOf(warehouse, library, everyone, { asOf: at }),
    };
  });
}

const peopleOf = (rows: readonly { readonly person: string }[]): BigUint64Array =>
  BigUint64Array.from(rows, (row) => BigInt(row.person));

/** How many of `some` are not among `others`; both ascend. */
function countAbsent(some: BigUint64Array, others: BigUint64Array): number {
  let absent = 0;
  let i = 0;
  for (const person of some) {
    while (i < others.length && (others[i] as bigint) < person) i++;
    if (others[i] !== person) absent++;
  }
  return absent;
}
