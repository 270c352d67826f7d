// Before any test: the compiled program is that of the sources, because commands and child processes
// of tests run it; and temporary folders lie in memory where there is room, because the engine waits
// for the disk after each of its many small writes. What survives a kill is the same there: only a
// power cut would tell the difference.
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { buildIfStale } from "../scripts/build.mjs";

const MEMORY = "/dev/shm";
const ROOM_BYTES = 4_000_000_000;

export default function setup() {
  buildIfStale();
  if (process.env.TMPDIR !== undefined || !existsSync(MEMORY)) return undefined;
  removeLeftOvers();
  const { bavail, bsize } = statfsSync(MEMORY);
  if (bavail * bsize < ROOM_BYTES) return undefined;
  const folder = mkdtempSync(join(MEMORY, `tessera-tests-${process.pid}-`));
  // A database server of a test runs as another user.
  chmodSync(folder, 0o755);
  process.env.TMPDIR = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}

/**
 * Of runs that were killed; they would hold memory until the next start of the machine. What cannot
 * be removed (a file system that such a run mounted) stays.
 */
function removeLeftOvers() {
  for (const name of readdirSync(MEMORY)) {
    const [, pid] = /^tessera-tests-(\d+)-/.exec(name) ?? [];
    if (pid === undefined || existsSync(join("/proc", pid))) continue;
    try {
      rmSync(join(MEMORY, name), { recursive: true, force: true });
    } catch {}
  }
}
