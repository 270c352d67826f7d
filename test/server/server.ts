/** The real server over a real log in a folder of its own; no projection follows it by itself. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type IntakeLog,
  type IntakeLogOptions,
  type LoggedEntry,
  openIntakeLog,
} from "../../src/collect/index.js";
import {
  type Keys,
  openKeys,
  type ProjectionState,
  type ServerOptions,
  startServer,
} from "../../src/server/index.js";
import { type Ledger, openLedger } from "../../src/store/index.js";

export interface TestServer {
  readonly address: string;
  readonly ledger: Ledger;
  readonly log: IntakeLog;
  readonly keys: Keys;
  readonly writeKey: string;
  readonly secretKey: string;
  /** What the server printed. */
  readonly printed: string[];
  /** What the projection says of itself. */
  projection: ProjectionState;
  post(path: string, body: string | Buffer, headers?: Record<string, string>): Promise<Response>;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  /** What came since it was last asked. */
  entries(): Promise<readonly LoggedEntry[]>;
  /** As SIGTERM does it. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

/** The second takes the place of the first. */
export const SHOPIFY_SECRETS = ["shpss_old", "shpss_new"] as const;

export interface TestServerOptions {
  readonly limits?: IntakeLogOptions["limits"];
  /** What there is beside the log, from what it needs of it. */
  readonly people?: (made: {
    readonly folder: string;
    readonly ledger: Ledger;
    readonly log: IntakeLog;
  }) => Promise<NonNullable<ServerOptions["people"]>>;
}

export async function startTestServer({
  limits,
  people,
}: TestServerOptions = {}): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), "tessera-server-"));
  const ledger = await openLedger({ folder });
  const keys = openKeys(ledger);
  const log = openIntakeLog(ledger, limits === undefined ? {} : { limits });
  const printed: string[] = [];
  const { text: writeKey } = await keys.create({ kind: "write", name: "shop" });
  const { text: secretKey } = await keys.create({ kind: "secret", name: "admin" });
  let seen = 0;
  const made = {
    ledger,
    log,
    keys,
    writeKey,
    secretKey,
    printed,
    projection: { waiting: 0, lagMs: 0, rejected: 0, nobody: 0 },
  };
  const server = await startServer({
    ...{ host: "127.0.0.1", port: 0, log, keys, snippet: "/* snippet */" },
    shopifySecrets: SHOPIFY_SECRETS,
    ...(people && { people: await people({ folder, ledger, log }) }),
    projection: { status: () => test.projection },
    logging: { level: "info", stream: { write: (line) => void printed.push(line) } },
  });
  const ask = (path: string, init: RequestInit) => fetch(`${server.address}${path}`, init);
  const test: TestServer = Object.assign(made, {
    address: server.address,
    post: (path: string, body: string | Buffer, headers: Record<string, string> = {}) =>
      ask(path, {
        method: "POST",
        body: typeof body === "string" ? body : new Uint8Array(body),
        headers,
      }),
    get: (path: string, headers: Record<string, string> = {}) => ask(path, { headers }),
    async entries() {
      const entries = await log.read({ after: seen, limit: 100_000 });
      seen = entries.at(-1)?.sequence ?? seen;
      return entries;
    },
    stop: () => server.close(),
    async close() {
      await server.close();
      await log.close();
      await ledger.close();
      rmSync(folder, { recursive: true, force: true });
    },
  });
  return test;
}

export const basic = (key: string, password = "") => ({
  authorization: `Basic ${Buffer.from(`${key}:${password}`).toString("base64")}`,
});
