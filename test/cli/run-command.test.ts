/** The process that runs the commands of a test file says what a process of its own says. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { removeFolder, shell, temporaryFolder, tessera, tesseraProcess } from "./run-command.js";

let cwd: string;
beforeAll(async () => {
  cwd = temporaryFolder();
  const csv = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country";
  writeFileSync(
    join(cwd, "orders.csv"),
    `${csv}\n1,A,Mug,2,2011-11-01 10:00:00,4.5,17850,France\n`,
  );
  const args = ["import", "orders.csv", "--preset", "online-retail", "--data", "shop"];
  expect((await tesseraProcess(args, { cwd })).code).toBe(0);
  writeFileSync(join(cwd, "in-the-way"), "");
  mkdirSync(join(cwd, "empty"));
});
afterAll(() => removeFolder(cwd));

test.each<readonly [args: readonly string[], code: number]>([
  [["count", "count(order) >= 1", "--as-of", "2012-01-01", "--data", "shop", "--json"], 0],
  [["count", "count(order) >= 1", "--as-of", "2012-01-01", "--data", "shop"], 0],
  [["count", "count(ordr) >= 1", "--data", "shop"], 1],
  [["segments", "--data", "empty"], 1],
  [["import", "orders.csv", "--preset", "online-retail", "--data", "in-the-way"], 2],
  [["count", "--help"], 0],
  [["cuont"], 1],
])("%j", async (args, code) => {
  const alone = await tesseraProcess(args, { cwd });
  expect(alone.code).toBe(code);
  expect(await tessera(args, { cwd })).toEqual(alone);
  const quoted = args.map((word) => `'${word}'`).join(" ");
  expect(await shell(`npx tessera ${quoted}`, { cwd })).toEqual(alone);
});

test("each command has its own folder and environment, and nothing of the one before", async () => {
  const count = ["count", "count(order) >= 1", "--data", "shop"];
  const elsewhere = await tessera(count, { cwd: join(cwd, "empty") });
  expect(elsewhere).toMatchObject({ code: 1, stdout: "" });
  const env = { CLICKHOUSE_URL: "http://127.0.0.1:1/shop" };
  expect(await tessera(count, { cwd, env })).toMatchObject({ code: 2, stdout: "" });
  expect(await tessera(count, { cwd })).toMatchObject({ code: 0, stderr: "" });
});
