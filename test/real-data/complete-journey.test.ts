/**
 * A year of a grocery chain in three files that belong together: the published totals, department
 * shares, discounts and demographics as hand-written SQL counts them on the raw files, and the same
 * facts when the catalogue comes after the lines.
 */

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ImportSummary, importFiles } from "../../src/collect/index.js";
import { evaluatePeople, makeEvaluator } from "../../src/segment/membership/evaluate.js";
import { computeStatistics } from "../../src/segment/membership/statistics.js";
import { makePlan } from "../../src/segment/plan/index.js";
import { DEFAULT_SETTINGS } from "../../src/segment/settings.js";
import { parseExpression } from "../../src/segment/syntax/index.js";
import { openWarehouse, type Warehouse } from "../../src/store/index.js";
import { playbookLibrary } from "../playbook/library.js";

const FOLDER = resolve(import.meta.dirname, "../../../shared/data/complete-journey");
const [LINES, PRODUCTS, PEOPLE] = ["transactions_sample", "products", "demographics"].map((name) =>
  join(FOLDER, `${name}.csv.gz`),
) as [string, string, string];
const AT = { now: Date.parse("2018-01-02T00:00:00Z"), timeZone: "UTC" };

const present = [LINES, PRODUCTS, PEOPLE].every((path) => existsSync(path));
if (!present)
  console.warn(`skipped: ${FOLDER} is not there; the data set is no part of the project`);

/** The sold lines with their department, of baskets in which something was sold. */
const RAW = `WITH raw AS (
    SELECT household_id AS who, basket_id AS basket, product_id AS product,
      toFloat64(quantity) AS units, sales_value AS net,
      retail_disc + coupon_disc + coupon_match_disc AS discount
    FROM file('${LINES}', CSVWithNames, 'household_id String, basket_id String, product_id String,
      quantity String, sales_value Decimal(18, 2), retail_disc Decimal(18, 2),
      coupon_disc Decimal(18, 2), coupon_match_disc Decimal(18, 2)')),
  catalogue AS (
    SELECT product_id AS product, department, product_category
    FROM file('${PRODUCTS}', CSVWithNames,
      'product_id String, department String, product_category String')),
  sold AS (
    SELECT * FROM raw LEFT JOIN catalogue USING (product)
    WHERE basket IN (SELECT basket FROM raw GROUP BY basket HAVING max(units) > 0))`;
const people = (having: string) =>
  `${RAW} SELECT count() AS n FROM (SELECT who FROM sold GROUP BY who HAVING ${having})`;
const households = (where: string) =>
  `SELECT count() AS n FROM file('${PEOPLE}', CSVWithNames, 'income String, household_size String') WHERE ${where}`;
const share = (department: string, least: number) => ({
  ask: `sum(line.net where department = '${department}') / sum(line.net) > ${least}`,
  sql: people(
    `toFloat64(sumIf(net, department = '${department}')) / toFloat64(sum(net)) > ${least}`,
  ),
});

const QUESTIONS = [
  share("GROCERY", 0.5),
  share("DRUG GM", 0.2),
  share("PRODUCE", 0.1),
  share("FUEL", 0.25),
  {
    ask: "count(distinct line.department) >= 6",
    sql: people("uniqExactIf(department, department != '') >= 6"),
  },
  {
    ask: "some category: count(line) >= 10",
    sql: `${RAW} SELECT uniqExact(who) AS n FROM (
      SELECT who FROM sold WHERE product_category != '' GROUP BY who, product_category HAVING count() >= 10)`,
  },
  { ask: "sum(line.discount) > 20", sql: people("sum(discount) > 20") },
  { ask: "count(line where discount > 0) >= 20", sql: people("countIf(discount > 0) >= 20") },
  {
    ask: "sum(line.discount) / sum(line.gross) > 0.25",
    sql: people("toFloat64(sum(discount)) / toFloat64(sum(net + discount)) > 0.25"),
  },
  { ask: "person.income = '50-74K'", sql: households("income = '50-74K'") },
  { ask: "person.household_size = '5+'", sql: households("household_size = '5+'") },
];

let folder: string;
let warehouse: Warehouse;
let summaries: readonly ImportSummary[];

const take = (files: readonly string[]) =>
  importFiles(warehouse, { files, dataDir: folder, now: AT.now });
const one = async <T>(sql: string) => (await warehouse.query<T>(sql)).rows[0]!;

/** A count on the raw files. */
const counted = async (sql: string) => {
  const { n } = await one<{ n: string }>(`${sql} SETTINGS input_format_skip_unknown_fields = 1`);
  return Number(n);
};

/** A number that changes with any visible fact. */
const facts = () =>
  one<{ n: number; hash: string }>(
    `SELECT toUInt32(count()) AS n, toString(sum(cityHash64(alias, fact_id, known_at, ts, kind, order_id,
       product, category, department, brand, toString(net), toString(discount), toString(props)))) AS hash
     FROM facts WHERE (fact_id, version) NOT IN (SELECT fact_id, version FROM superseded)`,
  );

beforeAll(async () => {
  if (!present) return;
  folder = mkdtempSync(join(tmpdir(), "tessera-complete-journey-"));
  warehouse = await openWarehouse({ dataDir: folder });
  summaries = [...(await take([LINES])), ...(await take([PRODUCTS])), ...(await take([PEOPLE]))];
});
afterAll(async () => {
  if (!present) return;
  await warehouse.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(!present)("The Complete Journey", () => {
  it("is recognised by its headers and read completely", () => {
    const [lines, products, demographics] = summaries;
    expect(lines).toMatchObject({
      preset: "complete-journey.lines",
      rowsRead: 75_000,
      rowsRejected: 0,
      lines: 75_000,
      orders: 47_243,
      people: 2377,
      revenue: "233935.24",
      currency: "USD",
    });
    expect(products).toMatchObject({ rowsRead: 92_331, rowsRejected: 0, products: 92_331 });
    expect(demographics).toMatchObject({ rowsRead: 801, rowsRejected: 0, people: 801 });
  });

  it("changes nothing when it comes again", async () => {
    const before = await facts();
    for (const summary of await take([LINES, PRODUCTS, PEOPLE])) {
      expect(summary).toMatchObject({ orders: 0, lines: 0, products: 0 });
    }
    expect(await facts()).toEqual(before);
  });

  it("has the departments of its catalogue on every line that the catalogue knows", async () => {
    const counts = await one(
      `SELECT toUInt32(count()) AS lines, toUInt32(countIf(department = '')) AS without
       FROM facts WHERE kind = 'line' AND (fact_id, version) NOT IN (SELECT fact_id, version FROM superseded)`,
    );
    expect(counts).toEqual({
      lines: 75_000,
      without: await counted(`${RAW} SELECT countIf(department = '') AS n FROM (
          SELECT * FROM raw LEFT JOIN catalogue USING (product))`),
    });
  });

  it("answers what hand-written SQL counts on the raw files", async () => {
    const expressions = QUESTIONS.map(({ ask }) => {
      const { expression, diagnostics } = parseExpression(ask);
      expect(diagnostics).toEqual([]);
      return { name: ask, expression: expression! };
    });
    const library = playbookLibrary({ ...DEFAULT_SETTINGS, timeZone: "UTC" }, "");
    const { plan, diagnostics } = makePlan(library, { segments: [], expressions });
    expect(diagnostics).toEqual([]);
    const statistics = await computeStatistics(warehouse, plan!, AT);
    const found = await evaluatePeople(warehouse, makeEvaluator(plan!), AT, statistics);
    for (const [i, { ask, sql }] of QUESTIONS.entries()) {
      const members = found.filter(({ member }) => member[i]).length;
      expect(members, ask).toBe(await counted(sql));
      expect(members, ask).toBeGreaterThan(10);
    }
  });

  it("is the same when the catalogue comes first", async () => {
    const after = await facts();
    for (const table of [
      "facts",
      "superseded",
      "seen",
      "aliases",
      "products",
      "order_records",
      "imports",
    ]) {
      await warehouse.command(`TRUNCATE TABLE ${table}`);
    }
    await take([PEOPLE]);
    await take([PRODUCTS]);
    await take([LINES]);
    expect(await facts()).toEqual(after);
  });
});
