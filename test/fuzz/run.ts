/**
 * `npm run fuzz -- --seed N --runs N --minutes M [--evaluator oracle] [--keep-going] [--no-shrink]
 * [--limits reference]`:
 * random texts over random histories, seed by seed; each failure is shrunk and printed. Without
 * `--evaluator` it is the product's own: `sql-evaluator.ts` exports `newSqlEvaluator`.
 */

import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import {
  type CaseResult,
  type Failure,
  type FuzzCase,
  failureOf,
  newCase,
  runCase,
} from "./compare.js";
import type { Evaluator } from "./evaluator.js";
import { newOracleEvaluator } from "./oracle-evaluator.js";
import { reportOf } from "./report.js";
import { shrink } from "./shrink.js";

const DAY_MS = 86_400_000;
const PROGRESS_MS = 10_000;

interface Totals {
  runs: number;
  failures: number;
  segments: number;
  tellingSegments: number;
  wakes: number;
  usefulWakes: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seed: { type: "string", default: String(Date.now() % 1_000_000_000) },
      runs: { type: "string" },
      minutes: { type: "string" },
      evaluator: { type: "string", default: "sql" },
      "keep-going": { type: "boolean", default: false },
      limits: { type: "string", default: "product" },
      "no-shrink": { type: "boolean", default: false },
    },
  });
  const seed = Number(values.seed);
  const runs =
    values.runs === undefined
      ? values.minutes === undefined
        ? 200
        : Infinity
      : Number(values.runs);
  const endsAt =
    values.minutes === undefined ? Infinity : Date.now() + Number(values.minutes) * 60_000;
  const evaluator = await openEvaluator(values.evaluator);
  console.log(`fuzz: ${evaluator.name} against the oracle from seed ${seed}`);
  const totals: Totals = {
    runs: 0,
    failures: 0,
    segments: 0,
    tellingSegments: 0,
    wakes: 0,
    usefulWakes: 0,
  };
  let shownAt = Date.now();
  for (let i = 0; i < runs && Date.now() < endsAt; i++) {
    const fuzzCase = newCase(seed + i, values.limits === "reference" ? "reference" : "product");
    const result = await runCase(evaluator, fuzzCase);
    addUp(totals, result);
    if (result.failure !== undefined) {
      console.log(await describe(evaluator, fuzzCase, result.failure, !values["no-shrink"]));
      if (!values["keep-going"]) break;
    }
    if (Date.now() - shownAt < PROGRESS_MS) continue;
    shownAt = Date.now();
    console.log(summary(totals));
  }
  await evaluator.close();
  console.log(summary(totals));
  process.exitCode = totals.failures > 0 ? 1 : 0;
}

async function openEvaluator(name: string): Promise<Evaluator> {
  if (name === "oracle") return newOracleEvaluator({ horizonMs: 60 * DAY_MS });
  const path = new URL(`./${name}-evaluator.ts`, import.meta.url);
  if (!existsSync(path)) throw new Error(`no evaluator ${name}: there is no ${path.pathname}`);
  const module = (await import(path.href)) as Record<string, () => Promise<Evaluator>>;
  const open = module[`new${name.charAt(0).toUpperCase()}${name.slice(1)}Evaluator`];
  if (open === undefined) throw new Error(`${path.pathname} exports no evaluator`);
  return open();
}

function addUp(totals: Totals, result: CaseResult): void {
  totals.runs++;
  totals.failures += result.failure === undefined ? 0 : 1;
  totals.segments += result.segments;
  totals.tellingSegments += result.tellingSegments;
  totals.wakes += result.wakes;
  totals.usefulWakes += result.usefulWakes;
}

function summary(totals: Totals): string {
  const share = (part: number, whole: number) =>
    `${Math.round((100 * part) / Math.max(whole, 1))} %`;
  const { runs, failures, segments, tellingSegments, wakes, usefulWakes } = totals;
  return (
    `${runs} cases, ${failures} failed; ${segments} segments, ` +
    `${share(tellingSegments, segments)} neither empty nor full; ` +
    `${wakes} wakes, ${share(usefulWakes, wakes)} useful`
  );
}

async function describe(
  evaluator: Evaluator,
  fuzzCase: FuzzCase,
  failure: Failure,
  isShrunk: boolean,
): Promise<string> {
  const { document, world } = fuzzCase;
  if (!isShrunk) return reportOf(fuzzCase, failure, document);
  console.log(`seed ${fuzzCase.seed} fails (${failure.kind}); shrinking`);
  const small = await shrink(document, world.history, async (document, history) => {
    return (await failureOf(evaluator, fuzzCase, document, history)) === failure.kind;
  });
  const changed = {
    ...fuzzCase,
    document: small.document,
    world: { ...world, history: small.history },
  };
  const last = (await runCase(evaluator, changed)).failure ?? failure;
  return reportOf(fuzzCase, last, small.document, small.history);
}

await main();
