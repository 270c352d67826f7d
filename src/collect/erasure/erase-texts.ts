/**
 * What an erasure removes outside of facts: messages in the intake log, rejected rows, examples of
 * them in the records of imports, and files that an import left on its way.
 */

import {
  createReadStream,
  createWriteStream,
  existsSync,
  readdirSync,
  renameSync,
  rmSync,
} from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
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

interface RejectedLine {
  readonly path: string;
  readonly line: string;
}

/** Rejected rows that name one of them, and the file in which each is. Other work goes on meanwhile. */
export async function* rejectsNaming(
  dataDir: string,
  identifiers: readonly NamedIdentifier[],
): AsyncGenerator<RejectedLine> {
  const names = messageNames(namesAnyOf(identifiers));
  const folder = join(dataDir, "rejects");
  const files = existsSync(folder) ? readdirSync(folder) : [];
  for (const file of files.filter((name) => name.endsWith(".ndjson"))) {
    const path = join(folder, file);
    for await (const line of linesOf(path)) if (rejectNames(line, names)) yield { path, line };
  }
}

/** None where the retention took the file away since it was listed. */
async function* linesOf(path: string): AsyncGenerator<string> {
  if (!existsSync(path)) return;
  for await (const line of createInterface({ input: createReadStream(path) }))
    if (line !== "") yield line;
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

/** Writes their files anew without these rows, and says how many there were. */
export async function eraseRejects(
  dataDir: string,
  identifiers: readonly NamedIdentifier[],
): Promise<number> {
  const named = new Map<string, number>();
  for await (const { path } of rejectsNaming(dataDir, identifiers))
    named.set(path, (named.get(path) ?? 0) + 1);
  const names = messageNames(namesAnyOf(identifiers));
  for (const path of named.keys()) {
    async function* others(): AsyncGenerator<string> {
      for await (const line of linesOf(path)) if (!rejectNames(line, names)) yield `${line}\n`;
    }
    const next = `${path}.next`;
    await pipeline(Readable.from(others()), createWriteStream(next, { mode: 0o600 }));
    renameSync(next, path);
  }
  rmSync(join(dataDir, "staging"), { recursive: true, force: true });
  return [...named.values()].reduce((sum, rows) => sum + rows, 0);
}

/** Records looked through at a time; live intake may have left hundreds of thousands. */
const RECORDS = 1000;

/** Records of imports keep the first rejects as examples, and notes; those that name somebody lose them. */
export async function eraseSummaries(
  warehouse: Warehouse,
  identifiers: readonly NamedIdentifier[],
): Promise<void> {
  const names = messageNames(namesAnyOf(identifiers));
  const ids: number[] = [];
  for (let after = 0; ; ) {
    const { rows } = await warehouse.query<{ id: number; summary: string }>(
      `SELECT import_id AS id, summary FROM imports WHERE summary != '' AND import_id > {after:UInt32}
       ORDER BY import_id LIMIT ${RECORDS}`,
      { after },
    );
    ids.push(...rows.filter(({ summary }) => summaryNames(summary, names)).map(({ id }) => id));
    const last = rows.at(-1);
    if (last === undefined) break;
    after = last.id;
  }
  if (ids.length === 0) return;
  const without = ["firstRejects", "firstAmended", "rejectReasons", "notes"].reduce(
    (text, key) => `replaceOne(${text}, JSONExtractRaw(summary, '${key}'), '[]')`,
    "summary",
  );
  await warehouse.command(
    `ALTER TABLE imports UPDATE summary = ${without} WHERE import_id IN {ids:Array(UInt32)}
     SETTINGS mutations_sync = 2`,
    { ids },
  );
}

function summaryNames(summary: string, names: (json: string) => boolean): boolean {
  const told = JSON.parse(summary);
  const { firstRejects = [], firstAmended = [], rejectReasons = [], notes = [] } = told;
  return (
    [...firstRejects, ...firstAmended].some((r: unknown) =>
      rejectNames(JSON.stringify(r), names),
    ) || names(JSON.stringify([rejectReasons, notes]))
  );
}
