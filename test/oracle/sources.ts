/**
 * Sections 3 and 6: the rows of a source within a list of facts, sessions and gaps derived from
 * them, and sequences.
 */

import type { Source, Step } from "../../src/segment/syntax/tree.js";
import {
  RECORD_KINDS,
  SESSION_GAP_MS,
  SOURCES,
  type SourceDefinition,
} from "../../src/segment/vocabulary.js";
import type { Fact } from "../../src/store/facts.js";
import { daysBetween, periodName, shift } from "./calendar.js";
import { holds, type Row, type Run, type Scope } from "./run.js";

export function sourceDefinition(name: string): SourceDefinition {
  const found = SOURCES.get(name);
  if (found === undefined) throw new Error(`no source ${name}`);
  return found;
}

/** Is the fact one of the source's (for sessions and gaps: one they are derived from)? */
export function belongsTo(fact: Fact, source: SourceDefinition): boolean {
  if (source.name === "event") return !(RECORD_KINDS as readonly string[]).includes(fact.kind);
  if (!source.kinds.includes(fact.kind)) return false;
  if (source.flag === "kept") return fact.kept !== false;
  if (source.flag === "placed") return fact.placed !== false;
  return true;
}

/** `facts` in order of time; so are the rows. What counts as activity is the store's to say. */
export function rowsOf(name: string, facts: readonly Fact[], run: Run): Row[] {
  const definition = sourceDefinition(name);
  const { activity } = run.settings;
  const counts = (fact: Fact) =>
    activity.kind === "events" && (name === "activity" || name === "gap")
      ? belongsTo(fact, sourceDefinition("event")) && activity.names.includes(fact.name ?? "")
      : belongsTo(fact, definition);
  const own = facts.filter(counts);
  if (definition.derived === "session")
    return sessions(own).map((facts) => rowOf(facts[0] as Fact));
  if (definition.derived === "gap") return gaps(own, run.zone);
  return own.map(rowOf);
}

const rowOf = (fact: Fact): Row => ({ ts: fact.ts, factId: fact.factId, fact });

/** Site activity cut where 30 minutes or more pass between successive facts. */
export function sessions(site: readonly Fact[]): Fact[][] {
  const found: Fact[][] = [];
  let last: Fact | undefined;
  for (const fact of site) {
    const current = found.at(-1);
    if (last === undefined || current === undefined || fact.ts - last.ts >= SESSION_GAP_MS)
      found.push([fact]);
    else current.push(fact);
    last = fact;
  }
  return found;
}

/** One row per pair of successive order days, at the first order of the later day. */
function gaps(orders: readonly Fact[], zone: string): Row[] {
  const firstOfDay: Fact[] = [];
  for (const order of orders) {
    const previous = firstOfDay.at(-1);
    const isNewDay =
      previous === undefined ||
      periodName(previous.ts, "day", zone) !== periodName(order.ts, "day", zone);
    if (isNewDay) firstOfDay.push(order);
  }
  return firstOfDay.slice(1).map((later, i) => ({
    ...rowOf(later),
    days: daysBetween((firstOfDay[i] as Fact).ts, later.ts, zone),
  }));
}

/** The facts of a stream: of a single step, or those of a sequence's last step. */
export function stream(run: Run, source: Source, facts: readonly Fact[], scope: Scope): Row[] {
  const { steps } = source;
  const last = steps.at(-1) as Step;
  const rows = stepRows(run, last, facts, scope);
  if (steps.length === 1) return rows;
  const isDerived = (name: string) => sourceDefinition(name).derived !== undefined;
  if (steps.some((s) => isDerived(s.source) || (s.without && isDerived(s.without.source)))) {
    throw new Error("ill-typed: session and gap are no steps");
  }
  const before = stream(run, { steps: steps.slice(0, -1) }, facts, scope);
  const between = last.without === undefined ? [] : stepRows(run, last.without, facts, scope);
  return rows.filter((b) =>
    before.some(
      (a) =>
        a.ts < b.ts &&
        (last.within === undefined || b.ts <= shift(a.ts, last.within, 1, run.zone)) &&
        !between.some((c) => a.ts < c.ts && c.ts < b.ts),
    ),
  );
}

/** The rows of a source that its `where` lets through. */
function stepRows(
  run: Run,
  step: Pick<Step, "source" | "where">,
  facts: readonly Fact[],
  scope: Scope,
): Row[] {
  const rows = rowsOf(step.source, facts, run);
  const { where } = step;
  if (where === undefined) return rows;
  return rows.filter((row) => holds(run, where, { ...scope, source: step.source, row }));
}
