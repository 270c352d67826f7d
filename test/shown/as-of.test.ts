/**
 * What the store learns later never shows in what it says about the time before: memberships,
 * attributes, statistics, sizes and explanations as of an earlier instant stay the same to the
 * byte. And all of it shows from the very millisecond at which it is known.
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { explainPerson } from "../../src/segment/membership/explain.js";
import { countPeople, reportSegments } from "../../src/segment/membership/reports.js";
import { Session } from "../../src/segment/membership/run.js";
import type { Warehouse } from "../../src/store/index.js";
import { emptyTables } from "../engines.js";
import { playbookLibrary } from "../playbook/library.js";
import { demoRows, insertRows, type Rows } from "./demo-rows.js";
import { DAY_MS, importShop, KINDS, plant, SHOP_ROWS } from "./later-facts.js";
import { changes, oneEngine, planOf, type Snapshot, snapshot, text } from "./snapshot.js";

/** The playbook asks about the person; these ask about products, events, traits and ranks. */
const OWN = `
attribute viewed_n = count(viewed)
segment shown_viewer some product: count(viewed in last 30 days) >= 2 and count(line of same category) = 0
segment shown_dear sum(order.net in last 365 days) >= p90 and count(order days in last 365 days) >= 2
segment shown_once count(order from 2025-01-01) = 1 or person.city is 'Berlin' and stage is churned
`;

const library = playbookLibrary(undefined, OWN);
const plan = planOf(library, { attributes: "all" });

/**
 * Each kind alone is looked for with these, which take a tenth of the time; all kinds together
 * with everything that the library defines.
 */
const telling = planOf(library, {
  segments: ["shown_viewer", "shown_dear", "shown_once", "vip", "lapsed"],
  attributes: ["viewed_n", "net_12m"],
});

/** Two hours after the demo store's last instant. */
const KNOWN_AT = Date.UTC(2026, 10, 1, 2);
const BEFORE = [Date.UTC(2025, 10, 20, 12), Date.UTC(2026, 2, 29, 1, 30), KNOWN_AT - 1] as const;
const [, , LAST_BEFORE] = BEFORE;

let store: Rows;
beforeAll(async () => {
  store = demoRows({ people: 300 });
});

async function fill(warehouse: Warehouse): Promise<void> {
  await emptyTables(warehouse);
  await insertRows(warehouse, store);
  await importShop(warehouse, { again: false, now: KNOWN_AT - 200 * DAY_MS });
}

describe("as of an instant, in this process", () => {
  const engine = oneEngine("chdb");
  let warehouse: Warehouse;
  let session: Session;
  const before = new Map<number, Snapshot>();
  let unplanted: Snapshot;
  let told: { readonly before: Snapshot; readonly unplanted: Snapshot };
  const tell = (now: number) => snapshot(warehouse, telling, { now, session });
  const all = (now: number) => snapshot(warehouse, plan, { now, session });

  beforeAll(async () => {
    warehouse = await engine.open();
    session = new Session(warehouse);
    await fill(warehouse);
    for (const now of BEFORE) before.set(now, await all(now));
    unplanted = await all(KNOWN_AT);
    told = { before: await tell(LAST_BEFORE), unplanted: await tell(KNOWN_AT) };
  });
  afterAll(() => engine.close());

  it.each(KINDS)(
    "%s shows from the millisecond at which it is known, and not before",
    async (kind) => {
      await fill(warehouse);
      await plant(warehouse, kind, store, KNOWN_AT);
      expect(await tell(LAST_BEFORE)).toEqual(told.before);
      expect(changes(told.unplanted, await tell(KNOWN_AT)).length).toBeGreaterThan(0);
    },
  );

  it("all of them together change nothing as of any instant before", async () => {
    await fill(warehouse);
    const asked = await everyDoor(warehouse, LAST_BEFORE);
    for (const kind of KINDS) await plant(warehouse, kind, store, KNOWN_AT);
    for (const now of BEFORE) {
      expect(await all(now), new Date(now).toISOString()).toEqual(before.get(now));
    }
    expect(await everyDoor(warehouse, LAST_BEFORE)).toBe(asked);
    expect(await everyDoor(warehouse, KNOWN_AT)).not.toBe(asked);
  });

  it("a file that is imported again is all duplicates, and changes nothing at any instant", async () => {
    await fill(warehouse);
    const summary = await importShop(warehouse, { again: false, now: KNOWN_AT });
    expect(summary).toMatchObject({ rowsRead: SHOP_ROWS, lines: 0, orders: 0 });
    expect(await all(KNOWN_AT)).toEqual(unplanted);
  });
});

describe("as of an instant, on a server", () => {
  const engine = oneEngine("server");
  afterAll(() => engine.close());

  it("all kinds together change nothing as of any instant before", async () => {
    const warehouse = await engine.open();
    await fill(warehouse);
    const before = new Map<number, Snapshot>();
    for (const now of [BEFORE[1], LAST_BEFORE])
      before.set(now, await snapshot(warehouse, plan, { now }));
    const unplanted = await snapshot(warehouse, plan, { now: KNOWN_AT });
    for (const kind of KINDS) await plant(warehouse, kind, store, KNOWN_AT);
    for (const now of [BEFORE[1], LAST_BEFORE]) {
      expect(await snapshot(warehouse, plan, { now }), new Date(now).toISOString()).toEqual(
        before.get(now),
      );
    }
    const after = await snapshot(warehouse, plan, { now: KNOWN_AT });
    expect(changes(unplanted, after).length).toBeGreaterThan(KINDS.length);
  });
});

/** What a person sees: sizes of all segments, a count, and why some people are where they are. */
async function everyDoor(warehouse: Warehouse, asOf: number): Promise<string> {
  const report = await reportSegments(warehouse, library, { asOf });
  const condition = "some product: count(viewed) >= 2 and count(line) = 0";
  const count = await countPeople(warehouse, library, condition, { asOf });
  const explanations = [];
  for (const segment of ["vip", "shown_viewer"]) {
    for (const person of ["C0001", "email:c0@example.com"]) {
      explanations.push(await explainPerson(warehouse, library, person, segment, { asOf }));
    }
  }
  const { asOf: _, ...sizes } = report;
  return text({ sizes, count, explanations });
}
