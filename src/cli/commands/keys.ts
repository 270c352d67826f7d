/** `tessera keys create|list|revoke`: who may send events, and who may read and administer. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { AppError } from "../../base/index.js";
import type { Key, Keys } from "../../server/index.js";
import { type Answer, answering } from "../answer.js";
import { storeOfServer } from "../open-store.js";
import type { Answers } from "../schemas.js";
import { DEFAULT_DATA } from "../store-command.js";
import { type StoreOptions, withLedger } from "../store-folder.js";
import { readableInstant, table, whole } from "../terminal.js";

interface CreateOptions extends StoreOptions {
  readonly secret?: boolean;
  readonly name: string;
  readonly perSecond?: number;
}

export function keysCommand(program: Command): void {
  const keys = program
    .command("keys")
    .summary("keys for sending events, and for reading and administering")
    .description(
      "Write keys may only send events and may stand in web pages; secret keys read and administer.",
    );
  keyCommand(keys, "create", "make a key; it is shown once")
    .option("--secret", "a secret key; without it a write key")
    .option("--name <text>", "what it is for", "")
    .option("--per-second <n>", "messages that it may send (default: no limit)", positive)
    .action(answering("keys create", create));
  keyCommand(keys, "list", "all keys, without their secrets").action(answering("keys list", list));
  keyCommand(keys, "revoke", "a key works no longer")
    .argument("<id>", "its first characters, as tessera keys list shows them")
    .action(answering("keys revoke", revoke));
}

function keyCommand(keys: Command, name: string, summary: string): Command {
  return keys
    .command(name)
    .summary(summary)
    .description(`${summary[0]!.toUpperCase()}${summary.slice(1)}.`)
    .option("--data <folder>", "the store's data folder", DEFAULT_DATA)
    .option("--json", "print JSON, as docs/cli.md describes it");
}

type CreateGiven = [options: CreateOptions, command: Command];

async function create(...[options]: CreateGiven): Promise<Answer<"keys create">> {
  const { secret = false, name, perSecond } = options;
  return withKeys(options, async (keys) => {
    const kind = secret ? "secret" : "write";
    const { text, ...key } = await keys.create({
      ...{ kind, name },
      ...(perSecond === undefined ? {} : { perSecond }),
    });
    return {
      json: { ...keyJson(key), key: text },
      text: `A ${kind} key, which is shown only now: ${text}`,
    };
  });
}

async function list(options: StoreOptions, _command: Command): Promise<Answer<"keys list">> {
  requireLedger(options.data);
  return withKeys(options, async (keys) => {
    const all = await keys.list();
    const rows = all.map(({ id, kind, name, perSecond, createdAt, revokedAt }) => [
      id,
      kind,
      name,
      perSecond === null ? "" : whole(perSecond),
      instantText(createdAt),
      revokedAt === null ? "" : instantText(revokedAt),
    ]);
    const text =
      all.length === 0 ? "There are no keys; tessera keys create makes one." : table(COLUMNS, rows);
    return { json: { keys: all.map(keyJson) }, text };
  });
}

async function revoke(
  id: string,
  options: StoreOptions,
  _command: Command,
): Promise<Answer<"keys revoke">> {
  requireLedger(options.data);
  return withKeys(options, async (keys) => {
    const key = await keys.revoke(id);
    return { json: keyJson(key), text: `The key ${key.id} works no longer.` };
  });
}

/** A running server's own, which so know at once of what changes. */
function withKeys<T>(options: StoreOptions, work: (keys: Keys) => Promise<T>): Promise<T> {
  return withLedger(options, async (ledger) => {
    const { openKeys } = await import("../../server/index.js");
    return work(storeOfServer(options.data)?.keys ?? openKeys(ledger));
  });
}

/** Asking an absent ledger would make an empty one. */
function requireLedger(folder: string): void {
  if (process.env.DATABASE_URL || existsSync(join(folder, "ledger.db"))) return;
  throw new AppError("input.missing", `There are no keys in ${folder}.`, {
    hint: "Make one (tessera keys create), or give the folder with --data.",
  });
}

function keyJson({ createdAt, revokedAt, ...key }: Key): Answers["keys revoke"] {
  return {
    ...key,
    createdAt: new Date(createdAt).toISOString(),
    revokedAt: revokedAt === null ? null : new Date(revokedAt).toISOString(),
  };
}

const instantText = (at: number) => readableInstant(new Date(at).toISOString());

const COLUMNS = [
  { title: "Id" },
  { title: "Kind" },
  { title: "Name" },
  { title: "Per second", align: "right" },
  { title: "Made" },
  { title: "Revoked" },
] as const;

function positive(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) {
    throw new InvalidArgumentError("Write a number from 1 to 9999999.");
  }
  return Number(text);
}
