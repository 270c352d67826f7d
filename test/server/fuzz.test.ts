/**
 * Every endpoint, asked in every wrong way: none answers 500, none shows what is inside, and what is
 * refused leaves nothing behind. What was taken is then projected, and nothing of it stops that.
 * TESSERA_ROUNDS times 100 requests; a failing run prints its seed and the shortest request.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request as ask, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer, text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { peopleActions } from "../../src/cli/people-actions.js";
import { type Projection, startProjection } from "../../src/collect/index.js";
import { startCommandChannel } from "../../src/server/index.js";
import { openWarehouse, type Warehouse } from "../../src/store/index.js";
import fc from "../properties.js";
import { roundsOr, seed } from "../seed.js";
import { type KeyTexts, type WildRequest, wildMessage, wildRequest } from "./arbitrary-requests.js";
import { SHOPIFY_SECRETS, startTestServer, type TestServer } from "./server.js";

const numRuns = 100 * roundsOr(4);

let server: TestServer;
let keys: KeyTexts;

let warehouse: Warehouse;
let projection: Projection;

beforeAll(async () => {
  server = await startTestServer({
    async people({ folder, ledger, log }) {
      warehouse = await openWarehouse({ dataDir: folder });
      projection = await startProjection({ log, warehouse, dataDir: folder, currency: "EUR" });
      return peopleActions({ folder, warehouse, ledger, projection });
    },
  });
  const revoked = await server.keys.create({ kind: "write", name: "old" });
  await server.keys.revoke(revoked.id);
  keys = {
    write: server.writeKey,
    secret: server.secretKey,
    revoked: revoked.text,
    shopify: SHOPIFY_SECRETS[0],
  };
});

afterAll(async () => {
  await projection.close();
  // The server's folder goes with it, and the warehouse lies there and works in the background.
  await warehouse.close();
  await server.close();
});

interface Answered {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
}

function send({ method, path, headers, body }: WildRequest): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const given = { ...headers, "content-length": String(body.length) };
    const sent = ask(`${server.address}`, { method, path, headers: given, agent: false });
    sent.on("response", async (response) => {
      const { statusCode = 0, headers: answered } = response;
      resolve({ status: statusCode, headers: answered, text: (await buffer(response)).toString() });
    });
    sent.on("error", (error: NodeJS.ErrnoException) => {
      // Node's own client refuses what is no path; a server may hang up on a body that it does not want.
      if (error.code === "EPIPE" || error.code === "ECONNRESET") resolve(HUNG_UP);
      else reject(error);
    });
    sent.end(body);
  });
}

const HUNG_UP: Answered = { status: 413, headers: {}, text: "" };

/** What an answer must not show: where the server lives, what it is made of, and what it keeps. */
const INSIDE =
  /node_modules|\bat \S+ \(|\.[jt]s:\d|sqlite|select .+ from|ClickHouse|\/tmp\/|\/dev\/shm/i;

function expectClosed({ path }: WildRequest, { status, headers, text: said }: Answered): void {
  expect(status).toBeLessThan(500);
  const shown = `${said}${JSON.stringify(headers)}`;
  expect(shown).not.toMatch(INSIDE);
  // A client's settings name the key that it asked with.
  for (const key of [keys.secret, keys.revoked, keys.shopify]) {
    if (!path.includes(key)) expect(shown).not.toContain(key);
  }
  if (!path.includes(keys.write)) expect(shown).not.toContain(keys.write);
  if (status >= 400 && said !== "") {
    expect(JSON.parse(said)).toEqual({
      error: {
        code: expect.stringMatching(/^(request|input|intake)\.\w+$/),
        message: expect.any(String),
        hint: said.includes('"hint":null') ? null : expect.any(String),
      },
    });
  }
}

describe("any request", () => {
  test("is answered without a fault and without a look inside; what is refused is not there", async () => {
    const before = await server.keys.list();
    const statuses = new Map<number, number>();
    await server.entries();
    await fc.assert(
      fc.asyncProperty(wildRequest(keys), async (request) => {
        const answer = await send(request);
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        expectClosed(request, answer);
        const entries = await server.entries();
        const takes = request.method === "POST" && answer.status === 200;
        if (!takes) expect(entries).toEqual([]);
        for (const { body } of entries) expect(() => JSON.parse(body)).not.toThrow();
      }),
      { numRuns },
    );
    expect(await server.keys.list()).toEqual(before);
    // Or the requests were all of one kind, and nothing is shown.
    for (const status of [200, 204, 400, 401, 404, 413]) {
      expect([status, statuses.get(status) ?? 0]).not.toEqual([status, 0]);
    }
    const printed = server.printed.join("");
    for (const key of Object.values(keys)) expect(printed).not.toContain(key);
    expect(printed).not.toContain("a fault of Tessera");
  });

  test("that is no HTTP is hung up on, and the server goes on", async () => {
    const { hostname, port } = new URL(server.address);
    const wild = [
      "\0\0\0",
      "GET\r\n\r\n",
      "GET / HTTP/9.9\r\n\r\n",
      "POST /v1/track HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
      "POST /v1/track HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nx",
      "POST /v1/track HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
      `GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(100_000)}\r\n\r\n`,
      `GET /${"x".repeat(100_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
    ];
    for (const bytes of wild) {
      const socket = connect(Number(port), hostname);
      socket.on("error", () => {});
      socket.end(bytes);
      expect(await text(socket).catch(() => "")).not.toMatch(INSIDE);
    }
    expect((await server.get("/health")).status).toBe(200);
    expect(await server.entries()).toEqual([]);
  });

  test("to the commands of a running server needs its secret", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tessera-channel-"));
    let ran = 0;
    const run = async () => {
      ran += 1;
      return 0;
    };
    const channel = await startCommandChannel({ folder, address: "http://127.0.0.1:1", run });
    const { port } = JSON.parse(readFileSync(join(folder, "server.json"), "utf8"));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("GET", "POST", "DELETE"),
        fc.string({ maxLength: 60 }),
        fc.json(),
        async (method, secret, json) => {
          const authorization = `Bearer ${secret.replaceAll(/[^\x21-\x7e]/g, "")}`;
          const init = {
            method,
            headers: { authorization },
            ...(method !== "GET" && { body: json }),
          };
          const answer = await fetch(`http://127.0.0.1:${port}/`, init);
          expect([answer.status, await answer.text()]).toEqual([401, ""]);
        },
      ),
      { numRuns: numRuns / 4 },
    );
    expect(ran).toBe(0);
    await channel.close();
    rmSync(folder, { recursive: true });
  });
});

/** A fault is tried again for ever, so it is looked for. */
async function caughtUp(): Promise<void> {
  let done = false;
  const all = projection.caughtUp().then(() => {
    done = true;
  });
  while (!done) {
    await Promise.race([all, new Promise((resolve) => setTimeout(resolve, 200))]);
    expect(projection.status().fault, `TESSERA_SEED=${seed}`).toBeUndefined();
  }
}

describe("any message", () => {
  test("that was taken is projected or refused by itself, and those after it are facts", async () => {
    const messages = fc.sample(wildMessage, { numRuns, seed });
    const canary = (n: number) =>
      `{"type":"track","event":"Product Viewed","userId":"c","messageId":"c${n}","properties":{"product_id":"c"}}`;
    for (const [n, message] of messages.entries()) {
      const body = `{"writeKey":"${keys.write}","batch":[${message},${canary(n)}]}`;
      expect((await server.post("/v1/batch", body)).status).toBe(200);
    }
    await caughtUp();
    const { rows } = await warehouse.query<{ n: number }>(
      "SELECT toUInt32(count()) AS n FROM facts WHERE product = 'c'",
    );
    expect(rows).toEqual([{ n: messages.length }]);
  });
});
