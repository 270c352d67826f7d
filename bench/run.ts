/**
 * npm run bench -- [--part NAME] [--people N] [--events N] [--lines N] [--seed N] [--quick] [--fresh] [--json]
 *
 * Measures evaluation (with refresh, crossing and reports), import, live events and the demo store on
 * seeded facts, each after its output was checked; with --part, which may be repeated, only that.
 * docs/benchmarks.md says what the figures are.
 */

import { availableParallelism, cpus, loadavg, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { type Figure, FULL, figureTable, QUICK, type Report, reached } from "./figures.js";
import { openFacts } from "./make-facts.js";
import { measureDemo } from "./measure-demo.js";
import { measureImport } from "./measure-import.js";
import { measureIntake } from "./measure-intake.js";
import { measureLive } from "./measure-live.js";
import { measurePass } from "./measure-pass.js";
import { measureCross, measureRefresh } from "./measure-refresh.js";
import { measureReports } from "./measure-reports.js";
import { cellsLibrary, playbookLibrary, prepare } from "./workload.js";

/** What the targets of DESIGN section 6 are for. */
const JUDGED = { people: 1_000_000, events: 20_000_000 };

/** The demo store has 22 facts a person: 6.7 times as many facts as lines are imported. */
const DEMO_PEOPLE_PER_LINE = 0.3;

const PARTS = ["evaluation", "import", "intake", "demo"];

const { values } = parseArgs({
  options: {
    part: { type: "string", multiple: true, default: PARTS },
    people: { type: "string" },
    events: { type: "string" },
    lines: { type: "string" },
    seed: { type: "string", default: "1" },
    quick: { type: "boolean", default: false },
    fresh: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
const people = number(values.people, values.quick ? 50_000 : JUDGED.people);
const size = {
  people,
  events: number(values.events, values.quick ? 1_000_000 : people * 20),
  seed: number(values.seed, 1),
};
const unknown = values.part.find((part) => !PARTS.includes(part));
if (unknown !== undefined) throw new Error(`no part ${unknown}: it is one of ${PARTS.join(", ")}`);
const lines = number(values.lines, values.quick ? 100_000 : 1_000_000);

await run();

async function run(): Promise<void> {
  const loadBefore = loadavg();
  const report: Report = { effort: values.quick ? QUICK : FULL, figures: [], checks: [] };
  const wanted = (part: string) => values.part.includes(part);
  const store = wanted("evaluation") ? await measureEvaluation(report) : undefined;
  if (wanted("import")) {
    progress("import");
    await measureImport(lines, report);
  }
  if (wanted("intake")) {
    progress("live events");
    await measureIntake(report);
  }
  if (wanted("demo")) {
    progress("demo store");
    await measureDemo(Math.ceil(lines * DEMO_PEOPLE_PER_LINE), report);
  }
  progress("");
  const machine = {
    cores: availableParallelism(),
    processor: cpus()[0]?.model ?? "",
    memoryGb: Math.round(totalmem() / 1e9),
    node: process.version,
    loadBefore: Number(loadBefore[0]!.toFixed(1)),
    loadAfter: Number(loadavg()[0]!.toFixed(1)),
  };
  const judged = size.people >= JUDGED.people && size.events >= JUDGED.events;
  const checks = [...new Map(report.checks.map((c) => [c.what, c])).values()];
  if (values.json) {
    const figures = report.figures.map((f) => ({ ...f, reached: judged ? reached(f) : undefined }));
    console.log(JSON.stringify({ size, facts: store?.facts, machine, checks, figures }, null, 2));
    return;
  }
  const { cores, processor, memoryGb, node, loadBefore: before, loadAfter } = machine;
  console.log(
    `Machine: ${cores} cores (${processor}), ${memoryGb} GB, Node ${node}, load ${before} before, ${loadAfter} after`,
  );
  if (store !== undefined) {
    const counted = Object.entries({ people: size.people, ...store.facts });
    console.log(`Facts: ${counted.map(([k, n]) => `${n.toLocaleString("en")} ${k}`).join(", ")}`);
    console.log(`       ${store.folder}\n`);
  }
  console.log(
    `Checked first:\n${checks.map((c) => `  ${c.what}${c.detail ? `: ${c.detail}` : ""}`).join("\n")}\n`,
  );
  console.log(figureTable(report.figures satisfies readonly Figure[], { judged }));
}

/** Everyone and a few people, over facts that are made for it or were before. */
async function measureEvaluation(report: Report) {
  const store = await openFacts({ ...size, fresh: values.fresh, onProgress: progress });
  const { warehouse, folder, ...facts } = store;
  try {
    for (const [name, library] of [
      ["cells", cellsLibrary()],
      ["playbook", playbookLibrary()],
    ] as const) {
      progress(`${name}: everyone`);
      const workload = await prepare(warehouse, name, library);
      const pass = await measurePass(warehouse, workload, report);
      progress(`${name}: live`);
      await measureLive(warehouse, workload, report);
      if (name !== "playbook") continue;
      progress("refresh");
      await measureRefresh(warehouse, workload, { pass, report });
      progress("cross");
      await measureCross(warehouse, workload, report);
      progress("reports");
      await measureReports(warehouse, workload, { pass, report });
    }
  } finally {
    await warehouse.close();
  }
  return { folder, facts };
}

function number(text: string | undefined, otherwise: number): number {
  const value = text === undefined ? otherwise : Number(text);
  if (!Number.isSafeInteger(value) || value <= 0)
    throw new Error(`not a positive whole number: ${text}`);
  return value;
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
  else if (text !== "")
    process.stderr.write(`${Math.round(performance.now() / 1000)} s: ${text}\n`);
}
