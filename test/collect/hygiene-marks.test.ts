/** What the hygiene report knows of people is read by segments, and stays a function of the facts. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { markPeople, parseCorrections } from "../../src/collect/hygiene/index.js";
import { reportHygiene } from "../../src/collect/hygiene/report.js";
import { countPeople, DEFAULT_SETTINGS, loadLibrary } from "../../src/segment/index.js";
import type { Warehouse } from "../../src/store/index.js";
import { emptyTables, engines } from "../engines.js";
import { NOW, newPlanter, type Planter } from "./planted-store.js";

const { library } = loadLibrary([], DEFAULT_SETTINGS);
let warehouse: Warehouse;
let store: Planter;

async function mark(yaml = "") {
  await store.plant(warehouse);
  store = newPlanter();
  return markPeople(warehouse, { corrections: parseCorrections(yaml, "hygiene.yaml"), now: NOW });
}

const count = async (expression: string, asOf = NOW) =>
  (await countPeople(warehouse, library, expression, { asOf })).count;

async function traits(): Promise<Record<string, string>> {
  const { rows } = await warehouse.query<{ who: string; mark: string }>(
    `SELECT id_value AS who, props.hygiene.:String AS mark FROM facts GLOBAL INNER JOIN aliases USING (alias)
     WHERE source = 'hygiene' AND (fact_id, version) GLOBAL NOT IN (SELECT fact_id, version FROM superseded)
     ORDER BY who`,
  );
  return Object.fromEntries(rows.map(({ who, mark }) => [who, mark]));
}

describe.each(engines(["chdb", "cluster"]))("marks on $name", (engine) => {
  beforeAll(async () => {
    warehouse = await engine.open();
  });
  afterAll(() => engine.close());
  beforeEach(async () => {
    await emptyTables(warehouse);
    store = newPlanter();
  });

  it("leave out of audiences who is certain or confirmed, and only those", async () => {
    store.line(store.person("email:a@acme.example", { company: "Acme", tax_exempt: true }));
    store.line(store.person("email:tom@ourshop.example"));
    store.line(store.person("email:x@privaterelay.appleid.com"));
    const resale = { units: 10, discount: 5 };
    for (const name of ["confirmed", "suspected"]) {
      const person = store.person(`user_id:${name}`);
      for (const day of [10, 20, 30]) store.line(person, { ...resale, day });
    }
    store.line(store.person("user_id:ann"));
    const yaml = "staff: {domains: [ourshop.example]}\nresellers: {confirm: [confirmed, unknown]}";
    expect(await mark(yaml)).toEqual({ marked: 4, unmarked: 0 });
    expect(await traits()).toEqual({
      "a@acme.example": "business",
      "tom@ourshop.example": "staff",
      "x@privaterelay.appleid.com": "relay",
      confirmed: "reseller",
    });
    expect(await count("left_out")).toBe(4);
    expect(await count("business_buyer")).toBe(1);
    expect(await count("frequent")).toBe(await count("frequent and not left_out"));
  });

  it("release whom the playbook's rule takes for a business", async () => {
    for (let i = 0; i < 9; i++) store.line(store.person(`user_id:${i}`));
    store.line(store.person("user_id:party"), { units: 80 });
    store.line(store.person("email:a@acme.example", { company: "Acme", tax_exempt: true }));
    expect(await mark()).toEqual({ marked: 1, unmarked: 0 });
    expect(await count("left_out")).toBe(2);
    expect(await mark("business: {release: [party, 'email:a@acme.example']}")).toEqual({
      marked: 2,
      unmarked: 0,
    });
    expect(await traits()).toEqual({ "a@acme.example": "released", party: "released" });
    expect(await count("left_out")).toBe(0);
  });

  it("are the report's business buyers by lines, whom the playbook finds by itself", async () => {
    for (let i = 0; i < 30; i++) store.line(store.person(`user_id:${i}`), { units: 1 + i });
    store.line(store.person("user_id:bulk"), { units: 80 });
    await mark();
    const corrections = parseCorrections("", "");
    const options = { asOf: NOW, timeZone: "UTC", corrections, examples: 9 };
    const { groups } = await reportHygiene(warehouse, options);
    expect(groups[0]).toMatchObject({ key: "business", found: 1 });
    expect(await count("business_buyer")).toBe(1);
  });

  it("hold from the person's first fact on, so a look back leaves them out too", async () => {
    store.line(store.person("email:tom@ourshop.example"), { day: 299 });
    await mark("staff: {domains: [ourshop.example]}");
    expect(await count("left_out", NOW - 299.5 * 86_400_000)).toBe(1);
    expect(await count("left_out", NOW - 301 * 86_400_000)).toBe(0);
  });

  it("are made once, and nothing lands when nothing changes", async () => {
    store.person("user_id:1", { tags: ["staff"] });
    expect(await mark()).toEqual({ marked: 1, unmarked: 0 });
    expect(await mark()).toEqual({ marked: 0, unmarked: 0 });
    const { rows } = await warehouse.query("SELECT import_id FROM imports WHERE state = 'landed'");
    expect(rows).toEqual([{ import_id: 1 }]);
  });

  it("that no longer follow never were", async () => {
    store.line(store.person("user_id:1", { tags: ["staff"] }));
    await mark();
    expect(await mark("staff: off")).toEqual({ marked: 0, unmarked: 1 });
    expect(await traits()).toEqual({});
    expect(await count("left_out")).toBe(0);
    expect(await mark()).toEqual({ marked: 1, unmarked: 0 });
    expect(await count("left_out")).toBe(1);
  });

  it("follow the facts, whichever came in first", async () => {
    const staff = () => store.line(store.person("email:tom@ourshop.example"), { day: 10 });
    const earlier = () => store.line(store.person("user_id:7"), { day: 400 });
    const merge = () =>
      store.link(store.person("email:tom@ourshop.example"), store.person("user_id:7"), 5);
    const marks = `SELECT alias, ts, known_at, fact_id, toString(props) AS p FROM facts
      WHERE source = 'hygiene' AND (fact_id, version) GLOBAL NOT IN (SELECT fact_id, version FROM superseded)`;
    const results: unknown[] = [];
    for (const order of [
      [staff, earlier, merge],
      [earlier, merge, staff],
    ]) {
      await emptyTables(warehouse);
      for (const part of order) {
        part();
        await mark("staff: {domains: [ourshop.example]}");
      }
      results.push((await warehouse.query(marks)).rows);
      expect(await count("left_out")).toBe(1);
    }
    expect(results[0]).toHaveLength(1);
    expect(results[0]).toEqual(results[1]);
  });
});
