/** The options that every command has. */

import type { Command } from "commander";

export const DEFAULT_DATA = "./tessera-data";

/** A word of a suggested command, as a shell reads it back: a folder's name may hold anything. */
export const shellWord = (text: string): string =>
  /^[\w./@%+=:,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** The options by which a command that is suggested asks the same store, as of the same instant. */
export function sameStore({
  data,
  asOf,
}: {
  readonly data: string;
  readonly asOf?: string;
}): string {
  const folder = data === DEFAULT_DATA ? "" : ` --data ${shellWord(data)}`;
  return asOf === undefined ? folder : `${folder} --as-of ${asOf}`;
}

export function storeCommand(program: Command, name: string): Command {
  return program
    .command(name)
    .option("--data <folder>", "the store's data folder", DEFAULT_DATA)
    .option(
      "--as-of <instant>",
      "a date or an instant: the store as it was known then (default: now)",
    )
    .option("--json", "print JSON, as docs/cli.md describes it");
}
