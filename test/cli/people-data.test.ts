/** What is done with one person's data, as commands: who they are, what they allow, export, erasure. */

import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Answers, answerSchemas, type CommandName } from "../../src/cli/schemas.js";
import { removeFolder, temporaryFolder, tessera } from "./run-command.js";

const call = (on: number, more: object) =>
  JSON.stringify({
    ...{ messageId: `m${on}`, timestamp: `2024-03-0${on}T10:00:00Z` },
    ...{ receivedAt: `2024-03-0${on}T10:00:00Z`, ...more },
  });
const CALLS = [
  call(1, { type: "track", event: "Product Viewed", anonymousId: "device-1" }),
  call(2, {
    ...{ type: "identify", userId: "ann", anonymousId: "device-1" },
    traits: { email: "ann@mail.example" },
  }),
  call(3, {
    ...{ type: "track", event: "Consent Updated", userId: "ann" },
    properties: { channel: "email", status: "granted", wording: "v3", basis: "consent" },
  }),
  call(4, { type: "identify", userId: "bob", traits: {} }),
];

let cwd: string;
beforeAll(async () => {
  cwd = temporaryFolder();
  writeFileSync(join(cwd, "calls.ndjson"), CALLS.join("\n"));
  expect(await run("import", "calls.ndjson")).toMatchObject({ code: 0 });
});
afterAll(() => removeFolder(cwd));

const run = (...args: readonly string[]) => tessera([...args, "--data", "store"], { cwd });

async function ask<C extends CommandName>(command: C, ...args: string[]): Promise<Answers[C]> {
  const { code, stdout, stderr } = await run(command, ...args, "--json");
  expect([code, stderr]).toEqual([0, ""]);
  return answerSchemas[command].strict().parse(JSON.parse(stdout)) as Answers[C];
}

async function listed(): Promise<Answers["erase --list"]> {
  const { stdout } = await run("erase", "--list", "--json");
  return answerSchemas["erase --list"].strict().parse(JSON.parse(stdout));
}

test("person shows why each identifier is theirs, consents what was allowed", async () => {
  const { identifiers, links, consents } = await ask("person", "ann");
  expect(identifiers.map(({ value, cause }) => [value, cause])).toEqual([
    ["ann", null],
    ["ann@mail.example", "named together in one record"],
    ["device-1", "identified on this device"],
  ]);
  const seen = links.map(({ value, with: other, how }) => `${value} ${how} ${other.value}`);
  expect(seen.sort()).toEqual(["ann@mail.example together ann", "device-1 device ann"]);
  expect(consents).toMatchObject([{ channel: "email", purpose: "bulk", status: "granted" }]);
  const { statements } = await ask("consents", "ann");
  expect(statements).toMatchObject([{ wording: "v3", basis: "consent", source: "segment" }]);
  expect((await run("consents", "bob")).stdout).toContain("it is not given");
});

test("identity splits and merges; a dry run only says so", async () => {
  const split = ["split", "device-1"];
  const { moves } = await ask("identity", ...split, "--dry-run");
  expect(moves).toMatchObject([{ kind: "anonymous_id", value: "device-1", facts: 1 }]);
  expect((await ask("person", "ann")).identifiers).toHaveLength(3);
  expect((await ask("identity", ...split)).moves).toEqual(moves);
  expect((await ask("person", "ann")).identifiers).toHaveLength(2);
  await ask("identity", "merge", "device-1", "ann");
  expect((await ask("person", "ann")).identifiers).toHaveLength(3);
  expect((await run("identity", "split", "ann", "bob")).code).toBe(1);
  expect((await run("identity", "split", "zoe")).stderr).toContain("no person has the identifier");
});

test("export-person writes all that is known; erase leaves nobody, and says what it cannot change", async () => {
  const exported = await ask("export-person", "ann", "--out", "ann.json");
  expect(exported).toMatchObject({
    identifiers: 3,
    facts: 4,
    file: expect.stringMatching("ann.json"),
  });
  const all = JSON.parse(readFileSync(join(cwd, "ann.json"), "utf8"));
  expect(all.facts).toHaveLength(4);
  expect(statSync(join(cwd, "ann.json")).mode & 0o77).toBe(0);
  expect((await run("erase", "ann")).stderr).toContain("--reason");
  expect(await listed()).toEqual({ erasures: [] });
  const erased = await ask("erase", "ann", "--reason", "asked");
  expect(erased).toMatchObject({ identifiers: 3, facts: 4, rejects: 0 });
  expect(erased.elsewhere.some((place) => place.endsWith("calls.ndjson"))).toBe(true);
  expect(await listed()).toMatchObject({ erasures: [{ reason: "asked", people: 1, facts: 4 }] });
  expect((await run("erase", "--list")).stdout).toMatch(/20\d\d-.* UTC +1 +4 +asked/);
  expect((await run("erase", "--list", "ann")).code).toBe(1);
  expect((await run("person", "ann")).code).toBe(1);
  expect((await run("import", "calls.ndjson")).stdout).toContain("of erased people were left out");
  expect((await run("person", "ann@mail.example")).code).toBe(1);
  expect((await ask("person", "bob")).identifiers).toHaveLength(1);
});
