/** The other end of the channel: sends a command line to the server and prints what comes back. */
import type { IncomingMessage } from "node:http";
import { createInterface } from "node:readline";
import { AppError } from "../../base/index.js";
import type { CommandStreams, SentCommand } from "./command-channel.js";
import { type ServerProcess, toChannel } from "./running-server.js";

/** Returns the command's exit code. Throws `server.gone`. */
export async function sendCommand(
  server: ServerProcess,
  command: SentCommand,
  { output, errors }: CommandStreams,
): Promise<number> {
  try {
    const response = await post(server, JSON.stringify(command));
    for await (const line of createInterface({ input: response })) {
      const { out, err, exit } = JSON.parse(line);
      if (exit !== undefined) return exit;
      const stream = out === undefined ? errors : output;
      if (!stream.write(out ?? err)) await new Promise((drained) => stream.once("drain", drained));
    }
  } catch (error) {
    throw gone(server, error);
  }
  throw gone(server);
}

function post(server: ServerProcess, body: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    toChannel(server, "POST").on("error", reject).on("response", resolve).end(body);
  });
}

function gone({ pid }: ServerProcess, cause?: unknown): AppError {
  return new AppError(
    "server.gone",
    `The server (process ${pid}) stopped before the command had ended.`,
    { hint: "Look at what it says, and give the command again.", cause },
  );
}
