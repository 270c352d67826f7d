/** Runs the commands that are sent to a server, with the store that it has open. */
import { type Command, CommanderError } from "commander";
import type { RunCommand } from "../server/index.js";
import { onBehalfOf } from "./caller.js";
import type { OpenStore } from "./open-store.js";

/** `makeProgram`: all commands (`program.ts`, which knows `serve`, and so must not be known here). */
export function sentCommands(
  store: OpenStore,
  makeProgram: (prepare: (program: Command) => void) => Command,
): RunCommand {
  return async ({ args, colours, folder }, { output, errors }) => {
    const caller = { output, errors, colours, folder, store, exitCode: 0 };
    // Its sender has understood it already: only a sender of another version gets a fault here.
    const program = makeProgram((made) =>
      made.exitOverride().configureOutput({
        writeOut: (text) => output.write(text),
        writeErr: (text) => errors.write(text),
      }),
    );
    await onBehalfOf(caller, async () => {
      try {
        await program.parseAsync(args, { from: "user" });
      } catch (error) {
        if (!(error instanceof CommanderError)) throw error;
        caller.exitCode = error.exitCode;
      }
    });
    return caller.exitCode;
  };
}
