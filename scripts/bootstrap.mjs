// Makes a fresh clone run: installs the locked packages when some are missing or of another version.
// No dependency of its own. npm notes in node_modules/.package-lock.json what it has installed, so an
// `npm ci` that was typed by hand counts.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const noted = join(root, "node_modules", ".package-lock.json");

if (!isInstalled()) {
  console.error("Installing the locked packages (once; about 1 GB, half of it the engine) ...");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const run = spawnSync(npm, ["ci", "--include=dev", "--no-audit", "--no-fund"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (run.status !== 0) process.exit(run.status ?? 1);
}

/** Those of other platforms are optional, and may be absent. */
function isInstalled() {
  if (!existsSync(noted)) return false;
  const installed = packagesIn(noted);
  return Object.entries(packagesIn(join(root, "package-lock.json"))).every(
    ([path, { version, optional, devOptional }]) =>
      path === "" || optional || devOptional || installed[path]?.version === version,
  );
}

function packagesIn(path) {
  return JSON.parse(readFileSync(path, "utf8")).packages;
}
