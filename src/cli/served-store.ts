/**
 * Everything that a server has open, in the order in which each needs the one before, and closed
 * in the opposite order: no more requests, then what waits is landed, then what is written to.
 */
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../base/index.js";
import type { Projection } from "../collect/index.js";
import type { Keys, RunCommand, RunningServer } from "../server/index.js";
import { startDailyWork } from "./daily-work.js";
import type { OpenStore } from "./open-store.js";
import { peopleActions } from "./people-actions.js";
import { type PrivacyWork, startPrivacyWork } from "./privacy-requests.js";
import { readSettings } from "./settings-file.js";

const LANDING_AT_END_MS = 5000;

export interface ServeWanted {
  readonly folder: string;
  readonly host: string;
  readonly port: number;
  /** After copies were restored: go on without what is missing up to this entry of the log. */
  readonly continueAfter?: number | undefined;
  /** Of its log: "info", "warn", ... */
  readonly logLevel: string;
  /** How commands that are sent to it run. */
  readonly commands: (store: OpenStore) => RunCommand;
}

export interface ServedStore {
  readonly address: string;
  readonly keys: Keys;
  /** The store's currency; '' where the first order is to decide it. */
  readonly currency: string;
  /** Why nothing of what comes in can land. */
  readonly fault: string | undefined;
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
    const { server, ...found } = await openAll(wanted, (closer) => closers.push(closer));
    return { address: server.address, ...found, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openAll(
  { folder, host, port, continueAfter, logLevel, commands }: ServeWanted,
  opened: (close: () => Promise<void>) => void,
): Promise<Pick<ServedStore, "keys" | "currency" | "fault"> & { readonly server: RunningServer }> {
  const {
    continueLog,
    currencyOfImports,
    finishErasure,
    openIntakeLog,
    readCorrections,
    recoverImports,
    startProjection,
  } = await import("../collect/index.js");
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
  const { money, logDays } = await readSettings(folder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });

  const url = process.env.CLICKHOUSE_URL;
  const warehouse = await openWarehouse(url ? { url } : { dataDir: folder });
  opened(() => warehouse.close());
  await recoverImports(warehouse);
  const found = await openLedger({ folder, databaseUrl: process.env.DATABASE_URL });
  opened(() => found.close());
  const ledger =
    continueAfter === undefined
      ? found
      : await continueLog(warehouse, found, { upTo: continueAfter, now: Date.now() });
  await finishErasure(warehouse, { dataDir: folder, ledger });
  const keys = openKeys(ledger);
  const log = openIntakeLog(ledger);
  opened(() => log.close());
  const corrections = readCorrections(folder);
  const rules = { ...money, corrections, retentionDays: logDays };
  let privacy: PrivacyWork | undefined;
  const onRequest = () => privacy?.look();
  const opening = { log, warehouse, dataDir: folder, onRequest, ...rules };
  const projection = await startProjection(opening);
  opened(() => projection.close());
  privacy = startPrivacyWork({ folder, warehouse, ledger, alone: projection.alone });
  opened(privacy.close);
  opened(startDailyWork({ folder, warehouse, ledger, alone: projection.alone }));
  opened(() => landWaiting(projection));
  const logging = { level: logLevel };
  const snippet = readSnippet();
  const server = await startServer({
    ...{ host, port, log, projection, keys, snippet, logging },
    shopifySecrets: shopifySecrets(),
    people: await peopleActions({ folder, warehouse, ledger, projection }),
  });
  opened(() => server.close());
  const waiting = () => projection.status().waiting;
  const { alone } = projection;
  const run = commands({ folder, warehouse, ledger, keys, waiting, alone });
  const channel = await startCommandChannel({ folder, address: server.address, run });
  opened(() => channel.close());
  const currency = money.currency ?? (await currencyOfImports(warehouse));
  return { server, keys, currency, fault: projection.status().fault?.why };
}

/** What was acknowledged is a fact when the server has ended, so that commands then count it too. */
async function landWaiting({ caughtUp }: Projection): Promise<void> {
  const late = sleep(LANDING_AT_END_MS, undefined, { ref: false });
  // What cannot land now does so at the next start.
  await Promise.race([caughtUp(), late]).catch(() => {});
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
