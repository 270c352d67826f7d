/** What becomes of the intake log: ids, clocks, poison, where to go on, and what is trimmed. */

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { manualClock } from "../../src/base/index.js";
import {
  type IntakeEntry,
  type IntakeLog,
  listRejected,
  openIntakeLog,
  type Projection,
  recoverImports,
  startProjection,
} from "../../src/collect/index.js";
import { type Ledger, openLedger, type Warehouse } from "../../src/store/index.js";
import { openSmallStore, type SmallStore } from "../collect/small-store.js";

const NOW = Date.UTC(2024, 2, 10, 12);
const DAY = 86_400_000;

let store: SmallStore;
let folder: string;
let ledger: Ledger;
let log: IntakeLog;
let projection: Projection;
const clock = manualClock(NOW);

beforeAll(async () => {
  store = await openSmallStore();
});
beforeEach(async () => {
  clock.set(NOW);
  await store.clear();
  rmSync(join(store.dataDir, "rejects"), { recursive: true, force: true });
  folder = mkdtempSync(join(tmpdir(), "tessera-projection-"));
  ledger = await openLedger({ folder });
  log = openIntakeLog(ledger);
  projection = await start();
});
afterEach(async () => {
  await projection.close();
  await log.close();
  await ledger.close();
  rmSync(folder, { recursive: true, force: true });
});

const start = () =>
  startProjection({
    log,
    warehouse: store.warehouse,
    dataDir: store.dataDir,
    clock,
    currency: "EUR",
  });

function sent(message: object | string, more: Partial<IntakeEntry> = {}): IntakeEntry {
  const body = typeof message === "string" ? message : JSON.stringify(message);
  const basis = { format: "segment", keyId: "k", receivedAt: NOW, sentAt: NOW };
  return { ...basis, ip: undefined, userAgent: undefined, body, ...more };
}

async function send(...entries: readonly IntakeEntry[]): Promise<void> {
  await log.append(entries);
  await projection.caughtUp();
}

const view = (id: string, more: object = {}) => ({
  ...{ type: "track", event: "Product Viewed", messageId: id, userId: "u1" },
  ...{ timestamp: "2024-03-10T11:00:00Z", properties: { product_id: "p1" } },
  ...more,
});

const facts = (columns: string) =>
  store.query<Record<string, unknown>>(`SELECT ${columns} FROM facts ORDER BY ALL`);

/** Whose the dictionary says that devices are. */
const devicesOfOthers = () =>
  store.query<{ of: string }>(
    `SELECT u.id_value AS of FROM aliases AS d INNER JOIN aliases AS u
       ON u.alias = dictGetOrDefault('identity_now', 'person', d.alias, d.alias)
     WHERE d.id_kind = 'anonymous_id' AND u.alias != d.alias`,
  );

const rejected = () =>
  listRejected(store.warehouse, { dataDir: store.dataDir, since: 0, limit: 100 });

describe("a message", () => {
  it("happened by the server's clock, and is known since it was received", async () => {
    const late = NOW + 5000;
    await send(
      sent(view("a"), { sentAt: NOW + DAY }),
      sent(view("b", { sentAt: "2024-03-10T11:00:30Z" }), { receivedAt: late, sentAt: undefined }),
      sent(view("c", { originalTimestamp: "2024-03-09 10:00", timestamp: "2024-01-01" })),
      sent(view("d", { timestamp: undefined, sentAt: undefined }), { sentAt: undefined }),
      sent(view("e", { timestamp: "2030-01-01T00:00:00Z" })),
    );
    expect(await facts("toString(ts) AS at, toString(known_at) AS known")).toEqual([
      { at: "2024-03-09 10:00:00.000", known: "2024-03-10 12:00:00.000" },
      { at: "2024-03-09 11:00:00.000", known: "2024-03-10 12:00:00.000" },
      { at: "2024-03-10 11:59:35.000", known: "2024-03-10 12:00:05.000" },
      { at: "2024-03-10 12:00:00.000", known: "2024-03-10 12:00:00.000" },
      { at: "2030-01-01 00:00:00.000", known: "2024-03-10 12:00:00.000" },
    ]);
  });

  it("about an order that comes late does not show before it was received", async () => {
    const properties = { order_id: "#1", subtotal: 5, products: [{ sku: "x", price: 5 }] };
    const late = { event: "Order Completed", timestamp: "2024-03-01T10:00:00Z", properties };
    await send(sent(view("a", late)));
    expect(await facts("DISTINCT toString(ts) AS at, toString(known_at) AS known")).toEqual([
      { at: "2024-03-01 10:00:00.000", known: "2024-03-10 12:00:00.000" },
    ]);
  });

  it("counts once by its id, whenever it comes again, and the first stays", async () => {
    await send(
      sent(view("a")),
      sent(view("a", { properties: { product_id: "other" } }), { receivedAt: NOW + 1 }),
    );
    await store.warehouse.command("OPTIMIZE TABLE seen FINAL");
    await projection.close();
    projection = await start();
    await send(sent(view("a", { properties: { product_id: "third" } }), { receivedAt: NOW + DAY }));
    expect(await facts("product")).toEqual([{ product: "p1" }]);
  });

  it("without an id is told by what it says, and where it says no time by its place", async () => {
    const bare = view("", { messageId: undefined });
    const timeless = view("", { messageId: undefined, timestamp: undefined });
    await send(sent(bare), sent(bare, { sentAt: NOW + 1000, receivedAt: NOW + 2000 }));
    await send(sent(bare, { sentAt: NOW + 9000, receivedAt: NOW + 9000 }));
    expect(await facts("kind")).toHaveLength(1);
    await send(
      sent({ ...bare, timestamp: "2024-03-10T11:00:01Z" }),
      sent(bare, { keyId: "other" }),
    );
    expect(await facts("kind")).toHaveLength(3);
    await send(sent(timeless), sent(timeless));
    expect(await facts("kind")).toHaveLength(5);
  });
});

describe("a poison row", () => {
  it("goes alone to the rejects, with its reason and its number", async () => {
    const euros = {
      order_id: "#1",
      currency: "EUR",
      subtotal: 5,
      products: [{ sku: "x", price: 5 }],
    };
    await send(
      sent(view("a")),
      sent('{"type":"track","event":"x","userId":"u1","userId":"u2","messageId":"m"}'),
      sent("no JSON"),
      sent(view("b", { timestamp: "yesterday" })),
      sent(view("c", { userId: "u\u0000" })),
      sent({ ...view("d"), event: "Order Completed", properties: { ...euros, currency: "XXX" } }),
      sent({ ...view("e"), event: "Order Completed", properties: euros }),
      sent(view("f"), { format: "carrier pigeon" }),
      sent(`{"type":"track","event":"y","messageId":"z","properties":{"n":1e999}}`),
      sent(view("g")),
    );
    expect(await facts("DISTINCT kind")).toEqual(
      ["line", "order", "viewed"].map((kind) => ({ kind })),
    );
    const { total, reasons, rows } = await rejected();
    expect(total).toBe(7);
    expect(reasons.reduce((sum, { rows: count }) => sum + count, 0)).toBe(7);
    const first = Math.min(...rows.map(({ line }) => line)) - 1;
    const told = rows.map(({ line, reason }) => [line - first + 1, reason] as const);
    expect(new Map(told).get(6)).toMatch(/no rate for its currency, the store's is EUR/);
    expect([...new Map(told).keys()].sort()).toEqual([2, 3, 4, 5, 6, 8, 9]);
    expect(new Map(told).get(8)).toMatch(/carrier pigeon/);
    expect(projection.status()).toMatchObject({ waiting: 0 });
    expect(projection.status().fault).toBeUndefined();
  });
});

describe("the status", () => {
  it("counts what was refused and what belongs to nobody", async () => {
    const nobody = { userId: undefined };
    const stock = { product_id: "p1", stock: 1, previous_stock: 0 };
    const changed = { ...nobody, event: "Product Stock Changed", properties: stock };
    const before = projection.status();
    await send(sent(view("a")), sent(view("b", nobody)), sent(view("c", changed)), sent("no JSON"));
    await send(sent(view("d", { anonymousId: "d1", ...nobody })), sent(view("e", nobody)));
    const { rejected, nobody: ofNobody } = projection.status();
    expect([rejected - before.rejected, ofNobody - before.nobody]).toEqual([1, 2]);
  });
});

describe("an order with an amount that is no number", () => {
  it("is rejected with the amount's place and text, and makes no order and no buyer", async () => {
    const bad = { ...view("a"), event: "Order Completed" };
    await send(sent({ ...bad, properties: { total: "abc", order_id: "o9" } }));
    expect(await facts("kind")).toEqual([]);
    const { total, rows } = await rejected();
    expect([total, rows[0]]).toMatchObject([1, { column: "properties.total", value: "abc" }]);
  });
});

describe("rejects of the log", () => {
  it("are one file for many imports, without those of an import that was undone", async () => {
    await projection.close();
    let failed = false;
    const warehouse: Warehouse = {
      ...store.warehouse,
      async insert(table, rows) {
        if (!failed && rows.some((row) => row.state === "landed")) {
          failed = true;
          throw new Error("full");
        }
        await store.warehouse.insert(table, rows);
      },
    };
    // What a process that was killed had written for an import of the same number.
    const file = join(store.dataDir, "rejects", "intake-2024-03-10T12.ndjson");
    const left = {
      ...{ import: 1, at: NOW - 1, line: 77 },
      column: "",
      value: "",
      reason: "undone",
    };
    mkdirSync(join(store.dataDir, "rejects"), { recursive: true });
    writeFileSync(file, `${JSON.stringify(left)}\n`);
    const { dataDir } = store;
    projection = await startProjection({ log, warehouse, dataDir, clock });
    for (const body of ["no", "none", "never"]) {
      await send(sent(view(body)), sent(body));
      clock.set(clock.now() + 1000);
    }
    expect(failed).toBe(true);
    const { total, rows } = await rejected();
    expect(total).toBe(3);
    expect(rows.map(({ value }) => value)).toEqual(["never", "none", "no"]);
    expect(readdirSync(join(store.dataDir, "rejects"))).toHaveLength(1);
    expect(readFileSync(file, "utf8").trim().split("\n")).toHaveLength(4);
  });
});

describe("messages that are refused only together", () => {
  it("land apart: the first order says which currency is the store's", async () => {
    await projection.close();
    const { warehouse, dataDir } = store;
    projection = await startProjection({ log, warehouse, dataDir, clock });
    const order = (id: string, currency: string) => ({
      ...{ ...view(id), event: "Order Completed" },
      properties: { order_id: id, currency, subtotal: 5, products: [{ sku: "x", price: 5 }] },
    });
    await send(sent(order("#1", "EUR")), sent(order("#2", "USD")));
    expect(await facts("DISTINCT order_id")).toEqual([{ order_id: "#1" }]);
    const [refused] = (await rejected()).rows;
    expect(refused).toMatchObject({ line: 2, column: "currency", value: "USD" });
  });

  it("wait where the settings are at fault", async () => {
    await projection.close();
    const { warehouse, dataDir } = store;
    const rates = join(folder, "rates.csv");
    projection = await startProjection({ log, warehouse, dataDir, clock, rates });
    await log.append([sent(view("a"))]);
    while (projection.status().fault === undefined) await new Promise((r) => setTimeout(r, 10));
    expect(projection.status()).toMatchObject({ projected: 0, fault: { since: NOW } });
    expect((await rejected()).total).toBe(0);
    writeFileSync(rates, "date,currency,rate\n2024-01-01,USD,0.9\n");
    await projection.caughtUp();
    expect(projection.status().fault).toBeUndefined();
    expect(await facts("kind")).toHaveLength(1);
  });
});

describe("the projection", () => {
  it("goes on where the warehouse is, and refuses an older copy of the log", async () => {
    await send(sent(view("a")));
    const { projected } = projection.status();
    await projection.close();
    await log.append([sent(view("b"))]);
    projection = await start();
    await projection.caughtUp();
    expect(projection.status().projected).toBe(projected + 1);
    expect(await facts("kind")).toHaveLength(2);
    await projection.close();
    const older = { ...log, lastDrawn: async () => projected };
    const { warehouse, dataDir } = store;
    await expect(startProjection({ log: older, warehouse, dataDir })).rejects.toMatchObject({
      code: "ledger.other",
    });
  });

  it("begins none while something is done alone", async () => {
    let ended = false;
    const work = projection.alone(async () => {
      await log.append([sent(view("a"))]);
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
      expect(await facts("kind")).toEqual([]);
      ended = true;
    });
    await work;
    await projection.caughtUp();
    expect(ended).toBe(true);
    expect(await facts("kind")).toHaveLength(1);
  });

  it("has landed what waited, and knows people by it, before something is done alone", async () => {
    const first = projection.alone(() => log.append([sent(view("a", { anonymousId: "d1" }))]));
    await projection.alone(async () => expect(await devicesOfOthers()).toEqual([{ of: "u1" }]));
    await first;
  });

  it("has caught up where what it was to land has been erased", async () => {
    let caughtUp: Promise<void> | undefined;
    await projection.alone(async () => {
      await log.append([sent(view("a"))]);
      caughtUp = projection.caughtUp();
      await new Promise((resolve) => setTimeout(resolve, 20));
      await ledger.db.deleteFrom("intake_log").execute();
    });
    await caughtUp;
    expect(projection.status()).toMatchObject({ waiting: 0, lagMs: 0 });
    await send(sent(view("b")));
    expect(await facts("kind")).toHaveLength(1);
  });

  it("knows people by what has landed though what came with it fails", async () => {
    await projection.close();
    await store.warehouse.reloadIdentity();
    let landings = 0;
    const warehouse: Warehouse = {
      ...store.warehouse,
      async insert(table, rows) {
        if (rows.some((row) => row.state === "landed") && ++landings === 2) throw new Error("full");
        await store.warehouse.insert(table, rows);
      },
    };
    const { dataDir } = store;
    projection = await startProjection({ log, warehouse, dataDir, clock });
    const order = (id: string, currency: string) => ({
      ...{ ...view(id), event: "Order Completed" },
      properties: { order_id: id, currency, subtotal: 5, products: [{ sku: "x", price: 5 }] },
    });
    const device = sent(view("a", { anonymousId: "d1" }));
    await send(device, sent(order("#1", "EUR")), sent(order("#2", "USD")), sent(view("b")));
    expect(landings).toBeGreaterThan(2);
    expect(await devicesOfOthers()).toEqual([{ of: "u1" }]);
  });

  it("stays landed though forgetting its import is cut short", async () => {
    await send(sent(view("a")));
    await send(sent(view("b"), { receivedAt: NOW + DAY }));
    await projection.close();
    let deleting = 0;
    const warehouse: Warehouse = {
      ...store.warehouse,
      async command(sql, parameters, options) {
        if (sql.startsWith("ALTER TABLE imports DELETE") && ++deleting === 2)
          throw new Error("cut");
        await store.warehouse.command(sql, parameters, options);
      },
    };
    projection = await startProjection({ log, warehouse, dataDir: store.dataDir, clock });
    clock.set(NOW + 7.5 * DAY);
    await expect(projection.trim()).rejects.toThrow("cut");
    const left = await store.query("SELECT state FROM imports ORDER BY import_id, state");
    expect(left).toEqual([{ state: "landed" }, { state: "started" }, { state: "landed" }]);
    expect(await recoverImports(store.warehouse)).toEqual([]);
    expect(await facts("kind")).toHaveLength(2);
  });

  it("forgets after the retention what has landed, and only that", async () => {
    await send(sent(view("a")), sent("no JSON"));
    await send(sent(view("b"), { receivedAt: NOW + DAY }));
    const folderOf = join(store.dataDir, "rejects");
    expect(readdirSync(folderOf)).toHaveLength(1);
    clock.set(NOW + 7.5 * DAY);
    await projection.trim();
    expect(await log.read({ after: 0, limit: 10 })).toHaveLength(1);
    expect(existsSync(folderOf) ? readdirSync(folderOf) : []).toEqual([]);
    expect(await store.query("SELECT count() AS n FROM imports")).toEqual([{ n: "2" }]);
    expect((await rejected()).total).toBe(0);
    await projection.close();
    projection = await start();
    await send(sent(view("a")), sent(view("c")));
    expect(await facts("kind")).toHaveLength(3);
  });
});
