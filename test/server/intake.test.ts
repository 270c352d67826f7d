// What is sent to the server, and what the log has of it afterwards.
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { basic, startTestServer, type TestServer } from "./server.js";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(() => server.close());

const track = (more: object = {}) => ({
  ...{ type: "track", event: "Seen", userId: "u1", messageId: "m1" },
  ...more,
});

async function logged(): Promise<string[]> {
  return (await server.entries()).map(({ body }) => body);
}

describe("paths", () => {
  test.each([
    ["/v1/track", "track"],
    ["/v1/identify", "identify"],
    ["/v1/page", "page"],
    ["/v1/screen", "screen"],
    ["/v1/group", "group"],
    ["/v1/alias", "alias"],
    ["/v1/t", "track"],
    ["/v1/i", "identify"],
    ["/v1/p", "page"],
    ["/v1/s", "screen"],
    ["/v1/g", "group"],
    ["/v1/a", "alias"],
  ])("%s takes one message, whose type it is if it does not say", async (path, type) => {
    const said = JSON.stringify({ type: "page", userId: "u1" });
    const answers = [
      await server.post(path, '{"userId":"u1"}', basic(server.writeKey)),
      await server.post(path, " { } ", basic(server.writeKey)),
      await server.post(path, said, basic(server.writeKey)),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await answers[0]!.json()).toEqual({ success: true });
    expect(await logged()).toEqual([
      `{"type":"${type}","userId":"u1"}`,
      expect.stringContaining(`{"type":"${type}" }`),
      said,
    ]);
  });

  test.each(["/v1/batch", "/v1/import", "/v1/b", "/beacon/v1/batch"])(
    "%s takes a batch, in its order",
    async (path) => {
      const batch = [track(), track({ messageId: "m2" }), { type: "identify", userId: "u1" }];
      const answer = await server.post(path, JSON.stringify({ batch }), basic(server.writeKey));
      expect(answer.status).toBe(200);
      expect(await logged()).toEqual(batch.map((message) => JSON.stringify(message)));
    },
  );

  test("reports of Segment's library on itself are answered, and dropped", async () => {
    expect((await server.post("/v1/m", '{"series":[]}')).status).toBe(200);
    expect(await logged()).toEqual([]);
  });

  test("other paths and methods are not there", async () => {
    expect((await server.get("/v1/track")).status).toBe(404);
    expect((await server.post("/v1/other", "{}", basic(server.writeKey))).status).toBe(404);
    expect((await server.get("/v1/../server.json")).status).toBe(404);
    expect(await logged()).toEqual([]);
  });
});

/** What takes the square of a body's size takes thousands of times as long as the usual one. */
const MOST_TIMES = 20;

describe("what a message is logged with", () => {
  test("the time of the request by both clocks, the key, the address and the program", async () => {
    const before = Date.now();
    await server.post("/v1/t", JSON.stringify(track({ sentAt: "2026-11-21T21:45:35.923Z" })), {
      ...basic(server.writeKey),
      "user-agent": "shop/1",
      "x-forwarded-for": "203.0.113.7",
    });
    const [entry] = await server.entries();
    expect(entry).toMatchObject({
      format: "segment",
      keyId: server.writeKey.slice(0, 11),
      sentAt: Date.parse("2026-11-21T21:45:35.923Z"),
      userAgent: "shop/1",
      ip: "203.0.113.7",
    });
    expect(entry!.receivedAt).toBeGreaterThanOrEqual(before);
    expect(entry!.receivedAt).toBeLessThanOrEqual(Date.now());
  });

  test("no more of the program than is of use, and no address that is none", async () => {
    const headers = { "user-agent": "x".repeat(9000), "x-forwarded-for": "y".repeat(3000) };
    await server.post("/v1/track", "{}", { ...basic(server.writeKey), ...headers });
    const [entry] = await server.entries();
    expect([entry!.userAgent?.length, entry!.ip]).toEqual([500, undefined]);
  });

  test("the header sentat where the body has none; nothing where it is no instant", async () => {
    const headers = { ...basic(server.writeKey), sentat: "2026-11-21T21:45:35.923Z" };
    await server.post("/v1/t", "{}", headers);
    await server.post("/v1/t", "{}", { ...headers, sentat: "yesterday" });
    await server.post("/v1/t", '{"sentAt":5}', basic(server.writeKey));
    const sentAt = (await server.entries()).map((entry) => entry.sentAt);
    expect(sentAt).toEqual([Date.parse("2026-11-21T21:45:35.923Z"), undefined, undefined]);
  });

  test("texts stay as they were sent, but for the key", async () => {
    const texts = [
      '{"a":1,"a":2}',
      '{"n":12345678901234567890.10,"big":1e999}',
      '{ "half": "\\ud800", "nul": "\\u0000", "quote\\"}": "[{\\\\" , "x" : [ ] }',
      "{}",
      "5",
      '"text"',
      "null",
      "[]",
      '{"deep":[[[{"a":{"b":"}]"}}]]]}',
    ];
    const body = `\uFEFF {"sentAt": null, "batch" : [ ${texts.join(" ,\n ")} ] , "writeKey":"${server.writeKey}"}`;
    expect((await server.post("/v1/batch", body)).status).toBe(200);
    expect(await logged()).toEqual(texts);

    const one = (keys: string) => `{${keys}"a":1.50,"a":2${keys.replace(/(.*),$/, ",$1")}}`;
    const key = `"writeKey" : "${server.writeKey}",`;
    await server.post("/v1/batch", one(key));
    await server.post("/v1/batch", `{${key.slice(0, -1)}}`);
    expect(await logged()).toEqual(['{"a":1.50,"a":2}', "{}"]);
  });

  test("of a batch that is said twice the last counts, as for JSON.parse", async () => {
    const body = '{"batch":[{"n":1}],"batch":[{"n":2}]}';
    await server.post("/v1/batch", body, basic(server.writeKey));
    expect(await logged()).toEqual(['{"n":2}']);
  });

  test("the context of a batch goes to messages that have none", async () => {
    const body = '{"context":{"ip":"x"},"batch":[{"n":1},{"context":null},{},7]}';
    await server.post("/v1/batch", body, basic(server.writeKey));
    expect(await logged()).toEqual([
      '{"context":{"ip":"x"},"n":1}',
      '{"context":null}',
      '{"context":{"ip":"x"}}',
      "7",
    ]);
  });

  test("hostile bodies cost no more time than others of their size", async () => {
    const parts = {
      keys: `{${'"writeKey":1,'.repeat(250_000)}"a":1}`,
      quotes: `{"a":"${'\\\\"'.repeat(1_000_000)}","writeKey":1}`,
      blanks: `{"batch":[${" ".repeat(3_900_000)}{}]}`,
    };
    const costOf = async (body: string): Promise<number> => {
      const before = process.cpuUsage();
      const { status } = await server.post("/v1/batch", body, basic(server.writeKey));
      expect([200, 400]).toContain(status);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    const usual = await costOf(`{"batch":[{"a":"${"x".repeat(3_900_000)}"}]}`);
    for (const [name, body] of Object.entries(parts)) {
      const cost = await costOf(body);
      expect([name, cost < MOST_TIMES * usual]).toEqual([name, true]);
    }
    await server.entries();
  });

  test("what is JSON but no message is left to the projection to refuse", async () => {
    for (const body of ["5", "[]", "null", '"x"', "{}"]) {
      expect((await server.post("/v1/batch", body, basic(server.writeKey))).status).toBe(200);
    }
    expect(await logged()).toEqual(["5", "[]", "null", '"x"', "{}"]);
    const empty = await server.post("/v1/batch", '{"batch":[]}', basic(server.writeKey));
    expect(empty.status).toBe(200);
    expect(await logged()).toEqual([]);
  });

  test("a message that is nested too deep to be used is left to it too", async () => {
    const deep = `${"[".repeat(900)}${"]".repeat(900)}`;
    const body = `{"batch":[{"n":1},{"deep":${deep}}]}`;
    expect((await server.post("/v1/batch", body, basic(server.writeKey))).status).toBe(200);
    expect(await logged()).toEqual(['{"n":1}', `{"deep":${deep}}`]);
  });
});

describe("bodies", () => {
  const body = JSON.stringify({ batch: [track()] });

  test.each([
    ["application/json", {}],
    ["application/json; charset=utf-8", {}],
    ["text/plain;charset=UTF-8", {}],
    ["application/x-www-form-urlencoded", {}],
    ["no/such/type;;", {}],
    ["", {}],
  ])("plain, called %j", async (type) => {
    const headers = { ...basic(server.writeKey), ...(type === "" ? {} : { "content-type": type }) };
    expect((await server.post("/v1/batch", Buffer.from(body), headers)).status).toBe(200);
    expect(await logged()).toEqual([JSON.stringify(track())]);
  });

  test.each([
    ["application/x-www-form-urlencoded", "gzip"],
    ["text/plain", ""],
    ["application/json", "identity"],
  ])("packed, called %j with the encoding %j", async (type, encoding) => {
    const headers = { ...basic(server.writeKey), "content-type": type };
    const answer = await server.post("/v1/batch", gzipSync(body), {
      ...headers,
      ...(encoding === "" ? {} : { "content-encoding": encoding }),
    });
    expect(answer.status).toBe(200);
    expect(await logged()).toEqual([JSON.stringify(track())]);
  });

  test.each([
    ["nothing", ""],
    ["no JSON", "{"],
    ["a form", "a=1&b=2"],
    ["two texts", "{}{}"],
    ["gzip that breaks off", gzipSync(body).subarray(0, 30)],
  ])("%s is 400", async (_name, sent) => {
    const answer = await server.post("/v1/batch", sent, basic(server.writeKey));
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code: "request.unreadable" } });
    expect(await logged()).toEqual([]);
  });

  test("bytes that are no UTF-8 cost their characters only", async () => {
    const sent = Buffer.concat([Buffer.from('{"a":"'), Buffer.of(0xff), Buffer.from('"}')]);
    expect((await server.post("/v1/t", sent, basic(server.writeKey))).status).toBe(200);
    expect(await logged()).toEqual(['{"type":"track","a":"\uFFFD"}']);
  });

  test("a batch of Segment's node client, 606 kB, is taken", async () => {
    const batch = Array.from({ length: 15 }, (_, i) =>
      track({ messageId: `m${i}`, properties: { text: "x".repeat(40_000) } }),
    );
    const answer = await server.post(
      "/v1/batch",
      JSON.stringify({ batch }),
      basic(server.writeKey),
    );
    expect(answer.status).toBe(200);
    expect(await logged()).toHaveLength(15);
  });

  test.each([
    ["too many bytes", Buffer.alloc(5_000_000, "x")],
    ["many bytes in few", gzipSync(Buffer.alloc(50_000_000, " "))],
    ["too many messages", `{"batch":[${"{},".repeat(5000)}{}]}`],
    ["nested too deep to be read", `{"batch":[${"[".repeat(1000)}"]"${"]".repeat(1000)}]}`],
    [
      "many bytes by a context",
      `{"context":{"a":"${"x".repeat(2000)}"},"batch":[${"{},".repeat(4000)}{}]}`,
    ],
  ])("%s: 413", async (_name, sent) => {
    const answer = await server.post("/v1/batch", sent, basic(server.writeKey));
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ error: { code: "request.too_large" } });
    expect(await logged()).toEqual([]);
  });
});
