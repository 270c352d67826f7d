/** Which person an alias is, as of any instant, inside queries. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { aliasOf, halfMd5 } from "../src/base/index.js";
import { factRow, identityRow, type Warehouse } from "../src/store/index.js";
import { emptyTables, engines } from "./engines.js";
import { hostileTexts } from "./hostile-texts.js";

describe.each(engines())("identity on $name", (engine) => {
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

  const asOf = (alias: bigint, ms: number) =>
    one<{ person: string }>(
      "SELECT dictGetOrDefault('identity_at', 'person', {alias:UInt64}, {ms:Int64}, {alias:UInt64}) AS person",
      { alias, ms },
    ).then((row) => BigInt(row.person));

  test("an alias is a person of its own until it is linked, and again after the link is undone", async () => {
    await warehouse.insert("identity", [
      identityRow({ alias: 1n, person: 9n, knownAt: 1000, sequence: 1, cause: "login" }),
      identityRow({ alias: 1n, person: 1n, knownAt: 3000, sequence: 2, cause: "undo" }),
      // Of equal times the greater sequence counts.
      identityRow({ alias: 2n, person: 7n, knownAt: 1000, sequence: 4, cause: "login" }),
      identityRow({ alias: 2n, person: 8n, knownAt: 1000, sequence: 3, cause: "login" }),
    ]);
    await warehouse.reloadIdentity();
    expect(await asOf(1n, 999)).toBe(1n);
    expect(await asOf(1n, 1000)).toBe(9n);
    expect(await asOf(1n, 2999)).toBe(9n);
    expect(await asOf(1n, 3000)).toBe(1n);
    expect(await asOf(2n, 5000)).toBe(7n);
    expect(await asOf(3n, 5000)).toBe(3n);
  });

  test("it resolves inside a scan, wherever the facts and the links came from", async () => {
    const facts = Array.from({ length: 200 }, (_, i) => ({ ...sampleFact, alias: BigInt(i) }));
    await warehouse.insert(
      "facts",
      facts.map((fact) => factRow(fact)),
    );
    await warehouse.command(
      `INSERT INTO identity SELECT number, 1000000 + intDiv(number, 2), toDateTime64(1, 3, 'UTC'),
        number, 'import', 1 FROM numbers(200)`,
    );
    await warehouse.reloadIdentity();
    const row = await one(
      `SELECT uniqExact(person) AS people, min(n) AS least, max(n) AS most FROM (
         SELECT dictGetOrDefault('identity_at', 'person', alias, {ms:Int64}, alias) AS person, count() AS n
         FROM facts GROUP BY person)`,
      { ms: 5000 },
    );
    expect(row).toEqual({ people: "100", least: "2", most: "2" });
  });

  test("an alias made here is the alias that ClickHouse makes", async () => {
    for (const text of [...hostileTexts, "user_id\0İ😀"]) {
      const row = await one("SELECT halfMD5({text:String}) AS hash", { text });
      expect(BigInt(row.hash as string)).toBe(halfMd5(text));
    }
    const row = await one("SELECT halfMD5(concat('email', '\\0', 'a@b.c')) AS alias");
    expect(BigInt(row.alias as string)).toBe(aliasOf("email", "a@b.c"));
  });
});

const sampleFact = { alias: 1n, ts: 1000, knownAt: 1000, factId: 1n, kind: "viewed" };
