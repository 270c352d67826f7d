// Compiles src/ into dist/, copies what the compiler leaves behind (SQL, segment texts), and puts
// the browser snippet there, which the server hands out. The new folder replaces the old one by renaming, so that a program starting meanwhile never reads
// half a file. `bin/tessera.cjs` calls `buildIfStale` at each start: a few milliseconds when
// nothing changed.
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, "src");
const snippet = join(root, "sdk", "src");
const dist = join(root, "dist");
const stamp = join(dist, ".built");

/** Builds when a source is newer than the last build; an installed package has no sources. */
export function buildIfStale() {
  if (!existsSync(source)) return;
  const newest = Math.max(
    newestIn(source),
    newestIn(snippet),
    statSync(join(root, "package.json")).mtimeMs,
  );
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= newest) return;
  if (build() !== 0) {
    console.error("tessera: built with type errors; `npm run check` shows them");
  }
}

/** Returns the compiler's exit code. Code with type errors is still emitted. */
export function build({ showErrors = false } = {}) {
  const begun = new Date();
  const next = join(root, `dist-${process.pid}`);
  const previous = `${next}-previous`;
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  if (!existsSync(compiler)) {
    console.error("tessera: the packages are not installed; run `npm ci` first");
    process.exit(1);
  }
  const run = spawnSync(
    process.execPath,
    [compiler, "-p", join(root, "tsconfig.build.json"), "--outDir", next],
    { cwd: root, encoding: "utf8" },
  );
  if (showErrors || !existsSync(next)) process.stderr.write(run.stdout + run.stderr);
  if (!existsSync(next)) process.exit(1);
  cpSync(source, next, {
    recursive: true,
    filter: (path) => statSync(path).isDirectory() || !path.endsWith(".ts"),
  });
  createRequire(import.meta.url)("esbuild").buildSync({
    ...{ bundle: true, minify: true, target: "es2020", legalComments: "none", format: "iife" },
    ...{ entryPoints: [join(snippet, "script.ts")], outfile: join(next, "tessera.js") },
  });
  writeFileSync(join(next, ".built"), "");
  utimesSync(join(next, ".built"), begun, begun);
  if (existsSync(dist)) renameSync(dist, previous);
  renameSync(next, dist);
  rmSync(previous, { recursive: true, force: true });
  return run.status ?? 1;
}

function newestIn(folder) {
  let newest = statSync(folder).mtimeMs;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    newest = Math.max(newest, entry.isDirectory() ? newestIn(path) : statSync(path).mtimeMs);
  }
  return newest;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exit(build({ showErrors: true }));
