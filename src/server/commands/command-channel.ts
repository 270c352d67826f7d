/**
 * The server's end for commands. ClickHouse's folder has one process, so while a server has it,
 * `tessera segments` and all others are sent here and run with the store that is open. It is a
 * listener of its own, on 127.0.0.1 whatever the server listens on, so nothing of it can be reached
 * from outside, and it asks for the secret of this run.
 *
 *   -> {"args": ["count", "vip"], "colours": false, "folder": "/home/shop"}
 *   <- {"out": "12 people\n"}      as it is printed: to the standard output,
 *   <- {"err": "..."}              to the standard error
 *   <- {"exit": 0}                 at the end
 */
import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Writable } from "node:stream";
import { json } from "node:stream/consumers";
import { StringDecoder } from "node:string_decoder";
import { z } from "zod";
import { removeRecord, writeRecord } from "./running-server.js";

export const commandSchema = z.object({
  args: z.array(z.string()),
  colours: z.boolean(),
  /** Where it was typed. */
  folder: z.string(),
});

export type SentCommand = z.infer<typeof commandSchema>;

export interface CommandStreams {
  readonly output: Writable;
  readonly errors: Writable;
}

/** Returns the exit code. */
export type RunCommand = (command: SentCommand, streams: CommandStreams) => Promise<number>;

export interface CommandChannel {
  /** Resolves when the commands in hand have ended. */
  close(): Promise<void>;
}

export interface ChannelOptions {
  readonly folder: string;
  /** Where the server takes events, for messages. */
  readonly address: string;
  readonly run: RunCommand;
}

/** Listens, and says so in the data folder. */
export async function startCommandChannel(options: ChannelOptions): Promise<CommandChannel> {
  const { folder, address, run } = options;
  const secret = randomBytes(32).toString("base64url");
  const server = createServer((request, response) => {
    answer(request, response, secret, run).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) =>
    server.once("error", reject).listen(0, "127.0.0.1", resolve),
  );
  const { port } = server.address() as AddressInfo;
  const record = writeRecord(folder, { port, secret, pid: process.pid, address });
  return {
    async close() {
      removeRecord(folder, record);
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  secret: string,
  run: RunCommand,
): Promise<void> {
  if (!isSecret(request.headers.authorization ?? "", `Bearer ${secret}`)) {
    response.writeHead(401).end();
  } else if (request.method !== "POST") {
    response.writeHead(204, { connection: "close" }).end();
  } else {
    const command = commandSchema.parse(await json(request));
    response.writeHead(200, { "content-type": "application/x-ndjson", connection: "close" });
    response.flushHeaders();
    const streams = { output: printed(response, "out"), errors: printed(response, "err") };
    const exit = await run(command, streams);
    await Promise.all([ended(streams.output), ended(streams.errors)]);
    response.end(`${JSON.stringify({ exit })}\n`);
  }
}

function ended(stream: Writable): Promise<void> {
  return new Promise((resolve) => stream.end(resolve));
}

function isSecret(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** What is printed after the asker has gone goes nowhere; the command runs to its end. */
function printed(response: ServerResponse, name: "out" | "err"): Writable {
  const decoder = new StringDecoder("utf8");
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      const text = decoder.write(chunk);
      if (response.closed || response.write(`${JSON.stringify({ [name]: text })}\n`)) {
        done();
        return;
      }
      const onward = () => {
        response.off("drain", onward).off("close", onward);
        done();
      };
      response.on("drain", onward).on("close", onward);
    },
  });
}
