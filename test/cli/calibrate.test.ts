/** `tessera calibrate` as a person meets it: proposed, accepted, shown beside the segments, withdrawn. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answerSchemas, errorSchema } from "../../src/cli/schemas.js";
import { removeFolder, temporaryFolder, tessera } from "./run-command.js";

const DEFAULTS =
  "Limits: default new_days 30, second_order_day 60, churn_limit 180, frequent_orders 4, discount_share 0.4.";

let cwd: string;
beforeAll(async () => {
  cwd = temporaryFolder();
  await tessera(["demo", "--people", "800", "--data", "shop"], { cwd });
  await tessera(["demo", "--people", "60", "--data", "small"], { cwd });
});
afterAll(() => removeFolder(cwd));

const run = (store: string, ...args: readonly string[]) =>
  tessera([...args, "--data", store], { cwd });
const file = () => join(cwd, "shop", "calibration.yaml");

test("shows the effect on sizes; once accepted, the refresh and the segments follow", async () => {
  const { stdout: text, code } = await run(
    "shop",
    "calibrate",
    "--as-of",
    "2026-11-01",
    "--accept",
  );
  expect(code).toBe(0);
  expect(text).toMatch(/^second_order_day +60 +default +\d+ +\d+ - \d+ +\d+ people +60$/m);
  expect(text).toMatch(
    /^Longer than \d+ days without an order: [\d,]+ times so far, of which \d+ \(/m,
  );
  expect(text).toContain(`Accepted as version 1 in ${join("shop", "calibration.yaml")}.`);
  expect(text).toContain("who leaves for it: npx tessera refresh --data shop --as-of 2026-11-01\n");
  const [, lapsed] = /^ {2}lapsed +\d+ +-> +(\d+) +\(\+\d+, -\d+\)$/m.exec(text) ?? [];
  const [, churn] = /^churn_limit +180 +default +(\d+) /m.exec(text) ?? [];
  expect(readFileSync(file(), "utf8")).toContain(`churn_limit: { value: ${churn}, n: `);

  expect((await run("shop", "refresh")).code).toBe(0);
  const { stdout } = await run("shop", "segments", "--json");
  const report = answerSchemas.segments.strict().parse(JSON.parse(stdout));
  expect(report.segments.find(({ key }) => key === "lapsed")?.size).toBe(Number(lapsed));
  expect(report.limits).toContainEqual({
    ...{ name: "churn_limit", value: Number(churn), from: "calibration" },
  });
});

test("a setting wins over the calibration, and the command says so", async () => {
  const settings = join(cwd, "shop", "tessera.yaml");
  const before = readFileSync(settings, "utf8");
  writeFileSync(settings, `${before}\nlimits:\n  churn_limit: 100\n`);
  const { stdout, stderr, code } = await run("shop", "calibrate", "--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const found = answerSchemas.calibrate.strict().parse(JSON.parse(stdout));
  const { limits, notes, version, accepted } = found;
  expect({ version, accepted }).toEqual({ version: 1, accepted: null });
  expect(limits.find(({ name }) => name === "churn_limit")).toMatchObject({
    ...{ inForce: 100, from: join("shop", "tessera.yaml") },
  });
  expect(notes).toEqual([
    `churn_limit is set in ${join("shop", "tessera.yaml")}; accepting changes nothing for it.`,
  ]);
  writeFileSync(settings, before);
});

test("a store of a few buyers is told that the defaults are used, and why", async () => {
  const { stdout, code } = await run("small", "calibrate");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^new_days: default 30, \d+ people with an order, 200 are needed\.$/m);
  expect(stdout).toContain("There is too little history to propose anything");
  expect((await run("small", "segments")).stdout).toContain(DEFAULTS);
});

test("a calibration that cannot be read is refused with its faults; without it the defaults hold", async () => {
  const whole = readFileSync(file(), "utf8");
  writeFileSync(file(), whole.replace("churn_limit", "churn_limits"));
  const { code, stdout, stderr } = await run("shop", "segments", "--json");
  expect(code).toBe(1);
  const { error } = errorSchema.parse(JSON.parse(stdout));
  expect(error.code).toBe("input.invalid");
  expect(error.message).toContain(join("shop", "calibration.yaml"));
  expect(error.message).toContain("churn_limits");
  expect(stderr).toContain("docs/calibration.md");
  rmSync(file());
  expect((await run("shop", "segments")).stdout).toContain(DEFAULTS);
});

test("help shows how it is used", async () => {
  const { stdout } = await tessera(["calibrate", "--help"], { cwd });
  expect(stdout).toContain("tessera calibrate --accept && tessera refresh");
});
