/**
 * Everything that a server has open, in the order in which each needs the one before, and closed
 * in the opposite order: no more requests, then no more batches, then what is written to.
 */
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { AppError } from "../base/index.js";
import type { Keys, RunCommand, RunningServer } from "../server/index.js";
import { expireVisitors } from "./expire-visitors.js";
import type { OpenStore } from "./open-store.js";
import { peopleActions } from "./people-actions.js";
import { readSettings } from "./settings-file.js";

const DAY_MS = 86_400_000;

export interface ServeWanted {
  readonly folder: string;
  readonly host: string;
  readonly port: number;
  /** Of its log: "info", "warn", ... */
  readonly logLevel: string;
  /** How commands that are sent to it run. */
  readonly commands: (store: OpenStore) => RunCommand;
}

export interface ServedStore {
  readonly address: string;
  readonly keys: Keys;
  /** Finishes what is in hand. */
  close(): Promise<void>;
}

/** Throws `warehouse.in_use` where another server has the folder. */
export async function serveStore(wanted: ServeWanted): Promise<ServedStore> {
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (let next = closers.pop(); next !== undefined; next = closers.pop()) await next();
  };
  try {
    const { server, keys } = await openAll(wanted, (closer) => closers.push(closer));
    return { address: server.address, keys, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openAll(
  { folder, host, port, logLevel, commands }: ServeWanted,
  opened: (close: () => Promise<void>) => void,
): Promise<{ readonly server: RunningServer; readonly keys: Keys }> {
  const { finishErasure, openIntakeLog, recoverImports, startProjection } = await import(
    "../collect/index.js"
  );
  const { findServer, openKeys, startCommandChannel, startServer } = await import(
    "../server/index.js"
  );
  const { openLedger, openWarehouse } = await import("../store/index.js");
  const other = await findServer(folder);
  if (other !== undefined) {
    throw new AppError(
      "warehouse.in_use",
      `A server (process ${other.pid}) has ${folder} already, at ${other.address}.`,
      { hint: "Send there, or end it first." },
    );
  }
  const { money } = await readSettings(folder);
  mkdirSync(folder, { recursive: true });

  const url = process.env.CLICKHOUSE_URL;
  const warehouse = await openWarehouse(url ? { url } : { dataDir: folder });
  opened(() => warehouse.close());
  await recoverImports(warehouse);
  const ledger = await openLedger({ folder, databaseUrl: process.env.DATABASE_URL });
  opened(() => ledger.close());
  await finishErasure(warehouse, { dataDir: folder, ledger });
  const keys = openKeys(ledger);
  const log = openIntakeLog(ledger);
  opened(() => log.close());
  const projection = await startProjection({ log, warehouse, dataDir: folder, ...money });
  opened(() => projection.close());
  const stopExpiring = keepExpiring(() =>
    projection.alone(() => expireVisitors(warehouse, { folder, ledger, now: Date.now() })),
  );
  opened(stopExpiring);
  const logging = { level: logLevel };
  const snippet = readSnippet();
  const server = await startServer({
    ...{ host, port, log, projection, keys, snippet, logging },
    shopifySecrets: shopifySecrets(),
    people: await peopleActions({ folder, warehouse, ledger, projection }),
  });
  opened(() => server.close());
  const run = commands({ folder, warehouse, ledger, keys, alone: projection.alone });
  const channel = await startCommandChannel({ folder, address: server.address, run });
  opened(() => channel.close());
  return { server, keys };
}

/** Now and once a day; what fails is tried again the next day. Returns what ends it. */
function keepExpiring(expire: () => Promise<unknown>): () => Promise<void> {
  let running: Promise<unknown> = Promise.resolve();
  const run = () => {
    running = expire().catch(() => {});
  };
  run();
  const timer = setInterval(run, DAY_MS).unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}

/** The setting is empty where the shop is no Shopify shop. */
function shopifySecrets(): readonly string[] {
  const said = process.env.SHOPIFY_WEBHOOK_SECRET ?? "";
  return said.split(",").flatMap((secret) => secret.trim() || []);
}

/** The build puts it beside the compiled program. */
function readSnippet(): string {
  const path = new URL("../tessera.js", import.meta.url);
  if (existsSync(path)) return readFileSync(path, "utf8");
  throw new AppError("input.missing", "The browser snippet has not been built.", {
    hint: "npm run build makes it.",
  });
}
