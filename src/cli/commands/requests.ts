/** `tessera requests`: what people and shops asked by privacy law, and by when it is due. */

import type { Command } from "commander";
import type { PrivacyRequest } from "../../collect/index.js";
import { type Answer, answering } from "../answer.js";
import { DEFAULT_DATA } from "../store-command.js";
import { requireStore, type StoreOptions, withWarehouse } from "../store-folder.js";
import { readableInstant, table } from "../terminal.js";

interface RequestsOptions extends StoreOptions {
  readonly answered?: string;
}

export function requestsCommand(program: Command): void {
  program
    .command("requests")
    .summary("what people asked for by privacy law, and by when")
    .description(
      "Requests that Shopify passed on: for a person's data, and to erase a whole shop, until they are " +
        "answered. Erasures of customers are done by tessera serve; tessera erase --list has them.",
    )
    .option("--data <folder>", "the store's data folder", DEFAULT_DATA)
    .option("--answered <id>", "say that this one was answered")
    .option("--json", "print JSON, as docs/cli.md describes it")
    .action(answering("requests", requests));
}

async function requests(options: RequestsOptions, _command: Command): Promise<Answer<"requests">> {
  const { answerRequest, listRequests } = await import("../../collect/index.js");
  requireStore(options.data);
  return withWarehouse(options.data, async (warehouse) => {
    const now = Date.now();
    if (options.answered !== undefined) await answerRequest(warehouse, options.answered, now);
    const found = await listRequests(warehouse);
    return { json: { requests: found.map(told) }, text: requestsText(found) };
  });
}

const told = ({ askedAt, dueAt, answeredAt, ...said }: PrivacyRequest) => ({
  ...said,
  askedAt: new Date(askedAt).toISOString(),
  dueAt: new Date(dueAt).toISOString(),
  answeredAt: answeredAt === undefined ? null : new Date(answeredAt).toISOString(),
});

function requestsText(found: readonly PrivacyRequest[]): string {
  if (found.length === 0) return "Nobody has asked for anything.";
  const titles = ["Id", "Asks for", "Of", "Asked", "Due", "Answered"];
  const at = (ms: number) => readableInstant(new Date(ms).toISOString());
  return table(
    titles.map((title) => ({ title })),
    found.map(({ id, asks, of, askedAt, dueAt, answeredAt }) => [
      ...[id, ASKS_FOR[asks], of, at(askedAt), at(dueAt)],
      answeredAt === undefined ? "no" : at(answeredAt),
    ]),
  );
}

const ASKS_FOR = {
  erasure: "erasure, which tessera serve does",
  data: "their data: tessera export-person",
  "shop erasure": "erasure of the whole shop",
} as const;
