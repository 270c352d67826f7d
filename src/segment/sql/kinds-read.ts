/**
 * Which kinds of facts a segment or family reads, and so which answers a new fact can change: all
 * others stay what they are, members and dues, until their due or another fact. A product view
 * touches ten of the playbook's segments, whose statements are planned in some 40 % of the time.
 */

import {
  type Level,
  type Plan,
  type PlannedFamily,
  type RowExpression,
  type Truth,
  type Value,
  visitTruth,
  visitValue,
} from "../plan/index.js";
import { RECORD_KINDS, SITE_KINDS, SOURCES } from "../vocabulary.js";
import { emptyTruth } from "./empty.js";
import { nameAsked } from "./scan.js";

export interface KindsRead {
  /** Facts of any kind: by being there they make a key, or say what category a product is of. */
  readonly any: boolean;
  /** Every kind of event, beside `kinds`. */
  readonly events: boolean;
  readonly kinds: ReadonlySet<string>;
  /** Events of these names, of whatever kind. */
  readonly names: ReadonlySet<string>;
}

/** What a fact is, as in its row. */
export interface FactName {
  readonly kind: string;
  readonly name: string;
}

/** Names of the plan's segments and families. */
export interface Touched {
  readonly segments: readonly string[];
  readonly families: readonly string[];
}

/**
 * The answers about a person that such facts can change, by coming, by being replaced, or by
 * becoming another person's. Whoever had no fact before is touched in everything.
 */
export function touchedBy(plan: Plan, facts: readonly FactName[]): Touched {
  const touches = (truth: Truth, family?: PlannedFamily) => {
    const { any, events, kinds, names } = kindsRead(truth, plan.families, family);
    return facts.some(({ kind, name }) => {
      if (any || kinds.has(kind)) return true;
      return !isRecord(kind) && (events || names.has(name));
    });
  };
  return {
    segments: plan.segments.filter((s) => touches(s.truth)).map((s) => s.name),
    families: plan.families.filter((f) => touches(f.truth, f)).map((f) => f.name),
  };
}

/** `families`: all that members are asked of. `family`: whose truth it is, asked of each key. */
export function kindsRead(
  truth: Truth,
  families: readonly PlannedFamily[],
  family?: PlannedFamily,
): KindsRead {
  const kinds = new Set<string>();
  const names = new Set<string>();
  const read = { any: false, events: false, kinds, names };
  const seeFacts = (source: string, where?: RowExpression) => {
    const { kinds: all = [] } = SOURCES.get(source) ?? {};
    for (const kind of all) kinds.add(kind);
    if (all.length > 0) return;
    const name = nameAsked(where);
    if (name === undefined) read.events = true;
    else names.add(name);
  };
  const see = (value: Value) => {
    if (value.kind !== "aggregate") return;
    for (const { source, where, of, without } of value.stream.steps) {
      if (of === undefined) seeFacts(source, where);
      else seeFacts(of.source, of.where);
      if (without !== undefined) seeFacts(without.source, without.where);
    }
  };
  const seeKey = (key: Level, body: Truth, withoutFacts: boolean) => {
    if (emptyTruth(body, key) !== withoutFacts) read.any = true;
    if (key === "session") for (const kind of SITE_KINDS) kinds.add(kind);
    visitTruth(body, (value) => {
      const level = value.kind === "aggregate" ? value.stream.level : key;
      if (level !== key && level !== "person") read.any = true;
    });
  };
  const seeFamily = ({ key, truth, top }: PlannedFamily) => {
    seeKey(key, truth, false);
    visitTruth(truth, see, seeTruth);
    if (top !== undefined) visitValue(top.by, see, seeTruth);
  };
  const seeTruth = (t: Truth) => {
    if (t.kind === "quantifier") seeKey(t.key, t.body, t.quantity === "every");
    const asked = t.kind === "member" ? families.find((f) => f.name === t.family) : undefined;
    if (asked !== undefined) seeFamily(asked);
  };
  if (family === undefined) visitTruth(truth, see, seeTruth);
  else seeFamily(family);
  return read;
}

const isRecord = (kind: string): boolean => RECORD_KINDS.some((record) => record === kind);
