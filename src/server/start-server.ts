/** Starts the server on its address and stops it without losing what it has in hand. */
import type { AddressInfo } from "node:net";
import { AppError } from "../base/index.js";
import type { IntakeLog } from "../collect/index.js";
import { type LogTarget, makeHttpServer } from "./http-server.js";
import type { Keys } from "./keys/keys.js";
import { openThrottle } from "./keys/throttle.js";
import { openMetrics } from "./metrics.js";
import type { ProjectionState } from "./parts.js";
import type { PeopleActions } from "./people-routes.js";

export interface ServerOptions {
  readonly host: string;
  /** 0: the system picks one. */
  readonly port: number;
  readonly log: IntakeLog;
  readonly projection: { status(): ProjectionState };
  readonly keys: Keys;
  /** The browser snippet's text. */
  readonly snippet: string;
  /** By which Shopify signs its webhooks; several while one takes the place of another. */
  readonly shopifySecrets?: readonly string[];
  /** Export and erasure of people; without it there are no such routes. */
  readonly people?: PeopleActions;
  readonly logging: LogTarget;
}

export interface RunningServer {
  /** "http://127.0.0.1:8123" */
  readonly address: string;
  /** Takes no more requests, and resolves when those in hand are answered. */
  close(): Promise<void>;
}

/** Throws `server.address` where it cannot listen. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host, port, log, projection, keys, snippet, shopifySecrets = [], logging } = options;
  const metrics = openMetrics({
    waiting: () => log.health().waitingItems,
    projection: () => projection.status(),
  });
  const throttle = openThrottle();
  const parts = {
    log,
    projection,
    keys,
    throttle,
    metrics,
    snippet,
    shopifySecrets,
    people: options.people,
  };
  const app = await makeHttpServer(parts, logging);
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    throw notListening(error, options);
  }
  const { port: chosen } = app.server.address() as AddressInfo;
  const name = host.includes(":") ? `[${host}]` : host;
  return { address: `http://${name}:${chosen}`, close: () => app.close() };
}

function notListening(error: unknown, { host, port }: ServerOptions): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  const reason = REASONS[code];
  if (reason === undefined) return error;
  return new AppError("server.address", `${host}:${port}: ${reason}.`, {
    hint: "Give another one with --port or --host.",
    cause: error,
  });
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: "another program listens there",
  EADDRNOTAVAIL: "this machine has no such address",
  EACCES: "the system does not allow it",
  ENOTFOUND: "there is no such host",
};
