/** The files that a command means: paths, folders and patterns (`exports/2024-*.csv.gz`). */

import { lstat, readdir, realpath, stat } from "node:fs/promises";
import { basename, isAbsolute, join } from "node:path";
import { glob, isDynamicPattern } from "tinyglobby";
import { AppError } from "../../base/index.js";

export interface FoundFile {
  readonly path: string;
  /** Named by itself, and not one of a folder or pattern. */
  readonly named: boolean;
}

/**
 * Every file once, in the order given; those of a folder (and the folders in it) or pattern by
 * name. What systems and programs leave beside files (`ofPrograms`) is left out of both. Refuses
 * (AppError) what names no file; whether a file can be read is seen when it is.
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
    return (await isFolder(path)) ? filesOfFolder(path) : [path];
  }
  if (!isDynamicPattern(path)) {
    throw new AppError("input.missing", `There is no file ${path}.`);
  }
  const matching = await glob(path, { absolute: isAbsolute(path), expandDirectories: false });
  const files = matching.filter((file) => !ofPrograms(basename(file)));
  if (files.length > 0) return byName(files);
  throw new AppError("input.missing", `No file matches ${path}.`);
}

async function filesOfFolder(folder: string): Promise<readonly string[]> {
  const files = await filesIn(folder, new Set());
  if (files.length > 0) return byName(files);
  throw new AppError("input.missing", `The folder ${folder} holds no files.`, {
    hint: "Files whose name begins with a dot do not count.",
  });
}

/** With the folders in it, also linked ones; `above` ends circles of links. */
async function filesIn(folder: string, above: ReadonlySet<string>): Promise<readonly string[]> {
  const real = await realpath(folder);
  if (above.has(real)) return [];
  const names = await readdir(folder).catch((error) => {
    throw new AppError("input.invalid", `The folder ${folder} cannot be read.`, {
      hint: "Check who may read it.",
      cause: error,
    });
  });
  const found: string[] = [];
  for (const name of names.filter((one) => !ofPrograms(one))) {
    const path = join(folder, name);
    if (!(await isFolder(path))) found.push(path);
    else found.push(...(await filesIn(path, new Set([...above, real]))));
  }
  return found;
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (facts) => facts.isDirectory(),
    () => false,
  );

/** Hidden files (`.DS_Store`), locks of open documents, and what Windows and macOS put into folders. */
const ofPrograms = (name: string): boolean =>
  /^(\.|~\$)|^(thumbs\.db|desktop\.ini|__macosx)$/i.test(name);

/** By code units, so that the order is the same in every language. */
const byName = (files: readonly string[]): readonly string[] => [...files].sort();
