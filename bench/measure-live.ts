/** A few people, live: the statement that everyone's pass uses, restricted to them. */

import { evaluatePeople, makeEvaluator, makePlan, touchedBy } from "../src/segment/index.js";
import { peopleRanges } from "../src/segment/membership/ranges.js";
import { evaluating, Session } from "../src/segment/membership/run.js";
import type { Warehouse } from "../src/store/index.js";
import { check, median, quantile, type Report, timed } from "./figures.js";
import { AT, type Workload } from "./workload.js";

const TARGETS: Readonly<Record<number, number>> = { 1: 40, 500: 150 };

/** What people do most often, and the kinds of facts that it makes. */
const EVENTS: Readonly<Record<string, readonly string[]>> = {
  "a product view": ["viewed"],
  "a search": ["searched"],
  "a product in the cart": ["added"],
  "a click in a message": ["message_clicked"],
  "an order": ["order", "line"],
};

export async function measureLive(
  warehouse: Warehouse,
  workload: Workload,
  report: Report,
): Promise<void> {
  const session = new Session(warehouse);
  for (const count of [1, 50, 500]) {
    const groups = await someone(warehouse, count, report.effort.liveRuns);
    const ask = (people: readonly bigint[]) =>
      evaluatePeople(warehouse, workload.evaluator, AT, workload.statistics, people, session);
    if (count === 500) await checkMembers(warehouse, workload, { people: groups[0]!, report });
    await ask(groups[0]!);
    const all: number[] = [];
    for (const people of groups) {
      const [seconds = 0] = await timed(() => ask(people), { runs: 1 });
      all.push(seconds * 1000);
    }
    const most = workload.name === "playbook" ? TARGETS[count] : undefined;
    const part = `live, ${workload.name}`;
    const whom = `${count} ${count === 1 ? "person" : "people"}`;
    report.figures.push(
      {
        part,
        what: `${whom}, median`,
        value: median(all),
        unit: "ms",
        runs: groups.length,
        ...(most && { target: { most } }),
      },
      { part, what: `${whom}, p99`, value: quantile(all, 0.99), unit: "ms", runs: groups.length },
    );
  }
  if (workload.name === "playbook") await measureTouched(warehouse, workload, { report, session });
  await session.close();
}

/** One person after one event: only what the event touches. */
async function measureTouched(
  warehouse: Warehouse,
  { evaluator, library, statistics }: Workload,
  { report, session }: { readonly report: Report; readonly session: Session },
): Promise<void> {
  const runs = report.effort.liveRuns;
  for (const [event, kinds] of Object.entries(EVENTS)) {
    const facts = kinds.map((kind) => ({ kind, name: "" }));
    const { segments, families } = touchedBy(evaluator.plan, facts);
    const { plan } = makePlan(library, { segments: [...segments, ...families] });
    if (plan === undefined) throw new Error(`what ${event} touches has no plan`);
    const touched = makeEvaluator(plan);
    const ask = (people: readonly bigint[]) =>
      evaluatePeople(warehouse, touched, AT, statistics, people, session);
    const [first = [], ...groups] = await someone(warehouse, 1, runs + 1);
    await ask(first);
    const all: number[] = [];
    for (const people of groups) all.push(...(await timed(() => ask(people), { runs: 1 })));
    const note = `${segments.length + families.length} segments touched`;
    const what = `1 person after ${event}, median`;
    const value = median(all) * 1000;
    report.figures.push({ part: "live, playbook", what, value, unit: "ms", runs, note });
  }
}

/** Other people for every run, so that no cache knows them. */
async function someone(warehouse: Warehouse, count: number, runs: number): Promise<bigint[][]> {
  const { rows } = await warehouse.query<{ alias: string }>(
    "SELECT alias FROM facts WHERE kind = 'identified' ORDER BY cityHash64(alias, 7) LIMIT {n:UInt32}",
    { n: count * runs },
  );
  const people = rows.map((r) => BigInt(r.alias));
  return Array.from({ length: runs }, (_, i) =>
    Array.from({ length: count }, (_, j) => people[(i * count + j) % people.length]!),
  );
}

interface Members {
  readonly people: readonly bigint[];
  readonly report: Report;
}

/** The same answers, dues included, as the statement for everyone gives. */
async function checkMembers(
  warehouse: Warehouse,
  workload: Workload,
  { people, report }: Members,
): Promise<void> {
  const { evaluator, statistics } = workload;
  const live = await evaluatePeople(warehouse, evaluator, AT, statistics, people);
  const { parameters, statement } = evaluator.compiled;
  const rows = await evaluating(warehouse, async (session) => {
    const found: { person: string; signed: string[] }[] = [];
    for (const range of await peopleRanges(warehouse)) {
      const { stages, text } = statement(range.people);
      const asked = `SELECT person, signed FROM (\n${text}\n) WHERE person IN {asked:Array(UInt64)} AND present = 1`;
      const extra = { ...range.bounds, asked: people };
      const job = { statement: { stages, text: asked }, at: AT, statistics, parameters, extra };
      found.push(...(await session.query<(typeof found)[number]>(job)).rows);
    }
    return found;
  });
  const expected = rows.map(
    (r) => `${r.person} ${r.signed.map((s) => (Number(s) > 0 ? 1 : 0)).join("")}`,
  );
  const found = live.map((r) => `${r.person} ${r.member.map((m) => (m ? 1 : 0)).join("")}`);
  check(
    report,
    `live, ${workload.name}: 500 people as in everyone's pass`,
    found.sort(),
    expected.sort(),
  );
}
