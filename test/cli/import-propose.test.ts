/** `tessera import FILE --propose` as a person runs it. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answerSchemas } from "../../src/cli/schemas.js";
import { TURKISH } from "../collect/proposed-files.js";
import { removeFolder, shell, temporaryFolder, tessera } from "./run-command.js";

let cwd: string;
beforeAll(() => {
  cwd = temporaryFolder();
  writeFileSync(join(cwd, "siparisler.csv"), TURKISH);
  writeFileSync(join(cwd, "notes.txt"), "text\nOnce upon a time there was a mug\n");
});
afterAll(() => removeFolder(cwd));

const run = (...args: readonly string[]) => tessera(["import", ...args], { cwd });

test("what it writes is a mapping to import with, and no store is made for it", async () => {
  const script = [
    "npx tessera import siparisler.csv --propose > m.yaml",
    "npx tessera import siparisler.csv --map m.yaml --dry-run",
  ];
  const { code, stdout, stderr } = await shell(script.join("\n"), { cwd });
  // On a busy machine it says how far it is.
  const faults = stderr.replace(/^siparisler\.csv: .* left\n/gm, "");
  expect({ code, faults }).toEqual({ code: 0, faults: "" });
  expect(stdout).toMatch(/Would add 4 orders, 5 lines/);
  expect(existsSync(join(cwd, "tessera-data"))).toBe(false);
});

test("docs/import.md shows what it writes", async () => {
  const doc = readFileSync(new URL("../../docs/import.md", import.meta.url), "utf8");
  const block = (label: string) =>
    new RegExp(`^\`\`\`\\w+ ${label}\\n([\\s\\S]*?)^\`\`\``, "m").exec(doc)?.[1];
  writeFileSync(join(cwd, "orders.csv"), block("file=orders.csv")!);
  const { stdout } = await run("orders.csv", "--propose");
  expect(stdout).toBe(block("proposed"));
});

test("as JSON it says how sure it is of each line, and why", async () => {
  const { stdout } = await run("siparisler.csv", "--propose", "--json");
  const found = answerSchemas["import --propose"].strict().parse(JSON.parse(stdout));
  expect(found).toMatchObject({ record: "orders", sureness: "sure", rows: 5, lacking: [] });
  expect(found.fields[0]).toEqual({
    field: "order",
    column: "Sipariş No",
    sureness: "sure",
    why: "named so; 4 different values",
    question: null,
  });
});

test("a file in which nothing was found is refused, and nothing is written", async () => {
  const { code, stdout, stderr } = await run("notes.txt", "--propose");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/notes\.txt: nothing was found in its one column/);
});

test("it takes one file, and no mapping beside it", async () => {
  const two = await run("siparisler.csv", "notes.txt", "--propose");
  expect(two).toMatchObject({ code: 1, stderr: expect.stringMatching(/one file at a time/) });
  const both = await run("siparisler.csv", "--propose", "--preset", "online-retail");
  expect(both).toMatchObject({ code: 1, stderr: expect.stringMatching(/cannot be used with/) });
});
