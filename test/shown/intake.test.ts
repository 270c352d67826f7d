/**
 * Laws of intake and of asking: in which order and in how many pieces facts came, how the engine
 * has merged its parts, and whether everyone is asked about at once, in ranges or one by one, must
 * not change an answer.
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { evaluatePeople, makeEvaluator } from "../../src/segment/membership/evaluate.js";
import { evaluating } from "../../src/segment/membership/run.js";
import { computeStatistics } from "../../src/segment/membership/statistics.js";
import type { People } from "../../src/segment/sql/index.js";
import type { Warehouse } from "../../src/store/index.js";
import { emptyTables } from "../engines.js";
import { newRandom } from "../fuzz/random.js";
import { playbookLibrary } from "../playbook/library.js";
import { demoRows, insertRows, join, type Rows, SEED } from "./demo-rows.js";
import { importShop } from "./later-facts.js";
import { oneEngine, planOf, type Snapshot, snapshot, text } from "./snapshot.js";

const NOW = Date.UTC(2026, 10, 1);

/** Sums of doubles and what is decided among equals depend on order most easily. */
const OWN = `
attribute squares = sum(line.net * line.net)
attribute logs = sum(ln(line.net)) / average(ln(line.price))
attribute latest = last(line.product)
attribute earliest = first(viewed.product)
attribute middle = median(line.net)
segment some_brand some brand: sum(line.net * line.net) > 1000 and last(viewed) is set
`;
const plan = planOf(playbookLibrary(undefined, OWN), { attributes: "all" });

/** The last bits of a sum of doubles do depend on order: see below. */
const LOOK = { now: NOW, digits: 12 };

const engine = oneEngine("chdb");
let warehouse: Warehouse;
let store: Rows;
let first: Snapshot;
let exact: string;

beforeAll(async () => {
  warehouse = await engine.open();
  const demo = demoRows({ people: 200 });
  const aliases = demo.aliases!.map((row) => row.alias);
  // Every tenth person has taken over the one before, so that aliases and persons are far apart.
  const identity = aliases.flatMap((alias, i) =>
    i % 10 === 9
      ? [
          {
            alias,
            person: aliases[i - 1],
            known_at: "2026-01-01 00:00:00",
            sequence: i,
            cause: "merge",
            import_id: 0,
          },
        ]
      : [],
  );
  store = join(demo, { identity });
  await insertRows(warehouse, store);
  first = await snapshot(warehouse, plan, LOOK);
  exact = await exactly();
});
afterAll(() => engine.close());

/** Products and logarithms of amounts are doubles; sums of amounts are exact. */
async function exactly(): Promise<string> {
  const sums = planOf(playbookLibrary(undefined, OWN), {
    segments: [],
    attributes: ["squares", "logs"],
  });
  return text([...(await snapshot(warehouse, sums, { now: NOW })).people]);
}

describe("intake", () => {
  it("in another order and in other pieces gives the same answers, merged or not", async () => {
    await emptyTables(warehouse);
    const another = Object.fromEntries(
      Object.entries(store).map(([table, rows]) => [table, shuffled(rows)]),
    );
    for (const [table, rows] of Object.entries(another).reverse()) {
      const size = Math.ceil(rows.length / (table === "facts" ? 9 : 2));
      for (let i = 0; i < rows.length; i += size) {
        await warehouse.insert(table, rows.slice(i, i + size));
      }
    }
    await warehouse.reloadIdentity();
    expect(await snapshot(warehouse, plan, LOOK)).toEqual(first);
    expect(await exactly()).toBe(exact);
    for (const table of ["facts", "superseded", "identity"]) {
      await warehouse.command(`OPTIMIZE TABLE ${table} FINAL`);
    }
    expect(await snapshot(warehouse, plan, LOOK)).toEqual(first);
  });

  it("of a file that was taken in before changes no row and no answer", async () => {
    const contents = async () => {
      const tables = ["facts", "superseded", "seen", "aliases", "products"];
      const query = (table: string) =>
        warehouse.query(`SELECT * EXCEPT (import_id) FROM ${table} ORDER BY ALL`);
      return Promise.all(tables.map(async (table) => (await query(table)).rows));
    };
    await importShop(warehouse, { again: false, now: NOW });
    const [rows, answers] = [await contents(), await snapshot(warehouse, plan, LOOK)];
    const summary = await importShop(warehouse, { again: false, now: NOW + 1000 });
    expect(summary).toMatchObject({ orders: 0, lines: 0 });
    expect(await contents()).toEqual(rows);
    expect(await snapshot(warehouse, plan, LOOK)).toEqual(answers);
  });
});

describe("asking", () => {
  const at = { now: NOW, timeZone: "UTC" };

  it("about some people gives what asking about everyone says of them", async () => {
    const all = await snapshot(warehouse, plan, { now: NOW });
    const statistics = await computeStatistics(warehouse, plan, at);
    const everyone = [...all.people.keys()];
    for (const some of [[everyone[0]!], everyone.filter((_, i) => i % 7 === 3)]) {
      const found = await snapshot(warehouse, plan, { now: NOW, statistics, people: some });
      expect(found.people).toEqual(new Map(some.map((p) => [p, all.people.get(p)])));
    }
  });

  it("about nobody, or a stranger, gives nobody", async () => {
    const small = planOf(playbookLibrary(), { segments: ["frequent"] });
    const statistics = await computeStatistics(warehouse, small, at);
    const ask = (people: bigint[]) =>
      evaluatePeople(warehouse, makeEvaluator(small), at, statistics, people);
    expect(await ask([])).toEqual([]);
    expect(await ask([12345n])).toEqual([]);
  });

  it("in ranges of people gives each person once, as asking about everyone does", async () => {
    const statistics = await computeStatistics(warehouse, plan, at);
    const { compiled } = makeEvaluator(plan);
    const run = async (people: People, extra = {}) => {
      const statement = compiled.statement(people);
      const job = { statement, at, statistics, parameters: compiled.parameters, extra };
      const { rows } = await evaluating(warehouse, (session) =>
        session.query<{ person: string; present: number }>(job),
      );
      return rows.filter((row) => row.present === 1);
    };
    const [random, found] = [newRandom(SEED, "ranges"), [] as { person: string }[]];
    const cuts = Array.from({ length: 3 }, () => random.id()).sort((a, b) => (a < b ? -1 : 1));
    const ends = [...cuts, (1n << 64n) - 1n];
    for (const [i, to] of ends.entries()) {
      const range = { from: i === 0 ? 0n : ends[i - 1]! + 1n, to };
      found.push(...(await run("range", range)), ...(await run("linked", range)));
    }
    const sorted = (rows: readonly { person: string }[]) =>
      [...rows].sort((a, b) => (a.person < b.person ? -1 : 1)).map((row) => sortArrays(row));
    expect(sorted(found)).toEqual(sorted(await run("all")));
  });
});

/** Lists of a family's members come in any order. */
const sortArrays = (row: object) =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      name.startsWith("family_")
        ? (value as unknown[]).map((v) => JSON.stringify(v)).sort()
        : value,
    ]),
  );

function shuffled<T>(items: readonly T[]): T[] {
  const random = newRandom(SEED, "order of intake");
  const keyed = items.map((item) => ({ item, key: random.next() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}
