/**
 * The entry of the command `tessera`. Only commander and the commands' names and options are
 * loaded at once; what a command works with is imported when it runs, so `--help` is instant.
 */

import { createRequire } from "node:module";
import { Command } from "commander";
import { attributesCommand } from "./commands/attributes.js";
import { breakdownCommand } from "./commands/breakdown.js";
import { calibrateCommand } from "./commands/calibrate.js";
import { checkCommand } from "./commands/check.js";
import { compareCommand } from "./commands/compare.js";
import { countCommand } from "./commands/count.js";
import { crossCommand } from "./commands/cross.js";
import { demoCommand } from "./commands/demo.js";
import { explainCommand } from "./commands/explain.js";
import { historyCommand } from "./commands/history.js";
import { hygieneCommand } from "./commands/hygiene.js";
import { importCommand } from "./commands/import.js";
import { overlapCommand } from "./commands/overlap.js";
import { peopleCommand } from "./commands/people.js";
import { personCommand } from "./commands/person.js";
import { refreshCommand } from "./commands/refresh.js";
import { segmentsCommand } from "./commands/segments.js";
import { settingsCommand } from "./commands/settings.js";
import { sqlCommand } from "./commands/sql.js";
import { startCommand } from "./commands/start.js";
import { testCommand } from "./commands/test.js";

const { version } = createRequire(import.meta.url)("../../package.json") as { version: string };

const program = new Command("tessera")
  .description("Customer segments, exact in time, from a store's raw facts.")
  .version(version)
  .showHelpAfterError("Run tessera --help, or tessera COMMAND --help.")
  .showSuggestionAfterError()
  .helpCommand(false);

for (const register of [
  startCommand,
  demoCommand,
  importCommand,
  hygieneCommand,
  calibrateCommand,
  refreshCommand,
  segmentsCommand,
  countCommand,
  crossCommand,
  breakdownCommand,
  overlapCommand,
  compareCommand,
  historyCommand,
  peopleCommand,
  personCommand,
  explainCommand,
  attributesCommand,
  settingsCommand,
  checkCommand,
  testCommand,
  sqlCommand,
]) {
  register(program);
}

// A reader that has seen enough (`tessera segments | head`) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

await program.parseAsync();
