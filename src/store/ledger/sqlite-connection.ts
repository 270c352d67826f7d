/**
 * A SQLite database in a thread of its own. SQLite has no asynchronous form: in the main thread each
 * commit's sync would hold up whatever else the server does, above all reading the requests that the
 * next commit could take along.
 *
 *   main thread                       the ledger's thread (sqlite-thread.mjs)
 *   { sql, parameters }   ------>     runs it, syncs
 *   { rows, changes }     <------     or { error }; in the order in which they were asked
 *   null                  ------>     closes, ends
 *
 * What is acknowledged has reached the disk: with a write-ahead log and `synchronous = FULL` each
 * commit ends with a sync of that log. The file is held exclusively while it is open, because one
 * data folder belongs to one process; the kernel lets go of it however the process ends.
 */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { assert } from "../../base/index.js";

export interface SqliteAnswer {
  readonly rows: readonly unknown[];
  /** Rows that the statement wrote. */
  readonly changes: number;
}

export interface SqliteConnection {
  /** Rejects with SQLite's own errors, and with what ended the thread. */
  run(sql: string, parameters: readonly unknown[]): Promise<SqliteAnswer>;
  /** After what was asked before; the file is then free. */
  close(): Promise<void>;
}

interface Asked {
  resolve(answer: SqliteAnswer): void;
  reject(error: Error): void;
}

/** Rejects with SQLite's own errors: busy, not a database, disk full. */
export async function openSqliteConnection(path: string): Promise<SqliteConnection> {
  // Loaders and profilers of the process are of no use there. It says nothing: to pass on what it
  // would say, Node opens the process's own output without blocking, whoever writes there by itself.
  const options = { workerData: path, execArgv: [], stdout: true, stderr: true };
  const thread = new Worker(new URL("./sqlite-thread.mjs", import.meta.url), options);
  await once(thread, "message");
  const waiting: Asked[] = [];
  let ended: Error | undefined;

  thread.on("message", (answer: SqliteAnswer | { readonly error: Error }) => {
    const asked = waiting.shift();
    assert(asked !== undefined, "each answer was asked for");
    if (waiting.length === 0) thread.unref();
    if ("error" in answer) asked.reject(answer.error);
    else asked.resolve(answer);
  });
  thread.on("error", (error: Error) => {
    ended = error;
  });
  const exited = new Promise<void>((resolve) => {
    thread.on("exit", () => {
      ended ??= new Error("the ledger has been closed");
      for (const { reject } of waiting.splice(0)) reject(ended);
      resolve();
    });
  });
  // A process that has nothing else to do may end, as it may with any open file.
  thread.unref();

  return {
    run(sql, parameters) {
      if (ended !== undefined) return Promise.reject(ended);
      return new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        thread.ref();
        thread.postMessage({ sql, parameters });
      });
    },
    async close() {
      thread.ref();
      thread.postMessage(null);
      await exited;
    },
  };
}
