/** `tessera import` as a process: a dry run, several files, and one of them that fails. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answerSchemas, errorSchema } from "../../src/cli/schemas.js";
import { removeFolder, temporaryFolder, tessera } from "./run-command.js";

const HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country";
const row = (order: string, quantity = "2") =>
  `${order},A,Mug,${quantity},2011-11-01 10:00:00,4.5,17850,United Kingdom`;
const csv = (...rows: string[]) => [HEADER, ...rows, ""].join("\n");

let cwd: string;
beforeAll(() => {
  cwd = temporaryFolder();
  mkdirSync(join(cwd, "exports"));
  writeFileSync(join(cwd, "exports", "1.csv"), csv(row("1"), row("2", "two")));
  writeFileSync(join(cwd, "exports", "2.csv"), csv(row("3")));
});
afterAll(() => removeFolder(cwd));

const run = (...args: readonly string[]) => tessera(["import", ...args], { cwd });

test("a dry run says what would come in, with the first rejects, and makes no store", async () => {
  const { code, stdout } = await run("exports", "--data", "shop", "--dry-run");
  expect(code).toBe(0);
  expect(stdout).toMatch(/exports\/1\.csv.*\n.*Would add 1 order, 1 line/);
  expect(stdout).toMatch(/3 +Quantity +"two" +not a number/);
  expect(stdout).toContain("A dry run of 2 files, each as if it came alone: nothing was changed.");
  expect(existsSync(join(cwd, "shop"))).toBe(false);
});

test("files of a folder that are no tables, or that nobody knows, are left alone, and named", async () => {
  mkdirSync(join(cwd, "mixed"));
  writeFileSync(join(cwd, "mixed", "orders.csv"), csv(row("9")));
  writeFileSync(join(cwd, "mixed", "notes.csv"), "what,ever\n1,2\n");
  writeFileSync(join(cwd, "mixed", "orders.xlsx"), "PK\x03\x04\x14[Content_Types].xml");
  writeFileSync(join(cwd, "mixed", "invoice.pdf"), "%PDF-1.7\n");
  writeFileSync(join(cwd, "mixed", "logo.bin"), Buffer.of(7, 0, 0, 1));
  writeFileSync(join(cwd, "mixed", "none.csv"), "");
  for (const name of [".DS_Store", "~$orders.xlsx", "desktop.ini"]) {
    writeFileSync(join(cwd, "mixed", name), Buffer.of(0, 0, 0, 1));
  }
  const { code, stdout } = await run("mixed", "--data", "mixed-store");
  expect(code).toBe(0);
  expect(stdout).toMatch(/Left alone: not recognised .*--propose.*\n {2}mixed\/notes\.csv\n/);
  expect(stdout).toMatch(/a spreadsheet\. Save the sheet as CSV.*\n {2}mixed\/orders\.xlsx\n/);
  expect(stdout).not.toMatch(/DS_Store|~\$|desktop/);
  expect(stdout).toContain("1 file taken in");
  // Of 2010 or so: who asks about today would find that everybody has gone.
  expect(stdout).toMatch(/--as-of (20\d\d-\d\d-\d\d)\n.*"asOf: \1" in mixed-store\/tessera.yaml/);
  const again = await run("mixed", "--data", "mixed-store", "--json");
  expect(answerSchemas.import.parse(JSON.parse(again.stdout)).leftAlone).toMatchObject([
    { file: join("mixed", "invoice.pdf"), reason: "it is a PDF document" },
    { file: join("mixed", "logo.bin"), reason: "neither CSV, JSON, NDJSON nor Parquet" },
    { file: join("mixed", "none.csv"), reason: "the file is empty" },
    { file: join("mixed", "notes.csv"), reason: "not recognised by its header" },
    { file: join("mixed", "orders.xlsx"), remedy: expect.stringContaining("as CSV") },
  ]);
  for (const named of ["notes.csv", "orders.xlsx"]) {
    const { code, stderr } = await run(`mixed/${named}`, "--data", "mixed-store");
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/CSV|--map/) });
  }
  const none = await run("mixed/*.pdf", "mixed/n*.csv", "--data", "mixed-store", "--json");
  const { message } = errorSchema.parse(JSON.parse(none.stdout)).error;
  expect(message).toMatch(/None of the 3 files can be taken in\. The first: mixed\/invoice\.pdf: /);
});

test("a dry run in a store leaves it as it is, down to the number of the next import", async () => {
  const data = ["--data", "kept", "--json"];
  await run("exports/2.csv", ...data);
  const dry = await run("exports/1.csv", ...data, "--dry-run");
  const found = answerSchemas.import.parse(JSON.parse(dry.stdout));
  expect(found).toMatchObject({ dryRun: true, orders: 1, rowsRejected: 1, rejectFiles: [] });
  expect(found.files[0]!.firstRejects).toMatchObject([{ line: 3, column: "Quantity" }]);
  expect(existsSync(join(cwd, "kept", "rejects", "2.ndjson"))).toBe(false);
  const { stdout } = await run("exports/1.csv", ...data);
  const [file] = answerSchemas.import.parse(JSON.parse(stdout)).rejectFiles;
  expect(file).toMatch(/rejects\/\d+\.ndjson$/);
  expect(readdirSync(join(cwd, "kept", "rejects"))).toHaveLength(1);
});

test("of several files those before a failing one stay, and the message says which", async () => {
  writeFileSync(join(cwd, "exports", "3.csv"), csv(row("4", "four")));
  writeFileSync(join(cwd, "exports", "4.csv"), csv(row("5")));
  const failed = await run("exports", "--data", "several", "--json");
  expect(failed.code).toBe(1);
  const { message, hint } = errorSchema.parse(JSON.parse(failed.stdout)).error;
  expect(message).toMatch(/^exports\/3\.csv: none of its 1 rows can be used; the first: line 2/);
  expect(message).toContain("Landed before it, and stay: exports/1.csv, exports/2.csv.");
  expect(message).toContain("Not begun: exports/4.csv.");
  expect(hint).toContain("give the same files again");
  writeFileSync(join(cwd, "exports", "3.csv"), csv(row("4")));
  const { code, stdout } = await run("exports", "--data", "several");
  expect(code).toBe(0);
  expect(stdout).toContain("4 files taken in: 5 rows, 1 row left out, 2 orders, 2 lines");
});
