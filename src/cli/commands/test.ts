/** `tessera test`: what is expected of segments, written beside them, and whether it is so. */

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { AppError } from "../../base/index.js";
import type { Library, SegmentTest, TestResult } from "../../segment/index.js";
import type { Warehouse } from "../../store/index.js";
import { type Answer, answering } from "../answer.js";
import { Faults } from "../faults.js";
import { storeCommand } from "../store-command.js";
import { readTexts, type StoreOptions, withStore, withWarehouse } from "../store-folder.js";
import { coloursOf, plural } from "../terminal.js";

const EXAMPLES = `
Examples:
  tessera test                                  every segments/*.test.yaml of the data folder
  tessera test segments/regulars.test.yaml      this one; docs/segments.md says what is in it`;

export function testCommand(program: Command): void {
  storeCommand(program, "test")
    .summary("run the tests of your own segments")
    .description("Runs what is expected of segments, as *.test.yaml files say it.")
    .argument("[files...]", "files of tests; without any, those in segments/ of the data folder")
    .addHelpText("after", EXAMPLES)
    .action(answering("test", test));
}

async function test(given: readonly string[], options: StoreOptions): Promise<Answer<"test">> {
  const { readSuite } = await import("../../segment/index.js");
  const { library } = await readTexts(options);
  const files = given.length > 0 ? given : ownTests(options.data);
  const read = files.map((file) => ({ file, text: contentOf(file) }));
  const suites = read.map((one) => readSuite(one, library));
  const faults = suites.flatMap((suite) => suite.faults);
  if (faults.length > 0)
    throw new Faults(faults, new Map(read.map(({ file, text }) => [file, text])));
  const tests = suites.flatMap((suite) => suite.tests);
  const results = [
    ...(await onHistories(tests, library)),
    ...(await onTheStore(tests, options)),
  ].sort((a, b) => tests.indexOf(a.test) - tests.indexOf(b.test));
  const failed = results.filter(({ failures }) => failures.length > 0).length;
  return {
    json: {
      ok: failed === 0,
      passed: results.length - failed,
      failed,
      tests: results.map(({ test: { name, file, line, history }, failures }) => ({
        name,
        file,
        line,
        on: history === undefined ? "store" : "history",
        failures: [...failures],
      })),
    },
    text: resultsText(results, failed),
    exitCode: failed === 0 ? 0 : 1,
  };
}

/** In an empty warehouse of their own, one after another. */
async function onHistories(
  tests: readonly SegmentTest[],
  library: Library,
): Promise<readonly TestResult[]> {
  const { hasHistory, runHistoryTest } = await import("../../segment/index.js");
  const own = tests.filter(hasHistory);
  if (own.length === 0) return [];
  const folder = mkdtempSync(join(tmpdir(), "tessera-test-"));
  const run = async (scratch: Warehouse) => {
    const results: TestResult[] = [];
    for (const test of own) results.push(await runHistoryTest(scratch, library, test));
    return results;
  };
  try {
    return await withWarehouse(folder, run, { embedded: true });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function onTheStore(
  tests: readonly SegmentTest[],
  options: StoreOptions,
): Promise<readonly TestResult[]> {
  const { hasHistory, runStoreTest } = await import("../../segment/index.js");
  const asked = tests.filter((test) => !hasHistory(test));
  if (asked.length === 0) return [];
  return withStore(options, async ({ warehouse, library }) => {
    const results: TestResult[] = [];
    for (const test of asked) results.push(await runStoreTest(warehouse, library, test));
    return results;
  });
}

function ownTests(folder: string): readonly string[] {
  const segments = join(folder, "segments");
  const found = existsSync(segments)
    ? readdirSync(segments).filter((name) => name.endsWith(".test.yaml"))
    : [];
  if (found.length > 0) return found.sort().map((name) => join(segments, name));
  throw new AppError("input.missing", `There are no tests in ${segments}.`, {
    hint: "Write one, segments/NAME.test.yaml (docs/segments.md), or name a file.",
  });
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new AppError("input.missing", `The file ${file} cannot be read.`, { cause: error });
  }
}

function resultsText(results: readonly TestResult[], failed: number): string {
  const { bold, dim, green, red } = coloursOf(process.stdout);
  const files = [...new Set(results.map(({ test }) => test.file))];
  const lines = files.flatMap((file) => [
    bold(file),
    ...results
      .filter(({ test }) => test.file === file)
      .flatMap(({ test, failures }) => [
        `  ${failures.length === 0 ? green("ok") : red("no")}  ${test.name}${failures.length === 0 ? "" : dim(` (line ${test.line})`)}`,
        ...failures.map((failure) => `      ${failure}`),
      ]),
  ]);
  const passed = `${plural(results.length - failed, "test")} passed`;
  return [
    ...lines,
    "",
    failed === 0 ? green(passed) : `${red(`${failed} failed`)}, ${passed}`,
  ].join("\n");
}
