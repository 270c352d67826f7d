/** A workload made ready: a library, its statistics, and one full pass over everyone. */

import {
  computeStatistics,
  DEFAULT_SETTINGS,
  type EvaluationTime,
  type Evaluator,
  type Library,
  loadLibrary,
  makeEvaluator,
  makeLibrary,
  makePlan,
  type Plan,
  parseDocument,
  type Statistics,
} from "../src/segment/index.js";
import { fullPlan } from "../src/segment/membership/profile.js";
import { peopleRanges } from "../src/segment/membership/ranges.js";
import { evaluatingRanges } from "../src/segment/membership/run.js";
import type { Warehouse } from "../src/store/index.js";
import { cellLibrary } from "./cells.js";
import { NOW } from "./make-facts.js";

export const AT: EvaluationTime = { now: NOW, timeZone: DEFAULT_SETTINGS.timeZone };

export interface Workload {
  readonly name: string;
  readonly library: Library;
  readonly evaluator: Evaluator;
  readonly statistics: Statistics;
  /** Milliseconds for text -> plan -> statement in Node. */
  readonly compileMs: number;
}

export function cellsLibrary(): Library {
  const { document, diagnostics } = parseDocument(cellLibrary(), { file: "cells.tess" });
  if (diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics[0]));
  return makeLibrary([{ document }], DEFAULT_SETTINGS);
}

export function playbookLibrary(): Library {
  const { library, diagnostics } = loadLibrary([], DEFAULT_SETTINGS);
  const error = diagnostics.find((d) => d.severity === "error");
  if (error !== undefined) throw new Error(error.message);
  return library;
}

/** Everything that a refresh of the library evaluates. */
export async function prepare(
  warehouse: Warehouse,
  name: string,
  library: Library,
): Promise<Workload> {
  const begun = performance.now();
  const evaluator = makeEvaluator(fullPlan(library).plan);
  evaluator.compiled.statement("range");
  const compileMs = performance.now() - begun;
  return {
    name,
    library,
    evaluator,
    statistics: await computeStatistics(warehouse, evaluator.plan, AT),
    compileMs,
  };
}

/** One segment or family alone, with the statistics that it needs. */
export async function alone(
  warehouse: Warehouse,
  { library, statistics }: Workload,
  name: string,
): Promise<Workload> {
  const { plan, diagnostics } = makePlan(library, { segments: [name] });
  if (plan === undefined) throw new Error(JSON.stringify(diagnostics[0]));
  const known = plan.statistics.every((s) => statistics.has(s.key));
  return {
    name,
    library,
    evaluator: makeEvaluator(plan),
    statistics: known ? statistics : await computeStatistics(warehouse, plan, AT),
    compileMs: 0,
  };
}

export interface Pass {
  readonly people: number;
  /** Of segments, then families (people with an argument). */
  readonly sizes: readonly number[];
  readonly net: string;
  readonly orders: number;
}

interface PassRow {
  readonly people: string;
  readonly sizes: readonly string[];
  readonly net: string;
  readonly orders: string;
}

/** Reads every output of everyone, range by range, and adds it up so that nothing is left out. */
export async function fullPass(warehouse: Warehouse, workload: Workload): Promise<Pass> {
  const { plan, compiled } = workload.evaluator;
  const total = { people: 0, sizes: [] as number[], net: 0, orders: 0 };
  const inputs = { at: AT, statistics: workload.statistics, parameters: compiled.parameters };
  const ranges = await peopleRanges(warehouse);
  await evaluatingRanges(warehouse, ranges, async (session, { people, bounds }) => {
    const { stages, text } = compiled.statement(people);
    const statement = { stages, text: passText(plan, text) };
    const { rows } = await session.query<PassRow>({ statement, ...inputs, extra: bounds });
    const row = rows[0]!;
    total.people += Number(row.people);
    total.net += Number(row.net);
    total.orders += Number(row.orders);
    row.sizes.forEach((size, i) => {
      total.sizes[i] = (total.sizes[i] ?? 0) + Number(size);
    });
  });
  return { ...total, net: total.net.toFixed(2) };
}

function passText(plan: Plan, inner: string): string {
  const attribute = (name: string) => {
    const i = plan.attributes.findIndex((a) => a.name === name);
    return i < 0 ? "0" : `sum(ifNull(attribute_${i}, 0))`;
  };
  const families = plan.families.map((_, i) => `toUInt8(arrayExists(f -> f.2 > 0, family_${i}))`);
  const members = `arrayConcat(arrayMap(s -> toUInt8(s > 0), signed), CAST([${families.join(", ")}], 'Array(UInt8)'))`;
  const rest = [
    "arraySum(arrayMap(s -> toFloat64(s), signed))",
    "next_fact",
    "known_last",
    "late_facts",
    ...plan.families.map((_, i) => `family_${i}`),
    ...plan.attributes.map((_, i) => `attribute_${i}`),
  ];
  return `SELECT count() AS people, sumForEach(${members}) AS sizes, toString(${attribute("profile_net_total")}) AS net,
    toString(${attribute("profile_orders")}) AS orders, sum(${rest.map((r) => `cityHash64(${r})`).join(" + ")}) AS rest
  FROM (\n${inner}\n) WHERE present = 1`;
}

/** Names in the order of `Pass.sizes`. */
export function namesOf({ evaluator: { plan } }: Workload): readonly string[] {
  const alone = plan.segments.length === 0 ? [""] : [];
  return [...plan.segments.map((s) => s.name), ...alone, ...plan.families.map((f) => f.name)];
}
