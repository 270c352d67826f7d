/** Lists of people: who is on them, in which order, and what other programs read from the files. */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aliasOf } from "../../src/base/index.js";
import {
  DEFAULT_SETTINGS,
  listPeople,
  makeLibrary,
  type PeopleList,
  type PersonRow,
  readColumns,
  refresh,
  splitColumns,
  usualColumns,
} from "../../src/segment/index.js";
import { type Fact, factRow, type Warehouse } from "../../src/store/index.js";
import { engines } from "../engines.js";
import { hostileTexts } from "../hostile-texts.js";
import { parsed } from "../playbook/library.js";

const AS_OF = Date.UTC(2026, 5, 1);
/** A small library: a refresh of the whole playbook would take longer and show no more. */
const library = makeLibrary([{ document: parsed(`
  attribute net_total = sum(order.net)
  attribute orders_n = count(order)
  attribute d_last = days since last(order)
  attribute dept_share(d) = share(line.net where department = d)
  attribute stage = one of visitor when count(order) = 0, active otherwise
  attribute value_tier = one of top when net_total >= p80, low otherwise
  segment vip net_total >= p90`) }], DEFAULT_SETTINGS); // biome-ignore format: a text
/** What spreadsheets run, and what merely looks so. */
const FORMULAS = ["=1+1", "+49 30 1", "-2", "@sum", "\tx", "\rx", "a=1"];
const CITIES = [...hostileTexts.slice(1), ...FORMULAS];

describe.each(engines(["chdb", "cluster"]))("people on $name", (engine) => {
  let warehouse: Warehouse;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "tessera-people-"));
    warehouse = await engine.open();
    const aliases: Record<string, unknown>[] = [];
    const facts: Fact[] = CITIES.flatMap((city, i) => {
      const name = `u${String(i).padStart(2, "0")}`;
      const alias = aliasOf("user_id", name);
      aliases.push({ alias, id_kind: "user_id", id_value: name, import_id: 1 });
      const at = AS_OF - (i + 1) * 86_400_000;
      const fact = (n: number, more: Partial<Fact>): Fact => ({
        alias, ts: at, knownAt: at, factId: BigInt(10 * i + n), kind: "order", ...more,
      }); // biome-ignore format: one line reads best
      return [
        fact(1, { net: String(i), gross: String(i) }),
        fact(2, { kind: "identified", props: { city, email: `${name}@example.org` } }),
      ];
    });
    const device = aliasOf("anonymous_id", "d1");
    aliases.push({ alias: device, id_kind: "anonymous_id", id_value: "d1", import_id: 1 });
    facts.push({ alias: device, ts: AS_OF - 1, knownAt: AS_OF - 1, factId: 9999n, kind: "viewed" });
    await warehouse.insert("aliases", aliases);
    await warehouse.insert(
      "facts",
      facts.map((fact) => factRow(fact)),
    );
  });
  afterAll(async () => {
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const list = <T>(
    of: { expression?: string; columns?: string; sort?: string; limit?: number },
    work: (list: PeopleList) => Promise<T>,
  ): Promise<T> => {
    const { expression = "count(order) >= 1", columns, sort, limit } = of;
    const chosen =
      columns === undefined ? usualColumns(library) : readColumns(splitColumns(columns), library);
    const [column] = sort === undefined ? [] : readColumns([sort], library);
    const query = {
      expression,
      columns: chosen,
      ...(column === undefined ? {} : { sort: { column, ascending: false } }),
      ...(limit === undefined ? {} : { limit }),
    };
    return listPeople(warehouse, library, query, { asOf: AS_OF }, work);
  };

  test("have their identifiers and the usual columns, in the order of their accounts", async () => {
    await list({}, async ({ total, columns, rows }) => {
      expect(total).toBe(CITIES.length);
      expect(columns.map(({ name }) => name)).toEqual([
        ...["person", "user_id", "email", "other_id"],
        ...["stage", "value_tier", "orders", "revenue_12m", "last_order_at"],
      ]);
      const found = await rows(2);
      expect(found).toMatchObject([
        { user_id: "u00", email: "u00@example.org", other_id: null, orders: 1, revenue_12m: 0 },
        { user_id: "u01", last_order_at: "2026-05-30T00:00:00.000Z", revenue_12m: 1 },
      ]);
      expect(found[0]?.person).toBe(String(aliasOf("user_id", "u00")));
    });
  });

  test("who has neither account nor address is named by another identifier", async () => {
    await list({ expression: "count(viewed) = 1" }, async ({ rows }) => {
      expect(await rows(9)).toMatchObject([
        { user_id: null, email: null, other_id: "anonymous_id:d1", stage: "visitor" },
      ]);
    });
  });

  test("go by a column that need not be shown, greatest first, missing last", async () => {
    const of = { expression: "count(order) >= 0", columns: "d_last", sort: "net_total", limit: 3 };
    await list(of, async ({ total, columns, rows }) => {
      expect(total).toBe(CITIES.length + 1);
      expect(columns.at(-1)).toEqual({ name: "d_last", type: "number" });
      const last = CITIES.length - 1;
      const names = [last, last - 1, last - 2].map((i) => `u${i}`);
      expect((await rows(100)).map((row) => row.user_id)).toEqual(names);
    });
    await list({ ...of, sort: "d_last", limit: 100 }, async ({ rows }) => {
      expect((await rows(100)).at(-1)).toMatchObject({ other_id: "anonymous_id:d1", d_last: null });
    });
  });

  test("nobody is no fault", async () => {
    await list({ expression: "count(order) > 5" }, async ({ total, rows }) => {
      expect({ total, rows: await rows(5) }).toEqual({ total: 0, rows: [] });
    });
  });

  const columns = "person.city, value_tier is top, dept_share('a, b'), first(order)";

  test("NDJSON holds every text as it is", async () => {
    const path = join(folder, "people.ndjson");
    await list({ columns }, ({ write }) => write({ path, format: "JSONEachRow" }));
    const rows = readFileSync(path, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(rows.map((row) => row["person.city"])).toEqual(CITIES);
    expect(rows[3]).toMatchObject({
      user_id: "u03",
      "value_tier is top": false,
      "dept_share('a, b')": null,
      "first(order)": "2026-05-28T00:00:00.000Z",
    });
  });

  test("CSV holds no formula, and else every text as it is", async () => {
    const path = join(folder, "people.csv");
    await list({ columns: `${columns}, -net_total` }, ({ write }) =>
      write({ path, format: "CSVWithNames" }),
    );
    const text = readFileSync(path, "utf8");
    expect(text.split("\n")[0]).toContain(`"'-net_total"`);
    const { rows } = await readBack(path, "CSVWithNames");
    const cities = rows.map((row) => row["person.city"]);
    const guarded = CITIES.map((city) => (/^[=+\-@\t\r]/.test(city) ? `'${city}` : city));
    // An empty cell is a missing value; `\N` is one for ClickHouse, and a text for others.
    expect(cities.filter((_, i) => CITIES[i] !== "\\N")).toEqual(
      guarded.filter((city) => city !== "\\N"),
    );
    expect(guarded.filter((city) => city.startsWith("'=") || city.startsWith("'+"))).toHaveLength(
      2,
    );
  });

  test("Parquet has the columns' own types", async () => {
    const path = join(folder, "people.parquet");
    await list({ columns: `${columns}, orders_n` }, ({ write }) =>
      write({ path, format: "Parquet" }),
    );
    const described = await warehouse.describeFile({ path, format: "Parquet" });
    expect(Object.fromEntries(described.map(({ name, type }) => [name, type]))).toMatchObject({
      person: expect.stringContaining("String"),
      "value_tier is top": expect.stringContaining("Bool"),
      "first(order)": expect.stringContaining("DateTime64"),
      orders_n: expect.stringContaining("Float64"),
    });
  });

  test("what a refresh of the instant has found is not evaluated again, and says the same", async () => {
    const of = { expression: "vip or value_tier is top", sort: "orders_n" };
    const before = await list(of, ({ rows }) => rows(1000));
    await refresh(warehouse, library, { asOf: AS_OF });
    const after = await list(of, ({ rows }) => rows(1000));
    expect(after).toEqual(before);
    expect(after.length).toBeGreaterThan(2);
    // Without any facts the profiles still know; only the addresses are gone.
    await warehouse.command("TRUNCATE TABLE facts");
    const kept = await list({ expression: of.expression }, ({ rows }) => rows(1000));
    const orders = (people: readonly PersonRow[]) =>
      Object.fromEntries(people.map((row) => [row.user_id, [row.orders, row.last_order_at]]));
    expect(orders(kept)).toEqual(orders(after));
  });

  async function readBack(path: string, format: "CSVWithNames") {
    const columns = await warehouse.describeFile({ path, format });
    const structure = columns.map(({ name }) => `\`${name}\` Nullable(String)`).join(", ");
    await warehouse.command(`CREATE TABLE read_back (${structure}) ENGINE = Memory`);
    await warehouse.insertFile("read_back", { path, format });
    return warehouse.query("SELECT * FROM read_back ORDER BY user_id");
  }
});

describe("columns", () => {
  test("are parted by commas outside of brackets and quotes", () => {
    expect(splitColumns("stage, dept_share('a,b'),least(1, (2)), ")).toEqual([
      "stage",
      "dept_share('a,b')",
      "least(1, (2))",
    ]);
  });

  test("are refused when they are faulty, there already, or given twice", () => {
    expect(() => readColumns(["aovv"], library)).toThrow("there is no attribute or segment aovv");
    expect(() => readColumns(["email"], library)).toThrow("is there already");
    expect(() => readColumns(["stage", "stage"], library)).toThrow("given twice");
    expect(() => readColumns(["count(order) >="], library)).toThrow();
    expect(() => readColumns(["1\nsegment x true"], library)).toThrow();
  });
});
