/** What every warehouse must do, asked of each adapter against the real engine. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { factRow, type Warehouse } from "../src/store/index.js";
import { emptyTables, engines } from "./engines.js";
import { hostileTexts } from "./hostile-texts.js";

describe.each(engines())("warehouse on $name", (engine) => {
  let warehouse: Warehouse;

  beforeAll(async () => {
    warehouse = await engine.open();
  });
  afterAll(() => engine.close());
  beforeEach(() => emptyTables(warehouse));

  async function one<Row = Record<string, unknown>>(sql: string, parameters = {}): Promise<Row> {
    const { rows } = await warehouse.query<Row>(sql, parameters);
    expect(rows).toHaveLength(1);
    return rows[0]!;
  }

  describe("parameters", () => {
    test.each(hostileTexts)("the text %j arrives as it is, alone and in an array", async (text) => {
      const row = await one("SELECT {text:String} AS text, {texts:Array(String)} AS texts", {
        text,
        texts: [text, "between", text],
      });
      expect(row).toEqual({ text, texts: [text, "between", text] });
    });

    test("numbers, 64-bit integers, decimals, truths, nulls and nested arrays keep their value", async () => {
      const row = await one(
        `SELECT {big:UInt64} AS big, {low:Int64} AS low, {share:Float64} AS share, {yes:Bool} AS yes,
          {none:Nullable(String)} AS none, {amount:Decimal(18, 4)} AS amount,
          {instant:DateTime64(3, 'UTC')} AS instant, {list:Array(UInt64)} AS list,
          {nested:Array(Array(Nullable(String)))} AS nested, {empty:Array(String)} AS empty`,
        {
          big: 18446744073709551615n,
          low: -9223372036854775808n,
          share: 0.1,
          yes: true,
          none: null,
          amount: "12345678901234.5678",
          instant: "2024-02-29 23:59:59.999",
          list: [1, 18446744073709551615n],
          nested: [["a'", null], []],
          empty: [],
        },
      );
      expect(row).toEqual({
        big: "18446744073709551615",
        low: "-9223372036854775808",
        share: 0.1,
        yes: true,
        none: null,
        amount: "12345678901234.5678",
        instant: "2024-02-29 23:59:59.999",
        list: ["1", "18446744073709551615"],
        nested: [["a'", null], []],
        empty: [],
      });
    });

    test("braces inside strings and comments are not parameters; identifiers are quoted", async () => {
      const row = await one(
        "SELECT '{x:String}' AS text, /* {y:String} */ {name:Identifier} AS `a{z:String}` -- {q:String}\nFROM (SELECT 1 AS `we``ird`)",
        { name: "we`ird" },
      );
      expect(row).toEqual({ text: "{x:String}", "a{z:String}": 1 });
    });

    test("a parameter without a value is a bug, not an empty text", async () => {
      await expect(warehouse.query("SELECT {absent:String}")).rejects.toThrow("absent");
    });

    test("a hundred thousand people can be bound", async () => {
      const people = Array.from({ length: 100_000 }, (_, i) => BigInt(i) << 40n);
      const row = await one("SELECT length({people:Array(UInt64)}) AS n", { people });
      expect(row).toEqual({ n: "100000" });
    });
  });

  describe("rows", () => {
    test("hostile texts are inserted and read back exactly", async () => {
      await warehouse.insert(
        "facts",
        hostileTexts.map((text, i) =>
          factRow({
            ...sampleFact,
            factId: BigInt(i),
            product: text,
            props: { [`k${text}`]: text },
          }),
        ),
      );
      const { rows } = await warehouse.query<{ product: string }>(
        "SELECT product FROM facts WHERE has({texts:Array(String)}, product) ORDER BY fact_id",
        { texts: hostileTexts },
      );
      expect(rows.map((row) => row.product)).toEqual(hostileTexts);
    });

    test("64-bit ids, decimals and milliseconds are exact", async () => {
      const alias = 18446744073709551615n;
      const ts = Date.UTC(2024, 1, 29, 23, 59, 59, 999);
      await warehouse.insert("facts", [
        factRow({ ...sampleFact, alias, ts, net: "12345678901234.5678", price: "0.0001" }),
      ]);
      expect(await one("SELECT alias, ts, net, price, cost FROM facts")).toEqual({
        alias: String(alias),
        ts: "2024-02-29 23:59:59.999",
        net: "12345678901234.5678",
        price: "0.0001",
        cost: null,
      });
    });

    test("a property keeps its type, and a date-like text stays text", async () => {
      const props = { a: { b: "5", n: 5 }, day: "2020-01-01", half: 0.5, yes: true, list: ["x"] };
      await warehouse.insert("facts", [factRow({ ...sampleFact, props })]);
      const row = await one(
        `SELECT props.a.b.:String AS b, props.a.b.:Int64 AS b_number, props.a.n.:Int64 AS n,
          props.a.n.:String AS n_text, props.day.:String AS day, props.half.:Float64 AS half,
          props.yes.:Bool AS yes, props.none.:String AS none FROM facts`,
      );
      expect(row).toEqual({
        b: "5",
        b_number: null,
        n: "5",
        n_text: null,
        day: "2020-01-01",
        half: 0.5,
        yes: true,
        none: null,
      });
    });

    test("a field that the table does not have refuses the insert", async () => {
      await expect(warehouse.insert("seen", [{ fact_id: 1n, nope: 1 }])).rejects.toMatchObject({
        name: "AppError",
        code: "warehouse.refused",
      });
    });

    test("the rows that were read are counted", async () => {
      await warehouse.insert(
        "seen",
        [1n, 2n, 3n].map((fact_id) => ({ fact_id, import_id: 1 })),
      );
      const result = await warehouse.query("SELECT sum(fact_id) FROM seen");
      expect(result.readRows).toBe(3);
      expect(result.elapsedMs).toBeGreaterThan(0);
    });
  });

  describe("errors", () => {
    test("a refused statement says what ClickHouse says", async () => {
      await expect(warehouse.query("SELECT nope")).rejects.toMatchObject({
        name: "AppError",
        code: "warehouse.refused",
        message: expect.stringMatching(
          /^Unknown expression identifier `nope`.*\(UNKNOWN_IDENTIFIER\)$/s,
        ),
      });
    });

    test("a query over its limits is told from a wrong one", async () => {
      const settings = { max_memory_usage: 1_000_000, max_bytes_before_external_group_by: 0 };
      const sql = "SELECT number, count() FROM numbers(1000000) GROUP BY number";
      await expect(warehouse.query(sql, {}, { settings })).rejects.toMatchObject({
        code: "warehouse.limit",
      });
      // The limit was that query's own.
      expect(
        await one("SELECT count() AS n FROM (SELECT number FROM numbers(100000) GROUP BY number)"),
      ).toEqual({ n: "100000" });
    });
  });

  test("rows can be deleted by a bound condition, on every shard", async () => {
    const facts = Array.from({ length: 100 }, (_, i) => ({ ...sampleFact, alias: BigInt(i) }));
    await warehouse.insert(
      "facts",
      facts.map((fact, i) => factRow(fact, i % 2)),
    );
    await warehouse.command("DELETE FROM facts WHERE import_id = {id:UInt32}", { id: 1 });
    expect(await one("SELECT count() AS n FROM facts")).toEqual({ n: "50" });
  });
});

const sampleFact = { alias: 1n, ts: 1000, knownAt: 1000, factId: 1n, kind: "viewed" };
