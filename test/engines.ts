/**
 * The engines that every contract must hold on, as fresh and migrated warehouses:
 *
 *   describe.each(engines())("$name", (engine) => {
 *     let warehouse: Warehouse;
 *     beforeAll(async () => { warehouse = await engine.open(); });
 *     afterAll(() => engine.close());
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openWarehouse, type Warehouse } from "../src/store/index.js";
import { startCluster, startServer } from "./servers.js";

export type EngineName = "chdb" | "server" | "cluster";

export interface TestEngine {
  readonly name: EngineName;
  /**
   * A new, empty warehouse. Of chDB one at a time: a process has one data folder, so opening
   * another closes the one before.
   */
  open(): Promise<Warehouse>;
  /** Closes what `open` gave and ends its servers. */
  close(): Promise<void>;
}

/** All three, or those that are named. Nothing starts before `open`. */
export function engines(
  names: readonly EngineName[] = ["chdb", "server", "cluster"],
): TestEngine[] {
  return names.map((name) => (name === "chdb" ? chdbEngine() : remoteEngine(name)));
}

/** Makes a warehouse empty again, faster than opening another. */
export async function emptyTables(warehouse: Warehouse): Promise<void> {
  // Of a cluster the first node alone is asked, which may have no row of a table that has some.
  const full = warehouse.shards.length > 0 ? "" : "AND total_rows > 0";
  const { rows } = await warehouse.query<{ name: string }>(
    `SELECT name FROM system.tables WHERE database = currentDatabase() AND name != 'migrations'
     AND engine LIKE '%MergeTree' ${full} ORDER BY name`,
  );
  for (const { name } of rows) {
    await warehouse.command(`TRUNCATE TABLE ${name.replace(/_local$/, "")}`);
  }
  await warehouse.reloadIdentity();
}

function chdbEngine(): TestEngine {
  let open: { warehouse: Warehouse; folder: string } | undefined;
  const close = async () => {
    await open?.warehouse.close();
    if (open) rmSync(open.folder, { recursive: true, force: true });
    open = undefined;
  };
  return {
    name: "chdb",
    async open() {
      await close();
      const folder = mkdtempSync(join(tmpdir(), "tessera-chdb-"));
      const warehouse = await openWarehouse({ dataDir: folder });
      open = { warehouse, folder };
      return warehouse;
    },
    close,
  };
}

interface Servers {
  readonly urls: readonly string[];
  readonly cluster?: string;
  stop(): Promise<void>;
}

function remoteEngine(name: "server" | "cluster"): TestEngine {
  let servers: Servers | undefined;
  let databases = 0;
  const opened: Warehouse[] = [];
  return {
    name,
    async open() {
      servers ??= await startServers(name);
      databases += 1;
      const [url = "", ...otherUrls] = servers.urls.map((u) => `${u}/test_${databases}`);
      const cluster = servers.cluster;
      const warehouse = await openWarehouse(
        cluster === undefined ? { url } : { url, cluster: { name: cluster, otherUrls } },
      );
      opened.push(warehouse);
      return warehouse;
    },
    async close() {
      await Promise.all(opened.splice(0).map((warehouse) => warehouse.close()));
      await servers?.stop();
      servers = undefined;
    },
  };
}

async function startServers(name: "server" | "cluster"): Promise<Servers> {
  if (name === "server") {
    const { url, stop } = await startServer();
    return { urls: [url], stop };
  }
  const { urls, stop, name: cluster } = await startCluster();
  return { urls, cluster, stop };
}
