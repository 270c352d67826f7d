/**
 * What a store lacks: a segment's `with needs "order, line.category, person.accepts_email"` names
 * sources, fields and properties of sources, traits, and events by their name in quotes, of which the
 * store must have at least one fact as of the instant; of `viewed or added`, one of either. Where one
 * is missing, the segment is reported as needing it, not as empty.
 */

import type { Warehouse } from "../../store/index.js";
import { type Notes, placeIn } from "../notes.js";
import type { Library } from "../plan/index.js";
import type { Activity, StoreSettings } from "../settings.js";
import { propertySetSql } from "../sql/index.js";
import { isPathPart } from "../syntax/index.js";
import { FIELDS, RECORD_KINDS, SOURCES } from "../vocabulary.js";
import type { EvaluationTime } from "./inputs.js";

export function needsOf(notes: Notes): string[] {
  const text = notes.find((n) => n.key === "needs")?.text ?? "";
  return text
    .split(",")
    .map((s) => s.trim())
    .filter((s) => s !== "");
}

export interface UnavailableSegment {
  readonly key: string;
  readonly title: string;
  /** In the order of rules: first those of messages, then of caps, then those of neither. */
  readonly place: number;
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
    declaration.kind === "segment" ? [{ key, declaration, needs: needsOf(declaration.notes) }] : [],
  );
  const at = { now: asOf, timeZone: library.settings.timeZone };
  const asked = new Set(needs.flatMap((n) => n.needs));
  const missing = await missingNeeds(warehouse, asked, at, library.settings);
  return needs
    .map(({ key, declaration: { title = key, notes }, needs }) => ({
      ...{ key, title, place: rulePlace(notes) },
      needs: needs.filter((need) => missing.has(need)),
    }))
    .filter((n) => n.needs.length > 0);
}

/** Whoever is spoken to comes before whoever is only offered more. */
const CAPS_AFTER = 10_000;

const rulePlace = (notes: Notes): number =>
  placeIn(notes, "moment") ?? CAPS_AFTER + (placeIn(notes, "value") ?? CAPS_AFTER);

const alternativesOf = (need: string): readonly string[] => need.split(" or ");

/** Those of the needs that no fact meets; words that name nothing are missing too. */
export async function missingNeeds(
  warehouse: Warehouse,
  needs: ReadonlySet<string>,
  at: EvaluationTime,
  settings: Pick<StoreSettings, "activity">,
): Promise<ReadonlySet<string>> {
  const words = new Set([...needs].flatMap(alternativesOf));
  const missing = await missingWords(warehouse, words, at, settings);
  return new Set([...needs].filter((need) => alternativesOf(need).every((w) => missing.has(w))));
}

async function missingWords(
  warehouse: Warehouse,
  words: ReadonlySet<string>,
  at: EvaluationTime,
  { activity }: Pick<StoreSettings, "activity">,
): Promise<ReadonlySet<string>> {
  const events = [...words].flatMap((need) => eventOf(need) ?? []);
  const asked = [...words].map((need) => ({
    need,
    condition: conditionOf(need, activity, events),
  }));
  const names = activity.kind === "events" ? activity.names : [];
  const parameters = { now: at.now, names, events };
  const known = asked.filter((a) => a.condition !== undefined);
  const missing = new Set(asked.filter((a) => a.condition === undefined).map((a) => a.need));
  const columns = known.filter((a) => a.condition?.property === false);
  if (columns.length > 0) {
    const { rows } = await warehouse.query<Record<string, number>>(
      `SELECT ${columns.map((a, i) => `max(${a.condition?.sql}) AS need_${i}`).join(", ")}
       FROM facts WHERE known_at <= fromUnixTimestamp64Milli({now:Int64})`,
      parameters,
    );
    columns.forEach((a, i) => {
      if (rows[0]?.[`need_${i}`] !== 1) missing.add(a.need);
    });
  }
  // Properties are read one by one and no further than to the first fact that has them.
  for (const { need, condition } of known.filter((a) => a.condition?.property)) {
    const { rows } = await warehouse.query(
      `SELECT 1 AS found FROM facts
       WHERE ${condition?.sql} AND known_at <= fromUnixTimestamp64Milli({now:Int64}) LIMIT 1`,
      parameters,
    );
    if (rows.length === 0) missing.add(need);
  }
  return missing;
}

interface Condition {
  readonly sql: string;
  /** Of a property, which is stored as JSON. */
  readonly property: boolean;
}

/** Whether a need names facts that a store can have. */
export const namesFacts = (need: string, activity: Activity): boolean =>
  alternativesOf(need).every((word) => conditionOf(word, activity) !== undefined);

/** Of `'Balance Updated'`: the name between the quotes. */
const eventOf = (need: string): string | undefined => /^'([^']+)'$/.exec(need)?.[1];

/**
 * SQL from the vocabulary alone; of a property's path, only words that a text could name too. Events
 * are the bound values `{events}`.
 */
function conditionOf(
  need: string,
  activity: Activity,
  events: readonly string[] = [],
): Condition | undefined {
  const event = eventOf(need);
  if (event !== undefined) {
    return { sql: `name = {events:Array(String)}[${events.indexOf(event) + 1}]`, property: false };
  }
  if (need === "activity" && activity.kind === "events")
    return { sql: "has({names:Array(String)}, name)", property: false };
  const [name = "", ...path] = need.split(".");
  const source = SOURCES.get(name === "person" ? "identified" : name);
  if (source === undefined) return undefined;
  const quoted = (kinds: readonly string[]) => kinds.map((k) => `'${k}'`).join(", ");
  const kind =
    source.kinds.length > 0
      ? `kind IN (${quoted(source.kinds)})`
      : `kind NOT IN (${quoted(RECORD_KINDS)})`;
  const property = name === "person" ? path : path[0] === "props" ? path.slice(1) : [];
  if (property.length > 0) {
    if (!property.every(isPathPart)) return undefined;
    return { sql: `${kind} AND ${propertySetSql(property)}`, property: true };
  }
  const [field, ...more] = path;
  if (more.length > 0 || name === "person") return undefined;
  if (field === undefined) return { sql: kind, property: false };
  const found = source.fields.includes(field) ? FIELDS[field] : undefined;
  if (found === undefined) return undefined;
  const set = found.nullable
    ? `${found.column} IS NOT NULL`
    : found.type === "text"
      ? `${found.column} != ''`
      : `${found.column} != 0`;
  return { sql: `(${kind} AND ${set})`, property: false };
}
