/** The options that every command has. */

import type { Command } from "commander";

export const DEFAULT_DATA = "./tessera-data";

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
