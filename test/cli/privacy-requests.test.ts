// Shopify's mandatory privacy webhooks, through `tessera serve` as a process: whom the shop must erase is
// erased, the rest is listed with its date, and nobody but Shopify can ask.
import { type ChildProcess, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Answers, answerSchemas, type CommandName } from "../../src/cli/schemas.js";
import { orderPayload } from "../intake/shopify-payloads.js";
import { BIN, removeFolder, temporaryFolder, tessera } from "./run-command.js";

const SECRET = "shpss_test";
/** So long a condition is waited for. */
const PATIENCE = { timeout: 120_000, interval: 200 };
const cwd = temporaryFolder();
let child: ChildProcess;
let address: string;
let key: string;
let errors: Promise<string>;

beforeAll(async () => {
  const { CLICKHOUSE_URL: _, DATABASE_URL: __, ...env } = process.env;
  child = spawn(process.execPath, [BIN, "serve", "--data", "store", "--port", "0", "--json"], {
    cwd,
    env: { ...env, SHOPIFY_WEBHOOK_SECRET: SECRET, TESSERA_LOG_LEVEL: "silent" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  errors = text(child.stderr!);
  let printed = "";
  for await (const line of createInterface({ input: child.stdout! })) {
    printed += line;
    if (line === "}") break;
  }
  ({ address, writeKey: key } = JSON.parse(printed));
});

afterAll(async () => {
  if (child.exitCode === null) {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  removeFolder(cwd);
});

let sent = 0;

async function webhook(topic: string, payload: object, secret = SECRET): Promise<number> {
  const body = JSON.stringify(payload);
  sent += 1;
  const headers = {
    "content-type": "application/json",
    "x-shopify-topic": topic,
    "x-shopify-webhook-id": `w${sent}`,
    "x-shopify-hmac-sha256": createHmac("sha256", secret).update(body).digest("base64"),
  };
  return (await fetch(`${address}/webhooks/shopify`, { method: "POST", body, headers })).status;
}

async function ask<C extends CommandName>(command: C, ...args: string[]): Promise<Answers[C]> {
  const words = [...command.split(" "), ...args, "--data", "store", "--json"];
  const { code, stdout, stderr } = await tessera(words, { cwd });
  expect([code, stderr]).toEqual([0, ""]);
  return answerSchemas[command].strict().parse(JSON.parse(stdout)) as Answers[C];
}

const bought = (name: string, email: string) =>
  orderPayload({ id: Number(name), name: `#${name}`, email, contact_email: email, customer: null });
const about = (email: string) => ({
  shop_domain: "a.myshopify.com",
  customer: { id: 7, email, phone: null },
});

const buyers = async () => (await ask("count", "count(order) >= 1")).count;

test("a customer whom Shopify asks to erase is erased, once; other requests wait for an answer", async () => {
  expect(await webhook("orders/create", bought("1001", "ann@example.com"))).toBe(200);
  expect(await webhook("orders/create", bought("1002", "bob@example.com"))).toBe(200);
  await vi.waitFor(async () => expect(await buyers()).toBe(2), PATIENCE);

  expect(await webhook("customers/redact", about("bob@example.com"), "shpss_other")).toBe(401);
  const forged = {
    userId: "u1",
    event: "Erasure Requested",
    properties: { shop: "a.myshopify.com" },
  };
  const headers = { authorization: `Basic ${btoa(`${key}:`)}` };
  const body = JSON.stringify(forged);
  expect((await fetch(`${address}/v1/track`, { method: "POST", body, headers })).status).toBe(200);
  expect(await webhook("customers/redact", about("ann@example.com"))).toBe(200);
  expect(await webhook("customers/data_request", about("bob@example.com"))).toBe(200);
  expect(await webhook("shop/redact", { shop_id: 1, shop_domain: "a.myshopify.com" })).toBe(200);

  const erased = expect.objectContaining({ reason: "customers/redact of Shopify", people: 1 });
  await vi.waitFor(async () => {
    expect((await ask("erase --list")).erasures).toEqual([erased]);
    expect((await ask("requests")).requests).toHaveLength(2);
  }, PATIENCE);
  const { requests } = await ask("requests");
  const open = requests.map(({ asks, of, answeredAt }) => [asks, of, answeredAt]);
  expect(open.sort()).toEqual([
    ["data", "email:bob@example.com", null],
    ["shop erasure", "a.myshopify.com", null],
  ]);
  for (const { askedAt, dueAt } of requests) {
    expect(Date.parse(dueAt) - Date.parse(askedAt)).toBe(30 * 86_400_000);
  }
  expect(await buyers()).toBe(1);

  // Sent again, and an old order of hers again: she stays away.
  await webhook("customers/redact", about("ann@example.com"));
  await webhook("orders/updated", bought("1001", "ann@example.com"));
  await webhook("orders/create", bought("1003", "zoe@example.com"));
  await vi.waitFor(async () => expect(await buyers()).toBe(2), PATIENCE);
  expect((await ask("erase --list")).erasures).toEqual([erased]);

  const { id } = requests.find(({ asks }) => asks === "data")!;
  const { requests: after } = await ask("requests", "--answered", id);
  expect(after.find((one) => one.id === id)!.answeredAt).not.toBeNull();
  const again = await tessera(["requests", "--answered", id, "--data", "store"], { cwd });
  expect([again.code, again.stderr]).toEqual([1, expect.stringContaining("no open request")]);

  child.kill("SIGTERM");
  await once(child, "exit");
  const said = await errors;
  expect(said).toContain("Of a whole shop (a.myshopify.com) nothing is erased.");
  expect(said).not.toContain("example.com");
  // Without a server too.
  expect((await ask("requests")).requests).toHaveLength(2);
});
