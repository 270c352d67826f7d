/** Why a person is, or is not, in a segment: each condition with its value, threshold and due. */

import { AppError } from "../../base/index.js";
import type { Warehouse } from "../../store/index.js";
import type {
  Library,
  Plan,
  PlannedAttribute,
  PlannedSegment,
  Value,
  ValueType,
} from "../plan/index.js";
import { FOREVER } from "../sql/index.js";
import { suggest } from "../syntax/index.js";
import { evaluatePeople, makeEvaluator, type PersonResult } from "./evaluate.js";
import { type Condition, conditionsOf } from "./explained-conditions.js";
import { findPerson } from "./find-person.js";
import { parseOrThrow, planOrThrow } from "./library.js";
import { type AsOf, statisticsAsOf } from "./reports.js";

export interface ExplainedCondition {
  /** "any of" and "all of", or with "not", where parts stand below that have no name. */
  readonly text: string;
  /** 0 = one of those that must all hold; the parts of a condition follow it, one deeper. */
  readonly depth: number;
  /** Of value and threshold; null = it compares nothing. */
  readonly type: ValueType | null;
  /**
   * What the left side is, as far as it is one value; of `stage is new or active` the person's stage.
   * Moments as ISO text, durations in ms.
   */
  readonly value: number | string | boolean | null;
  readonly threshold: number | string | boolean | null;
  readonly holds: boolean;
  /** The earliest instant at which the clock alone can change it; null = never. */
  readonly dueAt: string | null;
}

export interface Explanation {
  readonly person: string;
  readonly segment: string;
  readonly asOf: string;
  readonly member: boolean;
  readonly dueAt: string | null;
  readonly conditions: readonly ExplainedCondition[];
}

/**
 * `segment`: the name of one, or any other condition. Throws AppError for an unknown person or
 * segment, DiagnosticsError for a condition that has no meaning.
 */
export async function explainPerson(
  warehouse: Warehouse,
  library: Library,
  personText: string,
  segment: string,
  { asOf }: AsOf,
): Promise<Explanation> {
  const wanted = wantedFor(library, segment);
  const [planned] = planOrThrow(library, wanted, segment).segments;
  const asked = conditionsOf(planned?.truth ?? { kind: "constant", value: false });
  const labels = new Set(asked.flatMap(({ label }) => label ?? []));
  const plan = planOrThrow(library, { ...wanted, attributes: [...labels] }, segment);
  const at = { now: asOf, timeZone: library.settings.timeZone };
  const person = await findPerson(warehouse, personText, asOf);
  const statistics = await statisticsAsOf(warehouse, plan, at);
  const [result] = await evaluatePeople(
    warehouse,
    makeEvaluator(explainPlan(plan, asked)),
    at,
    statistics,
    [person],
  );
  if (!result?.present)
    throw new AppError("input.missing", `the person ${personText} has no facts at that time`, {
      hint: "ask as of a later instant, with --as-of",
    });
  return {
    person: String(person),
    segment,
    asOf: new Date(asOf).toISOString(),
    member: result.member[0] === true,
    dueAt: instant(result.due[0]),
    conditions: asked.map((condition, i) => explained(condition, result, i)),
  };
}

const BARE_NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u;

function wantedFor(library: Library, text: string): Parameters<typeof planOrThrow>[1] {
  const definition = library.definitions.get(text)?.declaration;
  if (definition?.kind === "segment" && definition.parameters.length === 0)
    return { segments: [text] };
  if (definition?.kind === "segment") {
    throw new AppError("input.missing", `${text} is a segment for each value of its own`, {
      hint: `write "${text}('...')" with a value: tessera breakdown true --by ${text} lists them`,
    });
  }
  if (definition !== undefined || !BARE_NAME.test(text))
    return { segments: [], expressions: [{ name: text, expression: parseOrThrow(text) }] };
  const segments = [...library.definitions].filter(([, d]) => d.declaration.kind === "segment");
  const near = suggest(
    text,
    segments.map(([name]) => name),
  );
  throw new AppError("input.missing", `there is no segment ${text}`, {
    hint: near === undefined ? "tessera segments lists them" : `did you mean ${near}?`,
  });
}

/** The segment, each condition as a segment of its own, and both sides of each as attributes. */
function explainPlan(plan: Plan, asked: readonly Condition[]): Plan {
  const segments: PlannedSegment[] = [...plan.segments];
  const attributes: PlannedAttribute[] = [];
  const nothing: Value = { kind: "literal", type: "boolean", value: false };
  asked.forEach((condition, i) => {
    const { left = labelOf(plan, condition), right } = condition;
    segments.push({
      name: `condition ${i}`,
      notes: [],
      truth: condition.truth,
      text: condition.text,
    });
    for (const [side, value] of [
      ["left", left ?? nothing],
      ["right", right ?? nothing],
    ] as const) {
      attributes.push({ name: `${side} ${i}`, type: value.type, value, text: "" });
    }
  });
  return { ...plan, segments, attributes };
}

/** What the person is of the classification that is asked about. */
function labelOf({ attributes }: Plan, { label }: Condition): Value | undefined {
  const value = attributes.find(({ name }) => name === label)?.value;
  return value?.kind === "truth" ? undefined : value;
}

function explained(condition: Condition, result: PersonResult, i: number): ExplainedCondition {
  const type = condition.label === undefined ? condition.left?.type : "text";
  return {
    text: condition.text,
    depth: condition.depth,
    type: type ?? null,
    value: type === undefined ? null : readable(type, result.attributes[2 * i]),
    threshold:
      condition.right === undefined
        ? null
        : readable(condition.right.type, result.attributes[2 * i + 1]),
    holds: result.member[i + 1] === true,
    dueAt: instant(result.due[i + 1]),
  };
}

/** A value as the evaluator puts it out, for reading: moments as ISO texts, durations in ms. */
export function readable(type: ValueType, raw: unknown): number | string | boolean | null {
  if (raw === null || raw === undefined) return null;
  if (type === "moment") return new Date(Number(raw)).toISOString();
  if (type === "number" || type === "duration") return Number(raw);
  return type === "boolean" ? raw === true || raw === 1 || raw === "true" : String(raw);
}

function instant(ms: number | undefined): string | null {
  return ms === undefined || ms >= FOREVER ? null : new Date(ms).toISOString();
}
