// Builds the browser snippet into sdk/dist: tessera.js for a script tag (what a server hands out),
// index.js as an ES module, and its types.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Writes tessera.js and index.js into `outDir`. */
export async function buildSdk(outDir: string): Promise<void> {
  const common = { bundle: true, minify: true, target: "es2020", legalComments: "none" } as const;
  const source = (name: string): string => join(root, "sdk", "src", name);
  await Promise.all([
    build({
      ...common,
      entryPoints: [source("script.ts")],
      format: "iife",
      outfile: join(outDir, "tessera.js"),
    }),
    build({
      ...common,
      entryPoints: [source("index.ts")],
      format: "esm",
      outfile: join(outDir, "index.js"),
    }),
  ]);
}

/** Writes the module's declarations into `outDir`; returns the compiler's exit code. */
export function declareSdk(outDir: string): number {
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  const emit = ["--noEmit", "false", "--declaration", "--emitDeclarationOnly", "--outDir", outDir];
  const run = spawnSync(process.execPath, [compiler, "-p", join(root, "sdk"), ...emit], {
    stdio: "inherit",
  });
  return run.status ?? 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const dist = join(root, "sdk", "dist");
  await buildSdk(dist);
  process.exit(declareSdk(dist));
}
