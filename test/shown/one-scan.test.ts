/**
 * One scan per scope: however many segments ask, the facts are read once for who is there, once for
 * the person, once more for each kind of key, and once for each coarser thing that a key looks up
 * to. The server says how many rows it read, and the table of facts is so small that it does so to
 * the row. That is the plan as one statement, and how shards are asked; in stages the scans share
 * one reading of the facts, whatever their number.
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeEvaluator } from "../../src/segment/membership/evaluate.js";
import { boundParameters } from "../../src/segment/membership/inputs.js";
import { computeStatistics } from "../../src/segment/membership/statistics.js";
import type { People } from "../../src/segment/sql/index.js";
import { openWarehouse, type Parameters, type Warehouse } from "../../src/store/index.js";
import { bindParameters } from "../../src/store/warehouse/bind-parameters.js";
import { playbookLibrary } from "../playbook/library.js";
import { startServer, type TestServer } from "../servers.js";
import { demoRows, insertRows, type Rows } from "./demo-rows.js";
import { planOf, ZONE } from "./snapshot.js";

const NOW = Date.UTC(2026, 10, 1);
/** Rows that the engine reads at least where one row is wanted. */
const GRANULE = 8192;

const OWN = `
segment person_1 count(order in last 30 days) >= 1
segment person_2 sum(line.net in last 90 days) > 100 or median(order.net) > 80
segment week_1 some product: count(viewed in last 7 days) >= 2
segment week_2 some product: count(viewed in last 7 days) >= 3 and count(added in last 5 days) >= 1
segment week_3 at least 2 product: count(viewed in last 3 days) >= 1
segment ever_1 some product: count(viewed) >= 2 and count(line) = 0
segment same_1 some product: count(viewed in last 7 days) >= 2
  and count(line of same category after first(viewed in last 7 days)) = 0
segment of_person_1 some cart: count(added) >= 1 and count(order of person after last(added)) = 0
`;

const library = playbookLibrary(undefined, OWN);
const whole = planOf(library);
const OWN_NAMES = [...OWN.matchAll(/segment (\w+)/g)].map((m) => m[1]!);
const playbookSegments = whole.segments
  .filter((s) => !OWN_NAMES.includes(s.name) && !/"(quantifier|member)"/.test(JSON.stringify(s)))
  .map((s) => s.name);
const families = whole.families.map((f) => f.name);

let server: TestServer;
let warehouse: Warehouse;
let store: Rows;
let [facts, superseded] = [0, 0];

beforeAll(async () => {
  server = await startServer();
  warehouse = await openWarehouse({ url: `${server.url}/one_scan` });
  store = demoRows({ people: 1500 });
  await insertRows(warehouse, store);
  for (const table of ["facts", "superseded"])
    await warehouse.command(`OPTIMIZE TABLE ${table} FINAL`);
  facts = store.facts!.length;
  superseded = store.superseded!.length;
});
afterAll(async () => {
  await warehouse?.close();
  await server?.stop();
});

interface Measured {
  readonly rows: number;
  readonly scans: number;
  /** Runs the statement once more, since the port does not say how many bytes a query read. */
  bytes(): Promise<number>;
}

async function measure(
  segments: readonly string[] | undefined,
  people: People = "all",
): Promise<Measured> {
  const plan = segments === undefined ? whole : planOf(library, { segments });
  const at = { now: NOW, timeZone: ZONE };
  const statistics = await computeStatistics(warehouse, plan, at);
  const { compiled } = makeEvaluator(plan);
  const statement = compiled.statement(people, Number.POSITIVE_INFINITY).text;
  const one = store.aliases![0]!.alias as bigint;
  const extra: Parameters =
    people === "all" ? {} : people === "some" ? { people: [one], aliases: [one] } : EVERYONE;
  const parameters = boundParameters(statement, compiled.parameters, at, statistics, extra);
  const { readRows } = await warehouse.query(statement, parameters, { lane: "evaluate" });
  const scans = statement.match(/\bFROM facts\b/g)?.length ?? 0;
  return { rows: readRows, scans, bytes: () => bytesRead(bindParameters(statement, parameters)) };
}

const EVERYONE = { from: 0n, to: (1n << 64n) - 1n };

async function bytesRead(statement: string): Promise<number> {
  const url = `${server.url}/?database=one_scan&default_format=JSONCompact&max_query_size=10000000`;
  const response = await fetch(url, { method: "POST", body: statement });
  const { statistics } = (await response.json()) as { statistics: { bytes_read: number } };
  return statistics.bytes_read;
}

const once = () => facts + superseded;

describe("a statement for everyone", () => {
  it.each([
    ["one segment about the person", ["person_1"], 2],
    ["two of them", ["person_1", "person_2"], 2],
    ["every segment of the playbook about the person", playbookSegments, 2],
    ["one about products", ["week_1"], 3],
    ["three about products", ["week_1", "week_2", "week_3"], 3],
    ["all about products and the person", [...playbookSegments, "week_1", "week_2", "ever_1"], 3],
    ["products that look up to their category", ["same_1"], 4],
    ["and others beside them", ["same_1", "week_1", "ever_1", "person_1", "vip"], 4],
    ["carts that look up to their person", ["of_person_1", "person_1"], 4],
    ["products and carts", ["of_person_1", "week_1", "person_1"], 5],
  ])("reads the facts once a scope: %s", async (_, segments, scans) => {
    const found = await measure(segments);
    expect(found.scans).toBe(scans);
    expect(found.rows).toBeLessThanOrEqual(scans * once());
  });

  it("reads them for each family's key, and for the person whom its share looks up to", async () => {
    const found = await measure(families);
    // Who is there; category and brand; the person for each; and the person's own, where 4 would do.
    expect(found.scans).toBeLessThanOrEqual(6);
    expect(found.rows).toBe(found.scans * once());
  });

  it("costs the same rows for the whole playbook as for its two families alone", async () => {
    const found = await measure([...playbookSegments, ...families]);
    expect(found.rows).toBe((await measure(families)).rows);
  });

  it("costs the same in a range that holds everyone", async () => {
    const found = await measure(["person_1", "week_1"], "range");
    expect(found.scans).toBe(3);
    // Each scan asks of facts and of what is superseded whose aliases identity links.
    expect(found.rows).toBeLessThanOrEqual(3 * (once() + 2 * store.identity!.length));
  });
});

describe("a statement in stages", () => {
  it.each([
    ["the whole playbook and more", undefined],
    ["products and carts", ["of_person_1", "week_1", "person_1"]],
    ["products that look up to their category", ["same_1"]],
  ])("reads the facts for who is there, and once for everything else: %s", (_, segments) => {
    const plan = segments === undefined ? whole : planOf(library, { segments });
    const { stages, text } = makeEvaluator(plan).compiled.statement("range");
    const reading = [...stages.map((stage) => stage.text), text].join("\n");
    expect(reading.match(/\bFROM facts\b/g)).toHaveLength(2);
    expect(stages.filter((stage) => stage.ofFacts)).toHaveLength(1);
  });
});

describe("a product's scan that is bounded to a week", () => {
  it("reads every row's time and kind, but the other columns only where they may matter", async () => {
    const week = await measure(["week_1"]);
    const ever = await measure(["ever_1"]);
    // Facts lie in order of alias, so the engine cannot leave out whole granules by time.
    expect(week.rows).toBe(ever.rows);
    expect(await week.bytes()).toBeLessThan(await ever.bytes());
  });
});

describe("a statement for one person", () => {
  it("reads granules around the person, not the facts of everyone", async () => {
    const found = await measure([...playbookSegments, ...families], "some");
    expect(found.rows).toBeLessThanOrEqual(found.scans * (2 * GRANULE + superseded));
    expect(found.rows).toBeLessThan(found.scans * facts * 0.7);
  });
});
