/** Help is instant: the engine is not loaded for it. */
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { removeFolder, temporaryFolder, tessera } from "./run-command.js";

/**
 * `--help` beside a Node that does nothing, in the same minute on the same machine: some 3 times as
 * long is measured (110 ms beside 40 ms); loading the engine by mistake costs 15 times as much.
 */
const MOST_TIMES = 8;

test("--help lists the commands at once", async () => {
  const cwd = temporaryFolder();
  const help: number[] = [];
  const nothing: number[] = [];
  for (let i = 0; i < 6; i++) {
    let begun = performance.now();
    spawnSync(process.execPath, ["-e", "0"]);
    nothing.push(performance.now() - begun);
    begun = performance.now();
    const { code, stdout } = await tessera(["--help"], { cwd });
    help.push(performance.now() - begun);
    expect(code).toBe(0);
    expect(stdout).toContain("segments");
  }
  removeFolder(cwd);
  // The first one may have compiled the sources.
  expect(median(help.slice(1))).toBeLessThan(median(nothing.slice(1)) * MOST_TIMES);
});

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
