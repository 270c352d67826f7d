/**
 * What a store lacks: a segment's `with needs "order, line.category"` names sources, and fields of
 * sources, of which the store must have at least one fact as of the instant. Where one is missing,
 * the segment is reported as needing it, not as empty.
 */

import type { Warehouse } from "../../store/index.js";
import type { Library } from "../plan/index.js";
import { FIELDS, RECORD_KINDS, SOURCES } from "../vocabulary.js";
import type { EvaluationTime } from "./inputs.js";

type Notes = readonly { readonly key: string; readonly text: string }[];

export function needsOf(notes: Notes): string[] {
  const text = notes.find((n) => n.key === "needs")?.text ?? "";
  return text
    .split(",")
    .map((s) => s.trim())
    .filter((s) => s !== "");
}

export interface UnavailableSegment {
  readonly key: string;
  /** Sources, and fields of sources, of which the store has no fact. */
  readonly needs: readonly string[];
}

/** Segments and families for which the store lacks facts. Asks once; evaluates nobody. */
export async function unavailableSegments(
  warehouse: Warehouse,
  library: Library,
  { asOf }: { readonly asOf: number },
): Promise<readonly UnavailableSegment[]> {
  const needs = [...library.definitions].flatMap(([key, { declaration }]) =>
    declaration.kind === "segment" ? [{ key, needs: needsOf(declaration.notes) }] : [],
  );
  const at = { now: asOf, timeZone: library.settings.timeZone };
  const missing = await missingNeeds(warehouse, new Set(needs.flatMap((n) => n.needs)), at);
  return needs
    .map((n) => ({ key: n.key, needs: n.needs.filter((need) => missing.has(need)) }))
    .filter((n) => n.needs.length > 0);
}

/** Those of the needs that no fact meets; words that name nothing are missing too. */
export async function missingNeeds(
  warehouse: Warehouse,
  needs: ReadonlySet<string>,
  at: EvaluationTime,
): Promise<ReadonlySet<string>> {
  const asked = [...needs].map((need) => ({ need, condition: conditionOf(need) }));
  const known = asked.filter((a) => a.condition !== undefined);
  const missing = new Set(asked.filter((a) => a.condition === undefined).map((a) => a.need));
  if (known.length === 0) return missing;
  const { rows } = await warehouse.query<Record<string, number>>(
    `SELECT ${known.map((a, i) => `max(${a.condition}) AS need_${i}`).join(", ")}
     FROM facts WHERE known_at <= fromUnixTimestamp64Milli({now:Int64})`,
    { now: at.now },
  );
  known.forEach((a, i) => {
    if (rows[0]?.[`need_${i}`] !== 1) missing.add(a.need);
  });
  return missing;
}

/** SQL from the vocabulary alone: the note only chooses names. */
function conditionOf(need: string): string | undefined {
  const [name = "", field, ...more] = need.split(".");
  const source = SOURCES.get(name);
  if (source === undefined || more.length > 0) return undefined;
  const quoted = (kinds: readonly string[]) => kinds.map((k) => `'${k}'`).join(", ");
  const kind =
    source.kinds.length > 0
      ? `kind IN (${quoted(source.kinds)})`
      : `kind NOT IN (${quoted(RECORD_KINDS)})`;
  if (field === undefined) return kind;
  const found = source.fields.includes(field) ? FIELDS[field] : undefined;
  if (found === undefined) return undefined;
  const set = found.nullable
    ? `${found.column} IS NOT NULL`
    : found.type === "text"
      ? `${found.column} != ''`
      : `${found.column} != 0`;
  return `(${kind} AND ${set})`;
}
