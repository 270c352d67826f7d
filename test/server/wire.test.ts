// What the stock clients of Segment and RudderStack really sent, as it was captured, sent to the
// server again: each request is answered as the client expects, and the log has exactly its events.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { basic, startTestServer, type TestServer } from "./server.js";

const FOLDER = resolve(import.meta.dirname, "../../../shared/wire");
const files = existsSync(FOLDER) ? readdirSync(FOLDER).sort() : [];

interface Captured {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly gzipped: boolean;
  readonly body:
    | string
    | (Record<string, unknown> & { readonly batch?: readonly Record<string, unknown>[] });
  readonly responded: { readonly status: number };
}

/** Of the connection, or made anew for it. */
const OWN = /^(host|connection|content-length|transfer-encoding|sec-|accept-encoding$|access-)/;

const KEY = /WK_TESTx*/g;

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(() => server.close());

test.runIf(files.length === 0)("skipped: ../shared/wire is not there", () => {});

describe.each(files)("%s", (file) => {
  // Captures say "… 18 more" in the middle of long batches.
  const { requests } = JSON.parse(readFileSync(join(FOLDER, file), "utf8"), (key, value) =>
    key === "batch" ? value.filter((message: unknown) => typeof message === "object") : value,
  ) as { requests: readonly Captured[] };

  test("answered, and exactly its events logged", async () => {
    for (const captured of requests) {
      const { gzipped, responded } = captured;
      // The faults of that day are not ours: whatever was answered 500 then is 200 today.
      const answer = await send(captured);
      expect(answer.status).toBe(responded.status === 500 ? 200 : responded.status);
      const { body } = captured;
      const logged = await server.entries();
      const sent = typeof body === "string" ? [] : (body.batch ?? [body]).map(withoutKey);
      expect(logged.map((entry) => JSON.parse(entry.body))).toEqual(sent);
      if (typeof body === "string") continue;
      for (const entry of logged) {
        expect(entry).toMatchObject({
          format: "segment",
          keyId: server.writeKey.slice(0, 11),
          sentAt: Date.parse(body.sentAt as string),
          userAgent: captured.headers["user-agent"],
        });
      }
      expect(gzipped).toBe(captured.headers["content-encoding"] === "gzip");
    }
  });
});

function send({ method, url, headers, gzipped, body }: Captured): Promise<Response> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const own = text.replace(KEY, server.writeKey);
  const kept = Object.entries(headers).filter(([name]) => !OWN.test(name));
  const authorised = headers.authorization === undefined ? {} : basic(server.writeKey);
  return fetch(server.address + url.replace(KEY, server.writeKey), {
    method,
    headers: { ...Object.fromEntries(kept), ...authorised },
    ...(method === "POST" ? { body: gzipped ? new Uint8Array(gzipSync(own)) : own } : {}),
  });
}

function withoutKey({ writeKey: _, ...message }: Record<string, unknown>): object {
  return message;
}
