/** Help is instant: the engine, which takes most of a command's time to load, is not loaded for it. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { removeFolder, temporaryFolder, tesseraProcess } from "./run-command.js";

const cwd = temporaryFolder();
afterAll(() => removeFolder(cwd));

const loaded = join(cwd, "loaded.txt");
const telling = join(cwd, "tell-what-is-loaded.mjs");
writeFileSync(
  telling,
  `import { writeFileSync } from "node:fs";
  process.report.excludeNetwork = true;
  process.on("exit", () => {
    writeFileSync(${JSON.stringify(loaded)}, process.report.getReport().sharedObjects.join());
  });`,
);

async function librariesOf(...args: readonly string[]): Promise<string> {
  const env = { NODE_OPTIONS: `--import=${telling}` };
  expect(await tesseraProcess(args, { cwd, env })).toMatchObject({ code: 0 });
  return readFileSync(loaded, "utf8");
}

test("--help lists the commands at once", async () => {
  expect((await tesseraProcess(["--help"], { cwd })).stdout).toContain("segments");
  expect(await librariesOf("--help")).not.toContain("chdb");
  // Or the libraries are not told, and nothing is shown.
  expect(await librariesOf("demo", "--people", "20", "--json")).toContain("chdb");
});
