/** Our own binding against ClickHouse's, value by value. */

import { afterAll, beforeAll, expect, test } from "vitest";
import { openWarehouse, type Warehouse } from "../src/store/index.js";
import { hostileTexts } from "./hostile-texts.js";
import fc from "./properties.js";
import { startServer, type TestServer } from "./servers.js";

let server: TestServer;
let warehouse: Warehouse;

beforeAll(async () => {
  server = await startServer();
  warehouse = await openWarehouse({ url: server.url });
});
afterAll(async () => {
  await warehouse?.close();
  await server?.stop();
});

/** Texts of fragments that mean something to a parser, and of anything else. */
const text = fc.oneof(
  fc.constantFrom(...hostileTexts),
  fc.string({ unit: "binary" }).filter((t) => t.isWellFormed()),
  fc
    .array(fc.constantFrom("'", "\\", "{a:String}", "--", "/*", "\n", "\0", "n", ",", "]", "`"))
    .map((parts) => parts.join("")),
);

/** The server's: `param_NAME` in the request, escaped as in a TSV field. */
async function boundByServer(value: string): Promise<string> {
  const escaped = value.replace(
    /[\\\t\n]/g,
    (c) => ({ "\\": "\\\\", "\t": "\\t", "\n": "\\n" })[c]!,
  );
  const query = new URLSearchParams({
    query: "SELECT hex({text:String}) FORMAT TSVRaw",
    param_text: escaped,
  });
  const response = await fetch(`${server.url}/?${query}`);
  return (await response.text()).trim();
}

test("a text that we bind is the text that the server binds", async () => {
  await fc.assert(
    fc.asyncProperty(text, async (value) => {
      const { rows } = await warehouse.query<{ h: string; list: string[] }>(
        "SELECT hex({text:String}) AS h, arrayMap(t -> hex(t), {list:Array(String)}) AS list",
        { text: value, list: [value, value] },
      );
      const expected = Buffer.from(value, "utf8").toString("hex").toUpperCase();
      expect(rows[0]).toEqual({ h: expected, list: [expected, expected] });
      expect(await boundByServer(value)).toBe(expected);
    }),
    { numRuns: 200 },
  );
});

test("a bound list is used by the primary key", async () => {
  await warehouse.command("INSERT INTO seen SELECT number, 1 FROM numbers(100000)");
  const sql = "SELECT count() AS n FROM seen WHERE fact_id IN {list:Array(UInt64)}";
  const result = await warehouse.query(sql, { list: [1n, 5n] });
  expect(result.rows).toEqual([{ n: "2" }]);
  expect(result.readRows).toBeLessThan(20_000);
});
