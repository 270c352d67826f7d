/** A person who is erased is nowhere: in no table, no file, no journal; and stays away. */

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aliasOf } from "../../src/base/index.js";
import { startDailyWork } from "../../src/cli/daily-work.js";
import {
  erasePerson,
  expireAnonymous,
  exportPerson,
  finishErasure,
  removeHidden,
} from "../../src/collect/index.js";
import { type Ledger, openLedger } from "../../src/store/index.js";
import { openSmallStore, type SmallStore } from "../collect/small-store.js";
import {
  ALIASES,
  BOB,
  CALLS,
  call,
  ERASED_AT,
  failingAt,
  HERS,
  MARKERS,
  PERSON,
  plantedFiles,
  plantTheRest,
  tracesInFiles,
  tracesInTables,
} from "./planted-person.js";

let store: SmallStore;
let ledger: Ledger;
let input: string;
beforeAll(async () => {
  store = await openSmallStore();
  ledger = await openLedger({ folder: store.dataDir });
  input = join(store.dataDir, "..", `${store.dataDir.split("/").at(-1)}-input`);
  mkdirSync(input);
});
afterAll(async () => {
  await ledger.close();
  rmSync(input, { recursive: true, force: true });
});

async function importAll(): Promise<readonly string[]> {
  const notes: string[] = [];
  for (const [path, mapping] of plantedFiles(input))
    notes.push(...(await store.import(path, mapping)).notes);
  await store.warehouse.reloadIdentity();
  return notes;
}

/** Which of the texts are in the files of the data folder, and in its tables as text. */
async function traces(texts: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const files = tracesInFiles(store.dataDir, texts);
  return [...files, ...(await tracesInTables(store.query, texts))].sort();
}

const bobsFacts = () =>
  store.query(
    `SELECT * EXCEPT props, toJSONString(props) AS props FROM facts
     WHERE alias IN (${aliasOf("user_id", BOB.user)}, ${aliasOf("email", BOB.email)}) ORDER BY ALL`,
  );
const options = () => ({ dataDir: store.dataDir, ledger });

describe("a person", () => {
  let before: readonly unknown[];
  beforeAll(async () => {
    await importAll();
    await plantTheRest({ ...store, ledger });
    before = await bobsFacts();
  });

  it("is everywhere to begin with, and can have all of it in one document", async () => {
    const found = await traces({ ...MARKERS, ...ALIASES });
    for (const place of Object.keys(MARKERS)) {
      if (place !== "phone") expect(found).toContain(`${place} in a file`);
      // Of a message's id the tables keep a hash.
      if (place === "message") continue;
      expect(
        found.some((f) => f.startsWith(`${place} in `) && !f.endsWith("a file")),
        place,
      ).toBe(true);
    }
    const all = await exportPerson(store.warehouse, PERSON, options());
    const text = JSON.stringify(all);
    for (const [place, marker] of Object.entries(MARKERS)) {
      if (place !== "phone") expect(text, place).toContain(marker);
    }
    expect(text).not.toContain(BOB.user);
    expect(all.messages).toHaveLength(3);
    expect(all.rejects).toHaveLength(1);
    expect(all.memberships).toHaveLength(1);
  });

  it("is in no table and no file when erased, even where that was cut short", async () => {
    const asked = { now: ERASED_AT, reason: "asked by letter", ...options() };
    const begun = erasePerson(failingAt(store.warehouse, 6), PERSON, asked);
    await expect(begun).rejects.toThrow("killed");
    for (const n of [4, 12, 21]) {
      const again = finishErasure(failingAt(store.warehouse, n), options());
      await expect(again).rejects.toThrow("killed");
    }
    const done = await finishErasure(store.warehouse, options());
    expect(done?.elsewhere).toEqual(
      expect.arrayContaining([join(input, "calls.ndjson"), expect.stringContaining("every copy")]),
    );
    expect(await finishErasure(store.warehouse, options())).toBeUndefined();
    expect(await traces(HERS)).toEqual([]);
    expect(await bobsFacts()).toEqual(before);
    expect((await traces(BOB)).length).toBeGreaterThan(2);
    expect(await store.query("SELECT reason, people FROM erasures")).toEqual([
      { reason: "asked by letter", people: 1 },
    ]);
  });

  it("does not keep the store from opening where the list of whom to erase was lost", async () => {
    await store.warehouse.command(
      "CREATE TABLE erasing (alias UInt64, id_kind String, id_value String, at DateTime64(3, 'UTC'), reason String, suppressing Bool, people UInt32, facts UInt64) ENGINE = MergeTree ORDER BY alias",
    );
    const options = { dataDir: store.dataDir, ledger };
    expect(await finishErasure(store.warehouse, options)).toBeUndefined();
    expect(await finishErasure(store.warehouse, options)).toBeUndefined();
  });

  it("does not come back with the same files, nor by a visit", async () => {
    const notes = await importAll();
    expect(notes.filter((note) => note.includes("erased people were left out"))).toHaveLength(3);
    const visit = JSON.parse(
      call(1, "track", { event: "Product Viewed", anonymousId: MARKERS.device }),
    );
    const later = "2024-06-01T10:00:00Z";
    const live = { ...visit, messageId: "live", timestamp: later, receivedAt: later };
    writeFileSync(join(input, "live.ndjson"), JSON.stringify(live));
    await store.import(join(input, "live.ndjson"), { preset: "segment" });
    const found = await traces(HERS);
    // A row that cannot be used is kept as it is written: nobody can say whose it is.
    expect(found.filter((trace) => !trace.endsWith("a file"))).toEqual(["email in imports"]);
    expect(await bobsFacts()).toHaveLength(before.length);
  });

  it("is somebody new when they order again", async () => {
    const order = { order_id: "new-1", subtotal: 5, products: [{ sku: "TEA", price: 5 }] };
    const at = "2024-06-02T10:00:00Z";
    const placed = {
      ...{ type: "track", event: "Order Completed", messageId: "new", userId: MARKERS.user },
      ...{ timestamp: at, receivedAt: at, properties: order },
    };
    writeFileSync(join(input, "new.ndjson"), [...CALLS, JSON.stringify(placed)].join("\n"));
    await store.import(join(input, "new.ndjson"), { preset: "segment" });
    const facts = await store.query(
      `SELECT DISTINCT order_id FROM facts WHERE alias = ${ALIASES.userAlias}`,
    );
    expect(facts).toEqual([{ order_id: "new-1" }]);
  });
});

describe("a visitor who never said who they are", () => {
  it("does not stand in the way of the next where it failed", async () => {
    const bob = aliasOf("user_id", BOB.user);
    const asked = { now: ERASED_AT, reason: "asked", ...options() };
    await expect(erasePerson(failingAt(store.warehouse, 6), bob, asked)).rejects.toThrow("killed");
    expect(await store.query("EXISTS TABLE erasing")).toEqual([{ result: 1 }]);
    await erasePerson(store.warehouse, aliasOf("user_id", "nobody-yet"), asked);
    expect(await store.query("EXISTS TABLE erasing")).toEqual([{ result: 0 }]);
    expect(await store.query(`SELECT 1 FROM facts WHERE alias = ${bob}`)).toEqual([]);
  });
});

describe("a visitor", () => {
  const OLD = "visitor-who-stayed-away";
  const limit = (on: number) => ({ ...options(), now: Date.UTC(2024, 2, on), days: 10 });
  const seen = (on: number, id: string) =>
    call(on, "track", { event: "Product Viewed", anonymousId: id, messageId: `${on} ${id}` });

  async function take(calls: readonly string[], on = 10): Promise<void> {
    const path = join(input, "visits.ndjson");
    writeFileSync(path, calls.join("\n"));
    await store.import(path, { preset: "segment" }, Date.UTC(2024, 2, on));
  }
  const visitors = async () => {
    const asked = "SELECT DISTINCT id_value AS id FROM aliases ORDER BY id";
    return (await store.query<{ id: string }>(asked)).map(({ id }) => id);
  };
  const hidden = async () => {
    const asked = `SELECT 1 FROM system.parts
      WHERE database = currentDatabase() AND active AND has_lightweight_delete`;
    return (await store.query(asked)).length > 0;
  };

  beforeEach(async () => {
    await store.clear();
    for (const table of ["suppressed", "erasures"])
      await store.warehouse.command(`TRUNCATE TABLE ${table}`);
  });

  it("is gone after the retention limit; who came back, and a customer's device, stay", async () => {
    await take([
      ...[seen(1, OLD), seen(1, "back"), seen(20, "back"), seen(1, "ann-device")],
      call(2, "identify", { userId: "ann", anonymousId: "ann-device" }),
    ]);
    let held = 0;
    const alone = <T>(work: () => Promise<T>) => {
      held += 1;
      return work();
    };
    const expire = (on: number) => expireAnonymous(store.warehouse, { ...limit(on), alone });
    // It was taken in nine days ago, of whatever day it tells. To look for nobody holds up nobody.
    expect([await expire(19), held]).toEqual([{ visitors: 0, facts: 0 }, 0]);
    expect([await expire(25), held]).toEqual([{ visitors: 1, facts: 1 }, 1]);
    expect([await expire(25), held]).toEqual([{ visitors: 0, facts: 0 }, 1]);
    expect(await visitors()).toEqual(["ann", "ann-device", "back"]);
    expect(await store.query("SELECT count() AS n FROM suppressed")).toEqual([{ n: "0" }]);
    expect([...(await tracesInTables(store.query, { OLD }))]).toEqual([]);
    // Hidden at once, and off the disk when its parts have been written anew.
    expect(await hidden()).toBe(true);
    await removeHidden(store.warehouse);
    expect(await hidden()).toBe(false);
    expect(await traces({ OLD })).toEqual([]);
    expect(await visitors()).toEqual(["ann", "ann-device", "back"]);
  });

  it("who is back between the search and the erasure stays", async () => {
    await take([seen(1, OLD)]);
    const alone = async <T>(work: () => Promise<T>) => {
      await take([seen(24, OLD)], 24);
      return work();
    };
    const nobody = { visitors: 0, facts: 0 };
    expect(await expireAnonymous(store.warehouse, { ...limit(25), alone })).toEqual(nobody);
    expect(await store.query("SELECT count() AS n FROM facts")).toEqual([{ n: "2" }]);
  });

  it("goes with many others in pieces, between which others may come", async () => {
    await take(Array.from({ length: 5001 }, (_, n) => seen(1, `v${n}`)));
    let pieces = 0;
    const alone = async <T>(work: () => Promise<T>) => {
      pieces += 1;
      const done = await work();
      await take([seen(24, `between-${pieces}`)], 24);
      return done;
    };
    const all = { visitors: 5001, facts: 5001 };
    expect(await expireAnonymous(store.warehouse, { ...limit(25), alone })).toEqual(all);
    expect([pieces, await visitors()]).toEqual([2, ["between-1", "between-2"]]);
  });

  it("is off the disk by what a server does each day, though it is ended meanwhile", async () => {
    await take([seen(1, OLD)], 1);
    const { dataDir: folder, warehouse } = store;
    const alone = <T>(work: () => Promise<T>) => work();
    const end = startDailyWork({ folder, warehouse, ledger, alone });
    await expect.poll(visitors, { timeout: 60_000 }).toEqual([]);
    await end();
    await startDailyWork({ folder, warehouse, ledger, alone })();
    await removeHidden(warehouse);
    expect(await traces({ OLD })).toEqual([]);
  });
});
