/** `tessera demo` as a process: what it makes, what it leaves alone, what it refuses. */

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answerSchemas, errorSchema } from "../../src/cli/schemas.js";
import { removeFolder, temporaryFolder, tessera } from "./run-command.js";

let cwd: string;
beforeAll(() => {
  cwd = temporaryFolder();
});
afterAll(() => removeFolder(cwd));

async function demo(...args: readonly string[]) {
  const { code, stdout, stderr } = await tessera(["demo", ...args, "--json"], { cwd });
  expect({ code, stderr: stderr.replace(/^Making .*\n/, "") }).toEqual({ code: 0, stderr: "" });
  return answerSchemas.demo.strict().parse(JSON.parse(stdout));
}

test("makes a store once, and anew where something else is wanted", async () => {
  const given = ["--people", "60", "--seed", "5", "--data", "shop"];
  const first = await demo(...given);
  expect(first).toMatchObject({ made: true, people: 60, seed: 5, folder: "shop" });
  expect(first.facts).toBeGreaterThan(600);
  expect(readFileSync(join(cwd, first.truth), "utf8").trimEnd().split("\n").length).toBe(60);
  expect(await demo(...given)).toEqual({ ...first, made: false, seconds: null });

  writeFileSync(join(cwd, "shop", "segments", "mine.tess"), "segment mine count(order) >= 2\n");
  const until = "2025-07-01T00:00:00.000Z";
  const later = await demo(...given, "--until", "2025-07-01");
  expect(later).toMatchObject({ made: true, until });
  expect(later.facts).not.toBe(first.facts);
  // "Now" moves along, and what a person added stays.
  const { stdout } = await tessera(["count", "mine", "--data", "shop", "--json"], { cwd });
  expect(answerSchemas.count.parse(JSON.parse(stdout)).asOf).toBe(until);
});

test("a settings file that somebody changed stays", async () => {
  const settings = join(cwd, "mine", "tessera.yaml");
  const given = ["--people", "5", "--data", "mine"];
  await demo(...given);
  writeFileSync(settings, "timeZone: Asia/Tokyo\n");
  await demo(...given, "--seed", "9");
  expect(readFileSync(settings, "utf8")).toBe("timeZone: Asia/Tokyo\n");
});

test("a folder that is somebody's is left alone", async () => {
  mkdirSync(join(cwd, "theirs"));
  writeFileSync(join(cwd, "theirs", "thesis.txt"), "precious");
  const { code, stderr } = await tessera(["demo", "--data", "theirs"], { cwd });
  expect(stderr).toContain("holds something else");
  expect(code).toBe(1);
  expect(readdirSync(join(cwd, "theirs"))).toEqual(["thesis.txt"]);
});

test.each([
  [["--people", "0"], "--people 0"],
  [["--people", "many"], "--people many"],
  [["--people", "1e3"], "--people 1e3"],
  [["--people", "99999999999"], "4,294,967,296"],
  [["--seed", "-1"], "--seed -1"],
  [["--processes", "65"], "--processes 65"],
  [["--until", "tomorrow"], '"tomorrow" is neither'],
  [["--until", "0800-12-25"], "1950"],
])("%s is refused before anything is made", async (args, says) => {
  const { code, stdout } = await tessera(["demo", ...args, "--data", "none", "--json"], { cwd });
  const { error } = errorSchema.parse(JSON.parse(stdout));
  expect(error.code).toBe("input.invalid");
  expect(`${error.message} ${error.hint}`).toContain(says);
  expect(code).toBe(1);
  expect(existsSync(join(cwd, "none"))).toBe(false);
});
