/** `tessera serve` as a process of its own, which a test may kill and start again. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { BIN } from "../cli/run-command.js";

export interface ServedProcess {
  readonly address: string;
  /** Of the first start on a new folder; later ones show none. */
  readonly writeKey: string | null;
  /** Waits until all that was acknowledged is in the warehouse. */
  projected(): Promise<void>;
  /** SIGTERM finishes what is in hand, SIGKILL nothing. */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<void>;
}

const PATIENCE_MS = 120_000;

export async function serve(folder: string, databaseUrl?: string): Promise<ServedProcess> {
  const { CLICKHOUSE_URL: _, DATABASE_URL: __, ...env } = process.env;
  if (databaseUrl !== undefined) env.DATABASE_URL = databaseUrl;
  const args = [BIN, "serve", "--data", folder, "--port", "0", "--json"];
  const child = spawn(process.execPath, args, {
    env: { ...env, TESSERA_LOG_LEVEL: "error" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const { address, writeKey } = JSON.parse(await firstDocument(child));
  return {
    address,
    writeKey,
    async projected() {
      for (const until = Date.now() + PATIENCE_MS; Date.now() < until; ) {
        const health = (await (await fetch(`${address}/health`)).json()) as Health;
        if (health.projection.waiting === 0 && health.projection.lagMs === 0) return;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      throw new Error("the projection does not catch up");
    },
    async end(signal) {
      const ended = once(child, "exit");
      child.kill(signal);
      await ended;
    },
  };
}

interface Health {
  readonly projection: { readonly waiting: number; readonly lagMs: number };
}

/** The lines up to the end of the first JSON document. */
async function firstDocument(child: ChildProcess): Promise<string> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout! })) {
    lines.push(line);
    if (line.endsWith("}") && !line.startsWith(" ")) return lines.join("\n");
  }
  throw new Error(`serve ended: ${lines.join("\n")}`);
}
