/** `tessera rejects`: what imports could not use, counted and one by one. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { answerSchemas } from "../../src/cli/schemas.js";
import { tessera } from "./run-command.js";

const cwd = mkdtempSync(join(tmpdir(), "tessera-rejects-"));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));
const run = (...args: string[]) => tessera([...args, "--data", "store"], { cwd });

beforeAll(async () => {
  writeFileSync(join(cwd, "m.yaml"), "source: shop\ncolumns: {order: id, time: at, price: eur}\n");
  writeFileSync(join(cwd, "a.csv"), "id,at,eur\n1,2024-01-01,5\n2,2024-01-01,five\n3,never,5\n");
  writeFileSync(join(cwd, "b.csv"), "id,at,eur\n4,2024-01-01,5\n5,2024-01-01,six\n");
  for (const file of ["a.csv", "b.csv"]) await run("import", file, "--map", "m.yaml");
});

it("counts the reasons and lists the rows, newest first", async () => {
  const { stdout, code } = await run("rejects", "--json");
  expect(code).toBe(0);
  const found = answerSchemas.rejects.parse(JSON.parse(stdout));
  expect(found.total).toBe(3);
  expect(found.reasons.map(({ column, rows }) => [column, rows])).toEqual([
    ["eur", 2],
    ["at", 1],
  ]);
  const named = found.rows.map(({ file, line, value }) => [file.split("/").at(-1), line, value]);
  expect(named).toEqual([
    ["b.csv", 3, "six"],
    ["a.csv", 4, "never"],
    ["a.csv", 3, "five"],
  ]);
  const { stdout: text } = await run("rejects");
  expect(text).toMatch(/3 rows were refused/);
  expect(text).toMatch(/2 +eur +not a number/);
});

it("tells of values that were left out alone, and of refunds that wait for their order", async () => {
  const call = (messageId: string, event: string, properties: object) =>
    JSON.stringify({
      ...{ type: "track", messageId, event, userId: "u1", timestamp: "2024-01-01T10:00:00Z" },
      properties: { currency: "EUR", ...properties },
    });
  const calls = [
    call("m1", "Order Completed", { order_id: "o1", subtotal: 9, discount: "10%" }),
    call("m2", "Order Refunded", { order_id: "o2" }),
  ];
  writeFileSync(join(cwd, "calls.ndjson"), calls.join("\n"));
  const imported = await run("import", "calls.ndjson");
  expect(imported.stdout).toContain('line 1  properties.discount "10%": not a number');
  const { stdout } = await run("rejects", "--json");
  const found = answerSchemas.rejects.strict().parse(JSON.parse(stdout));
  expect(found).toMatchObject({ total: 3, amended: 1, awaitedOrders: 1 });
  expect(found.values).toMatchObject([{ line: 1, column: "properties.discount", value: "10%" }]);
  const { stdout: text } = await run("rejects");
  expect(text).toContain("1 row came in without a value that is not needed");
  expect(text).toContain("Refunds or cancellations of 1 order wait");
});

it("leaves out what was refused before --since, and says when there is nothing", async () => {
  const { stdout } = await run("rejects", "--since", "2099-01-01");
  expect(stdout).toMatch(/^Nothing was refused[.]\n\nRefunds or cancellations of 1 order wait/);
  expect((await run("rejects", "--since", "soon")).code).toBe(1);
  expect((await tessera(["rejects", "--data", "none"], { cwd })).code).toBe(1);
});
