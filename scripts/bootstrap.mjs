// Makes a fresh clone run: installs the locked packages when they are missing or of another lock
// file. No dependency of its own. The stamp lies inside node_modules, so deleting that folder
// resets it.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const installed = join(root, "node_modules", ".package-lock.json");
const stamp = join(root, "node_modules", ".installed-lock");
const lockHash = createHash("sha256")
  .update(readFileSync(join(root, "package-lock.json")))
  .digest("hex");

const current =
  existsSync(installed) && existsSync(stamp) && readFileSync(stamp, "utf8") === lockHash;
if (!current) {
  console.error("Installing the locked packages (once; about 600 MB, most of it the engine) ...");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const run = spawnSync(npm, ["ci", "--include=dev", "--no-audit", "--no-fund"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (run.status !== 0) process.exit(run.status ?? 1);
  writeFileSync(stamp, lockHash);
}
