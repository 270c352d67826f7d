/**
 * All commands, by their names and options. What a command works with is imported when it runs, so
 * `--help` is instant.
 */

import { createRequire } from "node:module";
import { Command } from "commander";
import { attributesCommand } from "./commands/attributes.js";
import { breakdownCommand } from "./commands/breakdown.js";
import { calibrateCommand } from "./commands/calibrate.js";
import { checkCommand } from "./commands/check.js";
import { compareCommand } from "./commands/compare.js";
import { consentsCommand } from "./commands/consents.js";
import { countCommand } from "./commands/count.js";
import { crossCommand } from "./commands/cross.js";
import { demoCommand } from "./commands/demo.js";
import { eraseCommand } from "./commands/erase.js";
import { explainCommand } from "./commands/explain.js";
import { exportPersonCommand } from "./commands/export-person.js";
import { historyCommand } from "./commands/history.js";
import { hygieneCommand } from "./commands/hygiene.js";
import { identityCommand } from "./commands/identity.js";
import { importCommand } from "./commands/import.js";
import { keysCommand } from "./commands/keys.js";
import { overlapCommand } from "./commands/overlap.js";
import { peopleCommand } from "./commands/people.js";
import { personCommand } from "./commands/person.js";
import { refreshCommand } from "./commands/refresh.js";
import { rejectsCommand } from "./commands/rejects.js";
import { requestsCommand } from "./commands/requests.js";
import { segmentsCommand } from "./commands/segments.js";
import { serveCommand } from "./commands/serve.js";
import { settingsCommand } from "./commands/settings.js";
import { sqlCommand } from "./commands/sql.js";
import { startCommand } from "./commands/start.js";
import { testCommand } from "./commands/test.js";

const { version } = createRequire(import.meta.url)("../../package.json") as { version: string };

const COMMANDS = [
  startCommand,
  demoCommand,
  importCommand,
  serveCommand,
  keysCommand,
  rejectsCommand,
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
  consentsCommand,
  identityCommand,
  exportPersonCommand,
  eraseCommand,
  requestsCommand,
  explainCommand,
  attributesCommand,
  settingsCommand,
  checkCommand,
  testCommand,
  sqlCommand,
];

/**
 * A program of its own: a server makes one for each command that is sent to it. `prepare` comes
 * before the commands, which take over what it sets.
 */
export function makeProgram(prepare: (program: Command) => void = () => {}): Command {
  const program = new Command("tessera");
  prepare(program);
  program
    .description("Customer segments, exact in time, from a store's raw facts.")
    .version(version)
    .showHelpAfterError("Run tessera --help, or tessera COMMAND --help.")
    .showSuggestionAfterError()
    .helpCommand(false);
  for (const register of COMMANDS) register(program, makeProgram);
  return program;
}
