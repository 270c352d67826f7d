/** A person asks for what is known of them, and to be erased, through the server: live, from end to end. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { peopleActions } from "../../src/cli/people-actions.js";
import { openIntakeLog, type Projection, startProjection } from "../../src/collect/index.js";
import { openKeys, startServer } from "../../src/server/index.js";
import { type Ledger, openLedger, openWarehouse, type Warehouse } from "../../src/store/index.js";

let folder: string;
let warehouse: Warehouse;
let ledger: Ledger;
let projection: Projection;
let address: string;
let writeKey: string;
let secretKey: string;
const closers: (() => Promise<void>)[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tessera-people-"));
  warehouse = await openWarehouse({ dataDir: folder });
  ledger = await openLedger({ folder });
  const log = openIntakeLog(ledger);
  projection = await startProjection({ log, warehouse, dataDir: folder });
  const keys = openKeys(ledger);
  writeKey = (await keys.create({ kind: "write", name: "shop" })).text;
  secretKey = (await keys.create({ kind: "secret", name: "admin" })).text;
  const people = await peopleActions({ folder, warehouse, ledger, projection });
  const where = { host: "127.0.0.1", port: 0, snippet: "", logging: { level: "silent" } };
  const server = await startServer({ ...where, log, projection, keys, people });
  address = server.address;
  closers.push(
    ...[() => server.close(), () => projection.close(), () => log.close()],
    ...[() => ledger.close(), () => warehouse.close()],
  );
});
afterAll(async () => {
  for (const close of closers) await close();
  rmSync(folder, { recursive: true, force: true });
});

const basic = (key: string) => ({
  authorization: `Basic ${Buffer.from(`${key}:`).toString("base64")}`,
});
async function send(batch: readonly object[]): Promise<void> {
  await sendOnly(batch);
  await projection.caughtUp();
}
/** Answered, and no fact yet. */
async function sendOnly(batch: readonly object[]): Promise<void> {
  const body = JSON.stringify({ batch });
  const answer = await fetch(`${address}/v1/batch`, {
    method: "POST",
    body,
    headers: basic(writeKey),
  });
  expect(answer.status).toBe(200);
}
const about = (id: string, path: string, method: string, key: string) =>
  fetch(`${address}/v1/people/${encodeURIComponent(id)}${path}`, { method, headers: basic(key) });
const count = async (sql: string) =>
  Number((await warehouse.query<{ n: string }>(`SELECT count() AS n FROM ${sql}`)).rows[0]!.n);

const VISIT = { type: "track", event: "Product Viewed", anonymousId: "d-77ab12cd" };
const CALLS = [
  { ...VISIT, messageId: "m1", properties: { sku: "TEA" } },
  {
    ...{ type: "identify", messageId: "m2", userId: "u-99ee11", anonymousId: "d-77ab12cd" },
    traits: { email: "zoe-55aa@mail.example" },
  },
  {
    ...{ type: "track", event: "Cart Shared", messageId: "m3", userId: "u-other" },
    ...{ context: { ip: "192.0.2.99" }, properties: { recipient: "zoe-55aa@mail.example" } },
  },
];

describe("the server", () => {
  it("gives all that is known of a person, to who holds a secret key", async () => {
    await send(CALLS);
    const id = "email:zoe-55aa@mail.example";
    expect((await about(id, "/export", "GET", writeKey)).status).toBe(401);
    expect((await about("email:nobody@mail.example", "/export", "GET", secretKey)).status).toBe(
      404,
    );
    const answer = await about(id, "/export", "GET", secretKey);
    expect(answer.status).toBe(200);
    const text = await answer.text();
    const all = JSON.parse(text) as Record<string, object[]>;
    expect([all.facts?.length, all.messages?.length]).toEqual([2, 2]);
    expect(all.namedByOthers).toEqual([{ receivedAt: expect.stringMatching(/^20\d\d-.*Z$/) }]);
    expect(Object.keys(all.about!)).toEqual(["what", ...Object.keys(all).slice(1)]);
    for (const other of ["u-other", "192.0.2.99"]) expect(text).not.toContain(other);
  });

  it("erases them, with the reason, and a late copy of a message brings nobody back", async () => {
    expect((await about("u-99ee11", "", "DELETE", secretKey)).status).toBe(400);
    expect((await about("u-99ee11", "?reason=asked", "DELETE", writeKey)).status).toBe(401);
    expect(await count("facts")).toBe(3);
    const answer = await about("u-99ee11", "?reason=asked", "DELETE", secretKey);
    expect([answer.status, await answer.json()]).toMatchObject([
      200,
      { facts: 2, identifiers: 3, messages: 3 },
    ]);
    await send([...CALLS, { ...VISIT, messageId: "m4" }]);
    expect(await count("facts")).toBe(1);
    expect(await count("aliases WHERE id_value != 'u-other'")).toBe(0);
    expect((await about("u-99ee11", "/export", "GET", secretKey)).status).toBe(404);
    const again = await about("u-99ee11", "?reason=asked", "DELETE", secretKey);
    expect(again.status).toBe(404);
    const said = await again.text();
    expect(said).toContain("or was erased before");
    // One that is written like it is somebody else's.
    await send([{ type: "identify", messageId: "m5", userId: "u-99ee12", traits: {} }]);
    for (const id of ["u-99ee11", "user_id:u-99ee13"])
      expect(await (await about(id, "/export", "GET", secretKey)).text()).not.toContain("u-99ee12");
  });

  it("knows people by long identifiers too, and what was acknowledged a moment ago", async () => {
    const userId = `u-${"long".repeat(60)}`;
    const properties = { product_id: "p1" };
    const viewed = {
      type: "track",
      event: "Product Viewed",
      messageId: "long",
      userId,
      properties,
    };
    await sendOnly([viewed]);
    const answer = await about(userId, "/export", "GET", secretKey);
    expect([answer.status, ((await answer.json()) as { facts: object[] }).facts.length]).toEqual([
      200, 1,
    ]);
  });
});
