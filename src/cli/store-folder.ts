/**
 * The data folder of a store, as the commands see it:
 *
 *   tessera.yaml      settings, if any
 *   calibration.yaml  the limits that were accepted from the store's history, if any
 *   segments/*.tess   the store's own segments, if any; they override the playbook by name
 *   warehouse/        ClickHouse's files (unless CLICKHOUSE_URL names a server)
 *   rejects/          rows that an import could not use
 *   ledger.db         the intake log and keys (unless DATABASE_URL names a PostgreSQL server)
 *   server.json       where a running server takes commands, while there is one
 *
 * While a server has the folder, what is opened here is what the server has open
 * (`open-store.ts`).
 */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { AppError } from "../base/index.js";
import type { Library, LoadedLibrary, StoreSettings, TextFile } from "../segment/index.js";
import type { Ledger, Warehouse } from "../store/index.js";
import type { CalibrationVersion } from "../understand/index.js";
import type { CommonOptions } from "./answer.js";
import { instantOf } from "./as-of.js";
import { Faults } from "./faults.js";
import { leaveToServer, storeOfServer } from "./open-store.js";
import { type MoneySettings, readSettings } from "./settings-file.js";
import { mindWaiting } from "./waiting-messages.js";

export interface StoreOptions extends CommonOptions {
  readonly data: string;
  readonly asOf?: string;
}

export interface Store {
  readonly folder: string;
  readonly warehouse: Warehouse;
  readonly settings: StoreSettings;
  /** Milliseconds since the epoch: `--as-of`, else the folder's `asOf`, else now. */
  readonly asOf: number;
}

export interface StoreTexts {
  readonly library: Library;
  /** Texts of the definitions by file, the playbook's included. */
  readonly texts: ReadonlyMap<string, string>;
  /** The library with these limits in place of those of `calibration.yaml`. */
  readonly libraryWith: (calibration: readonly TextFile[]) => Library;
  /** Accepted calibrations, oldest first. */
  readonly versions: readonly CalibrationVersion[];
  readonly settings: StoreSettings;
  readonly asOf: number;
}

/** Settings, instant and definitions: what can be known without the warehouse. Throws Faults. */
export async function readTexts(options: StoreOptions): Promise<StoreTexts> {
  const { diagnostics, ...found } = await loadTexts(options, ownTexts(options.data));
  if (diagnostics.some((d) => d.severity === "error")) throw new Faults(diagnostics, found.texts);
  return found;
}

/** The same with its faults as data; `given`: the store's own files, or some of them anew. */
export async function loadTexts(
  options: StoreOptions,
  given: readonly TextFile[],
): Promise<StoreTexts & LoadedLibrary> {
  const { loadLibrary } = await import("../segment/index.js");
  const { limitTexts, readVersions } = await import("../understand/index.js");
  const { settings, asOf, texts: limits } = await settingsAndInstant(options);
  const named = new Set(given.map(({ file }) => resolve(file)));
  const others = ownTexts(options.data).filter(({ file }) => !named.has(resolve(file)));
  const own = [...limits, ...others, ...given];
  const versions = await readVersions(options.data);
  const loaded = loadLibrary(own, settings, limitTexts(options.data, versions));
  const libraryWith = (calibration: readonly TextFile[]) =>
    loadLibrary(own, settings, calibration).library;
  return { ...loaded, libraryWith, versions, settings, asOf };
}

/** Opens the store for a piece of work and closes it whatever happens. */
export async function withStore<T>(
  options: StoreOptions,
  work: (store: Store & StoreTexts) => Promise<T>,
  opening: Opening = {},
): Promise<T> {
  const texts = await readTexts(options);
  requireStore(options.data);
  return withWarehouse(
    options.data,
    (warehouse) => work({ ...texts, folder: options.data, warehouse }),
    opening,
  );
}

/** For `import`: makes the store if there is none, and does not care about segments. */
export async function withNewStore<T>(
  options: StoreOptions,
  work: (store: Store & { readonly money: MoneySettings }) => Promise<T>,
  { dryRun = false }: Pick<Opening, "dryRun"> = {},
): Promise<T> {
  const { settings, asOf, money } = await settingsAndInstant(options);
  return withWarehouse(
    options.data,
    (warehouse) => work({ folder: options.data, warehouse, settings, asOf, money }),
    { importing: true, dryRun },
  );
}

export interface Opening {
  /** In the folder even where CLICKHOUSE_URL is set. */
  readonly embedded?: boolean;
  /** Facts are about to be changed: an import, or what works as one. */
  readonly importing?: boolean;
  /**
   * In a server, between two batches of what comes in and while no other such work runs: one process
   * on the folder used to be enough for that. What is imported is so anyway.
   */
  readonly alone?: boolean;
  /** What the store has is to stay as it is. */
  readonly dryRun?: boolean;
}

/**
 * Undoes what a crashed import left, finishes an erasure that was cut short, and minds the messages that a
 * killed server left (`waiting-messages.ts`). A folder is held by one process, so there an import that has
 * not landed is dead; on a server another process may be at it, and only an import looks.
 */
export async function withWarehouse<T>(
  folder: string,
  work: (warehouse: Warehouse) => Promise<T>,
  { embedded = false, importing = false, alone = importing, dryRun = false }: Opening = {},
): Promise<T> {
  const open = storeOfServer(folder, { embedded });
  if (open !== undefined) {
    return alone ? open.alone(() => work(open.warehouse)) : work(open.warehouse);
  }
  await leaveToServer(folder);
  const { openWarehouse } = await import("../store/index.js");
  const { finishErasure, isErasing, recoverImports } = await import("../collect/index.js");
  const url = embedded ? undefined : process.env.CLICKHOUSE_URL;
  const warehouse = await openWarehouse(url ? { url } : { dataDir: folder });
  try {
    if (warehouse.engine === "chdb" || importing) {
      await recoverImports(warehouse);
      if (await isErasing(warehouse)) {
        await withAnyLedger(folder, (ledger) =>
          finishErasure(warehouse, { dataDir: folder, ledger }),
        );
      }
    }
    // The log belongs to the store that a server would open.
    if (!embedded || !process.env.CLICKHOUSE_URL) {
      await mindWaiting(warehouse, { folder, landing: alone && !dryRun });
    }
    return await work(warehouse);
  } finally {
    await warehouse.close();
  }
}

/** The ledger of a folder, which is made where there is none. */
export async function withLedger<T>(
  { data: folder }: Pick<StoreOptions, "data">,
  work: (ledger: Ledger) => Promise<T>,
): Promise<T> {
  const open = storeOfServer(folder);
  if (open !== undefined) return work(open.ledger);
  await leaveToServer(folder);
  const { openLedger } = await import("../store/index.js");
  const ledger = await openLedger({ folder, databaseUrl: process.env.DATABASE_URL });
  try {
    return await work(ledger);
  } finally {
    await ledger.close();
  }
}

/** With the ledger, where the store has one: a store of files alone does not. */
export async function withAnyLedger<T>(
  folder: string,
  work: (ledger: Ledger | undefined) => Promise<T>,
): Promise<T> {
  if (!process.env.DATABASE_URL && !existsSync(join(folder, "ledger.db"))) return work(undefined);
  return withLedger({ data: folder }, work);
}

async function settingsAndInstant({ data, asOf }: StoreOptions) {
  const found = await readSettings(data);
  const text = asOf ?? found.asOf;
  const { timeZone } = found.settings;
  return {
    settings: found.settings,
    money: found.money,
    texts: found.texts,
    asOf: text === undefined ? Date.now() : await instantOf(text, timeZone),
  };
}

/** The store's own segment files, by name. */
export function ownTexts(folder: string): readonly TextFile[] {
  const segments = join(folder, "segments");
  if (!existsSync(segments)) return [];
  return readdirSync(segments)
    .filter((name) => name.endsWith(".tess"))
    .sort()
    .map((name) => {
      const file = join(segments, name);
      return { file, text: readFileSync(file, "utf8") };
    });
}

/** Asking an absent store would make an empty one and answer 0. */
export function requireStore(folder: string): void {
  if (process.env.CLICKHOUSE_URL || existsSync(join(folder, "warehouse"))) return;
  throw new AppError("input.missing", `There is no store in ${folder}.`, {
    hint: "Import a file first (tessera import), give the folder with --data, or try tessera start.",
  });
}
