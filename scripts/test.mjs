// `npm test`: the check (types, lint, boundaries) and every test; the last line is
// `N passed, N failed`, where a failing check counts as one failure.
// Arguments go to vitest: `npm test -- test/warehouse.contract.test.ts`.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildIfStale } from "./build.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const report = join(root, ".test-report.json");
const totals = { passed: 0, failed: 0 };

for (const [name, script, ...args] of [
  ["types", "typescript/bin/tsc", "--noEmit"],
  ["types of the browser snippet", "typescript/bin/tsc", "-p", "sdk"],
  ["lint", "@biomejs/biome/bin/biome", "check", "--colors=off"],
]) {
  const status = runTool(script, args);
  if (status === 0) totals.passed += 1;
  else totals.failed += 1;
  console.log(`${status === 0 ? "ok" : "FAILED"}: ${name}`);
}

// Tests run commands as processes: built now, so that no two of them build at the same time.
buildIfStale();

rmSync(report, { force: true });
const status = runTool("vitest/vitest.mjs", [
  "run",
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${report}`,
  ...process.argv.slice(2),
]);
if (existsSync(report)) {
  const results = JSON.parse(readFileSync(report, "utf8"));
  totals.passed += results.numPassedTests;
  // A file that cannot be loaded has no tests but is a failure; so is any other bad exit.
  const brokenFiles = results.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.every((t) => t.status !== "failed"),
  );
  totals.failed += results.numFailedTests + brokenFiles.length;
}
if (status !== 0 && totals.failed === 0) totals.failed = 1;
rmSync(report, { force: true });
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exit(totals.failed === 0 ? 0 : 1);

function runTool(script, args) {
  const run = spawnSync(process.execPath, [join(root, "node_modules", script), ...args], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, UV_THREADPOOL_SIZE: process.env.UV_THREADPOOL_SIZE ?? "16" },
  });
  return run.status ?? 1;
}
