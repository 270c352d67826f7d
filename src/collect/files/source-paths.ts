/** The files that a command means: paths, folders and patterns (`exports/2024-*.csv.gz`). */

import { lstat, realpath, stat } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { glob, isDynamicPattern } from "tinyglobby";
import { AppError } from "../../base/index.js";

export interface FoundFile {
  readonly path: string;
  /** Named by itself, and not one of a folder or pattern. */
  readonly named: boolean;
}

/**
 * Every file once, in the order given; those of a folder (and the folders in it) or pattern by
 * name. Files whose name begins with a dot are left out of both. Refuses (AppError) what names no
 * file; whether a file can be read is seen when it is.
 */
export async function expandPaths(given: readonly string[]): Promise<readonly FoundFile[]> {
  const found = new Map<string, FoundFile>();
  for (const path of given) {
    for (const file of await filesOf(path)) {
      const real = await realpath(file).catch(() => file);
      if (!found.has(real)) found.set(real, { path: file, named: file === path });
    }
  }
  return [...found.values()];
}

async function filesOf(path: string): Promise<readonly string[]> {
  const entry = await lstat(path).catch(() => undefined);
  if (entry !== undefined) {
    const folder = await stat(path)
      .then((facts) => facts.isDirectory())
      .catch(() => false);
    return folder ? filesIn(path) : [path];
  }
  if (!isDynamicPattern(path)) {
    throw new AppError("input.missing", `There is no file ${path}.`);
  }
  const files = await glob(path, { absolute: isAbsolute(path), expandDirectories: false });
  if (files.length > 0) return byName(files);
  throw new AppError("input.missing", `No file matches ${path}.`);
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const files = await glob("**", { cwd: folder });
  if (files.length > 0) return byName(files).map((file) => join(folder, file));
  throw new AppError("input.missing", `The folder ${folder} holds no files.`, {
    hint: "Files whose name begins with a dot do not count.",
  });
}

/** By code units, so that the order is the same in every language. */
const byName = (files: readonly string[]): readonly string[] => [...files].sort();
