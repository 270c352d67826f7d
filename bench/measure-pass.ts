/** Everyone: one statement for all segments, beside one statement for each. */

import { evaluatePeople } from "../src/segment/membership/evaluate.js";
import { peopleRanges } from "../src/segment/membership/ranges.js";
import { Session } from "../src/segment/membership/run.js";
import type { Warehouse } from "../src/store/index.js";
import { cellSegments, PLAIN_PLAYBOOK, plainSizes } from "./cells.js";
import { check, type Figure, median, peakMemory, type Report, timed } from "./figures.js";
import { NOW } from "./make-facts.js";
import { AT, alone, fullPass, namesOf, type Pass, type Workload } from "./workload.js";

/** Sizes that are compared with SQL by hand. */
const CHECKED = 10;

export async function measurePass(
  warehouse: Warehouse,
  workload: Workload,
  report: Report,
): Promise<Pass> {
  const part = `everyone, ${workload.name}`;
  const add = (figure: Omit<Figure, "part">) => report.figures.push({ part, ...figure });
  let pass: Pass | undefined;
  const memory = await peakMemory(async () => {
    pass = await fullPass(warehouse, workload);
  });
  if (workload.name === "cells") await checkCells(warehouse, pass!, report);
  else await checkPlaybook(warehouse, workload, pass!, report);
  const seconds = await timed(
    async () => check(report, `${part}: the same again`, await fullPass(warehouse, workload), pass),
    { runs: report.effort.runs },
  );
  const target = workload.name === "playbook" ? { target: { most: 6 } } : {};
  const count = namesOf(workload).length;
  const ranges = (await peopleRanges(warehouse)).length;
  add({
    what: "full pass",
    value: median(seconds),
    unit: "s",
    runs: seconds.length,
    ...target,
    note: `${count} segments, ${ranges} ranges`,
  });
  if (memory !== undefined) {
    add({
      what: "memory of the process, greatest",
      value: memory,
      unit: "GB",
      runs: 1,
      target: { most: 2 },
    });
  }
  await measurePlanning(warehouse, workload, { add, runs: report.effort.explainRuns });
  await measureEach(warehouse, workload, { pass: pass!, together: median(seconds), report, add });
  return pass!;
}

type Add = (figure: Omit<Figure, "part">) => void;

/**
 * The evaluation of a person who does not exist is nothing but planning: parsing, analysis, plan,
 * pipeline.
 */
async function measurePlanning(
  warehouse: Warehouse,
  workload: Workload,
  { add, runs }: { readonly add: Add; readonly runs: number },
): Promise<void> {
  const { evaluator, statistics } = workload;
  const { stages, text } = evaluator.compiled.statement("some");
  const session = new Session(warehouse);
  const ask = () => evaluatePeople(warehouse, evaluator, AT, statistics, [1n], session);
  await ask();
  const seconds = await timed(ask, { runs });
  await session.close();
  const size = [...stages.map((s) => s.text), text].join("").length;
  const note = `${Math.round(size / 1000)} kB of SQL in ${stages.length + 1} statements`;
  const what = "planning (the statement for nobody)";
  const value = median(seconds) * 1000;
  add({ what, value, unit: "ms", runs, target: { most: 50 }, note });
  add({ what: "text to statement, in Node", value: workload.compileMs, unit: "ms", runs: 1 });
}

interface Each {
  readonly pass: Pass;
  readonly together: number;
  readonly report: Report;
  readonly add: Add;
}

/** The peer: the same segments, compiled on their own, one pass after another. */
async function measureEach(
  warehouse: Warehouse,
  workload: Workload,
  { pass, together, report, add }: Each,
): Promise<void> {
  const names = namesOf(workload);
  const sample = spread(names, report.effort.alone);
  let sum = 0;
  for (const name of sample) {
    const own = await alone(warehouse, workload, name);
    let found: Pass | undefined;
    const [seconds = 0] = await timed(
      async () => {
        found = await fullPass(warehouse, own);
      },
      { runs: 1 },
    );
    sum += seconds;
    check(
      report,
      `${name} alone: its size`,
      found!.sizes[namesOf(own).indexOf(name)],
      pass.sizes[names.indexOf(name)],
    );
  }
  const all = (sum / sample.length) * names.length;
  const note = `from ${sample.length} of ${names.length}`;
  add({ what: "the segments one query each", value: all, unit: "s", runs: 1, note });
  const target = workload.name === "playbook" ? { target: { least: 2 } } : {};
  add({
    what: "one query each / full pass",
    value: all / together,
    unit: "times",
    runs: 1,
    ...target,
  });
  if (workload.name !== "cells") return;
  const plain = await timed(
    async () => {
      for (const segment of spread(cellSegments(), report.effort.alone)) {
        await warehouse.query(plainSizes([segment]), { now: NOW }, { lane: "evaluate" });
      }
    },
    { runs: 1 },
  );
  const plainAll = (plain[0]! / sample.length) * names.length;
  add({
    what: "plain countIf, one query each / full pass",
    value: plainAll / together,
    unit: "times",
    runs: 1,
    note: "by hand, without due instants",
  });
}

function spread<T>(all: readonly T[], count: number): readonly T[] {
  const n = Math.min(count, all.length);
  return Array.from({ length: n }, (_, i) => all[Math.floor((i * all.length) / n)]!);
}

async function checkCells(warehouse: Warehouse, pass: Pass, report: Report): Promise<void> {
  const segments = cellSegments();
  const sample = spread(segments, CHECKED);
  const { rows } = await warehouse.query<{ sizes: number[] }>(
    plainSizes(sample),
    { now: NOW },
    { lane: "evaluate" },
  );
  const found = sample.map((s) => pass.sizes[segments.indexOf(s)]);
  check(
    report,
    "sizes of segments of cells = countIf by hand",
    found,
    rows[0]!.sizes,
    `${found.join(", ")} of ${pass.people}`,
  );
  const some = pass.sizes.filter((size) => size > 0 && size < pass.people).length;
  check(
    report,
    "most segments are neither empty nor full",
    some * 2 > pass.sizes.length,
    true,
    `${some} of ${pass.sizes.length}`,
  );
}

async function checkPlaybook(
  warehouse: Warehouse,
  workload: Workload,
  pass: Pass,
  report: Report,
): Promise<void> {
  const { rows } = await warehouse.query<Record<string, number>>(
    PLAIN_PLAYBOOK,
    { now: NOW },
    { lane: "evaluate" },
  );
  const { people, orders, net, ...sizes } = rows[0]!;
  const names = namesOf(workload);
  const found = Object.fromEntries(
    Object.keys(sizes).map((name) => [name, pass.sizes[names.indexOf(name)]]),
  );
  check(
    report,
    "people, orders, net = by hand",
    [pass.people, pass.orders, pass.net],
    [people, orders, net!.toFixed(2)],
  );
  check(report, "sizes of ready segments = by hand", found, sizes, JSON.stringify(sizes));
}
