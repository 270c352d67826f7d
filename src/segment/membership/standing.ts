/**
 * Who is in what, for the order of rules: one person evaluated for every segment, and for the
 * conditions under which their caps hold; or a pair of segments, of nobody in particular.
 */

import { AppError } from "../../base/index.js";
import type { Warehouse } from "../../store/index.js";
import { type Notes, noteOf } from "../notes.js";
import { type Decision, decide, type Standing } from "../order-of-rules.js";
import type { Library, PlannedAttribute, ValueType, Wanted } from "../plan/index.js";
import { FOREVER } from "../sql/index.js";
import { type SegmentDeclaration, suggest } from "../syntax/index.js";
import { type AsOf, evaluationAt, statisticsAsOf } from "./as-of.js";
import { unavailableSegments } from "./availability.js";
import { evaluatePeople, makeEvaluator } from "./evaluate.js";
import { readable } from "./explain.js";
import { findPerson } from "./find-person.js";
import type { EvaluationTime } from "./inputs.js";
import { parseOrThrow, planOrThrow } from "./library.js";

/** A segment that a person is in. */
export interface Membership {
  /** Of a family with its argument: `fond_of('shoes')`. */
  readonly key: string;
  readonly segment: string;
  /** Empty but for families. */
  readonly argument: string;
  readonly name: string;
  readonly group: string;
  /** The earliest instant at which the clock alone can end it; null = never. */
  readonly dueAt: string | null;
}

export interface RulesOfPerson extends Decision {
  readonly person: string;
  readonly asOf: string;
  readonly memberships: readonly Membership[];
}

/** All that the person is in, and what the order of rules makes of it. Throws AppError. */
export async function explainRules(
  warehouse: Warehouse,
  library: Library,
  personText: string,
  { asOf }: AsOf,
): Promise<RulesOfPerson> {
  const at = evaluationAt(library, { asOf });
  const person = await findPerson(warehouse, personText, asOf);
  const found = await membershipsOf(warehouse, library, person, { at });
  if (found === undefined)
    throw new AppError("input.missing", `the person ${personText} has no facts at that time`, {
      hint: "ask as of a later instant, with --as-of",
    });
  const { memberships, capHolds } = found;
  const standings = memberships.map(({ key, segment }) =>
    standingOf(library, key, segment, (condition) => capHolds.get(condition) === true),
  );
  return {
    person: String(person),
    asOf: new Date(asOf).toISOString(),
    memberships,
    ...decide(standings),
  };
}

interface Found {
  readonly memberships: readonly Membership[];
  /** By condition of a note `cap_when`. */
  readonly capHolds: ReadonlyMap<string, boolean>;
  /** Those that are the person's: limits and percentiles are not among them. */
  readonly attributes: readonly {
    readonly name: string;
    readonly type: ValueType;
    readonly value: string | number | boolean | null;
  }[];
}

/**
 * Undefined of whom nothing was known then. A segment that needs facts which the store does not have
 * has no members; a guard shuts all the same, since missing consent is no consent.
 */
export async function membershipsOf(
  warehouse: Warehouse,
  library: Library,
  person: bigint,
  { at, attributes }: { readonly at: EvaluationTime; readonly attributes?: "all" },
): Promise<Found | undefined> {
  const conditions = [
    ...new Set(segmentsOf(library).flatMap(({ notes }) => noteOf(notes, "cap_when") ?? [])),
  ];
  const wanted: Wanted = {
    expressions: conditions.map((text) => ({ name: text, expression: parseOrThrow(text) })),
    ...(attributes === undefined ? {} : { attributes }),
  };
  const plan = planOrThrow(library, wanted);
  const statistics = await statisticsAsOf(warehouse, plan, at);
  const evaluator = makeEvaluator(plan);
  const [result] = await evaluatePeople(warehouse, evaluator, at, statistics, [person]);
  if (!result?.present) return undefined;
  const own = plan.segments.length - conditions.length;
  const lacking = await unavailableSegments(warehouse, library, { asOf: at.now });
  const counts = ({ name, notes }: { readonly name: string; readonly notes: Notes }) =>
    noteOf(notes, "guard") !== undefined || !lacking.some(({ key }) => key === name);
  const instant = (due = FOREVER) => (due >= FOREVER ? null : new Date(due).toISOString());
  const memberships = [
    ...plan.segments.slice(0, own).flatMap((segment, i): Membership[] => {
      if (!result.member[i] || !counts(segment)) return [];
      const { name } = segment;
      const dueAt = instant(result.due[i]);
      return [{ key: name, segment: name, argument: "", ...labelled(segment), dueAt }];
    }),
    ...plan.families.filter(counts).flatMap((family): Membership[] =>
      (result.families[plan.families.indexOf(family)] ?? [])
        .filter(({ member }) => member)
        .map(({ argument, due }) => ({
          key: `${family.name}('${argument.replace(/[\\']/g, "\\$&")}')`,
          segment: family.name,
          argument,
          ...labelled(family),
          dueAt: instant(due),
        })),
    ),
  ];
  const capHolds = new Map(conditions.map((text, i) => [text, result.member[own + i] === true]));
  return {
    memberships,
    capHolds,
    attributes: plan.attributes.flatMap(({ name, type, value }, i) =>
      ofTheStore(value) ? [] : [{ name, type, value: readable(type, result.attributes[i]) }],
    ),
  };
}

/** A limit or a percentile: the same for everyone. */
const ofTheStore = ({ kind }: PlannedAttribute["value"]): boolean =>
  kind === "literal" || kind === "statistic";

const labelled = (segment: {
  readonly name: string;
  readonly title?: string;
  readonly notes: Notes;
}): Pick<Membership, "name" | "group"> => ({
  name: segment.title ?? segment.name,
  group: noteOf(segment.notes, "group") ?? "own",
});

export interface RulesOfPair {
  readonly segments: readonly [string, string];
  /** Where every cap holds. */
  readonly decision: Decision;
  /** The conditions of caps, and the decision where none of them holds; null without such a cap. */
  readonly elsewhere: { readonly when: readonly string[]; readonly decision: Decision } | null;
}

/** Of somebody who is in both, and in nothing else. Segments as `vip`, families as `fond_of('x')`. */
export function explainPair(library: Library, keys: readonly [string, string]): RulesOfPair {
  const names = keys.map((key) => requireSegment(library, key).name);
  const decided = (holds: boolean) =>
    decide(keys.map((key, i) => standingOf(library, key, names[i] ?? "", () => holds)));
  const conditions = names.flatMap(
    (name) => noteOf(requireSegment(library, name).notes, "cap_when") ?? [],
  );
  const when = [...new Set(conditions)];
  return {
    segments: keys,
    decision: decided(true),
    elsewhere: when.length === 0 ? null : { when, decision: decided(false) },
  };
}

/** Whether a text names a segment, or a family with or without its argument. */
export function isSegment(library: Library, text: string): boolean {
  const name = /^([^('"\s]+)(?:\(.*\))?$/s.exec(text)?.[1];
  return name !== undefined && declarationOf(library, name) !== undefined;
}

function requireSegment(library: Library, text: string): SegmentDeclaration {
  const name = /^[^('"\s]+/.exec(text)?.[0] ?? text;
  const found = declarationOf(library, name);
  if (found !== undefined) return found;
  const near = suggest(
    name,
    segmentsOf(library).map((segment) => segment.name),
  );
  throw new AppError("input.missing", `there is no segment ${name}`, {
    hint: near === undefined ? "tessera segments lists them" : `did you mean ${near}?`,
  });
}

function declarationOf(library: Library, name: string): SegmentDeclaration | undefined {
  const declaration = library.definitions.get(name)?.declaration;
  return declaration?.kind === "segment" ? declaration : undefined;
}

const segmentsOf = (library: Library): readonly SegmentDeclaration[] =>
  [...library.definitions.values()].flatMap(({ declaration }) =>
    declaration.kind === "segment" ? [declaration] : [],
  );

/** A segment with what it is a part of; parts of each other, which `check` refuses, end the walk. */
function standingOf(
  library: Library,
  key: string,
  name: string,
  holds: (condition: string) => boolean,
): Standing {
  const { notes, title } = requireSegment(library, name);
  const parents: Notes[] = [];
  const passed = new Set([name]);
  const above = (of: Notes) => declarationOf(library, noteOf(of, "part_of") ?? "");
  for (let at = above(notes); at !== undefined && !passed.has(at.name); at = above(at.notes)) {
    passed.add(at.name);
    parents.push(at.notes);
  }
  const condition = noteOf(notes, "cap_when");
  const capHolds = condition === undefined || holds(condition);
  return { key, name: title ?? name, notes, parents, capHolds };
}
