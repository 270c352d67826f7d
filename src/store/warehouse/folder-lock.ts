/**
 * Who has a chDB folder open. ClickHouse locks the file `status` in it (flock) and writes its pid
 * there; the kernel drops the lock when the process ends, however it ends, so there is never a
 * stale one. This asks the kernel first only to refuse in words that help.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../../base/index.js";

const LOCKS = "/proc/locks";

/** Where it does, nobody has a folder that `lockHolder` knows nobody of. */
export const KERNEL_TELLS = existsSync(LOCKS);

export function refuseIfInUse(folder: string): void {
  const pid = lockHolder(join(folder, "status"));
  if (pid !== undefined && pid !== process.pid) throw inUse(folder, pid);
}

/** `undefined` where it cannot be known (no /proc): opening then fails, see `openWarehouse`. */
export function lockHolder(path: string): number | undefined {
  try {
    const { ino } = statSync(path);
    for (const line of readFileSync(LOCKS, "utf8").split("\n")) {
      // 1: FLOCK  ADVISORY  WRITE 12345 08:01:6553 0 EOF
      const fields = line.split(/\s+/);
      if (fields[1] !== "->" && fields[5]?.endsWith(`:${ino}`)) return Number(fields[4]);
    }
  } catch {
    // No such folder yet, or no /proc on this system.
  }
  return undefined;
}

/** The pid as ClickHouse noted it, for systems where the kernel does not tell. */
export function notedHolder(folder: string): number | undefined {
  try {
    const pid = /PID: (\d+)/.exec(readFileSync(join(folder, "status"), "utf8"))?.[1];
    return pid === undefined ? undefined : Number(pid);
  } catch {
    return undefined;
  }
}

export function inUse(folder: string, pid: number | undefined): AppError {
  const who = pid === undefined ? "another process" : `process ${pid}`;
  return new AppError("warehouse.in_use", `The data folder ${folder} is open in ${who}.`, {
    hint: "Use that server's address, or end it first: one process may open a folder.",
  });
}
