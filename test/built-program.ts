/**
 * A test's own program for a child process, as JavaScript over the compiled sources: it starts two
 * seconds of CPU sooner than through a loader that compiles the sources at each start.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../", import.meta.url));
const [src, dist] = [join(root, "src/"), join(root, "dist/")];

/** The path of the program; `file` is a TypeScript file of `test/`. Gone when this process ends. */
export async function builtProgram(file: URL): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "tessera-program-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const outfile = join(folder, "program.mjs");
  await build({
    entryPoints: [fileURLToPath(file)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "error",
    plugins: [
      {
        name: "compiled sources",
        setup({ onResolve }) {
          onResolve({ filter: /^\./ }, ({ resolveDir, path }) => {
            const wanted = resolve(resolveDir, path);
            if (!wanted.startsWith(src)) return undefined;
            const compiled = pathToFileURL(join(dist, wanted.slice(src.length)));
            return { path: compiled.href, external: true };
          });
        },
      },
    ],
  });
  return outfile;
}
