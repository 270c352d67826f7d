/**
 * The way from a client to the server, on loopback, on which things go wrong: requests are answered
 * with an error before or after the server has taken them, are never answered, or find no server.
 * What was answered with 200 in the end is noted by its message ids, and how often the server had it.
 */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";

/**
 * What becomes of a request with messages. Of those with `taken` the server has them, and the client
 * does not know; so it sends them again.
 */
export type Fault = "500" | "429" | "taken, 500" | "taken, no answer" | "taken, cut" | "none";

export interface FaultyLine {
  /** Where the client is told that the server is. */
  readonly address: string;
  /** The server behind; undefined while there is none. */
  server: string | undefined;
  /** Messages (by id) that a 200 was seen for. */
  readonly answered: ReadonlySet<string>;
  /** How often the server took each message. */
  readonly taken: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

/** A gateway gives up on an answer after this, where the client has not before. */
const NO_ANSWER_MS = 1500;

/** `faults` befall the first requests, in this order. */
export async function startFaultyLine(faults: readonly Fault[]): Promise<FaultyLine> {
  const ahead = [...faults];
  const answered = new Set<string>();
  const taken = new Map<string, number>();

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const ids = request.method === "POST" ? idsIn(body) : [];
    const fault = ids.length > 0 ? (ahead.shift() ?? "none") : "none";
    if (fault === "500" || fault === "429") return refuse(response, Number(fault));
    const answer = await asked(request, body);
    if (answer?.status === 200) for (const id of ids) taken.set(id, (taken.get(id) ?? 0) + 1);
    if (answer === undefined) return refuse(response, 502);
    if (fault === "taken, 500") return refuse(response, 500);
    if (fault === "taken, cut") return void response.destroy();
    if (fault === "taken, no answer") {
      setTimeout(() => response.destroy(), NO_ANSWER_MS).unref();
      return;
    }
    response.writeHead(answer.status, answer.headers).end(answer.body);
    if (answer.status === 200) for (const id of ids) answered.add(id);
  }

  /** Undefined where no server is, or it dies before it has answered. */
  async function asked(request: IncomingMessage, body: Buffer) {
    const headers = new Headers();
    for (const [name, value] of Object.entries(request.headers)) {
      if (!HOP.has(name)) headers.set(name, String(value));
    }
    headers.set("x-forwarded-host", request.headers.host ?? "");
    const method = request.method ?? "GET";
    const init = { method, headers, ...(body.length > 0 && { body: new Uint8Array(body) }) };
    try {
      const answer = await fetch(`${line.server}${request.url}`, init);
      const own = [...answer.headers].filter(([name]) => !HOP.has(name) && name !== PACKING);
      return {
        status: answer.status,
        headers: Object.fromEntries(own),
        body: Buffer.from(await answer.arrayBuffer()),
      };
    } catch {
      return undefined;
    }
  }

  const server = createServer((request, response) => {
    pass(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const line: FaultyLine = {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server: undefined,
    answered,
    taken,
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  return line;
}

/** Headers that are between two neighbours only. */
const HOP = new Set(["connection", "host", "content-length", "transfer-encoding", "keep-alive"]);

/** `fetch` has unpacked the body. */
const PACKING = "content-encoding";

function refuse(response: ServerResponse, status: number): void {
  const retry = status === 429 ? { "retry-after": "1" } : {};
  response.writeHead(status, { "access-control-allow-origin": "*", ...retry }).end("{}");
}

/** The ids of the messages in a body as the four clients send it. */
function idsIn(body: Buffer): string[] {
  const text = (body[0] === 0x1f ? gunzipSync(body) : body).toString();
  const parsed = JSON.parse(text || "{}");
  const messages: { messageId?: string }[] = parsed.batch ?? [parsed];
  return messages.flatMap(({ messageId }) => messageId ?? []);
}
