/**
 * Who typed the command that is running. Mostly the terminal of this process; a server also runs
 * commands that were sent to it (`src/server/commands/`), several at a time, and what these print
 * goes back to whoever sent them.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Writable } from "node:stream";
import type { OpenStore } from "./open-store.js";

export interface Caller {
  readonly output: Writable;
  readonly errors: Writable;
  readonly colours: boolean;
  /** The folder that they are in, for paths that are shown. */
  readonly folder: string;
  /** What the server has open. */
  readonly store: OpenStore;
  exitCode: number;
}

const callers = new AsyncLocalStorage<Caller>();

/** Runs `work` for somebody else. */
export function onBehalfOf<T>(caller: Caller, work: () => Promise<T>): Promise<T> {
  return callers.run(caller, work);
}

/** undefined: the command was typed here. */
export function caller(): Caller | undefined {
  return callers.getStore();
}

type Stream = Writable & { readonly isTTY?: boolean };

/** Where answers go. */
export function output(): Stream {
  return caller()?.output ?? process.stdout;
}

/** Where notes and errors go. */
export function errors(): Stream {
  return caller()?.errors ?? process.stderr;
}

export function setExitCode(code: number): void {
  const other = caller();
  if (other === undefined) process.exitCode = code;
  else other.exitCode = code;
}
