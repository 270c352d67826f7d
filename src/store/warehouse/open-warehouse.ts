/** The one place that chooses an adapter. What it returns is migrated and ready. */
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { AppError } from "../../base/index.js";
import { chdbDatabase, openChdb } from "./chdb-warehouse.js";
import { inUse, notedHolder, refuseIfInUse } from "./folder-lock.js";
import { migrate } from "./migrate.js";
import type { Warehouse } from "./port.js";

export type WarehouseOptions =
  /** ClickHouse in this process; its files lie in `warehouse/` inside the folder. */
  { readonly dataDir: string };

/** Throws `warehouse.in_use`, `warehouse.newer`, `warehouse.unreachable`. */
export async function openWarehouse(options: WarehouseOptions): Promise<Warehouse> {
  return openFolder(options.dataDir);
}

async function openFolder(dataDir: string): Promise<Warehouse> {
  const folder = join(resolve(dataDir), "warehouse");
  mkdirSync(folder, { recursive: true });
  refuseIfInUse(folder);
  let warehouse: Warehouse;
  try {
    warehouse = await openChdb(folder);
  } catch (error) {
    if (!isConnectionError(error)) throw error;
    if (/lock|Failed to create connection/i.test(String(error))) {
      throw inUse(dataDir, notedHolder(folder));
    }
    throw new AppError("warehouse.refused", `The data folder ${dataDir} cannot be opened.`, {
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
