/** `tessera serve`: takes events over HTTP, until it is told to stop. */
import { join } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { AppError } from "../../base/index.js";
import { type Answer, answering } from "../answer.js";
import { sentCommands } from "../sent-commands.js";
import { type ServedStore, serveStore } from "../served-store.js";
import { SETTINGS_FILE } from "../settings-file.js";
import { DEFAULT_DATA } from "../store-command.js";
import type { StoreOptions } from "../store-folder.js";

interface ServeOptions extends StoreOptions {
  readonly host: string;
  readonly port: number;
  readonly continueAfter?: number;
}

const DEFAULT_PORT = 8123;

/** `makeProgram`: all commands, to run those that are sent here while the server has the store. */
export function serveCommand(
  program: Command,
  makeProgram: (prepare: (program: Command) => void) => Command,
): void {
  program
    .command("serve")
    .summary("take events over HTTP from the shop, as they happen")
    .description(
      "Takes events over HTTP from Segment's and RudderStack's clients and from the browser snippet\n" +
        "(docs/server.md). Other commands on the same folder go on working.",
    )
    .option("--data <folder>", "the store's data folder; made if there is none", DEFAULT_DATA)
    .option("--port <number>", "0: any that is free", portOf, DEFAULT_PORT)
    .option("--host <address>", "0.0.0.0: reachable from other machines", "127.0.0.1")
    .option(
      "--continue-after <entry>",
      "after a backup was restored: without what is missing up to there, as the error says",
      entryOf,
    )
    .option("--json", "print JSON, as docs/cli.md describes it")
    .action(
      answering("serve", async (options: ServeOptions, _command: Command) => {
        const store = await serveStore({
          ...{ folder: options.data, host: options.host, port: options.port },
          continueAfter: options.continueAfter,
          logLevel: logLevel(),
          commands: (open) => sentCommands(open, makeProgram),
        });
        closeOnSignal(store);
        return started(store, options);
      }),
    );
}

/** The process ends by itself when nothing is open any more; a second signal ends it at once. */
function closeOnSignal({ close }: ServedStore): void {
  const stop = () => {
    process.off("SIGTERM", stop).off("SIGINT", stop);
    close().catch((error) => {
      console.error(error);
      process.exit(2);
    });
  };
  process.on("SIGTERM", stop).on("SIGINT", stop);
}

async function started(
  { address, keys, currency, fault }: ServedStore,
  { data: folder }: ServeOptions,
): Promise<Answer<"serve">> {
  const known = await keys.list();
  const first = known.some(({ kind }) => kind === "write")
    ? undefined
    : await keys.create({ kind: "write", name: "made by tessera serve" });
  const lines = [`Tessera takes events at ${address} for the store in ${folder}.`];
  if (first !== undefined) {
    lines.push(
      "",
      `A write key for it, which is shown only now: ${first.text}`,
      "",
      "For the pages of a shop (docs/server.md has the other clients):",
      "",
      pageSnippet(address, first.text),
    );
  }
  if (currency === "") {
    lines.push(
      "",
      "The store has no currency yet, and the first order that comes in would decide it. Better write",
      `it (currency: EUR, say) into ${join(folder, SETTINGS_FILE)} and start again.`,
    );
  }
  if (fault !== undefined) lines.push("", `Messages are kept, and do not become facts: ${fault}`);
  const json = {
    address,
    folder,
    writeKey: first?.text ?? null,
    processId: process.pid,
    fault: fault ?? null,
  };
  return { json, text: lines.join("\n") };
}

/** As sdk/README.md shows it. */
function pageSnippet(address: string, key: string): string {
  return `<script>
  window.tessera = window.tessera || new Proxy([], {
    get: (calls, name) => name in calls ? calls[name] : (...given) => { calls.push([name, ...given]); },
  });
  tessera.load("${key}", { autoPages: true });
</script>
<script async src="${address}/tessera.js"></script>`;
}

function logLevel(): string {
  const level = process.env.TESSERA_LOG_LEVEL ?? "info";
  if (LEVELS.includes(level)) return level;
  throw new AppError("input.invalid", `TESSERA_LOG_LEVEL: there is no level "${level}".`, {
    hint: `Give one of ${LEVELS.join(", ")}.`,
  });
}

const LEVELS: readonly string[] = ["info", "warn", "error", "silent"];

function entryOf(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) {
    throw new InvalidArgumentError("Write the number that the error says.");
  }
  return Number(text);
}

function portOf(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new InvalidArgumentError("Write a number from 0 to 65535.");
  }
  return Number(text);
}
