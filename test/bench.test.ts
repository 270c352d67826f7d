/** `npm run bench` in its smallest form: that its outputs are checked, and that it says so. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const run = promisify(execFile);
const smallest = ["--quick", "--people", "2000", "--events", "40000", "--lines", "2000"];

async function bench(...more: string[]): Promise<string> {
  const program = ["--import", "tsx", "bench/run.ts", ...smallest, ...more];
  return (await run(process.execPath, program, { maxBuffer: 1 << 24 })).stdout;
}

test("the benchmark checks its outputs, then prints figures beside their targets", async () => {
  const text = await bench();
  const [, checks = "", table = ""] =
    /Checked first:\n([\s\S]*)\n\n(Part[\s\S]*)$/.exec(text) ?? [];
  for (const what of [
    "sizes of segments of cells = countIf by hand",
    "sizes of ready segments = by hand",
    "live, playbook: 500 people as in everyone's pass",
    "profiles = the pass's sizes",
    "cross = by hand",
    "segments = the pass over the facts",
    "overlap of every pair of segments = the pass over the facts",
    "import of CSV.gz: rows, rejected, lines, people",
    "facts = acknowledged events",
  ]) {
    expect(checks).toContain(what);
  }
  for (const what of [
    "full pass",
    "one query each / full pass",
    "1 person, p99",
    "order lines",
    "highest rate",
  ]) {
    expect(table).toContain(what);
  }
  expect(table.split("\n").length).toBeGreaterThan(20);
}, 400_000);
