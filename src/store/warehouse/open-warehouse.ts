/** The one place that chooses an adapter. What it returns is migrated and ready. */
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { AppError } from "../../base/index.js";
import { chdbDatabase, openChdb } from "./chdb-warehouse.js";
import { openCluster } from "./cluster-warehouse.js";
import { inUse, KERNEL_TELLS, notedHolder, refuseIfInUse } from "./folder-lock.js";
import { migrate } from "./migrate.js";
import type { Warehouse } from "./port.js";
import { databaseOf, openServer } from "./server-warehouse.js";
import { removeUnfinishedTables } from "./unfinished-tables.js";

export type WarehouseOptions =
  /** ClickHouse in this process; its files lie in `warehouse/` inside the folder. */
  | { readonly dataDir: string }
  /** A ClickHouse server: `http://user:password@host:8123/database`. */
  | {
      readonly url: string;
      /** With it, `url` is the initiator, the cluster's first shard. */
      readonly cluster?: { readonly name: string; readonly otherUrls: readonly string[] };
    };

/** Throws `warehouse.in_use`, `warehouse.newer`, `warehouse.unreachable`. */
export async function openWarehouse(options: WarehouseOptions): Promise<Warehouse> {
  if ("dataDir" in options) return openFolder(options.dataDir);
  const { url, cluster } = options;
  const warehouse =
    cluster === undefined
      ? await openServer({ url })
      : await openCluster({ name: cluster.name, urls: [url, ...cluster.otherUrls] });
  return migrated(warehouse, databaseOf(url));
}

/** What people have done is for the eyes of the user who runs Tessera. */
const OWNER_ONLY = 0o700;

async function openFolder(dataDir: string): Promise<Warehouse> {
  const folder = join(resolve(dataDir), "warehouse");
  mkdirSync(folder, { recursive: true, mode: OWNER_ONLY });
  refuseIfInUse(folder);
  removeUnfinishedTables(folder, chdbDatabase);
  let warehouse: Warehouse;
  try {
    warehouse = await openChdb(folder);
  } catch (error) {
    if (!isConnectionError(error)) throw error;
    refuseIfInUse(folder);
    if (!KERNEL_TELLS && /lock|Failed to create connection/i.test(String(error))) {
      throw inUse(dataDir, notedHolder(folder));
    }
    throw new AppError("warehouse.refused", `The data folder ${dataDir} cannot be opened.`, {
      hint: "ClickHouse says why on the standard error. It may be a full disk.",
      cause: error,
    });
  }
  return migrated(warehouse, chdbDatabase);
}

async function migrated(warehouse: Warehouse, database: string): Promise<Warehouse> {
  try {
    await migrate(warehouse, { database });
  } catch (error) {
    await warehouse.close();
    throw error;
  }
  return warehouse;
}

function isConnectionError(error: unknown): boolean {
  return (error as { code?: unknown })?.code === "CHDB_CONNECTION";
}
