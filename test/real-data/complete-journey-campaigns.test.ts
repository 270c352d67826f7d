/** A year of a grocery chain's campaigns: counts of the raw files, by hand and by expressions. */

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ImportSummary, importFiles } from "../../src/collect/index.js";
import { evaluatePeople, makeEvaluator } from "../../src/segment/membership/evaluate.js";
import { computeStatistics } from "../../src/segment/membership/statistics.js";
import { makePlan } from "../../src/segment/plan/index.js";
import { parseExpression } from "../../src/segment/syntax/index.js";
import { openWarehouse, type Warehouse } from "../../src/store/index.js";
import { playbookLibrary } from "../playbook/library.js";

const FOLDER = resolve(import.meta.dirname, "../../../shared/data/complete-journey");
const [SENT, DESCRIBED, REDEEMED] = [
  "campaigns",
  "campaign_descriptions",
  "coupon_redemptions",
].map((name) => join(FOLDER, `${name}.csv.gz`)) as [string, string, string];
const AT = { now: Date.parse("2018-01-02T00:00:00Z"), timeZone: "UTC" };

const present = [SENT, DESCRIBED, REDEEMED].every((path) => existsSync(path));
if (!present)
  console.warn(`skipped: ${FOLDER} is not there; the data set is no part of the project`);

const file = (path: string, columns: string) => `file('${path}', CSVWithNames, '${columns}')`;
const sent = file(SENT, "campaign_id String, household_id String");
const described = file(
  DESCRIBED,
  "campaign_id String, campaign_type String, start_date String, end_date String",
);
const redeemed = file(
  REDEEMED,
  "household_id String, coupon_upc String, campaign_id String, redemption_date String",
);

const QUESTIONS = [
  {
    ask: "count(delivered) >= 6",
    sql: `SELECT count() AS n FROM (SELECT household_id FROM ${sent} GROUP BY household_id HAVING count() >= 6)`,
  },
  {
    ask: "count(delivered where theme = 'Type A') >= 3",
    sql: `SELECT count() AS n FROM (SELECT household_id FROM ${sent} AS s INNER JOIN ${described} AS d
      USING (campaign_id) WHERE campaign_type = 'Type A' GROUP BY household_id HAVING count() >= 3)`,
  },
  {
    ask: "count(event where name = 'Coupon Redeemed') >= 5",
    sql: `SELECT count() AS n FROM (SELECT household_id FROM ${redeemed} GROUP BY household_id HAVING count() >= 5)`,
  },
  {
    ask: "count(event where name = 'Coupon Redeemed' and campaign = '13') >= 1",
    sql: `SELECT uniqExact(household_id) AS n FROM ${redeemed} WHERE campaign_id = '13'`,
  },
  {
    ask: "count(delivered) >= 1 and count(event where name = 'Coupon Redeemed') = 0",
    sql: `SELECT uniqExact(household_id) AS n FROM ${sent}
      WHERE household_id NOT IN (SELECT household_id FROM ${redeemed})`,
  },
];

let folder: string;
let warehouse: Warehouse;
let summaries: readonly ImportSummary[];

beforeAll(async () => {
  if (!present) return;
  folder = mkdtempSync(join(tmpdir(), "tessera-campaigns-"));
  warehouse = await openWarehouse({ dataDir: folder });
  summaries = await importParts();
});
afterAll(async () => {
  if (!present) return;
  await warehouse.close();
  rmSync(folder, { recursive: true, force: true });
});

const importParts = (files = [REDEEMED, SENT, DESCRIBED]) =>
  importFiles(warehouse, { files, dataDir: folder, now: AT.now });

async function members(text: string): Promise<number> {
  const { expression, diagnostics } = parseExpression(text);
  expect(diagnostics).toEqual([]);
  const wanted = { segments: [], expressions: [{ name: text, expression: expression! }] };
  const { plan } = makePlan(playbookLibrary(), wanted);
  const statistics = await computeStatistics(warehouse, plan!, AT);
  const people = await evaluatePeople(warehouse, makeEvaluator(plan!), AT, statistics);
  return people.filter((p) => p.member[0]).length;
}

async function contents() {
  const { rows } = await warehouse.query(
    `SELECT kind, count() AS n, sum(fact_id) AS ids, min(ts) AS first, max(ts) AS last,
       uniqExact(theme) AS themes FROM facts GROUP BY kind ORDER BY kind`,
  );
  return rows;
}

describe.skipIf(!present)("The Complete Journey's campaigns", () => {
  it("are recognised by their headers; every contact finds the day of its campaign", async () => {
    expect(summaries.map(({ preset, rowsRead, events }) => [preset, rowsRead, events])).toEqual([
      ["complete-journey.descriptions", 27, 0],
      ["complete-journey.redemptions", 2102, 2102],
      ["complete-journey.campaigns", 6589, 6589],
    ]);
    const { rows } = await warehouse.query(
      `SELECT toUInt32(uniqExact(alias)) AS households, toString(min(toDate(ts))) AS first,
         toString(max(toDate(ts))) AS last FROM facts WHERE kind = 'delivered'`,
    );
    const raw = await warehouse.query(
      `SELECT toUInt32(uniqExact(household_id)) AS households, min(start_date) AS first,
         max(start_date) AS last FROM ${sent} AS s INNER JOIN ${described} AS d USING (campaign_id)
       SETTINGS input_format_skip_unknown_fields = 1`,
    );
    expect(rows).toEqual(raw.rows);
  });

  it("change nothing when they come again", async () => {
    const before = await contents();
    await importParts();
    expect(await contents()).toEqual(before);
  });

  it.each(QUESTIONS)("count what hand-written SQL counts: $ask", async ({ ask, sql }) => {
    const { rows } = await warehouse.query<{ n: string }>(
      `${sql} SETTINGS input_format_skip_unknown_fields = 1`,
    );
    const expected = Number(rows[0]!.n);
    expect(expected).toBeGreaterThan(0);
    expect(await members(ask)).toBe(expected);
  });
});
