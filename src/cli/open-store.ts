/**
 * A store that a server has open, and how a command that was sent to it gets at it: with what is
 * open already, since a data folder has one process.
 */
import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../base/index.js";
import type { Keys, ServerProcess } from "../server/index.js";
import type { Ledger, Warehouse } from "../store/index.js";
import { caller } from "./caller.js";

export interface OpenStore {
  readonly folder: string;
  readonly warehouse: Warehouse;
  readonly ledger: Ledger;
  readonly keys: Keys;
  /** Messages of the intake log that are not facts yet; about. */
  waiting(): number;
  /** Runs while the projection rests, for what changes the store, one after another. */
  alone<T>(work: () => Promise<T>): Promise<T>;
}

/** Not an error: the command is to be sent to this server, which has the folder. */
export class HeldByServer extends Error {
  override readonly name = "HeldByServer";
  constructor(readonly server: ServerProcess) {
    super(`process ${server.pid} serves the folder`);
  }
}

/** Throws `HeldByServer` where a running server has the folder. */
export async function leaveToServer(folder: string): Promise<void> {
  if (!existsSync(join(folder, "server.json"))) return;
  const { findServer } = await import("../server/index.js");
  const server = await findServer(folder);
  if (server !== undefined && server.pid !== process.pid) throw new HeldByServer(server);
}

/**
 * What the server has open, for a command that was sent to it; undefined: there is no server, or it
 * works on a ClickHouse server and the folder's own warehouse is free. Throws `warehouse.in_use`
 * where the command wants another folder's warehouse, as this process may have one only.
 */
export function storeOfServer(
  folder: string,
  { embedded = false }: { readonly embedded?: boolean } = {},
): OpenStore | undefined {
  const store = caller()?.store;
  if (store === undefined) return undefined;
  const inProcess = store.warehouse.engine === "chdb";
  if (isSameFolder(folder, store.folder) && (inProcess || !embedded)) return store;
  if (!inProcess) return undefined;
  throw new AppError(
    "warehouse.in_use",
    `This needs a warehouse of its own beside that of ${store.folder}, which a server has open.`,
    { hint: "End the server (tessera serve) first." },
  );
}

/** For what takes the folder's warehouse away and makes another. */
export async function requireNoServer(folder: string): Promise<void> {
  const store = caller()?.store;
  if (store === undefined) return leaveToServer(folder);
  if (!isSameFolder(folder, store.folder)) return;
  throw new AppError("warehouse.in_use", `A server has ${folder} open.`, {
    hint: "End the server (tessera serve) first: the store is to be made anew.",
  });
}

function isSameFolder(a: string, b: string): boolean {
  return existsSync(a) && existsSync(b) && realpathSync(a) === realpathSync(b);
}
