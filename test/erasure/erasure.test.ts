/** A person who is erased is nowhere: in no table, no file, no journal; and stays away. */

import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aliasOf } from "../../src/base/index.js";
import {
  erasePerson,
  expireAnonymous,
  exportPerson,
  finishErasure,
  openIntakeLog,
  readMapping,
} from "../../src/collect/index.js";
import { type Ledger, openLedger, type Warehouse } from "../../src/store/index.js";
import { paid, shopifyExport } from "../collect/shopify-export.js";
import { openSmallStore, type SmallStore } from "../collect/small-store.js";

/** What would be recognised anywhere: where it is planted -> the text. */
const MARKERS = {
  email: "anna-3f9c1e77b2@mail.example",
  phone: "+4366098765431",
  user: "u-7b21dd90c5e4",
  device: "d-91ce02ab77f3",
  order: "#A-55d0c3a19e",
  name: "Quivernautilus",
  coupon: "KRAXELFOOBERG7",
  query: "zwiebelmarmorkuchen77",
  wording: "wording-c0ffee8812",
  message: "m-8a7be2d1f0aa",
} as const;
const BOB = { email: "bob-1177aa9c3e@mail.example", user: "u-bob-5512ce" };

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

const day = (n: number) => new Date(Date.UTC(2024, 2, n, 12)).toISOString();
const ERASED_AT = Date.UTC(2024, 4, 1);

function call(on: number, type: string, more: object): string {
  const at = day(on);
  return JSON.stringify({
    ...{ type, messageId: `${MARKERS.message}-${on}-${type}`, timestamp: at, receivedAt: at },
    ...more,
  });
}
const CALLS = [
  call(1, "track", {
    event: "Products Searched",
    anonymousId: MARKERS.device,
    properties: { query: MARKERS.query },
  }),
  call(2, "identify", {
    ...{ userId: MARKERS.user, anonymousId: MARKERS.device },
    traits: { email: MARKERS.email, name: MARKERS.name, phone: MARKERS.phone },
  }),
  call(3, "track", {
    ...{ event: "Consent Updated", userId: MARKERS.user },
    properties: { channel: "email", status: "granted", wording: MARKERS.wording },
  }),
  call(4, "identify", {
    messageId: "bob",
    userId: BOB.user,
    traits: { email: BOB.email, phone: MARKERS.phone },
  }),
];
const ORDERS = shopifyExport([
  {
    name: MARKERS.order,
    email: MARKERS.email,
    order: paid(20, { "Discount Code": MARKERS.coupon, "Billing Name": MARKERS.name }),
    lines: [[1, "Tea", 20]],
  },
  { name: "#B-1", email: BOB.email, order: paid(10), lines: [[1, "Tea", 10]] },
]);
/** A row that cannot be used is kept, with its value. */
const PEOPLE = [
  "Id,Email,News",
  `c-1,${MARKERS.email},perhaps ${MARKERS.email}`,
  `c-2,${BOB.email},yes`,
];
const PEOPLE_MAPPING = readMapping(
  "record: people\nsource: crm\ncolumns: {customer: Id, email: Email, accepts_email: News}",
  "m",
);
const REFUNDS = ["order,at,amount", `${MARKERS.order},2024-04-01,4`];
const REFUNDS_MAPPING = readMapping(
  "record: refunds\nsource: shopify\ncolumns: {order: order, time: at, amount: amount}",
  "m",
);

async function importAll(): Promise<readonly string[]> {
  const write = (name: string, text: string) => {
    writeFileSync(join(input, name), text);
    return join(input, name);
  };
  const summaries = [
    await store.import(write("calls.ndjson", CALLS.join("\n")), { preset: "segment" }),
    await store.import(write("orders.csv", ORDERS), { preset: "shopify-orders" }),
    await store.import(write("people.csv", PEOPLE.join("\n")), PEOPLE_MAPPING),
    await store.import(write("refunds.csv", REFUNDS.join("\n")), REFUNDS_MAPPING),
  ];
  await store.warehouse.reloadIdentity();
  return summaries.flatMap(({ notes }) => notes);
}

/** What only other commands and the server write. */
async function plantTheRest(person: bigint): Promise<void> {
  const { warehouse, dataDir } = store;
  const instants = { at: "2024-04-01 00:00:00", noticed_at: "2024-04-01 00:00:00" };
  const entry = { refresh_id: 1, segment: "buyers", argument: "", entered: 1, cause: "event" };
  await warehouse.insert("transitions", [{ sequence: 1, person, ...entry, ...instants }]);
  const dues = { evaluated_at: instants.at, due_at: instants.at, known_last: instants.at };
  await warehouse.insert("profiles", [
    { refresh_id: 1, person, ...dues, labels: { tag: MARKERS.name } },
  ]);
  const log = openIntakeLog(ledger);
  const entries = CALLS.map((body) => ({
    ...{ format: "segment", body, keyId: "k", receivedAt: Date.now() },
    ...{ sentAt: undefined, ip: "192.0.2.1", userAgent: undefined },
  }));
  await log.append(entries);
  await log.close();
  mkdirSync(join(dataDir, "staging"), { recursive: true });
  writeFileSync(join(dataDir, "staging", "left.csv"), MARKERS.email);
}

/** Which of the texts are in the files of the data folder, and in its tables as text. */
async function traces(texts: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const path of filesIn(store.dataDir)) {
    const bytes = readFileSync(path);
    for (const [place, text] of Object.entries(texts)) {
      if (bytes.includes(text)) found.add(`${place} in a file`);
    }
  }
  const tables = await store.query<{ name: string }>(
    "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'",
  );
  for (const { name } of tables) {
    const { rows } = await store.warehouse.query<{ row: string }>(
      `SELECT toJSONString(tuple(*)) AS row FROM ${name}`,
    );
    for (const [place, text] of Object.entries(texts)) {
      if (rows.some(({ row }) => row.includes(text))) found.add(`${place} in ${name}`);
    }
  }
  return [...found].sort();
}

function* filesIn(folder: string): Generator<string> {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory()) yield* filesIn(path);
    else if (stat?.isFile()) yield path;
  }
}

const aliases = {
  emailAlias: String(aliasOf("email", MARKERS.email)),
  deviceAlias: String(aliasOf("anonymous_id", MARKERS.device)),
  userAlias: String(aliasOf("user_id", MARKERS.user)),
};
const person = aliasOf("user_id", MARKERS.user);
const bobsFacts = () =>
  store.query(
    `SELECT * EXCEPT props, toJSONString(props) AS props FROM facts
     WHERE alias IN (${aliasOf("user_id", BOB.user)}, ${aliasOf("email", BOB.email)}) ORDER BY ALL`,
  );
const options = () => ({ dataDir: store.dataDir, ledger });

/** Fails at the n-th statement that changes something. */
function failingAt(warehouse: Warehouse, n: number): Warehouse {
  let left = n;
  return {
    ...warehouse,
    command: async (...given) => {
      left -= 1;
      if (left < 0) throw new Error("the process was killed");
      return warehouse.command(...given);
    },
  };
}

describe("a person", () => {
  let before: readonly unknown[];
  beforeAll(async () => {
    await importAll();
    await plantTheRest(person);
    before = await bobsFacts();
  });

  it("is everywhere to begin with, and can have all of it in one document", async () => {
    const found = await traces({ ...MARKERS, ...aliases });
    for (const place of Object.keys(MARKERS)) {
      if (place !== "phone") expect(found).toContain(`${place} in a file`);
      // Of a message's id the tables keep a hash.
      if (place === "message") continue;
      expect(
        found.some((f) => f.startsWith(`${place} in `) && !f.endsWith("a file")),
        place,
      ).toBe(true);
    }
    const all = await exportPerson(store.warehouse, person, options());
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
    const begun = erasePerson(failingAt(store.warehouse, 6), person, asked);
    await expect(begun).rejects.toThrow("killed");
    for (const n of [4, 9]) {
      const again = finishErasure(failingAt(store.warehouse, n), options());
      await expect(again).rejects.toThrow("killed");
    }
    const done = await finishErasure(store.warehouse, options());
    expect(done?.elsewhere).toEqual(
      expect.arrayContaining([join(input, "calls.ndjson"), expect.stringContaining("every copy")]),
    );
    expect(await finishErasure(store.warehouse, options())).toBeUndefined();
    const { phone: _, ...theirs } = MARKERS;
    expect(await traces({ ...theirs, ...aliases })).toEqual([]);
    expect(await bobsFacts()).toEqual(before);
    expect((await traces(BOB)).length).toBeGreaterThan(2);
    expect(await store.query("SELECT reason, people FROM erasures")).toEqual([
      { reason: "asked by letter", people: 1 },
    ]);
  });

  it("does not keep the store from opening where the list of whom to erase was lost", async () => {
    await store.warehouse.command(
      "CREATE TABLE erasing (alias UInt64, id_kind String, id_value String, at DateTime64(3, 'UTC'), reason String, suppressing Bool) ENGINE = MergeTree ORDER BY alias",
    );
    const options = { dataDir: store.dataDir, ledger };
    expect(await finishErasure(store.warehouse, options)).toBeUndefined();
    expect(await finishErasure(store.warehouse, options)).toBeUndefined();
  });

  it("does not come back with the same files, nor by a visit", async () => {
    const notes = await importAll();
    expect(notes.filter((note) => note.includes("erased people were left out"))).toHaveLength(2);
    const visit = JSON.parse(
      call(1, "track", { event: "Product Viewed", anonymousId: MARKERS.device }),
    );
    const later = "2024-06-01T10:00:00Z";
    const live = { ...visit, messageId: "live", timestamp: later, receivedAt: later };
    writeFileSync(join(input, "live.ndjson"), JSON.stringify(live));
    await store.import(join(input, "live.ndjson"), { preset: "segment" });
    const { phone: _, ...theirs } = MARKERS;
    const found = await traces({ ...theirs, ...aliases });
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
      `SELECT DISTINCT order_id FROM facts WHERE alias = ${aliases.userAlias}`,
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

  it("is gone after the retention limit; who came back, and a customer's device, stay", async () => {
    await store.clear();
    for (const table of ["suppressed", "erasures"])
      await store.warehouse.command(`TRUNCATE TABLE ${table}`);
    const seen = (on: number, id: string) =>
      call(on, "track", { event: "Product Viewed", anonymousId: id, messageId: `${on} ${id}` });
    const calls = [
      ...[seen(1, "old"), seen(1, "back"), seen(20, "back"), seen(1, "ann-device")],
      call(2, "identify", { userId: "ann", anonymousId: "ann-device" }),
    ];
    writeFileSync(join(input, "visits.ndjson"), calls.join("\n"));
    const path = join(input, "visits.ndjson");
    await store.import(path, { preset: "segment" }, Date.UTC(2024, 2, 10));
    const expire = (on = 25) =>
      expireAnonymous(store.warehouse, { ...options(), now: Date.UTC(2024, 2, on), days: 10 });
    // It was taken in nine days ago, of whatever day it tells.
    expect(await expire(19)).toEqual({ visitors: 0, facts: 0 });
    expect(await expire()).toEqual({ visitors: 1, facts: 1 });
    expect(await expire()).toEqual({ visitors: 0, facts: 0 });
    const left = await store.query<{ id: string }>(
      "SELECT DISTINCT id_value AS id FROM aliases ORDER BY id",
    );
    expect(left.map(({ id }) => id)).toEqual(["ann", "ann-device", "back"]);
    expect(await store.query("SELECT count() AS n FROM suppressed")).toEqual([{ n: "0" }]);
  });
});
