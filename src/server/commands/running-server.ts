/**
 * How commands find the server that has their data folder: a file in it names an address on this
 * machine and a secret of that server's run, readable by whoever started it and nobody else. A file
 * whose server has died is known by nobody answering to the secret; one that was copied along with
 * the folder, by the folder not being the one that it was written in.
 */
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { z } from "zod";

/** In the data folder. */
export const SERVER_FILE = "server.json";

const recordSchema = z.object({
  /** The folder in which it was written, by device and inode: a copy has others. */
  place: z.string(),
  /** Of the channel for commands, on 127.0.0.1. */
  port: z.int(),
  secret: z.string(),
  pid: z.int(),
  /** Where it takes events. */
  address: z.string(),
});

export type ServerProcess = z.infer<typeof recordSchema>;

const OWNER_ONLY = 0o600;
const PROBE_MS = 5000;

/** Says in the folder which server has it. */
export function writeRecord(folder: string, given: Omit<ServerProcess, "place">): ServerProcess {
  const record = { place: placeOf(folder), ...given };
  const path = join(folder, SERVER_FILE);
  const unfinished = `${path}.${record.pid}`;
  rmSync(unfinished, { force: true });
  writeFileSync(unfinished, `${JSON.stringify(record)}\n`, { mode: OWNER_ONLY });
  renameSync(unfinished, path);
  return record;
}

function placeOf(folder: string): string {
  const { dev, ino } = statSync(folder, { bigint: true });
  return `${dev}:${ino}`;
}

/** Unless another server has put its own in the place. */
export function removeRecord(folder: string, { secret }: ServerProcess): void {
  if (readRecord(folder)?.secret === secret) rmSync(join(folder, SERVER_FILE), { force: true });
}

/** undefined: no server has this folder. */
export async function findServer(folder: string): Promise<ServerProcess | undefined> {
  const record = readRecord(folder);
  if (record === undefined || record.place !== placeOf(folder)) return undefined;
  return (await answers(record)) ? record : undefined;
}

function readRecord(folder: string): ServerProcess | undefined {
  try {
    return recordSchema.parse(JSON.parse(readFileSync(join(folder, SERVER_FILE), "utf8")));
  } catch {
    return undefined;
  }
}

export function toChannel({ port, secret }: ServerProcess, method: "GET" | "POST") {
  return request({
    ...{ host: "127.0.0.1", port, method, path: "/", agent: false },
    headers: { authorization: `Bearer ${secret}` },
  });
}

function answers(record: ServerProcess): Promise<boolean> {
  return new Promise((resolve) => {
    toChannel(record, "GET")
      .setTimeout(PROBE_MS, function (this: { destroy(): void }) {
        this.destroy();
      })
      .on("error", () => resolve(false))
      .on("response", (response) => {
        response.resume();
        resolve(response.statusCode === 204);
      })
      .end();
  });
}
