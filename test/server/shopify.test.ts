// Shopify's webhooks: whose signature is right is in the log before it is answered, and nothing else.
import { createHmac } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SHOPIFY_SECRETS, startTestServer, type TestServer } from "./server.js";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(() => server.close());

const PATH = "/webhooks/shopify";
const signature = (body: string, secret: string) =>
  createHmac("sha256", secret).update(body).digest("base64");

const headers = (body: string, secret: string = SHOPIFY_SECRETS[0]) => ({
  "content-type": "application/json",
  "x-shopify-topic": "orders/create",
  "x-shopify-shop-domain": "acme.myshopify.com",
  "x-shopify-webhook-id": "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
  "x-shopify-triggered-at": "2026-11-22T09:00:00.123456789Z",
  "x-shopify-hmac-sha256": signature(body, secret),
});

test("a webhook is logged letter by letter, with what its headers say, and then answered", async () => {
  const body = '{ "id": 820982911946154508, "total_price": "199.00", "name": "#1\\u00e4" }';
  for (const secret of SHOPIFY_SECRETS) {
    expect((await server.post(PATH, body, headers(body, secret))).status).toBe(200);
  }
  const entries = await server.entries();
  expect(entries).toHaveLength(2);
  expect(entries[0]).toMatchObject({ format: "shopify", keyId: "shopify" });
  expect(entries[0]!.body).toBe(
    '{"topic":"orders/create","shop":"acme.myshopify.com",' +
      '"webhookId":"b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",' +
      `"triggeredAt":"2026-11-22T09:00:00.123456789Z","payload":${body}}`,
  );
});

test("a wrong, old, cut or absent signature is 401, and nothing is logged", async () => {
  const body = '{"id":1}';
  const right = headers(body);
  const wrong = [
    headers(body, "shpss_other"),
    { ...right, "x-shopify-hmac-sha256": signature('{"id":2}', SHOPIFY_SECRETS[0]) },
    { ...right, "x-shopify-hmac-sha256": right["x-shopify-hmac-sha256"].slice(0, 8) },
    { ...right, "x-shopify-hmac-sha256": "" },
    { "x-shopify-topic": "orders/create" },
  ];
  for (const given of wrong) {
    const answer = await server.post(PATH, body, given as Record<string, string>);
    expect(answer.status).toBe(401);
    expect(JSON.stringify(await answer.json())).not.toContain("shpss");
  }
  expect(await server.entries()).toEqual([]);
});

test("what is signed and no JSON object is 400; another method is not there", async () => {
  for (const body of ["", "[1]", "7", "{", "\u0000"]) {
    expect((await server.post(PATH, body, headers(body))).status).toBe(400);
  }
  expect((await server.get(PATH)).status).toBe(404);
  expect(await server.entries()).toEqual([]);
});
