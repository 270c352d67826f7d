/**
 * What an erasure removes outside of facts: messages in the intake log, rejected rows, examples of
 * them in the records of imports, and files that an import left on its way.
 */

import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { sql } from "kysely";
import type { Ledger, Warehouse } from "../../store/index.js";
import { messageNames, type NamedIdentifier, namesAnyOf } from "./names.js";

/** Looked through at a time, which takes some milliseconds; SQLite gives no other turn by itself. */
const PAGE = 200;

/** Removes messages that name one of them, and says how many. */
export async function eraseMessages(
  ledger: Ledger,
  identifiers: readonly NamedIdentifier[],
): Promise<number> {
  let removed = 0;
  for await (const found of messagesNaming(ledger, identifiers)) {
    const sequences = found.map(({ sequence }) => sequence);
    await ledger.db.deleteFrom("intake_log").where("sequence", "in", sequences).execute();
    removed += sequences.length;
  }
  // SQLite writes over what it deletes; what was in its journal goes with the journal.
  if (ledger.engine === "sqlite") await sql`PRAGMA wal_checkpoint(TRUNCATE)`.execute(ledger.db);
  else if (removed > 0) await sql`VACUUM intake_log`.execute(ledger.db);
  return removed;
}

/** A page at a time, so that intake goes on. */
export async function* messagesNaming(ledger: Ledger, identifiers: readonly NamedIdentifier[]) {
  const names = messageNames(namesAnyOf(identifiers));
  for (let after = -1; ; ) {
    const page = await ledger.db
      .selectFrom("intake_log")
      .select(["sequence", "received_at", "format", "ip", "user_agent", "body"])
      .where("sequence", ">", after)
      .orderBy("sequence")
      .limit(PAGE)
      .execute();
    const found = page.filter(({ body }) => names(body));
    if (found.length > 0) yield found;
    const last = page.at(-1);
    if (last === undefined) return;
    after = Number(last.sequence);
    await setImmediate();
  }
}

/** Rejected rows that name one of them, by the file in which they are. */
export function rejectsNaming(
  dataDir: string,
  identifiers: readonly NamedIdentifier[],
): ReadonlyMap<string, { readonly named: readonly string[]; readonly others: readonly string[] }> {
  const names = messageNames(namesAnyOf(identifiers));
  const folder = join(dataDir, "rejects");
  const files = existsSync(folder) ? readdirSync(folder) : [];
  const found = new Map<string, { named: string[]; others: string[] }>();
  for (const file of files.filter((name) => name.endsWith(".ndjson"))) {
    const path = join(folder, file);
    const lines = readFileSync(path, "utf8")
      .split("\n")
      .filter((line) => line !== "");
    const named = lines.filter((line) => rejectNames(line, names));
    if (named.length > 0)
      found.set(path, { named, others: lines.filter((line) => !named.includes(line)) });
  }
  return found;
}

/** Its value may be a whole row, or a message; its reason may name an order. A torn line is looked through. */
function rejectNames(line: string, names: (json: string) => boolean): boolean {
  let reject: Readonly<Record<string, unknown>>;
  try {
    reject = JSON.parse(line);
  } catch {
    return names(line);
  }
  const { value = "", reason = "" } = reject;
  return (
    names(JSON.stringify({ customer: value })) ||
    (typeof value === "string" && value.startsWith("{") && names(value)) ||
    names(JSON.stringify(reason))
  );
}

/** Writes the files anew without these rows, and says how many there were. */
export function eraseRejects(dataDir: string, identifiers: readonly NamedIdentifier[]): number {
  let removed = 0;
  for (const [path, { named, others }] of rejectsNaming(dataDir, identifiers)) {
    const next = `${path}.next`;
    writeFileSync(next, others.map((line) => `${line}\n`).join(""), { mode: 0o600 });
    renameSync(next, path);
    removed += named.length;
  }
  rmSync(join(dataDir, "staging"), { recursive: true, force: true });
  return removed;
}

/** Records of imports keep the first rejects as examples, and notes; those that name somebody lose them. */
export async function eraseSummaries(
  warehouse: Warehouse,
  identifiers: readonly NamedIdentifier[],
): Promise<void> {
  const names = messageNames(namesAnyOf(identifiers));
  const { rows } = await warehouse.query<{ id: number; summary: string }>(
    "SELECT import_id AS id, summary FROM imports WHERE summary != ''",
  );
  const ids = rows
    .filter(({ summary }) => {
      const { firstRejects = [], rejectReasons = [], notes = [] } = JSON.parse(summary);
      return (
        firstRejects.some((r: unknown) => rejectNames(JSON.stringify(r), names)) ||
        names(JSON.stringify([rejectReasons, notes]))
      );
    })
    .map(({ id }) => id);
  if (ids.length === 0) return;
  const without = ["firstRejects", "rejectReasons", "notes"].reduce(
    (text, key) => `replaceOne(${text}, JSONExtractRaw(summary, '${key}'), '[]')`,
    "summary",
  );
  await warehouse.command(
    `ALTER TABLE imports UPDATE summary = ${without} WHERE import_id IN {ids:Array(UInt32)}
     SETTINGS mutations_sync = 2`,
    { ids },
  );
}
