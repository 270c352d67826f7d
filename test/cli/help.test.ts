/** Help is instant: the engine is not loaded for it. */
import { expect, test } from "vitest";
import { removeFolder, temporaryFolder, tessera } from "./run-command.js";

const TARGET_MS = 150;
/** Tests run beside others on a small machine; loading the engine by mistake costs far more. */
const ALLOWANCE = 3;

test("--help lists the commands at once", async () => {
  const cwd = temporaryFolder();
  const took: number[] = [];
  for (let i = 0; i < 6; i++) {
    const begun = performance.now();
    const { code, stdout } = await tessera(["--help"], { cwd });
    took.push(performance.now() - begun);
    expect(code).toBe(0);
    expect(stdout).toContain("segments");
  }
  removeFolder(cwd);
  // The first one may have compiled the sources.
  const [, , median = Number.POSITIVE_INFINITY] = took.slice(1).sort((a, b) => a - b);
  expect(median).toBeLessThan(TARGET_MS * ALLOWANCE);
});
