/** `tessera test`: histories, the store, exit codes, and what a failure says. */

import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answerSchemas, faultsSchema } from "../../src/cli/schemas.js";
import { removeFolder, temporaryFolder, tessera } from "./run-command.js";

const ORDERS = [
  "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country",
  "1,A,Mug,2,2011-11-01 10:00:00,4.5,17850,United Kingdom",
  "2,B,Tea,1,2011-11-02 10:00:00,10,17851,France",
  "",
].join("\n");

const SEGMENTS = `
attribute spent = sum(order.net)
# Two order days or more.
segment twice "Twice" count(order days) >= 2
segment p "Above the median" spent > p50`;

const HISTORY = `
      ann: order net=20 at 2026-06-01, 2026-06-08
      bob: order net=50 at 2026-06-01T09:00, 2026-06-01T15:00
      cem: viewed product=m at 2026-06-02
      ann2: order net=0.5 at 2026-06-09
      merge ann2 -> ann at 2026-06-10`;

let cwd: string;
beforeAll(async () => {
  cwd = temporaryFolder();
  writeFileSync(join(cwd, "orders.csv"), ORDERS);
  await tessera(["import", "orders.csv", "--preset", "online-retail", "--data", "shop"], { cwd });
  mkdirSync(join(cwd, "shop", "segments"), { recursive: true });
  writeFileSync(join(cwd, "shop", "segments", "own.tess"), SEGMENTS);
});
afterAll(() => removeFolder(cwd));

async function run(text: string) {
  writeFileSync(join(cwd, "shop", "segments", "own.test.yaml"), text);
  const { code, stdout, stderr } = await tessera(["test", "--json", "--data", "shop"], { cwd });
  expect(stderr).toBe("");
  return { code, ...answerSchemas.test.strict().parse(JSON.parse(stdout)) };
}

test("what is as expected passes, on a history and on the store", async () => {
  const { code, ...answer } = await run(`
tests:
  - name: on the store
    asOf: 2011-12-01
    in: { "spent > 8": [17850, "user_id:17851"] }
    notIn: { twice: 17850 }
    sizes: { "count(order) >= 1": 2, twice: "<= 0" }
    values: { spent: { 17850: 9 } }
  - name: on a history
    asOf: 2026-06-20
    history: |${HISTORY}
    members: { twice: ann, p: bob, "count(order) = 0": [cem] }
    sizes: { twice: 1, "spent >= 0": 3 }
    values:
      spent: { ann: 40.5, cem: 0 }
      "last(order)": { ann: 2026-06-09, cem: null }
      "spent / 7": { bob: 14.29 }
  - name: before the merge
    asOf: 2026-06-09T12:00:00Z
    history: |${HISTORY}
    members: { "count(order) >= 1": [ann, bob, ann2] }
`);
  expect(answer.tests.filter(({ failures }) => failures.length > 0)).toEqual([]);
  expect({ code, ok: answer.ok, passed: answer.passed }).toEqual({ code: 0, ok: true, passed: 3 });
  expect(answer.tests.map(({ on, line }) => [on, line])).toEqual([
    ["store", 3],
    ["history", 9],
    ["history", 23],
  ]);
});

test("what differs is said: who is missing, who is too many, by how much, and why", async () => {
  const { code, failed, tests } = await run(`
tests:
  - name: wrong on a history
    asOf: 2026-06-20
    history: |${HISTORY}
    members: { twice: [bob, cem] }
    notIn: { twice: ann }
    sizes: { twice: 3-9 }
    values: { spent: { ann: 40, cem: null } }
  - name: wrong on the store
    asOf: 2011-12-01
    in: { twice: 17850 }
    sizes: { "count(order) >= 1": ">= 3" }
  - name: a person whom the store does not know
    asOf: 2011-12-01
    in: { twice: 17852 }
`);
  expect({ code, failed }).toEqual({ code: 1, failed: 3 });
  expect(tests.map(({ failures }) => failures)).toEqual([
    [
      "twice: ann should not be in it",
      "spent of ann is 40.5, not 40",
      "spent of cem is 0, not missing",
      "twice: bob, cem missing",
      "twice: ann too many",
      "twice: 1 person, not 3-9",
      "  bob: not count(order days) >= 2 (1 against 2)",
    ],
    [
      "twice: 17850 should be in it",
      "count(order) >= 1: 2 people, not >= 3",
      "  17850: not count(order days) >= 2 (1 against 2)",
    ],
    ["the person 17852 is not known: did you mean user_id:17850, or user_id:17851?"],
  ]);
});

test("what overrides a ready definition is said where it is listed", async () => {
  writeFileSync(join(cwd, "shop", "segments", "vip.tess"), 'segment vip "Ours" spent > 9\n');
  const args = ["--json", "--data", "shop", "--as-of", "2011-12-01"];
  const listed = JSON.parse((await tessera(["segments", ...args], { cwd })).stdout);
  const { segments } = answerSchemas.segments.parse(listed);
  const own = segments.filter(({ overrides }) => overrides !== null);
  expect(own.map(({ key, name, size }) => [key, name, size])).toEqual([["vip", "Ours", 1]]);
  const words = JSON.parse((await tessera(["attributes", "vip", ...args], { cwd })).stdout);
  expect(answerSchemas.attributes.strict().parse(words).families).toEqual([
    expect.objectContaining({ name: "vip", overrides: own[0]?.overrides, about: "keep, advocacy" }),
  ]);
});

test("a file with a fault runs nothing, and says every fault with its place", async () => {
  const text =
    "tests:\n  - name: a\n    asOf: 2026-06-20\n    in: { twicee: ann }\n    sizes: { twice: few }\n";
  writeFileSync(join(cwd, "faulty.test.yaml"), text);
  const args = ["test", "faulty.test.yaml", "--json", "--data", "shop"];
  const { code, stdout, stderr } = await tessera(args, { cwd });
  expect(code).toBe(1);
  const { diagnostics } = faultsSchema.parse(JSON.parse(stdout));
  expect(diagnostics.map(({ line, column, hint }) => [line, column, hint])).toEqual([
    [4, 11, "did you mean twice?"],
    [5, 21, expect.stringContaining("120, 100-200")],
  ]);
  expect(stderr).toContain("faulty.test.yaml:4:11");
});

test("no tests, and no such file, are said; nothing is left behind", async () => {
  const before = readdirSync(tmpdir()).filter((name) => name.startsWith("tessera-test-"));
  const none = await tessera(["test", "--data", "elsewhere"], { cwd });
  expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining("no tests in") });
  const missing = await tessera(["test", "no.test.yaml", "--data", "shop"], { cwd });
  expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining("no.test.yaml") });
  const after = readdirSync(tmpdir()).filter((name) => name.startsWith("tessera-test-"));
  expect(after.length).toBeLessThanOrEqual(before.length);
});
