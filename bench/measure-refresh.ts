/** A refresh as a whole: statistics, profiles, transitions; and conditions crossed. */

import { crossPeople, type RefreshReport, refresh } from "../src/segment/index.js";
import type { Warehouse } from "../src/store/index.js";
import { PLAIN_FACTS } from "./cells.js";
import { check, median, quantile, type Report, timed } from "./figures.js";
import { NOW } from "./make-facts.js";
import { namesOf, type Pass, type Workload } from "./workload.js";

const DAY_MS = 86_400_000;

/** As of the day before, then as of now: the second finds what a day has changed. */
export async function measureRefresh(
  warehouse: Warehouse,
  workload: Workload,
  { pass, report }: { readonly pass: Pass; readonly report: Report },
): Promise<void> {
  const daily: number[] = [];
  let last: RefreshReport | undefined;
  const seconds = await timed(async () => {
    for (const table of ["profiles", "transitions", "refreshes", "store_stats"]) {
      await warehouse.command(`TRUNCATE TABLE ${table}`);
    }
    await refresh(warehouse, workload.library, { asOf: NOW - DAY_MS });
    last = await refresh(warehouse, workload.library, { asOf: NOW });
    daily.push(last.elapsedMs / 1000);
  }, report.effort);
  await checkProfiles(warehouse, workload, { pass, report });
  check(report, "refresh: everyone has a profile", last?.people, pass.people);
  const part = "refresh, playbook";
  const note = `${last!.entered} entered, ${last!.left} left`;
  report.figures.push(
    { part, what: "a day later", value: median(daily), unit: "s", runs: daily.length, note },
    {
      part,
      what: "of everyone for the first time, and a day later",
      value: median(seconds),
      unit: "s",
      runs: seconds.length,
    },
  );
}

async function checkProfiles(
  warehouse: Warehouse,
  workload: Workload,
  { pass, report }: { readonly pass: Pass; readonly report: Report },
) {
  const { rows } = await warehouse.query<{ segment: string; n: number; log: number }>(
    `SELECT segment, toUInt32(sum(profile)) AS n, toInt32(sum(change)) AS log FROM (
       SELECT toString(arrayJoin(segments)) AS segment, 1 AS profile, 0 AS change FROM profiles
       WHERE refresh_id = (SELECT max(refresh_id) FROM refreshes)
       UNION ALL
       SELECT toString(segment), 0, if(entered = 1, 1, -1) FROM transitions WHERE argument = '')
     GROUP BY segment`,
  );
  const names = namesOf(workload);
  const expected = new Map(rows.map((r) => [r.segment, r]));
  const segments = workload.evaluator.plan.segments.map((s) => s.name);
  const sizes = segments.map((name) => pass.sizes[names.indexOf(name)]);
  check(
    report,
    "profiles = the pass's sizes",
    segments.map((name) => expected.get(name)?.n ?? 0),
    sizes,
  );
  check(
    report,
    "the log's entries less exits = sizes",
    segments.map((name) => expected.get(name)?.log ?? 0),
    sizes,
  );
}

const CROSSED = [
  ["count(order) >= 1", "countIf(kind = 'order' AND kept = 1) >= 1"],
  [
    "sum(order.net in last 365 days) >= 200",
    "sumIf(net, kind = 'order' AND kept = 1 AND ts > at - toIntervalDay(365)) >= 200",
  ],
  [
    "count(viewed in last 30 days) >= 1",
    "countIf(kind = 'viewed' AND ts > at - toIntervalDay(30)) >= 1",
  ],
  [
    "count(line where department = 'women') >= 1",
    "countIf(kind = 'line' AND kept = 1 AND department = 'women') >= 1",
  ],
  [
    "days since last(order) <= 180",
    "dateDiff('day', maxIf(toDate(ts), kind = 'order' AND kept = 1), toDate(max(at))) <= 180",
  ],
] as const;

/** What the refresh before has answered. */
const KNOWN = [
  "stage is new or active",
  "value_tier is top or value_tier is mid",
  "not vip",
  "not full_price",
  "loyal or frequent",
];

export async function measureCross(
  warehouse: Warehouse,
  workload: Workload,
  report: Report,
): Promise<void> {
  const ask = (conditions: readonly string[]) =>
    crossPeople(warehouse, workload.library, conditions, { asOf: NOW });
  const texts = CROSSED.map(([text]) => text);
  const { steps } = await ask(texts);
  const columns = CROSSED.map(
    ([, plain], i) => `${plain}${i > 0 ? ` AND m${i - 1}` : ""} AS m${i}`,
  );
  const { rows } = await warehouse.query<{ sizes: number[] }>(
    `SELECT [${CROSSED.map((_, i) => `toUInt32(countIf(m${i}))`).join(", ")}] AS sizes
     FROM (SELECT person, ${columns.join(", ")} FROM (${PLAIN_FACTS}) GROUP BY person)`,
    { now: NOW },
    { lane: "evaluate" },
  );
  const sizes = steps.map((s) => s.size);
  check(report, "cross = by hand", sizes, rows[0]!.sizes, sizes.join(" > "));
  const part = "cross";
  const five = await timed(() => ask(texts), report.effort);
  report.figures.push({
    part,
    what: "five conditions over the facts",
    value: median(five),
    unit: "s",
    runs: five.length,
  });
  await ask(KNOWN);
  const known = await timed(() => ask(KNOWN), { runs: report.effort.liveRuns });
  report.figures.push({
    part,
    what: "five known conditions over profiles, p99",
    value: quantile(known, 0.99) * 1000,
    unit: "ms",
    runs: known.length,
    target: { most: 100 },
  });
  const one = await timed(() => ask([texts[0]!]), report.effort);
  report.figures.push({
    part,
    what: "a new condition",
    value: median(one),
    unit: "s",
    runs: one.length,
    target: { most: 1 },
  });
}
