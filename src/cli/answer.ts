/**
 * The frame around every command: what a command gives back is printed as text or JSON, what it
 * throws as a sentence, and both become an exit code.
 *
 *   0  it worked
 *   1  what was given has a fault: an expression, a file, a name, an option
 *   2  the work could not be done: a folder in use, a server that does not answer
 */

import type { Command } from "commander";
import type { AppError } from "../base/index.js";
import type { DiagnosticsError } from "../segment/index.js";
import { errors, output, setExitCode } from "./caller.js";
import { absoluteCommandLine } from "./command-line.js";
import { describeFaults, Faults } from "./faults.js";
import { HeldByServer } from "./open-store.js";
import type { Answers, CommandName } from "./schemas.js";
import { coloursOf } from "./terminal.js";

export interface Answer<C extends CommandName> {
  readonly json: Answers[C];
  readonly text: string;
  /** 1 when the answer is that something is wrong, as of `check`. */
  readonly exitCode?: number;
}

export interface CommonOptions {
  readonly json?: boolean;
}

/** A commander action out of a function that answers. Arguments are followed by the options. */
export function answering<C extends CommandName, Given extends readonly unknown[]>(
  _command: C,
  work: (...given: Given) => Promise<Answer<C>>,
): (...given: Given) => Promise<void> {
  return async (...given) => {
    // Commander adds the command itself after the options.
    const options = given.at(-2) as CommonOptions;
    try {
      const { json, text, exitCode = 0 } = await work(...given);
      print(options.json ? `${JSON.stringify(json, null, 2)}\n` : text);
      setExitCode(exitCode);
    } catch (error) {
      setExitCode(await sentOrReported(error, options, given.at(-1) as Command));
    }
  };
}

/** A command that finds its folder in the hands of a server is run by that server. */
async function sentOrReported(
  error: unknown,
  options: CommonOptions,
  command: Command,
): Promise<number> {
  if (!(error instanceof HeldByServer)) return report(error, options);
  const { sendCommand } = await import("../server/index.js");
  const sent = {
    args: absoluteCommandLine(command, process.argv.slice(2)),
    colours: coloursOf(process.stdout).isColorSupported,
    folder: process.cwd(),
  };
  const streams = { output: process.stdout, errors: process.stderr };
  return sendCommand(error.server, sent, streams).catch((failure) => report(failure, options));
}

/** Nothing of an empty text: its command has written what it had to. */
function print(text: string): void {
  if (text === "") return;
  output().write(text.endsWith("\n") ? text : `${text}\n`);
}

/** Says what went wrong and returns the exit code. */
async function report(error: unknown, { json }: CommonOptions): Promise<number> {
  if (process.env.TESSERA_DEBUG) console.error(error);
  if (isDiagnostics(error)) {
    const faults = await describeFaults(error);
    if (json) print(JSON.stringify({ diagnostics: faults.json }, null, 2));
    errors().write(`${faults.text}\n`);
    return 1;
  }
  const { code, message, hint } = isAppError(error) ? error : await asAppError(error);
  if (json) print(JSON.stringify({ error: { code, message, hint: hint ?? null } }, null, 2));
  const colours = coloursOf(errors());
  errors().write(`${colours.red("error:")} ${brief(message)}\n`);
  if (hint !== undefined) errors().write(`  ${hint}\n`);
  return code.startsWith("input.") ? 1 : 2;
}

const MAX_MESSAGE = 600;

/** ClickHouse quotes the whole statement, which can be pages; TESSERA_DEBUG shows it. */
function brief(message: string): string {
  const sentence = message.replace(/:? In scope SELECT[\s\S]*(?=\(\w+\)|$)/, " ");
  return sentence.length > MAX_MESSAGE ? `${sentence.slice(0, MAX_MESSAGE)} ...` : sentence;
}

function isDiagnostics(error: unknown): error is Faults | DiagnosticsError {
  return error instanceof Faults || (error as Error)?.name === "DiagnosticsError";
}

function isAppError(error: unknown): error is AppError {
  return (error as Error)?.name === "AppError";
}

/** What the system refuses is no bug of ours; anything else is. */
async function asAppError(
  error: unknown,
): Promise<{ readonly code: string; readonly message: string; readonly hint?: string }> {
  const { code, path, message } = error as NodeJS.ErrnoException;
  if (typeof code === "string" && path !== undefined && /^E[A-Z]+$/.test(code)) {
    return {
      code: "folder.refused",
      message: `${path}: ${REFUSALS[code] ?? message}.`,
      hint: "Check the path given with --data and who may write there.",
    };
  }
  return {
    code: "bug",
    message: `This is a fault of Tessera: ${message}`,
    hint: "TESSERA_DEBUG=1 shows where; please report it with that.",
  };
}

const REFUSALS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  ENOTDIR: "part of the path is not a folder",
  EEXIST: "a file is in its place",
  ENOENT: "it cannot be created there",
  EISDIR: "it is a folder",
};
