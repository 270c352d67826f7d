/** Five thousand visitors of a real shop: counts of the importer and of expressions against the file. */

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ImportSummary, importFiles } from "../../src/collect/index.js";
import { evaluatePeople, makeEvaluator } from "../../src/segment/membership/evaluate.js";
import { computeStatistics } from "../../src/segment/membership/statistics.js";
import { makePlan } from "../../src/segment/plan/index.js";
import { parseExpression } from "../../src/segment/syntax/index.js";
import { openWarehouse, type Warehouse } from "../../src/store/index.js";
import { playbookLibrary } from "../playbook/library.js";

const FILE = fileURLToPath(
  new URL("../../../shared/data/retailrocket/sample_events.csv.gz", import.meta.url),
);
const NOW = Date.parse("2015-09-19T00:00:00Z");
const AT = { now: NOW, timeZone: "UTC" };
const present = existsSync(FILE);
if (!present) console.warn(`skipped: ${FILE} is not there; the data set is no part of the project`);

/** The raw file, read by ClickHouse alone. */
const CREATE_RAW = `CREATE TABLE raw ENGINE = Memory AS
  SELECT fromUnixTimestamp64Milli(toInt64(timestamp), 'UTC') AS at, visitorid, event, itemid, transactionid
  FROM file('${FILE}', 'CSVWithNames',
    'timestamp String, visitorid String, event String, itemid String, transactionid String')
  SETTINGS input_format_skip_unknown_fields = 1`;

/** An expression of the language, and the visitors whom it names, counted by hand. */
const QUESTIONS: readonly { readonly ask: string; readonly sql: string }[] = [
  {
    ask: "count(viewed) >= 3",
    sql: `SELECT count() AS n FROM (SELECT visitorid FROM raw WHERE event = 'view'
      GROUP BY visitorid HAVING count() >= 3)`,
  },
  {
    ask: "count(added) >= 1 and count(placed) = 0",
    sql: `SELECT count() AS n FROM (SELECT visitorid FROM raw GROUP BY visitorid
      HAVING countIf(event = 'addtocart') >= 1 AND countIf(event = 'transaction') = 0)`,
  },
  {
    ask: "some product: count(viewed) >= 2",
    sql: `SELECT uniqExact(visitorid) AS n FROM (SELECT visitorid, itemid FROM raw
      WHERE event = 'view' GROUP BY visitorid, itemid HAVING count() >= 2)`,
  },
  {
    ask: "some product: count(viewed) >= 2 and count(line) = 0",
    sql: `SELECT uniqExact(visitorid) AS n FROM (SELECT visitorid, itemid FROM raw
      GROUP BY visitorid, itemid HAVING countIf(event = 'view') >= 2 AND countIf(event = 'transaction') = 0)`,
  },
  {
    ask: "some product: count(added) >= 1 and count(line) = 0",
    sql: `SELECT uniqExact(visitorid) AS n FROM (SELECT visitorid, itemid FROM raw
      GROUP BY visitorid, itemid HAVING countIf(event = 'addtocart') >= 1 AND countIf(event = 'transaction') = 0)`,
  },
  {
    ask: "count(line) >= 2",
    sql: `SELECT count() AS n FROM (SELECT visitorid FROM raw WHERE event = 'transaction'
      GROUP BY visitorid HAVING count() >= 2)`,
  },
  {
    ask: "count(viewed) in last 30 days >= 1",
    sql: `SELECT uniqExact(visitorid) AS n FROM raw WHERE event = 'view'
      AND at > fromUnixTimestamp64Milli(${NOW}, 'UTC') - toIntervalDay(30)`,
  },
];

let folder: string;
let warehouse: Warehouse;
let summary: ImportSummary;

beforeAll(async () => {
  if (!present) return;
  folder = mkdtempSync(join(tmpdir(), "tessera-retailrocket-"));
  warehouse = await openWarehouse({ dataDir: folder });
  await warehouse.command(CREATE_RAW);
  summary = await importFile();
});
afterAll(async () => {
  if (!present) return;
  await warehouse.close();
  rmSync(folder, { recursive: true, force: true });
});

async function importFile(): Promise<ImportSummary> {
  const [one] = await importFiles(warehouse, { files: [FILE], dataDir: folder, now: NOW });
  return one!;
}

async function members(text: string): Promise<number> {
  const { expression, diagnostics } = parseExpression(text);
  expect(diagnostics).toEqual([]);
  const wanted = { segments: [], expressions: [{ name: text, expression: expression! }] };
  const { plan } = makePlan(playbookLibrary(), wanted);
  const statistics = await computeStatistics(warehouse, plan!, AT);
  const people = await evaluatePeople(warehouse, makeEvaluator(plan!), AT, statistics);
  return people.filter((p) => p.member[0]).length;
}

describe.skipIf(!present)("Retailrocket", () => {
  it("is recognised and read completely; a transaction is an order without an amount", async () => {
    expect(summary).toMatchObject({
      preset: "retailrocket",
      rowsRead: 9385,
      rowsRejected: 0,
      people: 5000,
      events: 9339,
      lines: 46,
      revenue: "0",
    });
    const { rows } = await warehouse.query(
      "SELECT kind, toUInt32(count()) AS n FROM facts GROUP BY kind ORDER BY kind",
    );
    expect(rows).toEqual([
      { kind: "added", n: 263 },
      { kind: "line", n: 46 },
      { kind: "order", n: summary.orders },
      { kind: "viewed", n: 9076 },
    ]);
    const counted = await warehouse.query<{ n: number }>(
      `SELECT toUInt32(uniqExact(transactionid)) AS n FROM raw WHERE event = 'transaction'`,
    );
    expect(summary.orders).toBe(counted.rows[0]!.n);
  });

  it("changes nothing when it comes again", async () => {
    const contents = async () =>
      (
        await warehouse.query(
          `SELECT (SELECT (count(), sum(fact_id)) FROM facts) AS facts, (SELECT count() FROM seen) AS seen,
             (SELECT count() FROM aliases) AS aliases, (SELECT count() FROM superseded) AS superseded,
             (SELECT count() FROM links) AS links`,
        )
      ).rows;
    const before = await contents();
    expect(await importFile()).toMatchObject({ events: 0, orders: 0, lines: 0 });
    expect(await contents()).toEqual(before);
  });

  it.each(QUESTIONS)("counts what hand-written SQL counts: $ask", async ({ ask, sql }) => {
    const { rows } = await warehouse.query<{ n: string }>(sql);
    const expected = Number(rows[0]!.n);
    expect(expected).toBeGreaterThan(0);
    expect(await members(ask)).toBe(expected);
  });
});
