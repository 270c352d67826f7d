/**
 * Runs a compiled plan: for everyone in ranges of people (so that memory stays bounded), or for a
 * few people, live. The same statement does both.
 */

import type { Parameters, Warehouse } from "../../store/index.js";
import type { Plan } from "../plan/index.js";
import { type CompiledPlan, compilePlan, FOREVER } from "../sql/index.js";
import type { EvaluationTime } from "./inputs.js";
import { evaluating, type Session } from "./run.js";
import type { Statistics } from "./statistics.js";

export interface Evaluator {
  readonly plan: Plan;
  readonly compiled: CompiledPlan;
}

export interface PersonResult {
  readonly person: bigint;
  /** Has a fact up to now. Of people who are asked for, those whose facts all lie ahead come too. */
  readonly present: boolean;
  /** By index of `plan.segments`: is a member. */
  readonly member: readonly boolean[];
  /** By index of `plan.segments`: the earliest instant (ms) at which that can change, or FOREVER. */
  readonly due: readonly number[];
  /** By index of `plan.families`: the arguments with membership and due. */
  readonly families: readonly (readonly {
    readonly argument: string;
    readonly member: boolean;
    readonly due: number;
  }[])[];
  /** By index of `plan.attributes`. */
  readonly attributes: readonly unknown[];
  /** The instant of the next fact dated in the future, or FOREVER. */
  readonly nextFact: number;
  /** The earliest of all dues. */
  readonly dueAt: number;
  /** Latest `known_at` among the person's facts (ms). */
  readonly knownLast: number;
}

interface Row {
  readonly person: string;
  readonly signed: readonly string[];
  readonly next_fact: string;
  readonly known_last: string;
  readonly present: number;
  readonly [column: string]: unknown;
}

export function makeEvaluator(plan: Plan): Evaluator {
  return { plan, compiled: compilePlan(plan) };
}

/** Who asks again and again gives a session of their own, which keeps the tables of the stages. */
export async function evaluatePeople(
  warehouse: Warehouse,
  evaluator: Evaluator,
  at: EvaluationTime,
  statistics: Statistics,
  people: readonly bigint[] | "all" = "all",
  session?: Session,
): Promise<PersonResult[]> {
  const some = people !== "all";
  const { compiled } = evaluator;
  const statement = compiled.statement(some ? "some" : "all");
  const extra: Parameters = some ? { people, aliases: await aliasesOf(warehouse, people) } : {};
  const job = { statement, at, statistics, parameters: compiled.parameters, extra };
  const { rows } = await (session === undefined
    ? evaluating(warehouse, (once) => once.query<Row>(job))
    : session.query<Row>(job));
  const results = rows.map((row) => readRow(row, evaluator.plan));
  return some ? results : results.filter((r) => r.present);
}

/** All identifiers that are, or ever were, of these people. */
export async function aliasesOf(
  warehouse: Warehouse,
  people: readonly bigint[],
): Promise<bigint[]> {
  const { rows } = await warehouse.query<{ alias: string }>(
    "SELECT DISTINCT alias FROM identity WHERE person IN {people:Array(UInt64)}",
    { people },
    { lane: "evaluate" },
  );
  return [...new Set([...people, ...rows.map((r) => BigInt(r.alias))])];
}

function readRow(row: Row, plan: Plan): PersonResult {
  const next = Number(row.next_fact);
  const nextFact = next > 0 ? next : FOREVER;
  const until = (signed: number) => Math.min(Math.abs(signed), nextFact);
  const signed = plan.segments.map((_, i) => Number(row.signed[i]));
  const present = row.present === 1;
  const families = plan.families.map((_, i) =>
    (row[`family_${i}`] as readonly (readonly [string, string])[]).map(([argument, s]) => ({
      argument,
      member: present && Number(s) > 0,
      due: until(Number(s)),
    })),
  );
  const due = signed.map((s) => (present ? Math.abs(s) : until(s)));
  return {
    person: BigInt(row.person),
    present,
    member: signed.map((s) => present && s > 0),
    due,
    families,
    attributes: plan.attributes.map((_, i) => row[`attribute_${i}`]),
    nextFact,
    dueAt: Math.min(nextFact, ...due, ...families.flat().map((f) => f.due)),
    knownLast: Number(row.known_last),
  };
}
