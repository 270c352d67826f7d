/**
 * A shop and a Tessera in one, on loopback: hands out the shop's pages and the snippet, and records
 * what is sent to it. Each test has a write key of its own, by which its requests are told apart
 * and by which it says how they are answered.
 */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Message {
  readonly type: string;
  readonly event?: string;
  readonly name?: string;
  readonly messageId: string;
  readonly anonymousId: string;
  readonly userId?: string;
  readonly previousId?: string;
  readonly timestamp: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read what a page has sent.
  readonly [field: string]: any;
}

export interface Captured {
  readonly headers: IncomingMessage["headers"];
  readonly bytes: number;
  readonly batch: readonly Message[];
  readonly sentAt: string;
  readonly status: number;
}

/** How one request is answered; `hang` never is. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly delayMs?: number;
  readonly hang?: boolean;
}

export interface CaptureServer {
  readonly port: number;
  /** Every request whose answer began or hangs, in order. */
  requests(writeKey: string): readonly Captured[];
  /** The messages of requests answered with 200. */
  messages(writeKey: string): readonly Message[];
  /** Waits until so many messages have been answered with 200. */
  received(writeKey: string, count: number): Promise<readonly Message[]>;
  asked(writeKey: string, count: number): Promise<readonly Captured[]>;
  /** Each answers one request of the key; after them all are answered with 200. */
  answer(writeKey: string, ...answers: readonly Answer[]): void;
  /** What stands at `/KEY/...`. */
  putPage(writeKey: string, html: string, headers?: Record<string, string>): void;
  /** Answers `GET /v1/id`; 404 without. */
  onId(
    writeKey: string,
    answer: (request: IncomingMessage, response: ServerResponse) => void,
  ): void;
  readonly preflights: number;
  close(): Promise<void>;
}

const PATIENCE_MS = 120_000;

export async function startCaptureServer(script: Buffer): Promise<CaptureServer> {
  const captured = new Map<string, Captured[]>();
  const answers = new Map<string, Answer[]>();
  const pages = new Map<string, { html: string; headers: Record<string, string> }>();
  const ids = new Map<string, Parameters<CaptureServer["onId"]>[1]>();
  let preflights = 0;

  const of = (writeKey: string): Captured[] => captured.get(writeKey) ?? [];

  async function takeBatch(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const { batch, writeKey, sentAt } = JSON.parse(body.toString());
    const { status = 200, headers = {}, delayMs = 0, hang } = answers.get(writeKey)?.shift() ?? {};
    const record = { headers: request.headers, bytes: body.length, batch, sentAt };
    captured.set(writeKey, [...of(writeKey), { ...record, status: hang ? 0 : status }]);
    if (hang) return;
    setTimeout(() => {
      response.writeHead(status, {
        ...headers,
        "access-control-allow-origin": "*",
        "access-control-expose-headers": "retry-after",
      });
      response.end("{}");
    }, delayMs);
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://any");
    const key = url.searchParams.get("writeKey") ?? url.pathname.split("/")[1] ?? "";
    const page = pages.get(key);
    if (request.method === "OPTIONS") preflights += 1;
    if (request.method === "POST" && url.pathname === "/v1/batch") {
      // A page that is left may close the connection in the middle of its request.
      takeBatch(request, response).catch(() => response.destroy());
    } else if (url.pathname === "/tessera.js") {
      response.writeHead(200, { "content-type": "text/javascript" }).end(script);
    } else if (url.pathname === "/v1/id" && ids.has(key)) {
      ids.get(key)!(request, response);
    } else if (page) {
      response.writeHead(200, { "content-type": "text/html", ...page.headers }).end(page.html);
    } else {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));

  const messages = (writeKey: string): readonly Message[] =>
    of(writeKey).flatMap(({ status, batch }) => (status === 200 ? batch : []));

  async function atLeast<T>(count: number, list: () => readonly T[]): Promise<readonly T[]> {
    for (const until = Date.now() + PATIENCE_MS; Date.now() < until; ) {
      if (list().length >= count) return list();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`waited for ${count}, came ${list().length}: ${JSON.stringify(list())}`);
  }

  return {
    port: (server.address() as AddressInfo).port,
    requests: of,
    messages,
    received: (writeKey, count) => atLeast(count, () => messages(writeKey)),
    asked: (writeKey, count) => atLeast(count, () => of(writeKey)),
    answer: (writeKey, ...given) => void answers.set(writeKey, [...given]),
    putPage: (writeKey, html, headers = {}) => void pages.set(writeKey, { html, headers }),
    onId: (writeKey, answer) => void ids.set(writeKey, answer),
    get preflights() {
      return preflights;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
