// Keys, limits, browsers, health, and what is told when things go wrong.
import { type IncomingHttpHeaders, request } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, test, vi } from "vitest";
import { basic, startTestServer, type TestServer, type TestServerOptions } from "./server.js";

const servers: TestServer[] = [];

async function start(limits?: TestServerOptions["limits"]): Promise<TestServer> {
  const server = await startTestServer(limits === undefined ? {} : { limits });
  servers.push(server);
  return server;
}

afterEach(async () => {
  vi.useRealTimers();
  for (const server of servers.splice(0)) await server.close();
});

const MESSAGE = '{"type":"track","userId":"u1","messageId":"m1"}';

describe("keys", () => {
  test("a write key is taken from wherever a client puts it", async () => {
    const server = await start();
    const { writeKey } = server;
    const bearer = { authorization: `Bearer ${writeKey}` };
    const inBody = JSON.stringify({ writeKey, type: "track" });
    const answers = [
      await server.post("/v1/t", MESSAGE, basic(writeKey)),
      await server.post("/v1/t", MESSAGE, basic("", writeKey)),
      await server.post("/v1/t", MESSAGE, bearer),
      await server.post("/v1/t", inBody),
      await server.post(`/beacon/v1/batch?writeKey=${writeKey}`, MESSAGE),
      // A page behind a password of its own.
      await server.post("/v1/t", inBody, basic("editor", "password")),
    ];
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200));
    expect(await server.entries()).toHaveLength(6);
  });

  test("any other key is 401, with nothing said of why, and leaves nothing", async () => {
    const server = await start();
    const { text: revoked, id } = await server.keys.create({ kind: "write", name: "old" });
    await server.keys.revoke(id);
    const wrong = [
      "",
      "WK_TEST",
      server.writeKey.slice(0, -1),
      `${server.writeKey}x`,
      server.writeKey.slice(0, 11),
      server.secretKey,
      revoked,
      "tw_' OR 1=1 --",
      "\u{1f511}".repeat(7),
    ];
    const told = new Set<string>();
    for (const key of wrong) {
      for (const answer of [
        await server.post("/v1/t", JSON.stringify({ writeKey: key })),
        await server.get(`/v1/projects/${encodeURIComponent(key) || "none"}/settings`),
        await server.get(`/sourceConfig/?writeKey=${encodeURIComponent(key)}`),
        await server.get(`/v1/id?writeKey=${encodeURIComponent(key)}`),
      ]) {
        expect(answer.status).toBe(401);
        told.add(await answer.text());
      }
    }
    expect([...told]).toEqual([
      '{"error":{"code":"request.key","message":"The key is missing, not in force, or of the other kind.","hint":null}}',
    ]);
    expect(await server.entries()).toEqual([]);
  });

  test("the ledger knows no key, only its hash, and the log of requests none either", async () => {
    const server = await start();
    await server.post("/v1/t", `{"writeKey":"${server.writeKey}","email":"ada@shop.example"}`);
    await server.get(`/v1/projects/${server.writeKey}/settings`);
    await server.get(`/v1/other/${server.writeKey}?email=ada@shop.example`);
    const rows = await server.ledger.db.selectFrom("access_keys").selectAll().execute();
    const bodies = (await server.entries()).map(({ body }) => body);
    const printed = server.printed.join("");
    for (const text of [JSON.stringify(rows), bodies.join(), printed]) {
      expect(text).not.toContain(server.writeKey.slice(11));
      expect(text).not.toContain(server.secretKey.slice(11));
    }
    expect(printed).not.toContain("ada@");
    expect(printed).toContain('"route":"/v1/projects/:key/settings","status":200');
  });

  test("a key that another process made or revoked is known within seconds", async () => {
    const server = await start();
    await server.post("/v1/t", MESSAGE, basic(server.writeKey));
    await server.ledger.db.updateTable("access_keys").set({ revoked_at: 1 }).execute();
    expect((await server.post("/v1/t", MESSAGE, basic(server.writeKey))).status).toBe(200);
    vi.useFakeTimers({ toFake: ["performance"] });
    vi.advanceTimersByTime(3_600_000);
    expect((await server.post("/v1/t", MESSAGE, basic(server.writeKey))).status).toBe(401);
  });

  test("a limit of a key is told with the seconds to wait, and holds for that key alone", async () => {
    const server = await start();
    const { text } = await server.keys.create({ kind: "write", name: "slow", perSecond: 2 });
    const batch = JSON.stringify({ batch: Array(30).fill({ type: "track" }) });
    expect((await server.post("/v1/b", batch, basic(text))).status).toBe(200);
    const over = await server.post("/v1/b", batch, basic(text));
    expect([over.status, over.headers.get("retry-after")]).toEqual([429, "5"]);
    expect(await over.json()).toMatchObject({ error: { code: "request.limit" } });
    expect((await server.post("/v1/b", batch, basic(server.writeKey))).status).toBe(200);
    expect(await server.entries()).toHaveLength(60);
  });
});

/** The last ones come with RudderStack's second attempt. */
const STOCK_HEADERS = [
  ...["anonymousid", "authorization", "content-type", "sentat", "x-retry-count"],
  ...["rsa-retry-attempt", "rsa-retry-reason", "rsa-since-last-attempt"],
];

describe("browsers", () => {
  test("any page may send, with the headers of the stock clients, and reads Retry-After", async () => {
    const server = await start();
    const asked = await fetch(`${server.address}/v1/batch`, {
      method: "OPTIONS",
      headers: {
        origin: "https://www.shop.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": STOCK_HEADERS.join(","),
      },
    });
    expect(asked.status).toBe(204);
    expect(asked.headers.get("access-control-allow-origin")).toBe("*");
    expect(asked.headers.get("access-control-allow-methods")).toContain("POST");
    expect(asked.headers.get("access-control-allow-headers")?.split(",")).toEqual(STOCK_HEADERS);
    expect(Number(asked.headers.get("access-control-max-age"))).toBeGreaterThanOrEqual(7200);
    for (const body of [MESSAGE, "{"]) {
      const answer = await server.post("/v1/t", body, { origin: "https://www.shop.example" });
      expect(answer.headers.get("access-control-allow-origin")).toBe("*");
      expect(answer.headers.get("access-control-expose-headers")).toBe("retry-after");
    }
  });

  test("Segment's library is told to send here, and to report nothing", async () => {
    const server = await start();
    const answer = await server.get(`/v1/projects/${server.writeKey}/settings`);
    expect(await answer.json()).toMatchObject({
      integrations: {
        "Segment.io": {
          apiKey: server.writeKey,
          apiHost: `${server.address.slice("http://".length)}/v1`,
          protocol: "http",
        },
      },
      metrics: { sampleRate: 0 },
    });
    const proxied = await server.get(`/v1/projects/${server.writeKey}/settings`, {
      "x-forwarded-proto": "https",
      "x-forwarded-host": "t.shop.example",
    });
    const { integrations } = (await proxied.json()) as Record<string, object>;
    expect(integrations).toMatchObject({
      "Segment.io": { apiHost: "t.shop.example/v1", protocol: "https" },
    });
  });

  test("RudderStack's library gets a source that is on and has no destinations", async () => {
    const server = await start();
    for (const path of ["/sourceConfig", "/sourceConfig/"]) {
      const answer = await server.get(`${path}?p=npm&v=3.34.1&writeKey=${server.writeKey}`);
      expect(await answer.json()).toMatchObject({ source: { enabled: true, destinations: [] } });
    }
    expect((await server.get("/sourceConfig/", basic(server.writeKey))).status).toBe(200);
  });

  test("a visitor's id is the one of the cookie, else the proposed one, and set for a year", async () => {
    const server = await start();
    const ask = async (query: string, headers: Record<string, string> = {}) => {
      const answer = await askFor(server, `/v1/id?writeKey=${server.writeKey}&${query}`, {
        host: "t.shop.example",
        ...headers,
      });
      return [JSON.parse(answer.text).anonymousId, answer.headers["set-cookie"]?.[0]];
    };
    const cookie = (id: string, domain = "") =>
      `tessera_id=${id}; ${domain}Path=/; Max-Age=31536000; SameSite=Lax`;
    const shop = "Domain=shop.example; ";
    expect(await ask("anonymousId=a-1&domain=shop.example")).toEqual(["a-1", cookie("a-1", shop)]);
    const known = { cookie: "x=1; tessera_id=b-2" };
    expect(await ask("anonymousId=a-1", known)).toEqual(["b-2", cookie("b-2")]);
    const secure = { "x-forwarded-proto": "https" };
    expect(await ask("anonymousId=a-1", secure)).toEqual(["a-1", `${cookie("a-1")}; Secure`]);
    for (const domain of ["other.example", "example", "op.example", "shop.example;x=1", "0.0.1"]) {
      expect(await ask(`anonymousId=a-1&domain=${domain}`)).toEqual(["a-1", cookie("a-1")]);
    }
    const [made] = await ask(`anonymousId=${encodeURIComponent("x; Domain=evil.example")}`);
    expect(made).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("a page of the shop may read its visitor's id across origins, with its cookies", async () => {
    const server = await start();
    const origin = "https://www.shop.example";
    const { headers } = await server.get(`/v1/id?writeKey=${server.writeKey}`, { origin });
    expect(headers.get("access-control-allow-origin")).toBe(origin);
    expect(headers.get("access-control-allow-credentials")).toBe("true");
    expect(headers.get("vary")).toContain("origin");
  });

  test("the snippet is handed out, and not again where it is known", async () => {
    const server = await start();
    const answer = await server.get("/tessera.js");
    expect(await answer.text()).toBe("/* snippet */");
    expect(answer.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    const known = { "if-none-match": answer.headers.get("etag") ?? "" };
    expect((await server.get("/tessera.js", known)).status).toBe(304);
  });

  test.each([
    ["gzip, deflate, br", "gzip"],
    ["br;q=1, gzip;q=0.8", "gzip"],
    ["identity", null],
    ["gzip;q=0, identity", null],
    ["gzip;q=0.0", null],
  ])("to who accepts %s the snippet goes as %s", async (accepted, encoding) => {
    const server = await start();
    const answer = await server.get("/tessera.js", { "accept-encoding": accepted });
    expect(answer.headers.get("content-encoding")).toBe(encoding);
    expect(answer.headers.get("vary")).toContain("accept-encoding");
    expect(await answer.text()).toBe("/* snippet */");
  });
});

describe("load and faults", () => {
  test("past a bound requests are turned away with Retry-After, and none is half taken", async () => {
    const limits = {
      waitingItems: 20,
      waitingBytes: 1e6,
      groupItems: 20,
      groupBytes: 1e6,
      restMs: 0,
    };
    const server = await start(limits);
    const batch = JSON.stringify({ batch: Array(15).fill({ type: "track" }) });
    const refusals = () => metric(server, REFUSED);
    expect(await refusals()).toBe(0);
    // Somebody else has the ledger's only connection for a while, in which the keys do not grow old.
    vi.useFakeTimers({ toFake: ["performance"] });
    const { db } = server.ledger;
    const sending = await db.transaction().execute(async () => {
      const posts = Array.from({ length: 40 }, () =>
        server.post("/v1/b", batch, basic(server.writeKey)),
      );
      while ((await refusals()) < 30) await new Promise((resolve) => setTimeout(resolve, 20));
      return posts;
    });
    vi.useRealTimers();
    const answers = await Promise.all(sending);
    const taken = answers.filter(({ status }) => status === 200).length;
    const turned = answers.filter(({ status }) => status === 429);
    expect(taken + turned.length).toBe(40);
    expect(turned.length).toBeGreaterThan(0);
    expect(turned.every(({ headers }) => Number(headers.get("retry-after")) >= 1)).toBe(true);
    expect(await server.entries()).toHaveLength(15 * taken);
    expect(await metric(server, "tessera_intake_acknowledged_total")).toBe(15 * taken);
    expect(await refusals()).toBe(turned.length);
  });

  test("while the ledger cannot write nothing is taken, and health says since when", async () => {
    const server = await start();
    expect((await server.get("/health")).status).toBe(200);
    const { db } = server.ledger;
    await db.schema.alterTable("intake_log").renameTo("away").execute();
    const before = Date.now();
    const refused = await server.post("/v1/t", MESSAGE, basic(server.writeKey));
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "5"]);
    expect(await refused.text()).not.toContain("intake_log");
    const health = await server.get("/health");
    expect(health.status).toBe(503);
    const said = (await health.json()) as { status: string; since: string; why: string };
    expect(said).toMatchObject({ status: "failing", why: expect.stringContaining("secret key") });
    const told = await server.get("/health", basic(server.secretKey));
    expect(await told.json()).toMatchObject({ why: expect.stringContaining("intake_log") });
    expect(Date.parse(said.since)).toBeGreaterThanOrEqual(before);

    await db.schema.alterTable("away").renameTo("intake_log").execute();
    expect((await server.post("/v1/t", MESSAGE, basic(server.writeKey))).status).toBe(200);
    expect(await (await server.get("/health")).json()).toMatchObject({ status: "ok", since: null });
    expect(await server.entries()).toHaveLength(1);
  });

  test("with keys that cannot be read nobody is told that their key is wrong", async () => {
    const server = await start();
    await server.post("/v1/t", MESSAGE, basic(server.writeKey));
    await server.ledger.db.schema.alterTable("access_keys").renameTo("away").execute();
    vi.useFakeTimers({ toFake: ["performance"] });
    vi.advanceTimersByTime(3_600_000);
    expect((await server.post("/v1/t", MESSAGE, basic(server.writeKey))).status).toBe(200);
    const unknown = await server.post("/v1/t", MESSAGE, basic("tw_made_elsewhere"));
    expect(unknown.status).toBe(503);
    await server.ledger.db.schema.alterTable("away").renameTo("access_keys").execute();
  });

  test("health says how far the warehouse is behind", async () => {
    const server = await start();
    const since = Date.parse("2026-11-22T09:00:00Z");
    const counts = { rejected: 3, nobody: 4 };
    server.projection = { waiting: 12, lagMs: 3400, ...counts, fault: { since, why: "no room" } };
    const health = await server.get("/health", basic(server.secretKey));
    expect(health.status).toBe(200);
    expect(await health.json()).toMatchObject({
      projection: {
        ...{ status: "failing", waiting: 12, lagMs: 3400 },
        ...{ since: "2026-11-22T09:00:00.000Z", why: "no room" },
      },
    });
    expect(await metric(server, "tessera_projection_waiting")).toBe(12);
    expect(await metric(server, "tessera_projection_lag_seconds")).toBe(3.4);
    expect(await metric(server, "tessera_projection_rejected_total")).toBe(3);
    expect(await metric(server, "tessera_projection_nobody_total")).toBe(4);
  });

  test("figures are for secret keys only", async () => {
    const server = await start();
    expect((await server.get("/metrics")).status).toBe(401);
    expect((await server.get("/metrics", basic(server.writeKey))).status).toBe(401);
  });

  test("stopping, what is in hand is answered and has been logged", async () => {
    const server = await start();
    const batch = JSON.stringify({ batch: Array(500).fill({ type: "track" }) });
    const { port } = new URL(server.address);
    const sending = request({
      ...{ port, method: "POST", path: "/v1/b", agent: false },
      headers: { ...basic(server.writeKey), "content-length": batch.length },
    });
    const answered = new Promise<number | undefined>((resolve, reject) => {
      sending.on("error", reject).on("response", (answer) => resolve(answer.statusCode));
    });
    // The server has the request, and waits for the rest of it.
    await new Promise<void>((sent) => sending.write(batch.slice(0, 100), () => sent()));
    await server.get("/health");
    const stopped = server.stop();
    sending.end(batch.slice(100));
    expect(await answered).toBe(200);
    await stopped;
    await expect(server.get("/health")).rejects.toThrow();
    expect(await server.entries()).toHaveLength(500);
  });
});

/** `fetch` sets the header Host by itself. */
function askFor(server: TestServer, path: string, headers: Record<string, string>) {
  return new Promise<{ text: string; headers: IncomingHttpHeaders }>((resolve, reject) => {
    request(`${server.address}${path}`, { headers }, (answer) =>
      text(answer).then((body) => resolve({ text: body, headers: answer.headers }), reject),
    )
      .on("error", reject)
      .end();
  });
}

const REFUSED = 'tessera_intake_refused_total{code="intake.overloaded"}';

async function metric(server: TestServer, name: string): Promise<number> {
  const text = await (await server.get("/metrics", basic(server.secretKey))).text();
  const line = text.split("\n").find((one) => one.startsWith(`${name} `));
  return Number(line?.slice(name.length) ?? 0);
}
